//! What a token endpoint answered, as entries of the cache. This is MSAL's `add`.
use super::bound::Bound;
use super::on_behalf_of::STARTED_WITH;
use super::{AccessToken, AssertionKey, CacheChange, CredentialType, Entry, ext_cache_key};
use crate::encoding::{from_base64url, plain_path};
use crate::engine::UnixTime;
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::token::Scopes;
use crate::token::response::{LONGEST_LIFETIME, seconds};
use alloc::boxed::Box;
use alloc::{format, string::String, sync::Arc, vec::Vec};
use core::fmt;
use url::Url;

/// Grants after which somebody has signed in here.
const GRANTS_OF_AN_ACCOUNT: [&str; 5] =
    ["broker", "authorization_code", "password", "urn:ietf:params:oauth:grant-type:device_code", "user_fic"];

/// What a token is taken to last if the answer does not say, in seconds.
const DEFAULT_LIFETIME: i64 = 600;

/// An answer with what it was asked by.
#[derive(Clone, Default)]
pub struct TokenEvent<'a> {
    /// The application.
    pub client_id: &'a str,
    /// What the tokens are good for.
    pub scope: Scopes,
    /// Who answered.
    pub token_endpoint: Option<&'a str>,
    /// The tenant; without it, the first segment of the token endpoint's path.
    pub realm: Option<&'a str>,
    /// The authority's host; without it, the token endpoint's.
    pub environment: Option<&'a str>,
    /// The answer (RFC 6749 section 5.1).
    pub response: Option<&'a JsonObject>,
    /// The members of the request's body. Of them only those that tell tokens apart are kept.
    pub data: Vec<(&'a str, &'a str)>,
    /// RFC 6749's `grant_type`.
    pub grant_type: Option<&'a str>,
    /// The user name that was typed, if it was not in the request.
    pub username: Option<&'a str>,
    /// The account was there before, and may have been removed meanwhile: it is not made anew.
    pub skip_account_creation: bool,
    /// The account's id where it is not in the id token.
    pub account_id: Option<&'a str>,
    /// On whose behalf it was asked for. Then there is no account and no id token, and no refresh token unless the
    /// process is a long-running one.
    pub on_behalf_of: Option<&'a AssertionKey>,
    /// The kind of account; without it `ADFS` or `MSSTS`, by the tenant.
    pub authority_type: Option<&'a str>,
}

/// Names alone: what was sent and what came is mostly secret.
impl fmt::Debug for TokenEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data: Vec<_> = self.data.iter().map(|(name, _)| name).collect();
        f.debug_struct("TokenEvent")
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .field("token_endpoint", &self.token_endpoint)
            .field("response", &self.response)
            .field("data", &data)
            .field("grant_type", &self.grant_type)
            .finish_non_exhaustive()
    }
}

