//! What this library does not know comes out as it went in.
use crate::support::{
    ALICE, CLIENT, HOST, access_token, entry, file, found, load, object, put, query, saved, token,
};
use msal_proto::TokenCache;
use msal_proto::cache::{CredentialType, Entry};
use serde_json::{Value, json};

fn account() -> Value {
    json!({"home_account_id": ALICE, "environment": HOST, "realm": "t", "local_account_id": "l", "username": "u",
        "authority_type": "MSSTS"})
}

#[test]
fn cac_03_a_section_of_another_type_is_empty_and_kept() {
    for section in ["[]", "null", "\"x\"", "5", "[{\"secret\": 1.50}]"] {
        let text = format!("{{\"AccessToken\":{section},\"Account\":{section}}}");
        let mut cache = TokenCache::new();
        cache.deserialize(&text).unwrap();
        assert_eq!(cache.serialize(), text);
        assert_eq!(found(&cache, &query("s1")), None);
        put(&mut cache, [Entry::AccessToken(access_token(json!({})))]);
        assert_eq!(found(&cache, &query("s1")).as_deref(), Some("AT"), "a write makes a section of it");
        assert_eq!(saved(&cache)["Account"], serde_json::from_str::<Value>(section).unwrap());
    }
}

#[test]
fn cac_04_an_entry_of_another_type_is_skipped_and_kept() {
    let odd = json!({"a": null, "b": "x", "c": 5, "d": [1], "e": true, "f": {}});
    let mut text = file(&[token(json!({}))]);
    for (key, value) in odd.as_object().unwrap() {
        text["AccessToken"][key] = value.clone();
    }
    text["RefreshToken"] = odd.clone();
    text["Account"] = odd.clone();
    text["IdToken"] = odd.clone();
    text["AppMetadata"] = odd;
    let mut cache = load(&text);
    assert_eq!(found(&cache, &query("s1")).as_deref(), Some("AT"));
    assert_eq!(saved(&cache), text);
    put(&mut cache, [entry(CredentialType::Account, &account())]);
    let after = saved(&cache);
    assert_eq!(after["Account"].as_object().unwrap().len(), 7);
    assert_eq!(after["RefreshToken"], text["RefreshToken"]);
}

#[test]
fn cac_06_cac_26_an_entry_that_cannot_be_served_is_kept() {
    let unusable = [
        json!({"target": 5}),
        json!({"target": null}),
        json!({"secret": null}),
        json!({"secret": 5}),
        json!({"secret": ""}),
        json!({"secret": ["AT"]}),
        json!({"environment": null}),
        json!({"client_id": 5}),
    ];
    for over in unusable {
        let text = file(&[token(over.clone()), token(json!({"secret": "good", "target": "s1"}))]);
        let cache = load(&text);
        assert_eq!(matches_all(&cache), ["good"], "{over}");
        assert_eq!(saved(&cache), text, "{over}");
    }
    let mut null_target = token(json!({}));
    null_target["target"] = Value::Null;
    let text = file(&[null_target]);
    assert_eq!(matches_all(&load(&text)), Vec::<String>::new());
    assert_eq!(saved(&load(&text)), text);
}

fn matches_all(cache: &TokenCache) -> Vec<String> {
    crate::support::matches(cache, &query("s1"))
}

/// Numbers that no float holds, escapes that need not be, members of other libraries.
const FOREIGN: &str = r#"{"secret":"A\u0054","x":1.500e400,"credential_type":"AccessToken","home_account_id":null,"environment":"login.microsoftonline.com","client_id":"22222222-2222-2222-2222-222222222222","target":"s2  s1","realm":"11111111-1111-1111-1111-111111111111","requested":{ "b":1,"a":[ 1.0 ]},"cached_at":1700000000,"expires_on":1700003600,"lone":"\ud800"}"#;

