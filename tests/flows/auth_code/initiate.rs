//! Where a person is sent to sign in, and what the program keeps meanwhile.
use crate::person::*;
use crate::refusals::told;
use crate::support::*;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use insta::assert_snapshot;
use msal_proto::engine::HttpFault;
use msal_proto::flows::{AuthCodeFlow, InitiateAuthCodeFlow, Prompt};
use msal_proto::{ClientApplication, Error};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use url::Url;

/// A parameter of the address.
fn parameter(flow: &AuthCodeFlow, name: &str) -> Option<String> {
    let url = Url::parse(&flow.auth_uri).unwrap();
    let mut found = url.query_pairs().filter(|(own, _)| own == name).map(|(_, value)| value.into_owned());
    let first = found.next();
    assert_eq!(found.next(), None, "{name} twice");
    first
}

#[test]
fn the_authority_is_asked_first() {
    let mut world = World::with(public().build().unwrap()).http(200, &document(AUTHORITY));
    world.begin();
    assert_snapshot!(world.log);
}

#[test]
fn nobody_is_asked_if_the_authority_is_known() {
    let mut world = World::public();
    let flow = world.begin();
    assert_snapshot!(world.log);
    assert_eq!(parameter(&flow, "state").as_deref(), Some(flow.state.expose()));
    assert_eq!(parameter(&flow, "nonce"), Some(nonce_hash(&flow)));
    assert_ne!(parameter(&flow, "nonce").as_deref(), Some(flow.nonce.expose()));
    assert_eq!(flow.redirect_uri.as_deref(), Some(REDIRECT_URI));
    assert_eq!(flow.scope, ["User.Read", "offline_access", "openid", "profile"]);
}

#[test]
fn the_code_verifier_is_fresh_and_only_its_hash_is_sent() {
    let mut world = World::public();
    let (first, second) = (world.begin(), world.begin());
    for flow in [&first, &second] {
        let verifier = flow.code_verifier.expose();
        assert!(
            verifier.len() == 43 && verifier.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c))
        );
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        assert_eq!(parameter(flow, "code_challenge"), Some(challenge));
        assert!(!flow.auth_uri.contains(verifier));
    }
    let all = [&first, &second].map(|flow| [&flow.state, &flow.nonce, &flow.code_verifier]);
    let mut all: Vec<_> = all.iter().flatten().map(|secret| secret.expose()).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 6);
}

#[test]
fn every_parameter() {
    let mut world = World::of(builder().client_capabilities(["CP1"])).knowing(AUTHORITY);
    let flow = world.call(|app| {
        app.initiate_auth_code_flow(["User.Read", "Mail.Send"])
            .redirect_uri(REDIRECT_URI)
            .state("canary-state & more")
            .prompt(format!("{} {}", Prompt::LOGIN, Prompt::CONSENT))
            .login_hint(USERNAME)
            .domain_hint("organizations")
            .claims_challenge(r#"{"id_token":{"auth_time":{"essential":true}}}"#)
            .max_age(600)
            .response_mode("form_post")
            .parameter("ui_locales", "de fr")
            .parameter("acr_values", "c1&x=y")
    });
    let flow = flow.unwrap();
    assert_snapshot!(world.log);
    assert_eq!(parameter(&flow, "state").as_deref(), Some("canary-state & more"));
    assert_eq!(parameter(&flow, "login_hint").as_deref(), Some(USERNAME));
    assert_eq!(parameter(&flow, "X-AnchorMailbox"), Some(format!("UPN:{USERNAME}")));
    assert_eq!(parameter(&flow, "acr_values").as_deref(), Some("c1&x=y"));
    assert_eq!(parameter(&flow, "x"), None);
    assert_eq!(flow.max_age, Some(600));
}

#[test]
fn exclude_scopes() {
    let mut world =
        World::with(public().exclude_scopes(["offline_access"]).build().unwrap()).knowing(AUTHORITY);
    let flow = world.begin();
    assert_eq!(flow.scope, ["User.Read", "openid", "profile"]);
    assert_eq!(parameter(&flow, "scope").as_deref(), Some("User.Read openid profile"));
}

#[test]
fn without_a_redirect_uri_the_service_takes_the_one_that_is_registered() {
    let mut world = World::public();
    let flow = world.call(|app| app.initiate_auth_code_flow([SCOPE])).unwrap();
    assert_eq!((parameter(&flow, "redirect_uri"), flow.redirect_uri), (None, None));
}

#[test]
fn what_is_refused_before_anybody_is_asked() {
    type Change = fn(&ClientApplication) -> InitiateAuthCodeFlow;
    let cases: [(&str, Change); 8] = [
        ("a reserved scope", |app| app.initiate_auth_code_flow(["openid", SCOPE])),
        ("claims that are none", |app| app.initiate_auth_code_flow([SCOPE]).claims_challenge("canary")),
        ("claims that are a list", |app| app.initiate_auth_code_flow([SCOPE]).claims_challenge("[]")),
        ("prompt twice", |app| app.initiate_auth_code_flow([SCOPE]).prompt("login").prompt("consent")),
        ("its own state", |app| app.initiate_auth_code_flow([SCOPE]).parameter("state", "canary")),
        ("its own nonce", |app| app.initiate_auth_code_flow([SCOPE]).parameter("nonce", "canary")),
        ("its own challenge", |app| {
            app.initiate_auth_code_flow([SCOPE]).parameter("code_challenge", "canary")
        }),
        ("plain PKCE", |app| {
            app.initiate_auth_code_flow([SCOPE]).parameter("code_challenge_method", "plain")
        }),
    ];
    let mut list = String::new();
    for (name, request) in cases {
        let mut world = World::with(public().build().unwrap());
        let error = world.call(|app| request(app)).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { .. }), "{name}");
        writeln!(list, "{name}\n=> {}", told(&error, world.now)).unwrap();
    }
    assert_snapshot!(list);
}

#[test]
fn discovery_fails() {
    let elsewhere = document("https://evil.example/t");
    let cases = [
        ("not reached", Err(HttpFault::Connect("no route to host".into()))),
        ("timed out", Err(HttpFault::TimedOut("30 s".into()))),
        ("no such tenant", Ok(response(400, r#"{"error":"invalid_tenant"}"#))),
        ("no such page", Ok(response(404, ""))),
        ("busy", Ok(response(503, ""))),
        ("no JSON", Ok(response(200, "<html>"))),
        ("endpoints elsewhere", Ok(response(200, &elsewhere))),
        ("no endpoints", Ok(response(200, "{}"))),
    ];
    let mut list = String::new();
    for (name, answer) in cases {
        let mut world = World::with(public().build().unwrap()).answer(answer);
        let error = world.call(|app| app.initiate_auth_code_flow([SCOPE])).unwrap_err();
        writeln!(list, "{name}\n=> {}", told(&error, world.now)).unwrap();
    }
    assert_snapshot!(list);
}
