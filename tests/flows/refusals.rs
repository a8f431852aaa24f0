//! What can go wrong at the token endpoint, one of each, and how an error is written down in a list.
use crate::person::jwt;
use crate::support::response;
use msal_proto::Error;
use msal_proto::engine::{HttpFault, HttpResponse, UnixTime};
use serde_json::{Value, json};
use std::fmt::Write;

type Answer = Result<HttpResponse, HttpFault>;

/// The service's no: RFC 6749 section 5.2's codes, and Entra's with what it adds to them.
fn service() -> Vec<(&'static str, Answer)> {
    let refusal = |error: &str, more: Value| {
        let mut body = json!({
            "error": error, "error_description": "AADSTS50000: What happened.", "error_codes": [50_000],
            "timestamp": "2026-01-01 00:00:00Z", "trace_id": "t", "correlation_id": "c",
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    let no = |error: &str, more: Value| Ok(response(400, &refusal(error, more)));
    let grant = |suberror: &str| no("invalid_grant", json!({ "suberror": suberror }));
    let wait = |status, seconds: &str, body: &str| {
        let headers = vec![("retry-after".to_owned(), seconds.to_owned())];
        Ok(HttpResponse { headers, ..response(status, body) })
    };
    let claims = r#"{"access_token":{"polids":{"essential":true,"values":["p"]}}}"#;
    let mismatch = json!({"suberror": "client_mismatch", "error_additional_info": ["client_mismatch"]});
    vec![
        ("invalid_request", no("invalid_request", json!({}))),
        ("invalid_client", Ok(response(401, &refusal("invalid_client", json!({}))))),
        ("invalid_grant", no("invalid_grant", json!({}))),
        ("unauthorized_client", no("unauthorized_client", json!({}))),
        ("unsupported_grant_type", no("unsupported_grant_type", json!({}))),
        ("invalid_scope", no("invalid_scope", json!({}))),
        ("an error of its own", no("slow_down_please", json!({}))),
        ("bad_token", grant("bad_token")),
        ("token_expired", grant("token_expired")),
        ("client_mismatch", no("invalid_grant", mismatch)),
        ("protection_policy_required", grant("protection_policy_required")),
        ("consent_required", grant("consent_required")),
        ("basic_action", grant("basic_action")),
        ("additional_action", grant("additional_action")),
        ("message_only", grant("message_only")),
        ("user_password_expired", grant("user_password_expired")),
        (
            "interaction_required with claims",
            no("interaction_required", json!({"suberror": "basic_action", "claims": claims})),
        ),
        ("an error with status 200", Ok(response(200, &refusal("invalid_grant", json!({}))))),
        ("429", wait(429, "7", &refusal("temporarily_unavailable", json!({})))),
        ("429 without a body", wait(429, "7", "")),
        ("503", wait(503, "120", "")),
        ("500 with an OAuth error", Ok(response(500, &refusal("server_error", json!({}))))),
        ("502 with a page", Ok(response(502, "<html>canary</html>"))),
        ("504 without Retry-After", Ok(response(504, ""))),
        ("400 with a page", Ok(response(400, "<html>canary</html>"))),
        ("302", Ok(response(302, ""))),
    ]
}

/// Answers that say yes and are refused; the test gives a good one.
fn malformed(good: &Value) -> Vec<(&'static str, Answer)> {
    let but = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        Ok(response(200, &body.to_string()))
    };
    let id_token = |claims: Value| but("id_token", json!(jwt(&claims)));
    let without_access_token = Ok(response(200, r#"{"token_type":"Bearer","refresh_token":"canary"}"#));
    vec![
        ("200 without a body", Ok(response(200, ""))),
        ("200 with half a body", Ok(response(200, r#"{"access_token":"canary"#))),
        ("200 with a list", Ok(response(200, r#"["canary"]"#))),
        ("200 with a member twice", Ok(response(200, r#"{"access_token":"canary","access_token":"a"}"#))),
        ("200 without a token", without_access_token),
        ("a token that is none", but("access_token", json!("canary\r\ntoken"))),
        ("another token_type", but("token_type", json!("MAC"))),
        ("an id token for another client", id_token(json!({"aud": "other", "exp": 1_700_003_600}))),
        ("an id token without aud", id_token(json!({"exp": 1_700_003_600}))),
    ]
}

fn faults() -> Vec<(&'static str, Answer)> {
    vec![
        ("not reached", Err(HttpFault::Connect("no route to host".into()))),
        ("timed out", Err(HttpFault::TimedOut("30 s".into()))),
        ("too large", Err(HttpFault::TooLarge)),
        ("another fault", Err(HttpFault::Other("the certificate has expired".into()))),
    ]
}

/// All of them. `good` is an answer that would do.
pub(crate) fn at_the_token_endpoint(good: &Value) -> Vec<(&'static str, Answer)> {
    service().into_iter().chain(malformed(good)).chain(faults()).collect()
}

/// An error with what a program can tell by it; its own words are on the next line.
pub(crate) fn told(error: &Error, now: u64) -> String {
    let mut text = match error {
        Error::Service(error) | Error::SignInNeeded(error) => {
            let needed = if error.needs_sign_in() { "SignInNeeded" } else { "Service" };
            let mut text = format!("{needed}: {} {}", error.http_status, error.error);
            for (name, value) in [("suberror", &error.suberror), ("classification", &error.classification)] {
                value.iter().for_each(|value| write!(text, ", {name} {value:?}").unwrap());
            }
            error.claims.iter().for_each(|claims| write!(text, ", claims {claims}").unwrap());
            text + &again(error.retry_at, now)
        }
        Error::HttpStatus(error) => {
            let service = error.service.as_ref().map(|service| format!(" {}", service.error));
            format!("HttpStatus: {}{}", error.status, service.unwrap_or_default())
                + &again(error.retry_at, now)
        }
        other => format!("{other:?}"),
    };
    if error.is_retryable() {
        text.push_str(", retryable");
    }
    write!(text, "\n   {error}").unwrap();
    text
}

fn again(retry_at: Option<UnixTime>, now: u64) -> String {
    retry_at.map(|at| format!(", again in {} s", at.0 - now)).unwrap_or_default()
}
