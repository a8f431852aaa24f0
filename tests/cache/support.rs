//! Tokens, queries and files to test with.
use msal_proto::cache::{AccessToken, AccessTokenQuery, CacheChange, CredentialType, Entry, Purge};
use msal_proto::engine::UnixTime;
use msal_proto::json::JsonObject;
use msal_proto::{Scopes, TokenCache};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(crate) const NOW: UnixTime = UnixTime(1_700_000_000);
pub(crate) const ENVIRONMENT: &str = "login.microsoftonline.com";
pub(crate) const CLIENT: &str = "22222222-2222-2222-2222-222222222222";
pub(crate) const TENANT: &str = "11111111-1111-1111-1111-111111111111";

/// The key of an application's own token as MSAL Python spells it.
pub(crate) fn key(target: &str) -> String {
    format!("-{ENVIRONMENT}-accesstoken-{CLIENT}-{TENANT}-{target}")
}

/// An application's own token for `s`, good for an hour, with these members instead; `"absent"` leaves one out.
pub(crate) fn entry(members: Value) -> Value {
    let mut entry = json!({
        "credential_type": "AccessToken", "secret": "AT", "home_account_id": null, "environment": ENVIRONMENT,
        "client_id": CLIENT, "target": "s", "realm": TENANT, "token_type": "Bearer", "cached_at": "1700000000",
        "expires_on": "1700003600", "extended_expires_on": "1700003600",
    });
    for (name, value) in members.as_object().unwrap() {
        match value.as_str() {
            Some("absent") => entry.as_object_mut().unwrap().remove(name),
            _ => entry.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    entry
}

pub(crate) fn token(members: Value) -> Arc<AccessToken> {
    Arc::new(serde_json::from_value(entry(members)).unwrap())
}

/// An application's own query.
pub(crate) fn query(target: &str) -> AccessTokenQuery {
    AccessTokenQuery {
        home_account_id: None,
        environment: ENVIRONMENT.into(),
        client_id: CLIENT.into(),
        realm: TENANT.into(),
        target: Scopes::parse(target),
        key_id: None,
        ext_cache_key: None,
        user_assertion_hash: None,
    }
}

pub(crate) fn put(token: Arc<AccessToken>) -> CacheChange {
    CacheChange { puts: vec![Entry::AccessToken(token)], ..CacheChange::default() }
}

pub(crate) fn purge(partition: AccessTokenQuery, now: UnixTime) -> CacheChange {
    CacheChange { purge: Some(Purge { partition, now }), ..CacheChange::default() }
}

/// A cache with these tokens, put in this order.
pub(crate) fn cache_of(tokens: impl IntoIterator<Item = Value>) -> TokenCache {
    let mut cache = TokenCache::new();
    for members in tokens {
        cache.apply(&put(token(members)));
    }
    cache
}

/// A cache read from this text.
pub(crate) fn read(text: &str) -> TokenCache {
    let mut cache = TokenCache::new();
    cache.deserialize(text).unwrap();
    cache
}

/// A cache read from a file with these access tokens under `k0`, `k1`, …
pub(crate) fn file_of(tokens: impl IntoIterator<Item = Value>) -> TokenCache {
    let tokens = tokens.into_iter().enumerate();
    let section: Map<_, _> = tokens.map(|(place, members)| (format!("k{place}"), entry(members))).collect();
    read(&json!({ "AccessToken": section }).to_string())
}

/// The secrets of what answers, in order.
pub(crate) fn secrets(cache: &TokenCache, query: &AccessTokenQuery) -> Vec<String> {
    cache.matches(query).map(|token| token.secret().expose().to_owned()).collect()
}

/// The secret of the token that is found.
pub(crate) fn found(cache: &TokenCache, query: &AccessTokenQuery) -> Option<String> {
    cache.find(query, NOW).map(|token| token.secret().expose().to_owned())
}

pub(crate) fn written(cache: &mut TokenCache) -> Value {
    serde_json::from_str(&cache.serialize()).unwrap()
}

/// The secrets of a section's entries by key, in any order.
pub(crate) fn keys(cache: &mut TokenCache, section: &str) -> Vec<(String, Value)> {
    let written = written(cache);
    let entries = written[section].as_object().unwrap();
    entries.iter().map(|(key, entry)| (key.clone(), entry["secret"].clone())).collect()
}

pub(crate) fn object(value: &Value) -> JsonObject {
    JsonObject::parse(value.to_string().as_bytes()).unwrap()
}

/// An entry of any kind by its members.
pub(crate) fn entry_of(credential_type: CredentialType, members: &Value) -> Entry {
    match credential_type {
        CredentialType::AccessToken => {
            Entry::AccessToken(Arc::new(serde_json::from_value(members.clone()).unwrap()))
        }
        _ => Entry::Other(credential_type, object(members)),
    }
}
