//! What a cache file may hold: nothing of it is lost, and none of it does harm.
use crate::support::{CLIENT, ENVIRONMENT, NOW, TENANT, entry, found, key, put, query, read, secrets, token, written};
use msal_proto::TokenCache;
use msal_proto::cache::{CacheError, CredentialType};
use msal_proto::json::JsonFault;
use serde_json::json;

/// One that has this text comes out of reading and writing it.
#[track_caller]
fn survives(text: &str) {
    assert_eq!(read(text).serialize(), text);
}

/// Is refused, and the cache is as it was.
#[track_caller]
fn refused(text: &str) -> CacheError {
    let mut cache = TokenCache::new();
    cache.apply(&put(token(json!({}))));
    let before = cache.clone().serialize();
    let error = cache.deserialize(text).unwrap_err();
    assert!(cache.has_state_changed(), "{text}");
    assert_eq!(cache.serialize(), before, "{text}");
    assert_eq!(found(&cache, &query("s")).as_deref(), Some("AT"));
    error
}

#[test]
fn cac_01_an_empty_text_is_an_empty_cache() {
    for text in ["", " \r\n\t"] {
        let mut cache = TokenCache::new();
        cache.apply(&put(token(json!({}))));
        cache.deserialize(text).unwrap();
        assert!(!cache.has_state_changed());
        assert_eq!(cache.serialize(), "{}");
        assert_eq!(secrets(&cache, &query("s")), [""; 0]);
    }
}

