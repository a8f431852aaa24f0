//! Entries, files and queries of the tests.
use msal_proto::cache::{AccessToken, AccessTokenQuery, CacheChange, CredentialType, Entry};
use msal_proto::engine::UnixTime;
use msal_proto::json::JsonObject;
use msal_proto::{Scopes, TokenCache};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(crate) const NOW: u64 = 1_700_000_000;
pub(crate) const CLIENT: &str = "22222222-2222-2222-2222-222222222222";
pub(crate) const TENANT: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const HOST: &str = "login.microsoftonline.com";
pub(crate) const ALICE: &str = "33333333-3333-3333-3333-333333333333.11111111-1111-1111-1111-111111111111";

pub(crate) fn now() -> UnixTime {
    UnixTime(NOW)
}

/// An application's token that is good for an hour, with these members put over it; null takes a member out.
pub(crate) fn token(over: Value) -> Value {
    let mut entry = json!({
        "credential_type": "AccessToken", "secret": "AT", "home_account_id": "", "environment": HOST,
        "client_id": CLIENT, "target": "s1 s2", "realm": TENANT, "token_type": "Bearer",
        "cached_at": NOW.to_string(), "expires_on": (NOW + 3600).to_string(),
        "extended_expires_on": (NOW + 3600).to_string(),
    });
    for (name, value) in over.as_object().unwrap() {
        match value {
            Value::Null => drop(entry.as_object_mut().unwrap().remove(name)),
            value => entry[name] = value.clone(),
        }
    }
    entry
}

/// A file with these access tokens, each under a key of no meaning.
pub(crate) fn file(tokens: &[Value]) -> Value {
    let entries =
        tokens.iter().enumerate().map(|(number, token)| (format!("key {number:06}"), token.clone()));
    json!({"AccessToken": entries.collect::<Map<_, _>>()})
}

pub(crate) fn load(file: &Value) -> TokenCache {
    let mut cache = TokenCache::new();
    cache.deserialize(&file.to_string()).unwrap();
    cache
}

/// What a cache would write, as JSON.
pub(crate) fn saved(cache: &TokenCache) -> Value {
    serde_json::from_str(&cache.clone().serialize()).unwrap()
}

/// An application's query.
pub(crate) fn query(scopes: &str) -> AccessTokenQuery {
    AccessTokenQuery {
        home_account_id: None,
        environment: HOST.into(),
        client_id: CLIENT.into(),
        realm: TENANT.into(),
        target: Scopes::parse(scopes),
        key_id: None,
        ext_cache_key: None,
        user_assertion_hash: None,
    }
}

/// The tokens that answer a query, by their secrets.
pub(crate) fn matches(cache: &TokenCache, query: &AccessTokenQuery) -> Vec<String> {
    cache.matches(query).map(|token| token.secret().expose().to_owned()).collect()
}

/// The token that is served, by its secret.
pub(crate) fn found(cache: &TokenCache, query: &AccessTokenQuery) -> Option<String> {
    cache.find(query, now()).map(|token| token.secret().expose().to_owned())
}

pub(crate) fn access_token(over: Value) -> Arc<AccessToken> {
    Arc::new(serde_json::from_str(&token(over).to_string()).unwrap())
}

pub(crate) fn object(value: &Value) -> JsonObject {
    JsonObject::parse(value.to_string().as_bytes()).unwrap()
}

pub(crate) fn entry(kind: CredentialType, value: &Value) -> Entry {
    match kind {
        CredentialType::AccessToken => Entry::AccessToken(serde_json::from_str(&value.to_string()).unwrap()),
        _ => Entry::Other(kind, object(value)),
    }
}

pub(crate) fn put(cache: &mut TokenCache, entries: impl IntoIterator<Item = Entry>) {
    cache.apply(&CacheChange { puts: entries.into_iter().collect(), ..CacheChange::default() });
}