#[test]
fn cac_08_text_is_kept_for_text() {
    let text = format!(
        "{{\"Other\":{{\"b\":1.0,\"a\":1e0}},\"AccessToken\":{{\"odd \\u00e9\":{FOREIGN}}},\"Account\":{{\"k\":{{\"x\":1.10,\"home_account_id\":\"h\"}}}},\"Zzz\":[ 1 ]}}"
    );
    let mut cache = TokenCache::new();
    cache.deserialize(&text).unwrap();
    assert_eq!(found(&cache, &query("s1")).as_deref(), Some("AT"));
    put(&mut cache, [Entry::AccessToken(access_token(json!({"target": "more"})))]);
    let after = cache.serialize();
    for kept in
        [FOREIGN, r#""Other":{"b":1.0,"a":1e0}"#, r#""k":{"x":1.10,"home_account_id":"h"}"#, r#""Zzz":[ 1 ]"#]
    {
        assert!(after.contains(kept), "{kept} in {after}");
    }
    assert!(after.starts_with("{\"Other\""), "sections keep their order");
    assert!(after.contains("\"odd é\":"), "and entries their keys: {after}");
}

#[test]
fn cac_08_an_unchanged_file_is_written_as_it_was_read() {
    let mut over = json!({"ext_expires_on": "1", "resource": "r", "user_assertion_hash": "h", "kid": "k"});
    over["persisted_cache_parameters"] = json!({"x": [null, 1.5]});
    let text = json!({
        "AccessToken": file(&[token(json!({})), token(over)])["AccessToken"],
        "RefreshToken": {"r": {"secret": "RT", "credential_type": "RefreshToken", "z": 1}},
        "IdToken": {}, "Account": {"a": account()}, "AppMetadata": {"m": {"client_id": CLIENT, "environment": HOST}},
        "Unknown": {"k": {"a": 1}},
    });
    let cache = load(&text);
    assert_eq!(saved(&cache), text);
    assert_eq!(saved(&load(&saved(&cache))), text);
}

#[test]
fn cac_13_an_entry_that_is_replaced_moves_to_its_own_key() {
    let mut cache = load(
        &json!({"Account": {"file key": account()}, "AccessToken": file(&[token(json!({}))])["AccessToken"]}),
    );
    put(
        &mut cache,
        [
            entry(CredentialType::Account, &account()),
            Entry::AccessToken(access_token(json!({"secret": "new"}))),
        ],
    );
    let after = saved(&cache);
    let keys = |section: &str| after[section].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys("Account"), [format!("{ALICE}-{HOST}-t")]);
    assert_eq!(keys("AccessToken").len(), 1);
    assert!(keys("AccessToken")[0].starts_with("-login.microsoftonline.com-accesstoken-"));
    assert_eq!(found(&cache, &query("s1")).as_deref(), Some("new"));
}

/// A file may have an entry under a key that is another's by right. Neither may swallow the other, and no key may
/// occur twice in what is written.
#[test]
fn cac_13_a_key_that_is_anothers_by_right_is_given_up() {
    let own =
        |scope: &str| format!("-{HOST}-accesstoken-{CLIENT}-11111111-1111-1111-1111-111111111111-{scope}");
    for intruder in [token(json!({"target": "other", "secret": "intruder"})), json!("text"), json!(null)] {
        let mut cache = load(&json!({"AccessToken": {(own("s")): intruder}}));
        put(&mut cache, [Entry::AccessToken(access_token(json!({"target": "s", "secret": "new"})))]);
        let text = cache.serialize();
        assert_eq!(text.matches(&format!("{:?}:", own("s"))).count(), 1, "{text}");
        let after = saved(&cache);
        assert_eq!(after["AccessToken"][own("s")]["secret"], "new");
        if intruder.is_object() {
            assert_eq!(after["AccessToken"][own("other")]["secret"], "intruder");
        }
    }
}

#[test]
fn cac_13_the_same_for_accounts() {
    let key = format!("{ALICE}-{HOST}-t");
    let mut other = account();
    other["realm"] = json!("u");
    for intruder in [other, json!(5)] {
        let mut cache = load(&json!({"Account": {(key.clone()): intruder}}));
        put(&mut cache, [entry(CredentialType::Account, &account())]);
        let text = cache.serialize();
        assert_eq!(text.matches(&format!("{key:?}:")).count(), 1, "{text}");
        assert_eq!(saved(&cache)["Account"][&key], account());
    }
}

#[test]
fn cac_13_hostile_keys_are_only_text() {
    for key in ["__proto__", "\0", "a\nb", "\u{202e}", &"k".repeat(1 << 20)] {
        let text = json!({"AccessToken": {key: token(json!({}))}, "Account": {key: account()}});
        let cache = load(&text);
        assert_eq!(found(&cache, &query("s1")).as_deref(), Some("AT"));
        assert_eq!(saved(&cache), text);
    }
}

#[test]
fn sections_stay_when_their_last_entry_goes() {
    let mut cache = load(&json!({"Account": {"k": account()}}));
    assert!(cache.remove(&entry(CredentialType::Account, &account())));
    assert!(!cache.remove(&entry(CredentialType::Account, &account())));
    assert_eq!(saved(&cache), json!({"Account": {}}));
    // As MSAL Python, which makes the section before it looks.
    let mut cache = TokenCache::new();
    assert!(!cache.remove(&Entry::AccessToken(access_token(json!({})))));
    assert_eq!(saved(&cache), json!({"AccessToken": {}}));
}

#[test]
fn sec_debug_shows_no_secret() {
    let mut cache = load(&file(&[token(json!({"secret": "SESAME"}))]));
    let refresh =
        entry(CredentialType::RefreshToken, &json!({"secret": "SESAME", "credential_type": "RefreshToken"}));
    put(&mut cache, [refresh.clone()]);
    let token = cache.matches(&query("s1")).next().unwrap().clone();
    let shown = format!(
        "{cache:?} {token:?} {refresh:?} {:?} {:?}",
        Entry::AccessToken(token.clone()),
        object(&json!({"secret": "SESAME"}))
    );
    assert!(!shown.contains("SESAME"), "{shown}");
}