#[test]
fn cac_02_a_damaged_text_leaves_the_cache_as_it_was() {
    let whole = json!({ "AccessToken": { "k": entry(json!({"secret": "S3CRET"})) } }).to_string();
    for text in [
        &whole[..whole.len() - 1],
        &whole[..whole.len() / 2],
        &format!("{whole}}}"),
        &format!("{whole} {whole}"),
        &format!("\u{feff}{whole}"),
        "not json",
        "{",
        "\0\0\0\0",
        r#"{"a":1,}"#,
    ] {
        let error = refused(text);
        assert!(matches!(error, CacheError::Corrupt(JsonFault::Syntax { line: 1, .. })), "{text}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("S3CRET"));
    }
    for text in ["null", "[]", "5", "\"S3CRET\"", "true", " [{}]"] {
        assert_eq!(refused(text), CacheError::Corrupt(JsonFault::NotAnObject), "{text}");
    }
    assert_eq!(refused("not json").to_string(), "the token cache's text is damaged: not JSON at line 1, column 2; keep it aside and begin with an empty cache");
}

#[test]
fn cac_03_a_section_of_another_type_is_empty_and_kept() {
    for section in ["[]", "null", "5", "\"x\"", "[{\"a\":1.50}]"] {
        for kind in ["AccessToken", "RefreshToken", "IdToken", "Account", "AppMetadata"] {
            let text = format!(r#"{{"{kind}":{section},"Other":1}}"#);
            survives(&text);
            let kind = CredentialType::from_name(kind).unwrap();
            assert_eq!(read(&text).search(kind, &Default::default(), &Default::default(), None), []);
        }
    }
}

#[test]
fn cac_03_a_section_of_another_type_gives_way_to_an_entry_alone() {
    let mut cache = read(r#"{"Account":[],"AccessToken":null}"#);
    cache.apply(&put(token(json!({}))));
    assert_eq!(written(&mut cache), json!({ "Account": [], "AccessToken": { key("s"): entry(json!({})) } }));

    let mut cache = read(r#"{"AccessToken":[1]}"#);
    cache.remove_expired(NOW);
    let removal = crate::support::entry_of(CredentialType::AccessToken, &entry(json!({})));
    assert!(!cache.remove(&removal));
    assert_eq!(cache.serialize(), r#"{"AccessToken":[1]}"#);
}

#[test]
fn cac_04_an_entry_that_is_no_object_is_skipped_and_kept() {
    for kind in ["AccessToken", "RefreshToken", "IdToken", "Account", "AppMetadata"] {
        let text = format!(r#"{{"{kind}":{{"a":null,"b":"x","c":5,"d":[1.50],"e":true}}}}"#);
        survives(&text);
        let kind = CredentialType::from_name(kind).unwrap();
        assert_eq!(read(&text).search(kind, &Default::default(), &Default::default(), None), []);
    }
    let good = entry(json!({}));
    let mut cache = read(&json!({ "AccessToken": { "a": null, "b": good, "c": "x" } }).to_string());
    assert_eq!(found(&cache, &query("s")).as_deref(), Some("AT"));
    assert_eq!(written(&mut cache), json!({ "AccessToken": { "a": null, "b": good, "c": "x" } }));
}

#[test]
fn cac_06_an_access_token_without_what_it_needs_is_skipped_and_kept() {
    for members in [
        json!({ "target": null }),
        json!({ "target": "absent" }),
        json!({ "target": ["s"] }),
        json!({ "secret": "absent" }),
        json!({ "secret": null }),
        json!({ "secret": "" }),
        json!({ "environment": "absent" }),
        json!({ "environment": 5 }),
        json!({ "client_id": null }),
    ] {
        let file = json!({ "AccessToken": { "k": entry(members.clone()), "l": entry(json!({"secret": "good"})) } });
        let mut cache = read(&file.to_string());
        assert_eq!(secrets(&cache, &query("s")), ["good"], "{members}");
        assert_eq!(written(&mut cache), file);
    }
}

#[test]
fn cac_08_what_is_unknown_keeps_its_text() {
    survives(r#"{"Unknown":{"kept":[1.50,1e30,1000000000000000000000000000000,-0.0,1E+2]},"x":null,"Y":[ {} ]}"#);
    survives(r#"{"Z":1,"AccessToken":{},"A":"\u00e9\/","Account":{}}"#);
    // An entry of another library, with members in its own order, and more of them.
    let unlike = format!(
        r#"{{"x":1.50,"secret":"A\/T","target":"s","client_id":"{CLIENT}","environment":"{ENVIRONMENT}","realm":"{TENANT}","expires_on":1700003600,"cached_at":"1700000000","big":1000000000000000000000000000000,"nested":{{"b":[1.0],"a":null}},"refresh_on":"01700000000"}}"#
    );
    let text = format!(r#"{{"AccessToken":{{"{}":{unlike},"other key":{unlike}}}}}"#, key("s"));
    survives(&text);
    assert_eq!(found(&read(&text), &query("s")).as_deref(), Some("A/T"));
    for kind in ["RefreshToken", "IdToken", "Account", "AppMetadata"] {
        survives(&format!(r#"{{"{kind}":{{"k":{unlike},"l":{{}},"m":{{"b":1.50,"a":2.0}}}}}}"#));
    }
}

#[test]
fn cac_08_unknown_members_pass_through_a_suspended_change() {
    let text = entry(json!({ "unknown": "kept", "expires_on": 1_700_003_600 })).to_string();
    let token: msal_proto::cache::AccessToken = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&token).unwrap(), text);
}

#[test]
fn cac_08_an_entry_that_is_put_again_loses_the_other_librarys_members() {
    let mut cache = read(&json!({ "AccessToken": { key("s"): entry(json!({ "unknown": 1 })) } }).to_string());
    cache.apply(&put(token(json!({ "secret": "new" }))));
    assert_eq!(written(&mut cache), json!({ "AccessToken": { key("s"): entry(json!({ "secret": "new" })) } }));
}

#[test]
fn cac_10_what_is_no_json_is_refused_and_what_is_keeps_its_text() {
    for number in ["NaN", "Infinity", "-Infinity", "01", "+1", "1."] {
        let error = refused(&format!(r#"{{"Unknown":{{"x":{number}}}}}"#));
        assert!(matches!(error, CacheError::Corrupt(JsonFault::Syntax { .. })), "{number}");
    }
    // Half of a pair of surrogates is no text, but JSON can spell it.
    survives(r#"{"Unknown":"\ud800","AccessToken":{"k":{"secret":"\ud800"}},"Account":{"k":{"username":"\udfff"}}}"#);
    survives(r#"{"Unknown":1e999}"#);
}

#[test]
fn cac_13_hostile_keys_are_kept_and_mean_nothing() {
    let long = "k".repeat(1 << 20);
    let text = |good: &str| {
        format!(r#"{{"AccessToken":{{"__proto__":{good},"\u0000":{good},"\n":null,"":{good},"{long}":5}}}}"#)
    };
    let other = entry(json!({ "client_id": "other" })).to_string();
    let text = text(&other);
    survives(&text);
    assert_eq!(secrets(&read(&text), &query("s")), [""; 0]);

    // An entry under the key of what is asked for is not what its key says.
    let text = json!({ "AccessToken": { key("s"): entry(json!({ "client_id": "other" })) } }).to_string();
    survives(&text);
    assert_eq!(found(&read(&text), &query("s")), None);
    // And one that is what is asked for is found under any key.
    let text = json!({ "AccessToken": { "any": entry(json!({})) } }).to_string();
    assert_eq!(found(&read(&text), &query("s")).as_deref(), Some("AT"));
}

#[test]
fn cac_16_a_large_file_is_read_and_one_over_the_limit_refused() {
    let mut cache = TokenCache::new();
    for place in 0..20_000 {
        cache.apply(&put(token(json!({ "target": format!("s{place}"), "secret": format!("AT{place}") }))));
    }
    let cache = read(&cache.serialize());
    for place in [0, 1, 9_999, 19_999] {
        assert_eq!(found(&cache, &query(&format!("s{place}"))), Some(format!("AT{place}")));
    }
    let limit = 64 << 20;
    let text = format!(r#"{{"Unknown":"{}"}}"#, "x".repeat(limit));
    assert_eq!(refused(&text), CacheError::TooLarge);
    assert_eq!(refused(&text).to_string(), "the token cache's text is over 64 MiB");
    let fits = format!("{{}}{}", " ".repeat(limit - 2));
    TokenCache::new().deserialize(&fits).unwrap();
}

#[test]
fn cac_16_one_identity_under_many_keys_is_no_more_work_than_many() {
    let one = entry(json!({})).to_string();
    let entries: Vec<_> = (0..20_000).map(|place| format!(r#""k{place}":{one}"#)).collect();
    let mut cache = read(&format!(r#"{{"AccessToken":{{{}}}}}"#, entries.join(",")));
    assert_eq!(cache.matches(&query("s")).count(), 20_000);
    cache.apply(&put(token(json!({ "secret": "new" }))));
    assert_eq!(secrets(&cache, &query("s")), ["new"]);
}

#[test]
fn cac_26_a_secret_that_is_no_string_is_no_token() {
    for secret in [json!(5), json!(["AT"]), json!({ "a": 1 }), json!(true)] {
        let file = json!({ "AccessToken": { "k": entry(json!({ "secret": secret })) } });
        let mut cache = read(&file.to_string());
        assert_eq!(secrets(&cache, &query("s")), [""; 0]);
        assert_eq!(written(&mut cache), file);
    }
}

#[test]
fn a_key_that_occurs_twice_counts_as_its_last() {
    let (first, last) = (entry(json!({ "secret": "first" })), entry(json!({ "secret": "last" })));
    let text = format!(r#"{{"AccessToken":{{"k":{first},"k":{last}}},"Account":{{"k":1,"l":2,"k":3}}}}"#);
    let mut cache = read(&text);
    assert_eq!(secrets(&cache, &query("s")), ["last"]);
    assert_eq!(written(&mut cache)["Account"], json!({ "k": 3, "l": 2 }));
}

#[test]
fn an_entry_that_has_a_member_twice_is_kept_and_not_served() {
    let twice = entry(json!({})).to_string().replacen('{', r#"{"secret":"other","#, 1);
    let text = format!(r#"{{"AccessToken":{{"k":{twice}}}}}"#);
    assert_eq!(secrets(&read(&text), &query("s")), [""; 0]);
    survives(&text);
}

#[test]
fn deep_nesting_takes_no_stack() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    survives(&format!(r#"{{"Unknown":{deep},"Account":{{"k":{{"x":{deep}}}}}}}"#));
    let unlike = entry(json!({})).to_string().replacen('{', &format!(r#"{{"x":{deep},"#), 1);
    survives(&format!(r#"{{"AccessToken":{{"k":{unlike}}}}}"#));
}
