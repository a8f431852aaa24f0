//! What an entry is, whatever its key: what replaces it, what removes it, and the key that it is written under.
use crate::support::{
    ENVIRONMENT, NOW, cache_of, entry, entry_of, file_of, key, keys, object, purge, put, query, read, secrets, token, written,
};
use msal_proto::TokenCache;
use msal_proto::cache::{AccessTokenQuery, CacheChange, CredentialType, Entry};
use serde_json::{Value, json};

fn removal(entry: Entry) -> CacheChange {
    CacheChange { removals: vec![entry], ..CacheChange::default() }
}

#[test]
fn a_put_replaces_the_token_of_its_identity_in_its_place() {
    let mut cache = cache_of([json!({ "secret": "1" }), json!({ "secret": "2", "target": "s t" })]);
    cache.apply(&put(token(json!({ "secret": "3", "expires_on": "1700007200" }))));
    assert_eq!(secrets(&cache, &query("s")), ["3", "2"]);
    assert_eq!(secrets(&cache, &query("")), ["3", "2"]);
    assert_eq!(written(&mut cache)["AccessToken"].as_object().unwrap().len(), 2);
}

#[test]
fn each_field_of_the_key_tells_tokens_apart() {
    let others = [
        json!({}),
        json!({ "home_account_id": "uid.utid" }),
        json!({ "environment": "login.windows.net" }),
        json!({ "client_id": "c" }),
        json!({ "realm": "t" }),
        json!({ "target": "t" }),
        json!({ "ext_cache_key": "x" }),
    ];
    let mut cache = cache_of(others.clone());
    assert_eq!(keys(&mut cache, "AccessToken").len(), others.len());
    for (place, members) in others.iter().enumerate() {
        let mut members = members.clone();
        members["secret"] = json!(place.to_string());
        cache.apply(&put(token(members)));
    }
    assert_eq!(keys(&mut cache, "AccessToken").len(), others.len());
}

#[test]
fn cac_12_tokens_whose_keys_differ_in_case_are_one() {
    let mut cache = cache_of([json!({ "realm": "Contoso.Example", "target": "Mail.Read", "client_id": "C" })]);
    cache.apply(&put(token(json!({
        "realm": "contoso.example", "target": "mail.read", "client_id": "c", "environment": ENVIRONMENT.to_uppercase(), "secret": "new",
    }))));
    let key = format!("-{ENVIRONMENT}-accesstoken-c-contoso.example-mail.read");
    assert_eq!(keys(&mut cache, "AccessToken"), [(key, json!("new"))]);
}

#[test]
fn cac_25_one_key_holds_one_token_bound_or_not() {
    // MSAL Python's key does not have the key that a token is bound to.
    let mut cache = cache_of([json!({ "key_id": "K", "token_type": "pop" })]);
    cache.apply(&put(token(json!({ "secret": "free" }))));
    assert_eq!(keys(&mut cache, "AccessToken"), [(key("s"), json!("free"))]);
    assert_eq!(secrets(&cache, &AccessTokenQuery { key_id: Some("K".into()), ..query("s") }), [""; 0]);
}

#[test]
fn a_put_replaces_the_same_token_under_other_keys() {
    let mut cache = file_of([json!({ "secret": "1" }), json!({ "secret": "2" }), json!({ "secret": "t", "target": "t" })]);
    cache.apply(&put(token(json!({ "secret": "new" }))));
    assert_eq!(secrets(&cache, &query("s")), ["new"]);
    assert_eq!(keys(&mut cache, "AccessToken").len(), 2);
}

#[test]
fn a_put_leaves_another_librarys_bound_token_alone() {
    let members = [
        json!({ "secret": "ext", "credential_type": "ATExt", "ext": { "fmi_path": "p" } }),
        json!({ "secret": "pop", "credential_type": "AccessToken_With_AuthScheme", "token_type": "pop", "kid": "K" }),
    ];
    let mut cache = file_of(members);
    cache.apply(&put(token(json!({}))));
    assert_eq!(written(&mut cache)["AccessToken"].as_object().unwrap().len(), 3);
    assert_eq!(secrets(&cache, &query("s")), ["AT"]);
}

