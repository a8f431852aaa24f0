//! A token answers those it was issued for.
use crate::support::{cache_of, file_of, found, query, secrets};
use msal_proto::cache::AccessTokenQuery;
use serde_json::json;

fn bound_to(key_id: &str) -> AccessTokenQuery {
    AccessTokenQuery { key_id: Some(key_id.into()), ..query("s") }
}

fn extended(ext_cache_key: &str) -> AccessTokenQuery {
    AccessTokenQuery { ext_cache_key: Some(ext_cache_key.into()), ..query("s") }
}

fn on_behalf_of(hash: &str) -> AccessTokenQuery {
    AccessTokenQuery { user_assertion_hash: Some(hash.into()), ..query("s") }
}

#[test]
fn cac_09_a_bound_token_answers_nobody_else() {
    for members in [
        json!({ "key_id": "K" }),
        json!({ "kid": "K" }),
        json!({ "keyid": "K" }),
        json!({ "keyId": "K" }),
        json!({ "ext_cache_key": "x" }),
        json!({ "ext_cache_key_hash": "x" }),
        json!({ "ext": { "fmi_path": "p" } }),
        json!({ "additionalCacheKeyComponents": { "fmi_path": "p" } }),
        json!({ "user_assertion_hash": "h" }),
        json!({ "userAssertionHash": "h" }),
        json!({ "requestedClaimsHash": "c" }),
        json!({ "requested_claims_hash": "c" }),
        // Of the wrong type, but there.
        json!({ "key_id": 5 }),
        json!({ "kid": { "a": 1 } }),
        json!({ "ext_cache_key": 5 }),
        json!({ "user_assertion_hash": ["h"] }),
        json!({ "token_type": 5 }),
        // Another kind of credential.
        json!({ "credential_type": "ATExt" }),
        json!({ "credential_type": "RefreshToken" }),
        json!({ "credential_type": "AccessToken_With_AuthScheme", "token_type": "pop" }),
    ] {
        let cache = file_of([members.clone()]);
        for query in [query("s"), query(""), bound_to("other"), extended("other"), on_behalf_of("other")] {
            assert_eq!(secrets(&cache, &query), [""; 0], "{members}");
        }
    }
}

#[test]
fn cac_09_empty_members_bind_to_nothing() {
    for members in [
        json!({ "key_id": "" }),
        json!({ "kid": null }),
        json!({ "ext": {} }),
        json!({ "additionalCacheKeyComponents": null }),
        json!({ "ext_cache_key": "" }),
        json!({ "user_assertion_hash": null }),
        json!({ "requestedClaimsHash": "" }),
    ] {
        assert_eq!(found(&file_of([members.clone()]), &query("s")).as_deref(), Some("AT"), "{members}");
    }
}

#[test]
fn cac_09_a_free_token_answers_nobody_who_asks_for_a_bound_one() {
    let cache = cache_of([json!({})]);
    for query in [bound_to("K"), extended("x"), on_behalf_of("h")] {
        assert_eq!(secrets(&cache, &query), [""; 0]);
    }
    assert_eq!(secrets(&cache, &query("s")), ["AT"]);
}

#[test]
fn cac_09_extra_parameters_tell_tokens_apart() {
    let cache = cache_of([
        json!({ "secret": "free" }),
        json!({ "secret": "x", "ext_cache_key": "x" }),
        json!({ "secret": "y", "ext_cache_key": "y" }),
        json!({ "secret": "y, and more", "ext_cache_key": "y", "target": "s t" }),
    ]);
    assert_eq!(secrets(&cache, &query("s")), ["free"]);
    assert_eq!(secrets(&cache, &extended("x")), ["x"]);
    assert_eq!(secrets(&cache, &extended("y")), ["y", "y, and more"]);
    assert_eq!(secrets(&cache, &extended("z")), [""; 0]);
}

