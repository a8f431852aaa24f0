//! Answering what a flow asks.
use super::index::{PartitionKey, same};
use super::objects::Objects;
use super::{
    AccessToken, AccessTokenQuery, Account, AppMetadata, CacheEntries, CacheRead, CredentialType, MARGIN,
    RefreshToken, TokenCache,
};
use crate::engine::UnixTime;
use crate::json::JsonObject;
use alloc::{sync::Arc, vec::Vec};
use core::cmp::Reverse;

impl TokenCache {
    /// What a [`CacheRead`] asks for.
    pub fn read(&self, read: &CacheRead) -> CacheEntries {
        match read {
            CacheRead::AccessTokens { query, now } => self.read_access_tokens(query, *now),
            CacheRead::AppTokens { client_id, environment } => CacheEntries {
                access_tokens: self.access_tokens_of(PartitionKey::of_app(client_id, environment)),
                ..CacheEntries::default()
            },
            CacheRead::Silent { query, now } => self.read_silent(query, *now),
            CacheRead::RefreshTokens { home_account_id, environment, client_id } => {
                self.read_refresh_tokens(home_account_id, environment, client_id)
            }
            CacheRead::Accounts { environment, home_account_id, username } => {
                self.read_accounts(environment, home_account_id.as_deref(), username.as_deref())
            }
            CacheRead::OnBehalfOf { user_assertion_hash, environment, client_id } => {
                let owner = PartitionKey::of_assertion(user_assertion_hash.expose(), client_id, environment);
                self.read_on_behalf_of(owner, environment)
            }
            CacheRead::OfAccount { home_account_id, environment, client_id } => {
                self.read_all_of(home_account_id, environment, client_id)
            }
        }
    }

    fn read_access_tokens(&self, query: &AccessTokenQuery, now: UnixTime) -> CacheEntries {
        let access_tokens = match self.find(query, now) {
            Some(token) => [token.clone()].into(),
            None => self.matches(query).cloned().collect(),
        };
        CacheEntries { access_tokens, ..CacheEntries::default() }
    }

    fn read_silent(&self, query: &AccessTokenQuery, now: UnixTime) -> CacheEntries {
        let found = self.read_access_tokens(query, now);
        let is_due = |token: &Arc<AccessToken>| token.refresh_on().is_some_and(|refresh_on| refresh_on < now);
        let is_good = |token: &Arc<AccessToken>| token.expires_in(now) >= MARGIN && !is_due(token);
        match &query.home_account_id {
            // What is had on behalf of somebody is not refreshed by their own refresh tokens.
            Some(home) if query.user_assertion_hash.is_none() && !found.access_tokens.iter().any(is_good) => {
                CacheEntries {
                    access_tokens: found.access_tokens,
                    ..self.read_refresh_tokens(home, &query.environment, &query.client_id)
                }
            }
            _ => found,
        }
    }

    fn read_refresh_tokens(&self, home: &str, environment: &str, client_id: &str) -> CacheEntries {
        let is_own = |token: &RefreshToken| same(token.client_id(), client_id);
        let is_usable =
            |token: &RefreshToken| !token.is_bound() && (is_own(token) || token.family_id().is_some());
        let mut refresh_tokens = self.refresh_tokens(home, environment);
        refresh_tokens.retain(is_usable);
        sort(&mut refresh_tokens, environment, is_own);
        let mut id_tokens = self.id_tokens(home, environment);
        id_tokens.retain(|members| members.string("client_id").is_some_and(|own| same(&own, client_id)));
        CacheEntries {
            refresh_tokens,
            id_tokens,
            app_metadata: self.app_metadata(client_id, environment),
            ..CacheEntries::default()
        }
    }

    fn read_on_behalf_of(&self, owner: PartitionKey<'_>, environment: &str) -> CacheEntries {
        let is_of = |token: &RefreshToken| {
            let hash = token.user_assertion_hash();
            let own = |hash| PartitionKey::of_assertion(hash, token.client_id(), token.environment());
            hash.as_deref().is_some_and(|hash| own(hash).is(&owner)) && !token.is_extended()
        };
        let refresh_tokens = self.texts(CredentialType::RefreshToken, &owner).filter_map(members);
        let mut refresh_tokens: Vec<_> =
            refresh_tokens.filter_map(RefreshToken::read).filter(is_of).collect();
        sort(&mut refresh_tokens, environment, |_| true);
        CacheEntries {
            access_tokens: self.access_tokens_of(owner),
            refresh_tokens,
            ..CacheEntries::default()
        }
    }

