//! Entries whose keys in the file are not their own, and what comes of it: every key is written once.
use crate::support::{
    CLIENT, HOST, TENANT, access_token, entry, file, load, matches, put, query, saved, token,
};
use msal_proto::TokenCache;
use msal_proto::cache::{CacheChange, CacheRead, CredentialType, Entry};
use serde_json::{Value, json};

fn key(target: &str) -> String {
    format!("-{HOST}-accesstoken-{CLIENT}-{TENANT}-{target}")
}

fn put_token(cache: &mut TokenCache, over: Value) {
    put(cache, [Entry::AccessToken(access_token(over))]);
}

#[test]
fn cac_13_keys_are_given_up_one_after_the_other() {
    // Each entry is under the key of the one before it.
    let mut cache = load(&json!({ "AccessToken": {
        key("a"): token(json!({ "target": "b", "secret": "b" })),
        key("b"): token(json!({ "target": "c", "secret": "c" })),
        key("c"): token(json!({ "target": "d", "secret": "d" })),
        key("x"): null,
        key("y"): token(json!({ "target": "z", "secret": "z" })),
    } }));
    put_token(&mut cache, json!({ "target": "a", "secret": "a" }));
    put_token(&mut cache, json!({ "target": "x", "secret": "x" }));
    let section = &saved(&cache)["AccessToken"];
    for (key, secret) in [(key("a"), "a"), (key("x"), "x"), (key("y"), "z")] {
        assert_eq!(section[&key]["secret"], secret, "{key}");
    }
    let text = cache.serialize();
    cache.deserialize(&text).unwrap();
    for target in ["a", "b", "c", "d", "x", "z"] {
        assert_eq!(matches(&cache, &query(target)), [target]);
    }
    assert_eq!(cache.serialize(), text, "no key is written twice");
}

#[test]
fn cac_13_of_two_tokens_that_are_written_alike_the_later_counts() {
    let mut cache = TokenCache::new();
    for (client_id, realm) in [("a-b", "c"), ("a", "b-c")] {
        put_token(&mut cache, json!({ "client_id": client_id, "realm": realm, "secret": client_id }));
    }
    let text = cache.serialize();
    assert_eq!(text.matches("-accesstoken-a-b-c-").count(), 1, "{text}");
    assert_eq!(saved(&cache)["AccessToken"][format!("-{HOST}-accesstoken-a-b-c-s1 s2")]["secret"], "a");
}

#[test]
fn cac_13_a_token_whose_own_key_is_taken_by_its_like_is_dropped() {
    let mut cache = load(&json!({ "AccessToken": {
        key("t"): token(json!({ "target": "s", "secret": "displaced" })),
        key("s"): token(json!({ "target": "s", "secret": "rightful" })),
    } }));
    put_token(&mut cache, json!({ "target": "t", "secret": "new" }));
    let text = cache.serialize();
    assert_eq!(text.matches(&format!("\"{}\"", key("s"))).count(), 1, "{text}");
    let section = &saved(&cache)["AccessToken"];
    assert_eq!(
        (&section[key("s")]["secret"], &section[key("t")]["secret"]),
        (&json!("rightful"), &json!("new"))
    );
}

#[test]
fn what_was_read_can_be_removed_after_a_journey_as_json() {
    for over in [
        json!({ "ext": { "fmi_path": "p" } }),
        json!({ "kid": "K", "token_type": "pop" }),
        json!({ "user_assertion_hash": "h=" }),
        json!({ "requestedClaimsHash": "c" }),
        json!({ "expires_on": "x" }),
    ] {
        let mut cache = load(&file(&[token(over.clone())]));
        let read = CacheRead::AppTokens { client_id: CLIENT.into(), environment: HOST.into() };
        let removals = cache.read(&read).access_tokens.into_iter().map(Entry::AccessToken).collect();
        let change = CacheChange { removals, ..CacheChange::default() };
        cache.apply(&serde_json::from_str(&serde_json::to_string(&change).unwrap()).unwrap());
        assert_eq!(cache.serialize(), r#"{"AccessToken":{}}"#, "{over}");
    }
}

#[test]
fn cac_03_a_removal_leaves_a_section_of_another_type_alone() {
    for (kind, members) in [
        (CredentialType::AccessToken, token(json!({}))),
        (CredentialType::Account, json!({ "home_account_id": "u" })),
    ] {
        let file = json!({ kind.as_str(): [1] });
        let mut cache = load(&file);
        assert!(!cache.remove(&entry(kind, &members)));
        assert_eq!(saved(&cache), file);
        put(&mut cache, [entry(kind, &members)]);
        assert_eq!(saved(&cache)[kind.as_str()].as_object().unwrap().len(), 1);
    }
}

#[test]
fn many_copies_of_one_token_answer_in_their_order_and_go_together() {
    let copies: Vec<_> = (0..20_000).map(|number| token(json!({ "secret": number.to_string() }))).collect();
    let mut cache = load(&file(&copies));
    let found = matches(&cache, &query("s1 s2"));
    assert!(
        found
            .iter()
            .map(String::as_str)
            .eq((0..20_000).map(|number| number.to_string()).collect::<Vec<_>>().iter())
    );
    put_token(&mut cache, json!({ "secret": "new" }));
    assert_eq!(matches(&cache, &query("s1 s2")), ["new"]);
}
