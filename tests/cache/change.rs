//! Changes as values: they travel in an effect.
use crate::support::{access_token, entry, found, load, now, put, query, saved};
use msal_proto::TokenCache;
use msal_proto::cache::{CacheChange, CacheEntries, CacheRead, CredentialType, Entry, Purge, TokenEvent};
use msal_proto::json::JsonObject;
use serde_json::{Value, json};

fn through_json<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

#[test]
fn a_change_survives_json() {
    let response = JsonObject::parse(br#"{"access_token":"A","refresh_token":"R","foci":"1"}"#).unwrap();
    let event = TokenEvent {
        client_id: "c",
        response: Some(&response),
        data: vec![("key_id", "K")],
        ..TokenEvent::default()
    };
    let mut change = event.change(now());
    change.removals = vec![Entry::AccessToken(access_token(json!({})))];
    change.purge = Some(Purge { partition: query("s"), now: now() });
    let again = through_json(&change);
    assert_eq!(again, change);
    let (mut one, mut other) = (TokenCache::new(), TokenCache::new());
    one.apply(&change);
    other.apply(&again);
    assert_eq!(one.serialize(), other.serialize());
}

#[test]
fn reads_and_entries_survive_json() {
    let read = CacheRead::AccessTokens { query: query("s1"), now: crate::support::now() };
    assert_eq!(through_json(&read), read);
    let cache = load(&crate::support::file(&[crate::support::token(json!({"x": 1.5, "kid": "K"}))]));
    let all = CacheRead::AppTokens {
        client_id: crate::support::CLIENT.into(),
        environment: crate::support::HOST.into(),
    };
    let entries = cache.read(&all);
    let again: CacheEntries = through_json(&entries);
    assert_eq!(again.access_tokens, entries.access_tokens);
    assert_eq!(again.access_tokens[0].key_id().map(|key| &**key), Some("K"));
}

#[test]
fn removals_come_before_puts() {
    let mut cache = load(&json!({}));
    put(&mut cache, [Entry::AccessToken(access_token(json!({"secret": "old"})))]);
    cache.apply(&CacheChange {
        puts: vec![Entry::AccessToken(access_token(json!({"secret": "new"})))],
        removals: vec![Entry::AccessToken(access_token(json!({"secret": "old"})))],
        ..CacheChange::default()
    });
    assert_eq!(found(&cache, &query("s1")).as_deref(), Some("new"));
    assert!(cache.has_state_changed());
}

#[test]
fn an_empty_change_changes_nothing() {
    let mut cache = load(&json!({"AccessToken": {}}));
    cache.apply(&CacheChange::default());
    assert!(!cache.has_state_changed());
}

#[test]
fn entries_of_each_kind_are_put_replaced_and_removed() {
    use CredentialType::{Account, AppMetadata, IdToken, RefreshToken};
    for kind in [RefreshToken, IdToken, Account, AppMetadata] {
        let members = |extra: Value| json!({"home_account_id": "h", "environment": "e", "client_id": "c", "realm": "r", "target": "t", "x": extra});
        let mut cache = TokenCache::new();
        put(&mut cache, [entry(kind, &members(json!(1)))]);
        put(&mut cache, [entry(kind, &members(json!({"y": 2.50})))]);
        let saved_once = saved(&cache);
        let entries = saved_once[kind.as_str()].as_object().unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries.values().next().unwrap(), &members(json!({"y": 2.50})));
        assert!(cache.remove(&entry(kind, &members(json!(null)))));
        assert_eq!(saved(&cache), json!({kind.as_str(): {}}));
    }
}

#[test]
fn an_access_token_may_come_as_its_members() {
    let members = crate::support::object(&crate::support::token(json!({})));
    let mut cache = TokenCache::new();
    put(&mut cache, [Entry::Other(CredentialType::AccessToken, members.clone())]);
    assert_eq!(found(&cache, &query("s1")).as_deref(), Some("AT"));
    assert!(cache.remove(&Entry::Other(CredentialType::AccessToken, members)));
    assert_eq!(saved(&cache), json!({"AccessToken": {}}));
}

#[test]
fn a_clone_is_a_cache_of_its_own() {
    let mut cache = load(&json!({}));
    let clone = cache.clone();
    put(&mut cache, [Entry::AccessToken(access_token(json!({})))]);
    assert_eq!(saved(&clone), json!({}));
    assert_eq!(found(&clone, &query("s1")), None);
}
