//! A token that is bound to something answers only who asks for it.
use crate::support::{access_token, file, found, load, matches, put, query, saved, token};
use msal_proto::cache::{AccessTokenQuery, Entry, ExtCacheKey, ext_cache_key};
use serde_json::{Value, json};

fn served(over: Value, asked: &AccessTokenQuery) -> bool {
    let cache = load(&file(&[token(over)]));
    found(&cache, asked).is_some()
}

#[test]
fn cac_09_cac_25_a_key_bound_token_is_for_its_key() {
    let asked = AccessTokenQuery { key_id: Some("K".into()), ..query("s1") };
    let other = AccessTokenQuery { key_id: Some("k".into()), ..query("s1") };
    for name in ["key_id", "kid", "keyid", "keyId"] {
        for token_type in ["Bearer", "pop", "ssh-cert"] {
            let over = json!({name: "K", "token_type": token_type});
            assert!(!served(over.clone(), &query("s1")), "{over}");
            assert!(!served(over.clone(), &other), "{over}");
            assert!(served(over.clone(), &asked), "{over}");
        }
        assert!(!served(json!({name: 5}), &query("s1")), "a key id that cannot be read is no licence");
    }
    assert!(!served(json!({}), &asked), "a free token does not do for a key");
}

#[test]
fn cac_25_a_token_of_another_type_without_a_key_is_never_served() {
    for token_type in ["pop", "mtls_pop", "ssh-cert", "N_A"] {
        let over = json!({"token_type": token_type});
        assert!(!served(over.clone(), &query("s1")), "{over}");
        assert!(!served(over, &AccessTokenQuery { key_id: Some("K".into()), ..query("s1") }));
    }
    assert!(served(json!({"token_type": "bearer"}), &query("s1")));
    assert!(!served(json!({"token_type": 5}), &query("s1")));
    assert!(served(json!({"token_type": null}), &query("s1")), "absent means Bearer");
    assert!(served(json!({"token_type": ""}), &query("s1")), "and so does an empty one");
}

#[test]
fn cac_09_an_extended_token_is_for_its_extras() {
    let digest = ext_cache_key([("fmi_path", "a")]).unwrap();
    let asked = AccessTokenQuery { ext_cache_key: ExtCacheKey::new([("fmi_path", "a")]), ..query("s1") };
    let other = AccessTokenQuery { ext_cache_key: ExtCacheKey::new([("fmi_path", "b")]), ..query("s1") };
    for over in [
        json!({"ext_cache_key": digest}),
        json!({"ext_cache_key_hash": digest.to_uppercase()}),
        json!({"additionalCacheKeyComponents": {"fmi_path": "a"}}),
        json!({"ext": {"fmi_path": "a"}}),
    ] {
        assert!(!served(over.clone(), &query("s1")), "{over}");
        assert!(!served(over.clone(), &other), "{over}");
        assert!(served(over.clone(), &asked), "{over}");
    }
    let plain = asked.ext_cache_key.as_ref().unwrap().plain();
    for over in [json!({"ext_cache_key": plain}), json!({"ext_cache_key_hash": plain.to_uppercase()})] {
        assert!(!served(over.clone(), &query("s1")), "{over}");
        assert!(!served(over.clone(), &other), "{over}");
        assert!(served(over.clone(), &asked), "of an older version: {over}");
    }
    for unreadable in [json!({"ext_cache_key": 5}), json!({"ext": {"a": [1]}}), json!({"ext": "text"})] {
        assert!(!served(unreadable.clone(), &query("s1")), "{unreadable}");
    }
    assert!(!served(json!({}), &asked));
    assert!(
        served(json!({"ext": {}, "additionalCacheKeyComponents": {}}), &query("s1")),
        "an empty one binds to nothing"
    );
}

/// What was digested tells more than its digest, of which there are two.
#[test]
fn cac_09_extras_count_whatever_digest_is_beside_them() {
    let of = |extra: &[(&str, &str)]| AccessTokenQuery {
        ext_cache_key: ExtCacheKey::new(extra.iter().copied()),
        ..query("s1")
    };
    let over = json!({"ext": {"fmi_path": "a"}, "ext_cache_key": ext_cache_key([("fmi_path", "b")])});
    assert!(served(over.clone(), &of(&[("fmi_path", "a")])));
    assert!(!served(over, &of(&[("fmi_path", "b")])));
    // Members that are no extra parameters here are so elsewhere, and empty ones too.
    for more in ["user_id", "key_id", "claims"] {
        let over = json!({"ext": {"fmi_path": "a", (more): "x"}});
        assert!(!served(over.clone(), &of(&[("fmi_path", "a")])), "{over}");
        assert!(!served(json!({"ext": {(more): "x"}}), &query("s1")), "{more}");
    }
    assert!(!served(json!({"ext": {"fmi_path": "a", "b": ""}}), &of(&[("fmi_path", "a")])));
}

