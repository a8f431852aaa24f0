//! What only flows check: the nonce by its hash, `max_age`, and the strict option.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]
use super::*;
use crate::encoding::base64url;
use crate::json::JsonObject;
use alloc::{format, string::ToString};
use serde_json::{Value, json};

const NOW: u64 = 1_700_000_000;

fn claims() -> Value {
    json!({"iss": "I", "aud": "A", "exp": NOW + 5, "nonce": nonce_hash("n"), "auth_time": NOW - 60})
}

fn claims_but(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

/// How an answer ends that has an access token and this id token.
fn end(id_token: &str, expected: Expected<'_>) -> Result<Vec<Warning>, IdTokenError> {
    let answer = json!({"access_token": "T", "id_token": id_token}).to_string();
    let members = JsonObject::parse(answer.as_bytes()).unwrap();
    let response = TokenResponse::read(members, "Bearer").unwrap();
    let expected = Expected { client_id: "A", ..expected };
    let (claims, warnings) = check_id_token(&response, &expected, UnixTime(NOW))?;
    assert_eq!(claims.is_none(), warnings.contains(&Warning::MalformedMember("id_token")));
    Ok(warnings)
}

fn end_of(claims: &Value, expected: Expected<'_>) -> Result<Vec<Warning>, IdTokenError> {
    end(&format!("h.{}.s", base64url(claims.to_string())), expected)
}

/// SHA-256 of `n`.
const HASH: &str = "1b16b1df538ba12dc3f97edbb85caa7050d46c148134290feba80f8236c83db9";
const NONCE: Expected<'_> = Expected {
    client_id: "",
    nonce: Some(HASH),
    max_age: None,
    strict_issuer: None,
    signed_in: None,
    is_signed: false,
};
const MAX_AGE: Expected<'_> = Expected { nonce: None, max_age: Some(100), ..NONCE };
const STRICT: Expected<'_> = Expected { nonce: None, strict_issuer: Some("I"), ..NONCE };

#[test]
fn idt_10_the_nonce_is_sent_as_its_hash() {
    let hash = "1b16b1df538ba12dc3f97edbb85caa7050d46c148134290feba80f8236c83db9";
    assert_eq!(nonce_hash("n"), hash);
    assert_eq!(end_of(&claims(), NONCE), Ok(Vec::new()));
    for wrong in [json!("n"), json!(hash.to_uppercase()), json!(nonce_hash("m")), json!(null)] {
        assert_eq!(end_of(&claims_but("nonce", wrong), NONCE), Err(IdTokenError::Nonce));
    }
}

#[test]
fn idt_13_who_signed_in_too_long_ago_signs_in_again() {
    let end = |auth_time| end_of(&claims_but("auth_time", auth_time), MAX_AGE);
    assert_eq!(end(json!(NOW - 220)), Ok(Vec::new()));
    assert_eq!(end(json!((NOW - 220).to_string())), Ok(Vec::new()));
    for wrong in [json!(NOW - 221), json!(0), json!(-1), json!(null), json!("now"), json!(true)] {
        assert_eq!(end(wrong), Err(IdTokenError::MaxAge));
    }
    let mut absent = claims();
    absent.as_object_mut().unwrap().remove("auth_time");
    assert_eq!(end_of(&absent, MAX_AGE), Err(IdTokenError::MaxAge));
    assert_eq!(end_of(&absent, NONCE), Ok(Vec::new()));
    // Signed in just now is what 0 asks for, and no number is too large.
    let zero = Expected { max_age: Some(0), ..MAX_AGE };
    assert_eq!(end_of(&claims_but("auth_time", json!(NOW - 121)), zero), Err(IdTokenError::MaxAge));
    assert_eq!(end_of(&claims(), zero), Ok(Vec::new()));
    assert_eq!(end_of(&claims(), Expected { max_age: Some(u64::MAX), ..MAX_AGE }), Ok(Vec::new()));
}

#[test]
fn idt_08_idt_11_the_strict_option_adds_the_issuer_and_the_times() {
    let wrong = [
        ("iss", json!("J"), IdTokenError::Issuer, None),
        ("exp", json!(NOW - 121), IdTokenError::Expired, Some(Warning::IdTokenExpired)),
        ("nbf", json!(NOW + 121), IdTokenError::NotYetValid, Some(Warning::IdTokenNotYetValid)),
        ("exp", json!("soon"), Violation::Member("exp").into(), Some(Warning::MalformedMember("exp"))),
    ];
    for (name, value, error, warning) in wrong {
        let claims = claims_but(name, value);
        assert_eq!(end_of(&claims, STRICT), Err(error));
        assert_eq!(end_of(&claims, NONCE), Ok(warning.into_iter().collect()));
    }
    assert_eq!(end_of(&claims(), STRICT), Ok(Vec::new()));
}

#[test]
fn idt_12_a_time_that_is_none_hides_no_other() {
    let mut claims = claims_but("exp", json!("soon"));
    claims["nbf"] = json!(NOW + 121);
    let both = [Warning::IdTokenNotYetValid, Warning::MalformedMember("exp")];
    assert_eq!(end_of(&claims, NONCE), Ok(both.into()));
}

#[test]
fn garbage_will_do_only_where_nothing_is_to_be_proved() {
    for garbage in ["", "garbage", "a.!.c", "a.W10.c"] {
        let none = Expected { nonce: None, ..NONCE };
        assert_eq!(end(garbage, none), Ok([Warning::MalformedMember("id_token")].into()));
        for expected in [NONCE, MAX_AGE, STRICT] {
            assert!(matches!(end(garbage, expected), Err(IdTokenError::Malformed(_))), "{garbage}");
        }
    }
}