impl TokenEvent<'_> {
    /// The entries to put. What cannot be read of an answer costs no token.
    pub fn change(&self, now: UnixTime) -> CacheChange {
        let none = JsonObject::default();
        let response = self.response.unwrap_or(&none);
        let own_path = self.environment.zip(self.token_endpoint);
        let own_path = own_path.and_then(|(host, endpoint)| plain_path(endpoint, host));
        let elsewhere = self.token_endpoint.filter(|_| own_path.is_none());
        let endpoint = elsewhere.and_then(|endpoint| Url::parse(endpoint).ok());
        let host = endpoint.as_ref().and_then(Url::host_str);
        let tenant = endpoint.as_ref().and_then(|url| url.path_segments()?.next());
        let tenant = own_path.and_then(|path| path.split('/').next()).or(tenant);
        let id_token_claims = self.id_token_claims(response);
        let (has_account, home_account_id) = home_account_id(response, id_token_claims.as_ref());
        let is_garbage = id_token_claims.is_none() && id_token(response).is_some();
        let obo = self.on_behalf_of;
        let place = Place {
            home_account_id: match obo {
                Some(obo) => Some(obo.home_account_id(home_account_id.as_deref())),
                None => home_account_id,
            },
            environment: self.environment.or(host),
            realm: self.realm.or(tenant).filter(|tenant| !tenant.is_empty()),
        };
        let mut puts = Vec::with_capacity(5);
        puts.extend(self.access_token(response, &place, now));
        if has_account && !is_garbage && !self.skip_account_creation && obo.is_none() {
            puts.push(self.account(&place, id_token_claims.as_ref()));
        }
        puts.extend(self.id_token(response, &place).filter(|_| !is_garbage && obo.is_none()));
        if obo.is_none_or(|obo| obo.started_with.is_some()) {
            puts.extend(self.refresh_token(response, &place, now));
        }
        puts.push(self.app_metadata(response, &place));
        CacheChange { puts, ..CacheChange::default() }
    }

    /// A broker gives them; else they are read from the token, which is checked elsewhere.
    fn id_token_claims(&self, response: &JsonObject) -> Option<JsonObject> {
        let given = response.get::<JsonObject>("id_token_claims");
        if let Some(claims) = given.filter(|claims| !claims.is_empty()) {
            return Some(claims);
        }
        claims_of(response)
    }

    fn access_token(&self, response: &JsonObject, place: &Place<'_>, now: UnixTime) -> Option<Entry> {
        let secret = response.secret("access_token").filter(|token| !token.expose().is_empty())?;
        let longest = i64::try_from(LONGEST_LIFETIME).unwrap_or(i64::MAX);
        let since_now = |at: i64| at.saturating_sub(i64::try_from(now.0).unwrap_or(i64::MAX));
        let expires_on = seconds(response, "expires_on").map(since_now);
        let expires_in =
            seconds(response, "expires_in").or(expires_on).unwrap_or(DEFAULT_LIFETIME).min(longest);
        let ext_expires_in = seconds(response, "ext_expires_in").unwrap_or(expires_in).min(longest);
        let refresh_in = seconds(response, "refresh_in").filter(|seconds| *seconds <= expires_in);
        let after = |seconds: i64| UnixTime(now.0.saturating_add_signed(seconds));
        let member =
            |name: &str| self.data.iter().find(|(own, _)| *own == name).map(|(_, value)| Arc::from(*value));
        let bound = Bound {
            key_id: member("key_id"),
            ext_cache_key: ext_cache_key(self.data.iter().copied()).map(Arc::from),
            user_assertion_hash: self.on_behalf_of.map(|obo| obo.user_assertion_hash.clone()),
            started_with: self.on_behalf_of.and_then(|obo| obo.started_with.clone()),
            ..Bound::default()
        };
        let text = |text: Option<&str>| Arc::from(text.unwrap_or_default());
        Some(Entry::AccessToken(Arc::new(AccessToken {
            secret,
            home_account_id: place.home_account_id.as_deref().map(Arc::from),
            environment: text(place.environment),
            client_id: Arc::from(self.client_id),
            realm: text(place.realm),
            target: self.scope.clone(),
            token_type: Arc::from(response.string("token_type").unwrap_or_else(|| "Bearer".into())),
            cached_at: now,
            expires_on: after(expires_in),
            extended_expires_on: after(ext_expires_in),
            refresh_on: refresh_in.map(after),
            bound: (bound != Bound::default()).then(|| Box::new(bound)),
            unlike: None,
        })))
    }

    fn account(&self, place: &Place<'_>, claims: Option<&JsonObject>) -> Entry {
        let claim = |name| claims.and_then(|claims| claims.string(name));
        let typed = self.data.iter().find(|(name, value)| *name == "username" && !value.is_empty());
        let typed = typed.map(|(_, value)| String::from(*value));
        let known = claim("preferred_username").or_else(|| claim("upn")).filter(|name| !name.is_empty());
        let username = known.or(typed).or(self.username.map(Into::into)).unwrap_or_default();
        let local_account_id =
            self.account_id.map(Into::into).or_else(|| claim("oid")).or_else(|| claim("sub"));
        let own_type = if place.realm == Some("adfs") { "ADFS" } else { "MSSTS" };
        let mut account = JsonObject::default();
        place.write(&mut account, true);
        set(&mut account, "local_account_id", local_account_id.as_deref());
        account.set_string("username", &username);
        account.set_string("authority_type", self.authority_type.unwrap_or(own_type));
        if let Some(grant) = self.grant_type.filter(|grant| GRANTS_OF_AN_ACCOUNT.contains(grant)) {
            account.set_string("account_source", grant);
        }
        Entry::Other(CredentialType::Account, account)
    }

    fn id_token(&self, response: &JsonObject, place: &Place<'_>) -> Option<Entry> {
        let secret = id_token(response)?;
        let mut entry = JsonObject::default();
        entry.set_string("credential_type", "IdToken");
        entry.set_string("secret", secret.expose());
        place.write(&mut entry, true);
        entry.set_string("client_id", self.client_id);
        Some(Entry::Other(CredentialType::IdToken, entry))
    }

    fn refresh_token(&self, response: &JsonObject, place: &Place<'_>, now: UnixTime) -> Option<Entry> {
        let secret = response.secret("refresh_token").filter(|token| !token.expose().is_empty())?;
        let mut entry = JsonObject::default();
        entry.set_string("credential_type", "RefreshToken");
        entry.set_string("secret", secret.expose());
        place.write(&mut entry, false);
        entry.set_string("client_id", self.client_id);
        match self.on_behalf_of {
            None => entry.set_string("target", self.scope.as_str()),
            // One for the whole process, whatever it asks for.
            Some(obo) => {
                entry.set_string("user_assertion_hash", &obo.user_assertion_hash);
                if let Some(started_with) = &obo.started_with {
                    entry.set_string(STARTED_WITH, started_with);
                }
            }
        }
        entry.set_string("last_modification_time", &format!("{now}"));
        copy_family(response, &mut entry);
        Some(Entry::Other(CredentialType::RefreshToken, entry))
    }

    fn app_metadata(&self, response: &JsonObject, place: &Place<'_>) -> Entry {
        let mut entry = JsonObject::default();
        entry.set_string("client_id", self.client_id);
        set(&mut entry, "environment", place.environment);
        copy_family(response, &mut entry);
        Entry::Other(CredentialType::AppMetadata, entry)
    }
}

