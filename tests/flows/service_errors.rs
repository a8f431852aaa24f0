//! The rows TOK that are errors: what a token endpoint refuses, and what is no answer of one. None writes anything.
use crate::support::*;
use crate::token_answers::{accepted, refused, with};
use msal_proto::engine::{HttpFault, MAX_BODY};
use msal_proto::{Error, ServiceError};

fn status(status: u16, body: &str) -> msal_proto::HttpStatusError {
    match refused(Ok(response(status, body))) {
        Error::HttpStatus(error) => error,
        error => panic!("{error}: {status} {body}"),
    }
}

fn service(status: u16, body: &str) -> ServiceError {
    match refused(Ok(response(status, body))) {
        Error::Service(error) | Error::SignInNeeded(error) => *error,
        error => panic!("{error}: {status} {body}"),
    }
}

#[test]
fn tok_16_17_22_an_error_is_one_whatever_the_status() {
    let body = r#"{"error":"invalid_grant","error_description":"AADSTS50076: MFA","suberror":"basic_action","error_codes":[50076],"claims":"{}","correlation_id":"c","access_token":"canary-access-token","refresh_token":"canary-refresh-token"}"#;
    for status in [200, 302, 400, 401, 403, 429] {
        let error = service(status, body);
        assert_eq!((error.error.as_str(), error.http_status), ("invalid_grant", status));
        assert_eq!(error.error_description.as_deref(), Some("AADSTS50076: MFA"));
        assert_eq!(
            (error.suberror.as_deref(), error.classification.as_deref()),
            (Some("basic_action"), Some("basic_action"))
        );
        assert_eq!((&error.error_codes[..], error.claims.as_deref()), (&[50_076][..], Some("{}")));
        assert_eq!(error.correlation_id.as_deref(), Some("c"));
        assert!(error.members.contains("access_token"));
    }
}

#[test]
fn tok_21_24_25_26_a_status_without_words() {
    for code in [400, 401, 403, 404, 407, 413, 429] {
        for body in ["", "<html>canary</html>", "[]", "{}", r#"{"access_token":"canary"}"#] {
            assert_eq!(status(code, body).status, code);
        }
    }
    // 0 is what a browser's fetch makes of a redirect that it must not follow.
    for code in [0, 100, 101, 201, 204, 206, 301, 302, 303, 304, 307, 308] {
        assert_eq!(status(code, TOKEN).status, code);
    }
    for code in [500, 502, 503, 504, 599] {
        for body in ["", "<html>canary</html>", TOKEN] {
            let error = status(code, body);
            assert_eq!((error.status, error.service.is_none()), (code, true));
            assert!(Error::from(error).is_retryable());
        }
        assert_eq!(status(code, REFUSED).service.unwrap().error, "invalid_client");
    }
}

#[test]
fn tok_23_odd_members_of_an_error() {
    let odd =
        r#"{"error":{"code":"canary"},"error_codes":"x","claims":7,"suberror":[],"error_description":null}"#;
    for body in [odd, r#"{"error":7,"error_codes":[1,"x"]}"#, r#"{"error":null}"#] {
        let error = service(400, body);
        assert_eq!((error.error.as_str(), &error.error_codes[..]), ("unknown_error", &[][..]));
        assert_eq!((error.claims, error.suberror, error.error_description), (None, None, None));
    }
}

#[test]
fn tok_32_suberrors_that_are_nobody_s_business() {
    for suberror in [
        "bad_token",
        "token_expired",
        "protection_policy_required",
        "client_mismatch",
        "device_authentication_failed",
    ] {
        let error = service(400, &format!(r#"{{"error":"invalid_grant","suberror":"{suberror}"}}"#));
        assert_eq!((error.classification.as_deref(), error.suberror.as_deref()), (Some(""), Some(suberror)));
    }
    assert_eq!(service(400, r#"{"error":"interaction_required"}"#).classification, None);
}

#[test]
fn tok_33_a_body_over_the_limit_is_refused() {
    assert_eq!(refused(Err(HttpFault::TooLarge)), HttpFault::TooLarge.into());
    let padding = "x".repeat(MAX_BODY);
    assert_eq!(refused(Ok(response(200, &with(&format!(r#""a":"{padding}""#))))), HttpFault::TooLarge.into());
    let (overhead, fits) = (with(r#""a":"""#).len(), "x".repeat(MAX_BODY));
    accepted(&with(&format!(r#""a":"{}""#, &fits[overhead..])));
}

#[test]
fn tok_36_a_server_that_is_not_reached_may_be_tried_again() {
    for fault in
        [HttpFault::Connect("a".into()), HttpFault::TimedOut("b".into()), HttpFault::Other("c".into())]
    {
        let error = refused(Err(fault.clone()));
        assert!(error.is_retryable());
        assert_eq!(error, fault.into());
    }
}

#[test]
fn tok_38_text_from_outside_is_shown_as_data() {
    let hostile = r"AADSTS1 %s{} \u001b[31m\r\nX-Evil: 1\u202eevil\u2028\u0000";
    let error = service(400, &format!(r#"{{"error":"a\nb","error_description":"{hostile}"}}"#));
    assert_eq!(error.to_string(), "the service refused: ab: AADSTS1 %s{} [31mX-Evil: 1evil");
    let long = service(400, &format!(r#"{{"error":"a","error_description":"{}"}}"#, "é".repeat(400_000)));
    assert_eq!(long.to_string().chars().filter(|c| *c == 'é').count(), 2_000);
    assert_eq!(long.error_description.unwrap().chars().count(), 400_000);
}
