//! Whether a token is this client's, of this sign-in, and from this issuer.
use crate::support::*;
use msal_proto::engine::UnixTime;
use msal_proto::{IdTokenError, Violation, Warning, decode_id_token};
use serde_json::{Value, json};

const MISSING: Value = Value::Null;

fn lacks(name: &'static str) -> IdTokenError {
    IdTokenError::Malformed(Violation::Member(name))
}

#[test]
fn idt_06_the_audience_is_this_client_to_the_character() {
    let upper = good_but("aud", json!("ABC"));
    let now = UnixTime(NOW);
    assert_eq!(decode_id_token(&jwt(&upper), Some("abc"), None, None, now), Err(IdTokenError::Audience));
    let longer = format!("x{CLIENT_ID}x");
    for wrong in
        [json!("other"), json!(["other"]), json!([]), json!(5), json!({"a": CLIENT_ID}), json!(longer)]
    {
        assert_eq!(refused(&good_but("aud", wrong)), IdTokenError::Audience);
    }
    for wrong in [json!([longer]), json!([[CLIENT_ID]]), json!(CLIENT_ID[..8]), json!(""), json!(true)] {
        assert_eq!(refused(&good_but("aud", wrong)), IdTokenError::Audience);
    }
    assert_eq!(refused(&good_but("aud", MISSING)), lacks("aud"));
    assert!(decode_claims(&good_but("aud", json!([CLIENT_ID]))).is_ok());
}

#[test]
fn idt_07_other_audiences_may_be_beside_unless_another_party_is_named() {
    let shared = |azp: Value| {
        let mut claims = good_but("azp", azp);
        claims["aud"] = json!(["other", 5, CLIENT_ID]);
        claims
    };
    let (claims, _) = decode_claims(&shared(MISSING)).unwrap();
    assert_eq!(claims.aud, ["other", CLIENT_ID]);
    assert!(decode_claims(&shared(json!(CLIENT_ID))).is_ok());
    for wrong in [json!("other"), json!(5), json!([CLIENT_ID])] {
        assert_eq!(refused(&shared(wrong)), IdTokenError::Audience);
    }
}

#[test]
fn idt_08_idt_09_the_issuer_is_the_expected_one_to_the_character() {
    let other_tenant = ISSUER.replace('1', "4");
    for wrong in
        [json!(other_tenant), json!(format!("{ISSUER}/")), json!(&ISSUER[..30]), json!(""), json!([ISSUER])]
    {
        assert_eq!(refused(&good_but("iss", wrong)), IdTokenError::Issuer);
    }
    assert_eq!(refused(&good_but("iss", MISSING)), lacks("iss"));
    // It is not asked for where none is expected.
    let token = jwt(&good_but("iss", MISSING));
    assert!(decode_id_token(&token, Some(CLIENT_ID), None, None, UnixTime(NOW)).is_ok());
}

#[test]
fn idt_08_the_issuer_of_many_tenants_is_that_of_the_tokens_own() {
    let common = "https://login.microsoftonline.com/{tenantid}/v2.0";
    let end = |claims: &Value| decode_id_token(&jwt(claims), None, Some(common), None, UnixTime(NOW)).err();
    assert_eq!(end(&good()), None);
    for wrong in [json!("44444444-4444-4444-4444-444444444444"), json!(5), json!(""), MISSING] {
        assert_eq!(end(&good_but("tid", wrong)), Some(IdTokenError::Issuer));
    }
    assert_eq!(end(&good_but("iss", json!("https://evil.example/v2.0"))), Some(IdTokenError::Issuer));
}

#[test]
fn idt_10_the_nonce_is_the_one_that_was_sent() {
    for wrong in
        [json!("canary-other"), json!("CANARY-NONCE"), json!(""), json!(5), json!(["canary-nonce"]), MISSING]
    {
        assert_eq!(refused(&good_but("nonce", wrong)), IdTokenError::Nonce);
    }
    // It is not asked for where none was sent.
    assert!(decode_id_token(&jwt(&good()), None, None, None, UnixTime(NOW)).is_ok());
}

#[test]
fn idt_11_a_token_out_of_its_time_is_read_with_a_warning() {
    let warnings = |name, time: u64| decode_claims(&good_but(name, json!(time))).unwrap().1;
    assert_eq!(warnings("exp", NOW - 120), []);
    assert_eq!(warnings("exp", NOW - 121), [Warning::IdTokenExpired]);
    assert_eq!(warnings("nbf", NOW + 120), []);
    assert_eq!(warnings("nbf", NOW + 121), [Warning::IdTokenNotYetValid]);
    // At both ends of time too.
    for now in [0, u64::MAX] {
        assert!(decode_id_token(&jwt(&good()), None, None, None, UnixTime(now)).is_ok());
    }
}

#[test]
fn idt_12_times_are_read_in_every_form_of_a_number() {
    let exp = |value: Value| {
        let (claims, warnings) = decode_claims(&good_but("exp", value)).unwrap();
        (claims.exp.unwrap().0, warnings)
    };
    let expired = || vec![Warning::IdTokenExpired];
    assert_eq!(exp(json!((NOW + 5).to_string())), (NOW + 5, vec![]));
    assert_eq!(exp(json!(1_700_000_005.9)), (NOW + 5, vec![]));
    assert_eq!(exp(json!(-5)), (0, expired()));
    assert_eq!(exp(json!(0)), (0, expired()));
    assert_eq!(exp(json!(u64::MAX)), (i64::MAX as u64, vec![]));
    assert_eq!(exp(json!(1e300)), (i64::MAX as u64, vec![]));
}

#[test]
fn idt_12_what_is_no_time_is_not_taken_for_absent() {
    for name in ["exp", "nbf", "iat"] {
        for wrong in [json!("soon"), json!(true), json!([NOW]), json!({}), json!("")] {
            assert_eq!(refused(&good_but(name, wrong)), lacks(name));
        }
        let null =
            good().to_string().replacen(&format!("\"{name}\":1"), &format!("\"{name}\":null,\"was\":1"), 1);
        assert_eq!(decode(&jwt_of(null)).err(), Some(lacks(name)));
    }
    assert_eq!(refused(&good_but("exp", MISSING)), lacks("exp"));
    for optional in ["nbf", "iat"] {
        assert_eq!(decode_claims(&good_but(optional, MISSING)).unwrap().1, []);
    }
    // It switches no other check off.
    let mut claims = good_but("exp", json!("soon"));
    claims["nonce"] = json!("canary-other");
    assert_eq!(refused(&claims), IdTokenError::Nonce);
}