    fn read_accounts(&self, environment: &str, home: Option<&str>, username: Option<&str>) -> CacheEntries {
        let Some(Objects { accounts, .. }) = self.objects.get(&CredentialType::Account) else {
            return CacheEntries::default();
        };
        let is_named = |account: &&Account| match (username, account.username.as_deref()) {
            (Some(asked), Some(own)) => same_name(own, asked),
            (asked, _) => asked.is_none(),
        };
        let found: Vec<_> = match home {
            Some(home) => accounts.find(home, environment).filter(is_named).into_iter().cloned().collect(),
            None => accounts.listed(environment).filter(is_named).cloned().collect(),
        };
        CacheEntries { accounts: found, ..CacheEntries::default() }
    }

    fn read_all_of(&self, home: &str, environment: &str, client_id: &str) -> CacheEntries {
        let app_metadata = self.app_metadata(client_id, environment);
        let is_of_family = |token: &RefreshToken| {
            let family_id = token.family_id();
            family_id.is_some() && app_metadata.iter().any(|own| own.family_id.as_ref() == family_id)
        };
        let mut refresh_tokens = self.refresh_tokens(home, environment);
        refresh_tokens.retain(|token| same(token.client_id(), client_id) || is_of_family(token));
        let accounts = self.objects.get(&CredentialType::Account).into_iter();
        CacheEntries {
            access_tokens: self.access_tokens_of(PartitionKey::of_account(home, environment)),
            refresh_tokens,
            id_tokens: self.id_tokens(home, environment),
            accounts: accounts.flat_map(|objects| objects.accounts.of(home, environment)).cloned().collect(),
            app_metadata,
        }
    }

    fn access_tokens_of(&self, owner: PartitionKey<'_>) -> Vec<Arc<AccessToken>> {
        self.access_tokens.owned_by(owner).cloned().collect()
    }

    /// All of an account's refresh tokens, in the order in which they came.
    fn refresh_tokens(&self, home: &str, environment: &str) -> Vec<RefreshToken> {
        let owner = PartitionKey::of_account(home, environment);
        let is_of = |token: &RefreshToken| {
            PartitionKey::of_account(token.home_account_id(), token.environment()).is(&owner)
        };
        let members = self.texts(CredentialType::RefreshToken, &owner).filter_map(members);
        members.filter_map(RefreshToken::read).filter(is_of).collect()
    }

    /// All of an account's id tokens, in the order in which they came.
    fn id_tokens(&self, home: &str, environment: &str) -> Vec<JsonObject> {
        let owner = PartitionKey::of_account(home, environment);
        let is_of = |members: &JsonObject| {
            let text = |name| members.string(name).unwrap_or_default();
            PartitionKey::of_account(&text("home_account_id"), &text("environment")).is(&owner)
        };
        self.texts(CredentialType::IdToken, &owner).filter_map(members).filter(is_of).collect()
    }

    fn app_metadata(&self, client_id: &str, environment: &str) -> Vec<AppMetadata> {
        let owner = PartitionKey::of_app(client_id, environment);
        let is_of = |own: &AppMetadata| PartitionKey::of_app(&own.client_id, &own.environment).is(&owner);
        let texts = self.texts(CredentialType::AppMetadata, &owner);
        let mut found: Vec<_> = texts.filter_map(AppMetadata::read).filter(is_of).collect();
        found.sort_by_key(|own| !same(&own.environment, environment));
        found
    }

    fn texts(&self, kind: CredentialType, owner: &PartitionKey<'_>) -> impl Iterator<Item = &str> {
        self.objects.get(&kind).into_iter().flat_map(|objects| objects.owned_by(owner))
    }
}

/// Those of this environment first, of these the newest, of equal age one's own.
fn sort(tokens: &mut [RefreshToken], environment: &str, is_own: impl Fn(&RefreshToken) -> bool) {
    tokens.sort_by_key(|token| {
        let is_elsewhere = !same(token.environment(), environment);
        (is_elsewhere, Reverse(token.last_modification_time()), !is_own(token))
    });
}

fn members(text: &str) -> Option<JsonObject> {
    JsonObject::parse(text.as_bytes()).ok()
}

/// Equal but for case, of any script.
fn same_name(one: &str, other: &str) -> bool {
    same(one, other) || !(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase()
}
