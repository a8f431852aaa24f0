//! An id token in a token endpoint's answer: it is checked before anything is written. The rows are those of IDT.
use crate::support::*;
use crate::token_answers::{accepted, refused, with};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::engine::UnixTime;
use msal_proto::{Error, IdTokenError, Violation, Warning};
use serde_json::json;

const NOW: u64 = 1_700_000_000;

/// The member of an answer with a token for this client, valid until then.
pub(crate) fn id_token(aud: &str, exp: u64) -> String {
    let claims = json!({"aud": aud, "exp": exp, "sub": "canary-sub", "nbf": NOW});
    let payload = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    format!(r#""id_token":"canary.{payload}.canary""#)
}

#[test]
fn the_result_has_the_claims() {
    let (result, _) = accepted(&with(&id_token(CLIENT_ID, NOW + 60)));
    let claims = result.id_token_claims.as_ref().unwrap();
    assert_eq!((claims.sub.as_deref(), claims.exp), (Some("canary-sub"), Some(UnixTime(NOW + 60))));
    assert!(result.id_token.is_some() && result.warnings.is_empty());
    let (result, _) = accepted(&with(r#""a":1"#));
    assert_eq!(result.id_token_claims, None);
}

#[test]
fn idt_06_a_token_for_another_client_is_refused_with_all_that_came_with_it() {
    let error = refused(Ok(response(200, &with(&id_token("other", NOW + 60)))));
    assert_eq!(error, Error::IdToken(IdTokenError::Audience));
    assert!(!error.is_retryable());
}

#[test]
fn idt_11_one_that_has_expired_is_a_warning() {
    let (result, _) = accepted(&with(&id_token(CLIENT_ID, NOW - 121)));
    assert_eq!(result.warnings, [Warning::IdTokenExpired]);
    assert!(result.id_token_claims.is_some());
}

#[test]
fn garbage_costs_no_token_that_is_beside_it() {
    for garbage in [r#""canary""#, r#""""#, r#""a.W10.c""#, "5", "null", "[]"] {
        let (result, _) = accepted(&with(&format!(r#""id_token":{garbage}"#)));
        assert_eq!(result.warnings, [Warning::MalformedMember("id_token")], "{garbage}");
        assert_eq!(result.id_token_claims, None);
    }
    let alone = refused(Ok(response(200, r#"{"id_token":"canary.!.canary"}"#)));
    assert_eq!(alone, Error::IdToken(IdTokenError::Malformed(Violation::Jwt)));
}