#[test]
fn cac_23_users_behind_a_middle_tier_are_told_apart_by_their_assertions() {
    // Of two files: in one, one key holds one of them.
    let alice = || json!({ "secret": "alice", "user_assertion_hash": "aGFzaA" });
    let cache = file_of([alice(), json!({ "secret": "bob", "user_assertion_hash": "Ym9i" })]);
    assert_eq!(secrets(&cache, &on_behalf_of("aGFzaA")), ["alice"]);
    assert_eq!(secrets(&cache, &on_behalf_of("Ym9i")), ["bob"]);
    assert_eq!(secrets(&cache, &on_behalf_of("AGFZAA")), [""; 0]);
    assert_eq!(secrets(&cache, &query("s")), [""; 0]);
    // MSAL Go writes the padding.
    for hash in ["aGFzaA==", "aGFzaA="] {
        let padded = file_of([json!({ "secret": "alice", "user_assertion_hash": hash })]);
        assert_eq!(secrets(&padded, &on_behalf_of("aGFzaA")), ["alice"]);
        assert_eq!(secrets(&file_of([alice()]), &on_behalf_of(hash)), ["alice"]);
    }
}

#[test]
fn cac_24_an_applications_and_a_users_token_are_never_crossed() {
    let cache = cache_of([
        json!({ "secret": "application's" }),
        json!({ "secret": "user's", "home_account_id": "uid.utid" }),
    ]);
    let of = |home: Option<&str>| AccessTokenQuery { home_account_id: home.map(Into::into), ..query("s") };
    assert_eq!(secrets(&cache, &of(None)), ["application's"]);
    assert_eq!(secrets(&cache, &of(Some("uid.utid"))), ["user's"]);
    assert_eq!(secrets(&cache, &of(Some("uid"))), [""; 0]);
    assert_eq!(secrets(&cache, &of(Some(""))), [""; 0]);
    // Not even where only they would answer.
    let users = cache_of([json!({ "home_account_id": "uid.utid", "target": "s t" })]);
    assert_eq!(secrets(&users, &of(None)), [""; 0]);
    assert_eq!(secrets(&users, &AccessTokenQuery { target: Default::default(), ..of(None) }), [""; 0]);
}

#[test]
fn cac_24_an_empty_home_account_id_is_none() {
    // As MSAL Node writes an application's tokens.
    for members in [json!({ "home_account_id": "" }), json!({ "home_account_id": "absent" })] {
        assert_eq!(secrets(&file_of([members]), &query("s")), ["AT"]);
    }
}

#[test]
fn cac_25_a_token_for_a_key_is_never_a_bearer_token() {
    for token_type in ["pop", "ssh-cert", "mtls_pop", "Bearer"] {
        let cache = cache_of([json!({ "token_type": token_type, "key_id": "K" })]);
        assert_eq!(secrets(&cache, &query("s")), [""; 0]);
        assert_eq!(secrets(&cache, &bound_to("L")), [""; 0]);
        // Whoever made the key's name knows its case.
        assert_eq!(secrets(&cache, &bound_to("k")), [""; 0]);
        assert_eq!(secrets(&cache, &bound_to("K")), ["AT"]);
    }
    // Even if the file does not tell which key it is.
    assert_eq!(secrets(&file_of([json!({ "token_type": "pop" })]), &query("s")), [""; 0]);
    assert_eq!(secrets(&file_of([json!({ "token_type": "pop", "kid": "K" })]), &bound_to("K")), ["AT"]);
}

#[test]
fn a_token_without_a_type_is_a_bearer_token() {
    for members in [
        json!({ "token_type": "absent" }),
        json!({ "token_type": "bearer" }),
        json!({ "token_type": "BEARER" }),
        json!({ "token_type": "" }),
        json!({ "token_type": null }),
        json!({ "credential_type": "absent" }),
        json!({ "credential_type": null }),
    ] {
        assert_eq!(secrets(&file_of([members.clone()]), &query("s")), ["AT"], "{members}");
    }
}
