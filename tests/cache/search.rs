//! MSAL's general search.
use crate::support::{ALICE, CLIENT, HOST, NOW, TENANT, file, load, now, object, token};
use msal_proto::cache::CredentialType;
use msal_proto::engine::UnixTime;
use msal_proto::{Scopes, TokenCache};
use serde_json::{Value, json};

fn search(cache: &TokenCache, target: &str, query: Value, at: Option<UnixTime>) -> Vec<String> {
    let found = cache.search(CredentialType::AccessToken, &Scopes::parse(target), &object(&query), at);
    found.iter().map(|entry| entry.string("secret").unwrap()).collect()
}

fn cache() -> TokenCache {
    let mut app = token(json!({"secret": "app", "target": "x"}));
    app["home_account_id"] = Value::Null;
    load(&file(&[
        token(json!({"secret": "wide", "target": "a b", "home_account_id": ALICE, "n": 1})),
        token(
            json!({"secret": "exact", "target": "a", "home_account_id": ALICE, "environment": "Login.Example.Com"}),
        ),
        app,
        token(
            json!({"secret": "short", "target": "a", "home_account_id": ALICE, "realm": "r", "expires_on": (NOW + 10).to_string()}),
        ),
    ]))
}

#[test]
fn by_any_members() {
    let cache = cache();
    assert_eq!(search(&cache, "", json!({}), None), ["wide", "exact", "app", "short"]);
    assert_eq!(search(&cache, "", json!({"home_account_id": null}), None), ["app"]);
    assert_eq!(search(&cache, "", json!({"nope": 1}), None), [""; 0]);
    assert_eq!(search(&cache, "", json!({"nope": null}), None), [""; 0], "absent is not null");
    assert_eq!(search(&cache, "", json!({"n": 1}), None), ["wide"]);
    assert_eq!(search(&cache, "", json!({"n": "1"}), None), [""; 0]);
    assert_eq!(search(&cache, "b", json!({}), None), ["wide"]);
    assert_eq!(search(&cache, "", json!({"environment": "LOGIN.example.com"}), None), ["exact"]);
}

#[test]
fn the_exact_target_first_if_the_query_names_a_partition() {
    let cache = load(&file(&[
        token(json!({"secret": "wide", "target": "a b"})),
        token(json!({"secret": "exact", "target": "a"})),
    ]));
    let partition = json!({"home_account_id": "", "environment": HOST, "client_id": CLIENT, "realm": TENANT});
    assert_eq!(search(&cache, "a", partition, None), ["exact", "wide"]);
    assert_eq!(
        search(&cache, "a", json!({}), None),
        ["wide", "exact"],
        "else in the order in which they came"
    );
}

#[test]
fn what_has_expired_is_left_out_if_the_time_is_given() {
    let cache = cache();
    assert_eq!(search(&cache, "a", json!({"realm": "r"}), Some(UnixTime(NOW + 10))), ["short"]);
    assert_eq!(search(&cache, "a", json!({"realm": "r"}), Some(UnixTime(NOW + 11))), [""; 0]);
    assert_eq!(search(&cache, "a", json!({"realm": "r"}), None), ["short"]);
}

#[test]
fn cac_09_what_is_bound_is_not_for_who_does_not_ask() {
    for (name, value) in [("key_id", "K"), ("ext_cache_key", "x"), ("user_assertion_hash", "h")] {
        let cache = load(&file(&[token(json!({name: value}))]));
        assert_eq!(search(&cache, "s1", json!({}), Some(now())), [""; 0], "{name}");
        assert_eq!(search(&cache, "s1", json!({name: value}), Some(now())), ["AT"], "{name}");
    }
}