#[test]
fn cac_09_what_is_told_apart_in_a_way_of_its_own_is_for_nobody() {
    let asked = AccessTokenQuery { key_id: Some("K".into()), ..query("s1") };
    for over in [
        json!({"resource": "https://mcp.example.com"}),
        json!({"requestedClaims": "{}", "requestedClaimsHash": "h"}),
        json!({"credential_type": "AccessToken_With_AuthScheme"}),
        json!({"credential_type": "ATExt"}),
        json!({"credential_type": "ATExt", "kid": "K"}),
        json!({"credential_type": "AccessToken_Of_Tomorrow", "kid": "K"}),
        json!({"credential_type": 5}),
    ] {
        assert!(!served(over.clone(), &query("s1")), "{over}");
        assert!(!served(over.clone(), &asked), "{over}");
    }
    for over in
        [json!({"resource": ""}), json!({"requestedClaimsHash": null}), json!({"credential_type": null})]
    {
        assert!(served(over.clone(), &query("s1")), "{over}");
    }
    let over = json!({"credential_type": "AccessToken_With_AuthScheme", "kid": "K", "token_type": "pop"});
    assert!(served(over, &asked));
}

#[test]
fn cac_09_cac_23_an_on_behalf_of_token_is_for_its_assertion() {
    let of = |hash: &str| AccessTokenQuery { user_assertion_hash: Some(hash.into()), ..query("s1") };
    for name in ["user_assertion_hash", "userAssertionHash"] {
        assert!(!served(json!({name: "A"}), &query("s1")));
        assert!(!served(json!({name: "A"}), &of("B")));
        assert!(!served(json!({name: "A"}), &of("a")), "base64 has case");
        assert!(served(json!({name: "A"}), &of("A")));
        assert!(served(json!({name: "A="}), &of("A")), "MSAL Go pads");
        assert!(served(json!({name: "A"}), &of("A=")));
    }
    assert!(!served(json!({}), &of("A")));
}

#[test]
fn tokens_of_other_extras_live_side_by_side() {
    let mut cache = load(&json!({}));
    let extended = |path: &str| ext_cache_key([("fmi_path", path)]).unwrap();
    put(
        &mut cache,
        ["a", "b"].map(|path| {
            Entry::AccessToken(access_token(json!({"secret": path, "ext_cache_key": extended(path)})))
        }),
    );
    put(&mut cache, [Entry::AccessToken(access_token(json!({"secret": "free"})))]);
    assert_eq!(matches(&cache, &query("s1")), ["free"]);
    for path in ["a", "b"] {
        let asked = AccessTokenQuery { ext_cache_key: ExtCacheKey::new([("fmi_path", path)]), ..query("s1") };
        assert_eq!(matches(&cache, &asked), [path]);
    }
    assert_eq!(saved(&cache)["AccessToken"].as_object().unwrap().len(), 3);
}

/// MSAL .NET keeps a bound token beside the free one, under a key of its own. A write of ours must not lose it.
#[test]
fn a_free_token_does_not_replace_another_librarys_bound_one() {
    let theirs = [
        json!({"secret": "theirs", "token_type": "pop", "kid": "K"}),
        json!({"secret": "theirs", "ext": {"fmi_path": "a"}, "credential_type": "ATExt"}),
        json!({"secret": "theirs", "user_assertion_hash": "A"}),
    ];
    for over in theirs {
        let mut cache = load(&file(&[token(over.clone())]));
        put(&mut cache, [Entry::AccessToken(access_token(json!({"secret": "ours"})))]);
        assert_eq!(found(&cache, &query("s1")).as_deref(), Some("ours"));
        let after = saved(&cache);
        assert_eq!(after["AccessToken"]["key 000000"], token(over), "{after}");
        assert_eq!(after["AccessToken"].as_object().unwrap().len(), 2);
    }
}

/// MSAL Python's key has no key id: a token for the same scopes takes its place.
#[test]
fn under_msal_pythons_own_key_a_bound_token_is_replaced() {
    let mut cache = load(&json!({}));
    put(&mut cache, [Entry::AccessToken(access_token(json!({"secret": "bound", "key_id": "K"})))]);
    put(&mut cache, [Entry::AccessToken(access_token(json!({"secret": "free"})))]);
    assert_eq!(saved(&cache)["AccessToken"].as_object().unwrap().len(), 1);
    assert_eq!(found(&cache, &query("s1")).as_deref(), Some("free"));
}

#[test]
fn many_extras_do_not_slow_each_other_down() {
    // Tokens that differ in nothing else.
    let mut cache = load(&json!({}));
    let extended = |n: usize| ext_cache_key([("fmi_path", n.to_string().as_str())]).unwrap();
    put(
        &mut cache,
        (0..5_000).map(|n| {
            Entry::AccessToken(access_token(json!({"secret": n.to_string(), "ext_cache_key": extended(n)})))
        }),
    );
    for n in [0, 2_500, 4_999] {
        let path = n.to_string();
        let asked =
            AccessTokenQuery { ext_cache_key: ExtCacheKey::new([("fmi_path", &*path)]), ..query("s1") };
        assert_eq!(found(&cache, &asked), Some(n.to_string()));
    }
}