#[test]
fn cac_13_an_entry_gives_up_a_key_that_another_has_by_right() {
    // Each entry is under the key of the next.
    let file = json!({ "AccessToken": {
        key("a"): entry(json!({ "target": "b", "secret": "b" })),
        key("b"): entry(json!({ "target": "c", "secret": "c" })),
        key("c"): entry(json!({ "target": "d", "secret": "d" })),
        key("x"): null,
        key("y"): entry(json!({ "target": "z", "secret": "z" })),
    } });
    let mut cache = read(&file.to_string());
    assert_eq!(written(&mut cache), file);
    cache.apply(&put(token(json!({ "target": "a", "secret": "a" }))));
    cache.apply(&put(token(json!({ "target": "x", "secret": "x" }))));
    let text = cache.serialize();
    let again: Value = serde_json::from_str(&text).unwrap();
    let section = again["AccessToken"].as_object().unwrap();
    assert_eq!(section[&key("a")]["secret"], "a");
    assert_eq!(section[&key("x")]["secret"], "x");
    assert_eq!(section[&key("y")]["secret"], "z");
    let mut cache = read(&text);
    for target in ["a", "b", "c", "d", "x", "z"] {
        assert_eq!(secrets(&cache, &query(target)), [target]);
    }
    assert_eq!(cache.serialize(), text, "every key occurs once");
}

#[test]
fn cac_13_no_key_is_written_twice() {
    // Two tokens that are not the same but have one key: the later one counts, as in MSAL Python.
    let texts = [("a-b", "c"), ("a", "b-c")];
    let mut cache = cache_of(texts.map(|(client_id, realm)| json!({ "client_id": client_id, "realm": realm, "secret": client_id })));
    let text = cache.serialize();
    assert_eq!(text.matches("-accesstoken-a-b-c-s").count(), 1, "{text}");
    assert_eq!(keys(&mut cache, "AccessToken")[0].1, "a");
    // A token whose own key is taken by a copy of itself.
    let file = json!({ "AccessToken": {
        key("t"): entry(json!({ "secret": "displaced" })), key("s"): entry(json!({ "secret": "rightful" })),
    } });
    let mut cache = read(&file.to_string());
    cache.apply(&put(token(json!({ "target": "t", "secret": "new" }))));
    let text = cache.serialize();
    assert_eq!(text.matches(&format!("\"{}\"", key("s"))).count(), 1, "{text}");
    assert_eq!(written(&mut cache)["AccessToken"][key("t")]["secret"], "new");
}

#[test]
fn removing_takes_the_token_of_that_identity_whatever_it_holds() {
    let mut cache = file_of([json!({ "secret": "1" }), json!({ "secret": "2", "target": "t" }), json!({ "secret": "3" })]);
    assert!(cache.remove(&Entry::AccessToken(token(json!({ "secret": "other" })))));
    assert_eq!(secrets(&cache, &query("")), ["2"]);
    assert!(!cache.remove(&Entry::AccessToken(token(json!({})))));
    assert!(!cache.remove(&Entry::AccessToken(token(json!({ "target": "t", "ext_cache_key": "x" })))));
    assert_eq!(secrets(&cache, &query("")), ["2"]);
}

