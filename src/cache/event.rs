//! What a token endpoint answered, as entries of the cache. This is MSAL's `add`.
use super::access_token::Bound;
use super::{AccessToken, CacheChange, CredentialType, Entry, ext_cache_key};
use crate::encoding::from_base64url;
use crate::engine::UnixTime;
use crate::json::JsonObject;
use crate::token::Scopes;
use crate::token::response::{expires_in, refresh_in, seconds};
use alloc::boxed::Box;
use alloc::{format, string::String, sync::Arc, vec::Vec};
use url::Url;

/// Grants after which somebody has signed in here.
const GRANTS_OF_AN_ACCOUNT: [&str; 4] =
    ["broker", "authorization_code", "password", "urn:ietf:params:oauth:grant-type:device_code"];

/// An answer with what it was asked by.
#[derive(Clone, Debug, Default)]
pub struct TokenEvent<'a> {
    /// The application.
    pub client_id: &'a str,
    /// What the tokens are good for.
    pub scope: Scopes,
    /// Who answered; its first path segment is the tenant.
    pub token_endpoint: Option<&'a str>,
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
    /// The kind of account; without it `ADFS` or `MSSTS`, by the tenant.
    pub authority_type: Option<&'a str>,
}

impl TokenEvent<'_> {
    /// The entries to put. What cannot be read of an answer costs no token.
    pub fn change(&self, now: UnixTime) -> CacheChange {
        let none = JsonObject::default();
        let response = self.response.unwrap_or(&none);
        let endpoint = self.token_endpoint.and_then(|endpoint| Url::parse(endpoint).ok());
        let host = endpoint.as_ref().and_then(Url::host_str);
        let tenant = endpoint.as_ref().and_then(|url| url.path_segments()?.next());
        let id_token_claims = self.id_token_claims(response);
        let (has_account, home_account_id) = home_account_id(response, id_token_claims.as_ref());
        let place = Place {
            home_account_id,
            environment: self.environment.or(host),
            realm: tenant.filter(|tenant| !tenant.is_empty()),
        };
        let mut puts = Vec::with_capacity(5);
        puts.extend(self.access_token(response, &place, now));
        if has_account && !self.skip_account_creation {
            puts.push(self.account(&place, id_token_claims.as_ref()));
        }
        puts.extend(self.id_token(response, &place));
        puts.extend(self.refresh_token(response, &place, now));
        puts.push(self.app_metadata(response, &place));
        CacheChange { puts, ..CacheChange::default() }
    }

    /// A broker gives them; else they are read from the token, which is checked elsewhere.
    fn id_token_claims(&self, response: &JsonObject) -> Option<JsonObject> {
        if let Some(claims) = response.get::<JsonObject>("id_token_claims") {
            return Some(claims);
        }
        let id_token = response.secret("id_token")?;
        let payload = id_token.expose().split('.').nth(1)?;
        JsonObject::parse(&from_base64url(payload)?).ok()
    }

    fn access_token(&self, response: &JsonObject, place: &Place<'_>, now: UnixTime) -> Option<Entry> {
        let secret = response.secret("access_token").filter(|token| !token.expose().is_empty())?;
        let expires_in = expires_in(response, now);
        let ext_expires_in =
            seconds(response, "ext_expires_in").and_then(|seconds| u64::try_from(seconds).ok());
        let member =
            |name: &str| self.data.iter().find(|(own, _)| *own == name).map(|(_, value)| Arc::from(*value));
        let bound = Bound {
            key_id: member("key_id"),
            ext_cache_key: ext_cache_key(self.data.iter().copied()).map(Arc::from),
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
            expires_on: now.saturating_add(expires_in),
            extended_expires_on: now.saturating_add(ext_expires_in.unwrap_or(expires_in)),
            refresh_on: refresh_in(response, now).map(|seconds| now.saturating_add(seconds)),
            bound: (bound != Bound::default()).then(|| Box::new(bound)),
            unlike: None,
        })))
    }

    fn account(&self, place: &Place<'_>, claims: Option<&JsonObject>) -> Entry {
        let claim = |name| claims.and_then(|claims| claims.string(name));
        let typed =
            self.data.iter().find(|(name, _)| *name == "username").map(|(_, value)| String::from(*value));
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
        let secret = response.secret("id_token").filter(|token| !token.expose().is_empty())?;
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
        entry.set_string("target", self.scope.as_str());
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

/// Whether somebody has an account, and its id: `uid.utid` of `client_info`, else the id token's `sub`.
fn home_account_id(response: &JsonObject, claims: Option<&JsonObject>) -> (bool, Option<String>) {
    let client_info = response.secret("client_info");
    let client_info = client_info.and_then(|text| JsonObject::parse(&from_base64url(text.expose())?).ok());
    let id = client_info.and_then(|info| Some(format!("{}.{}", info.string("uid")?, info.string("utid")?)));
    let id = id.or_else(|| claims.and_then(|claims| claims.string("sub")));
    (id.is_some(), id)
}