fn id_token(response: &JsonObject) -> Option<Secret> {
    response.secret("id_token").filter(|token| !token.expose().is_empty())
}

/// What the id token claims.
fn claims_of(response: &JsonObject) -> Option<JsonObject> {
    let id_token = id_token(response)?;
    let payload = id_token.expose().split('.').nth(1)?;
    JsonObject::parse(&from_base64url(payload)?).ok()
}

/// Where the entries of one answer are.
struct Place<'a> {
    home_account_id: Option<String>,
    environment: Option<&'a str>,
    realm: Option<&'a str>,
}

impl Place<'_> {
    fn write(&self, entry: &mut JsonObject, with_realm: bool) {
        set(entry, "home_account_id", self.home_account_id.as_deref());
        set(entry, "environment", self.environment);
        if with_realm {
            set(entry, "realm", self.realm);
        }
    }
}

/// A member that is null where there is no value.
fn set(entry: &mut JsonObject, name: &str, value: Option<&str>) {
    match value {
        Some(value) => entry.set_string(name, value),
        None => entry.set_raw(name, "null".into()),
    }
}

/// The family of client ids that share refresh tokens.
fn copy_family(response: &JsonObject, entry: &mut JsonObject) {
    if let Some(foci) = response.raw("foci") {
        entry.set_raw("family_id", foci.into());
    }
}

/// The account that an answer is of: its `client_info`'s, else the id token's `sub`.
pub(crate) fn home_account_id_in(response: &JsonObject) -> Option<String> {
    home_account_id(response, claims_of(response).as_ref()).1
}

/// `uid.utid` of an answer's `client_info`.
pub(crate) fn home_account_id_of(response: &JsonObject) -> Option<String> {
    let info = client_info(response)?;
    Some(format!("{}.{}", info.string("uid")?, info.string("utid")?))
}

fn client_info(response: &JsonObject) -> Option<JsonObject> {
    JsonObject::parse(&from_base64url(response.secret("client_info")?.expose())?).ok()
}

/// Whether somebody has an account, and its id: `uid.utid` of `client_info`, else the id token's `sub`. A `client_info`
/// that cannot be read names nobody.
fn home_account_id(response: &JsonObject, claims: Option<&JsonObject>) -> (bool, Option<String>) {
    let is_garbage = response.contains("client_info") && client_info(response).is_none();
    let id = home_account_id_of(response);
    let id = id.or_else(|| claims.and_then(|claims| claims.string("sub")));
    (id.is_some() && !is_garbage, id)
}