#[test]
fn what_was_read_can_be_removed_even_after_a_journey_as_json() {
    for members in [
        json!({ "ext": { "fmi_path": "p" } }),
        json!({ "kid": "K", "token_type": "pop" }),
        json!({ "user_assertion_hash": "h=" }),
        json!({ "requestedClaimsHash": "c" }),
        json!({ "expires_on": "x" }),
    ] {
        let mut cache = file_of([members.clone()]);
        let read = msal_proto::cache::CacheRead::AppTokens { client_id: crate::support::CLIENT.into(), environment: ENVIRONMENT.into() };
        let found = cache.read(&read).access_tokens;
        let change = removal(Entry::AccessToken(found[0].clone()));
        let change: CacheChange = serde_json::from_str(&serde_json::to_string(&change).unwrap()).unwrap();
        cache.apply(&change);
        assert_eq!(cache.serialize(), r#"{"AccessToken":{}}"#, "{members}");
    }
}

#[test]
fn a_change_removes_then_purges_then_puts() {
    let mut cache = cache_of([json!({ "secret": "old" })]);
    let expired = json!({ "secret": "new", "expires_on": "1" });
    let mut change = put(token(expired));
    change.removals.push(Entry::AccessToken(token(json!({}))));
    change.purge = purge(query(""), NOW).purge;
    cache.apply(&change);
    assert_eq!(secrets(&cache, &query("s")), ["new"]);
}

#[test]
fn objects_are_one_by_their_fields_whatever_their_keys() {
    let fields = json!({ "home_account_id": "U.T", "environment": "E", "client_id": "C", "realm": "R", "target": "T" });
    for (kind, key) in [
        (CredentialType::RefreshToken, "u.t-e-refreshtoken-c--t"),
        (CredentialType::IdToken, "u.t-e-idtoken-c-r-"),
        (CredentialType::Account, "u.t-e-r"),
        // The one key that keeps its case.
        (CredentialType::AppMetadata, "appmetadata-E-C"),
    ] {
        let entry = |value: &str| {
            let mut entry = fields.clone();
            entry["value"] = json!(value);
            entry
        };
        let kind_name = kind.as_str();
        let mut cache = read(&json!({ kind_name: { "other key": entry("1"), "yet another": entry("2"), "x": {} } }).to_string());
        cache.apply(&CacheChange { puts: vec![entry_of(kind, &entry("new"))], ..CacheChange::default() });
        assert_eq!(written(&mut cache), json!({ kind_name: { key: entry("new"), "x": {} } }));
        assert_eq!(entry_of(kind, &entry("")).key(), key);
        assert!(cache.remove(&entry_of(kind, &entry(""))));
        assert!(!cache.remove(&entry_of(kind, &entry(""))));
        assert_eq!(written(&mut cache), json!({ kind_name: { "x": {} } }));
    }
}

#[test]
fn objects_give_up_keys_that_others_have_by_right() {
    let account = |realm: &str| json!({ "home_account_id": "u", "environment": "e", "realm": realm });
    let mut cache = read(&json!({ "Account": { "u-e-1": account("2"), "u-e-2": account("3"), "u-e-4": 5 } }).to_string());
    let puts = ["1", "4"].map(|realm| entry_of(CredentialType::Account, &account(realm))).into();
    cache.apply(&CacheChange { puts, ..CacheChange::default() });
    let all = json!({ "u-e-1": account("1"), "u-e-2": account("2"), "u-e-3": account("3"), "u-e-4": account("4") });
    assert_eq!(written(&mut cache)["Account"], all);
}

#[test]
fn many_objects_come_and_go_and_the_order_stays() {
    let account = |place: u32| json!({ "home_account_id": place.to_string(), "environment": "e", "realm": "r" });
    let mut cache = TokenCache::new();
    for place in 0..500 {
        let puts = vec![entry_of(CredentialType::Account, &account(place))];
        cache.apply(&CacheChange { puts, ..CacheChange::default() });
    }
    for place in (0..500).filter(|place| place % 50 != 7) {
        assert!(cache.remove(&entry_of(CredentialType::Account, &account(place))));
    }
    let left: Vec<_> = cache.search(CredentialType::Account, &Default::default(), &object(&json!({ "realm": "r" })), None);
    let left: Vec<_> = left.iter().map(|account| account.string("home_account_id").unwrap()).collect();
    assert_eq!(left, ["7", "57", "107", "157", "207", "257", "307", "357", "407", "457"]);
    assert!(cache.remove(&entry_of(CredentialType::Account, &account(57))));
    assert!(!cache.remove(&entry_of(CredentialType::Account, &account(58))));
}

#[test]
fn an_access_tokens_key_is_msal_pythons() {
    let key_of = |members| Entry::AccessToken(token(members)).key();
    assert_eq!(key_of(json!({ "target": "User.Read" })), key("user.read"));
    assert_eq!(key_of(json!({ "home_account_id": "U.T", "realm": "" })), format!("u.t-{ENVIRONMENT}-accesstoken-{}--s", crate::support::CLIENT));
    let extended = format!("-{ENVIRONMENT}-atext-{}-{}-s-hash", crate::support::CLIENT, crate::support::TENANT);
    assert_eq!(key_of(json!({ "ext_cache_key": "Hash" })), extended);
    assert_eq!(key_of(json!({ "key_id": "K" })), key("s"));
}

#[test]
fn has_state_changed_since_it_was_last_written_or_read() {
    let mut cache = TokenCache::new();
    assert!(!cache.has_state_changed());
    cache.apply(&CacheChange::default());
    cache.apply(&purge(query(""), NOW));
    assert!(cache.remove_expired(NOW).is_empty());
    assert!(!cache.has_state_changed());
    cache.apply(&put(token(json!({ "expires_on": "1" }))));
    assert!(cache.has_state_changed());
    let text = cache.serialize();
    assert!(!cache.has_state_changed());
    cache.remove_expired(NOW);
    assert!(cache.has_state_changed());
    cache.deserialize(&text).unwrap();
    assert!(!cache.has_state_changed());
    cache.apply(&purge(query(""), NOW));
    assert!(cache.has_state_changed());
    cache.deserialize(&text).unwrap();
    cache.apply(&removal(Entry::AccessToken(token(json!({})))));
    assert!(cache.has_state_changed());
}
