//! The option to check the issuer and the times of id tokens.
use crate::signing_service::*;
use msal_proto::engine::UnixTime;
use msal_proto::transcript::ScriptedHost;
use msal_proto::{AuthenticationResult, Error, IdTokenError, PublicClientApplication};
use serde_json::{Value, json};

/// What comes of an id token with this claim changed, for a client that is strict.
fn strictly(issuer: &str, name: &str, value: Value) -> Result<AuthenticationResult, Error> {
    let builder = PublicClientApplication::builder(CLIENT).authority(AUTHORITY).strict_id_token(true);
    let mut service = Service(ScriptedHost::new(builder.build().unwrap()), false);
    service.document(&[("issuer", issuer)]);
    let flow = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
    let mut claims = service.claims(&flow);
    claims[name] = value;
    service.redeem(flow, json!(format!("h.{}.s", base64url(claims.to_string()))))
}

#[test]
fn a_strict_client_checks_issuer_and_times() {
    let issuer = "https://login.microsoftonline.com/T/v2.0";
    let of_many = "https://login.microsoftonline.com/{tenantid}/v2.0";
    strictly(issuer, "x", json!(1)).unwrap();
    strictly(of_many, "x", json!(1)).unwrap();
    let now = UnixTime(1_700_000_000);
    let wrong = [
        (issuer, "iss", json!("https://evil.example"), IdTokenError::Issuer),
        (of_many, "tid", json!("U"), IdTokenError::Issuer),
        (issuer, "exp", json!(now.0 - 121), IdTokenError::Expired),
        (issuer, "nbf", json!(now.0 + 121), IdTokenError::NotYetValid),
    ];
    for (issuer, name, value, expected) in wrong {
        assert_eq!(strictly(issuer, name, value).unwrap_err(), Error::IdToken(expected), "{name}");
    }
}

/// There is nothing to compare with: the document is read once more before the code is sent, and then that is said.
#[test]
fn a_document_without_an_issuer_will_not_do_for_a_strict_client() {
    let builder = PublicClientApplication::builder(CLIENT).authority(AUTHORITY).strict_id_token(true);
    let mut service = Service(ScriptedHost::new(builder.build().unwrap()), false);
    service.document(&[]);
    let flow = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
    service.document(&[]);
    let answer = format!("code=C&state={}", flow.state.expose());
    let error = service.0.call(|app| app.acquire_token_by_auth_code_flow(flow, answer)).unwrap_err();
    let missing =
        "the discovery document's issuer is missing, without which id tokens cannot be checked strictly";
    assert_eq!((error.to_string().as_str(), service.0.requests.len()), (missing, 2));
}
