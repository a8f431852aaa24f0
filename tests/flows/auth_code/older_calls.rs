//! MSAL's older calls, for those who migrate.
#![allow(deprecated, reason = "they say so themselves")]
use insta::assert_snapshot;
use msal_proto::engine::{Host, Request};
use msal_proto::transcript::ScriptedHost;
use msal_proto::{Error, IdTokenError, PublicClientApplication};

const SCOPES: [&str; 1] = ["User.Read"];
const REDIRECT_URI: &str = "http://localhost:8400/callback";

fn host() -> ScriptedHost<PublicClientApplication> {
    let authority = "https://login.microsoftonline.com/contoso.onmicrosoft.com";
    let app = PublicClientApplication::builder("my-app").authority(authority).build().unwrap();
    let mut host = ScriptedHost::new(app);
    host.answer_discovery();
    host
}

/// Tokens with the id token of a sign-in that this library began: its nonce is the hash.
fn redeemed(nonce: Option<&str>) -> (Result<(), Error>, ScriptedHost<PublicClientApplication>) {
    let mut host = host();
    let flow = host.call(|app| app.initiate_auth_code_flow(SCOPES)).unwrap();
    host.answer_sign_in(&flow, "alice@contoso.example");
    let sent = flow.auth_uri.split('&').find_map(|pair| pair.strip_prefix("nonce=")).unwrap().to_owned();
    host.transcript = Default::default();
    let end = host.call(|app| {
        let request =
            app.acquire_token_by_authorization_code("canary-code", SCOPES).redirect_uri(REDIRECT_URI);
        request.nonce(nonce.unwrap_or(&sent)).data("code_verifier", "canary-verifier").query("slice", "test")
    });
    (end.map(drop), host)
}

#[test]
fn the_address_has_what_the_program_gives_it() {
    let mut host = host();
    let url = host.call(|app| {
        app.get_authorization_request_url(SCOPES)
            .response_type("code id_token")
            .parameter("redirect_uri", REDIRECT_URI)
            .parameter("state", "canary-state")
            .parameter("nonce", "canary-nonce")
            .claims_challenge(r#"{"id_token":{"auth_time":{"essential":true}}}"#)
    });
    let url = url.unwrap();
    assert!(
        url.contains("state=canary-state&nonce=canary-nonce") && !url.contains("code_challenge"),
        "{url}"
    );
    assert_snapshot!(host.transcript);
}

#[test]
fn a_parameter_twice_or_with_a_method_of_its_own_is_refused() {
    for name in ["claims", "client_id", "response_type", "scope", "state"] {
        let mut host = host();
        let end = host.call(|app| {
            app.get_authorization_request_url(SCOPES).parameter("state", "a").parameter(name, "b")
        });
        assert!(matches!(end, Err(Error::InvalidParameter { parameter: "parameter", .. })), "{name}");
    }
}

#[test]
fn a_code_is_redeemed() {
    let (end, host) = redeemed(None);
    end.unwrap();
    assert_snapshot!(host.transcript);
}

#[test]
fn the_nonce_is_compared_as_it_was_sent_before_anything_is_written() {
    let (end, mut host) = redeemed(Some("another"));
    assert_eq!(end.unwrap_err(), Error::IdToken(IdTokenError::Nonce));
    assert!(!host.cache.serialize().contains("AccessToken"));
}

#[test]
fn no_code_is_no_call() {
    let mut host = host();
    let end = host.call(|app| app.acquire_token_by_authorization_code("", SCOPES));
    assert!(matches!(end, Err(Error::InvalidParameter { parameter: "code", .. })));
    assert!(host.requests.is_empty());
}

#[test]
fn what_has_a_parameter_of_its_own_is_no_extra_one() {
    let wrong: [&[(&str, &str)]; 4] = [
        &[("scope", "s")],
        &[("claims", "{}")],
        &[("token_type", "ssh-cert")],
        &[("token_type", "ssh-cert"), ("req_cnf", "{}")],
    ];
    for data in wrong {
        let mut host = host();
        let end = host.call(|app| {
            let request = app.acquire_token_by_authorization_code("code", SCOPES);
            data.iter().fold(request, |request, (name, value)| request.data(*name, *value))
        });
        assert!(matches!(end, Err(Error::InvalidParameter { parameter: "data", .. })), "{data:?}");
        let end = host.call(|app| {
            let request = app.acquire_token_by_refresh_token("token", SCOPES);
            data.iter().fold(request, |request, (name, value)| request.data(*name, *value))
        });
        assert!(matches!(end, Err(Error::InvalidParameter { parameter: "data", .. })), "{data:?}");
        assert!(host.requests.is_empty());
    }
}

#[test]
fn sec_what_is_kept_of_a_sign_in_shows_neither_state_nor_whom_it_expects() {
    let mut host = host();
    let ask = |app: &PublicClientApplication| {
        let request =
            app.initiate_auth_code_flow(SCOPES).state("canary-state").login_hint("canary@contoso.example");
        let request = request.parameter("id_token_hint", "canary-token").redirect_uri(REDIRECT_URI);
        assert!(!format!("{request:?}").contains("canary"), "{request:?}");
        request
    };
    let flow = host.call(ask).unwrap();
    assert!(flow.auth_uri.contains("canary-state") && flow.auth_uri.contains("canary-token"));
    let request = host.app.acquire_token_by_auth_code_flow(flow.clone(), "code=canary&state=canary-state");
    let older = host.app.get_authorization_request_url(SCOPES).parameter("state", "canary-state");
    let redeeming = host.app.acquire_token_by_authorization_code("canary-code", SCOPES).nonce("canary-nonce");
    let shown = format!("{flow:?} {request:?} {older:?} {redeeming:?}");
    assert!(!shown.contains("canary"), "{shown}");
    host.state = Default::default();
    let step = request.start(&mut host.env());
    assert!(!format!("{step:?}").contains("canary"), "{step:?}");
}
