//! All that a token endpoint can refuse a refresh by, and what the two calls make of it.
use crate::person::*;
use crate::refusals::{at_the_token_endpoint, told};
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::engine::{HttpFault, HttpResponse};
use msal_proto::{Error, PublicClientApplication};
use std::fmt::Write;

fn expired() -> World<PublicClientApplication> {
    let mut world = World::public().signed_in(|_| ());
    world.now += 3_600;
    world
}

/// How both calls end, and that the cache is as it was.
fn ends(name: &str, answer: &Result<HttpResponse, HttpFault>) -> [String; 2] {
    [true, false].map(|folds| {
        let mut world = expired().answer(answer.clone());
        let (account, before) = (world.account(), world.cache.serialize());
        let end = world.call(|app| match folds {
            true => app.acquire_token_silent([SCOPE], &account),
            false => app.acquire_token_silent_with_error([SCOPE], &account),
        });
        assert_eq!((world.writes, world.cache.serialize()), (0, before), "{name}");
        match end {
            Ok(result) => {
                assert_eq!(result, None);
                "nothing".to_owned()
            }
            Err(error) => {
                assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{name}");
                told(&error, world.now)
            }
        }
    })
}

#[test]
fn what_the_token_endpoint_can_say() {
    let mut list = String::new();
    for (name, answer) in at_the_token_endpoint(&refreshed()) {
        let [folded, with_error] = ends(name, &answer);
        writeln!(list, "{name}\n=> {with_error}").unwrap();
        // A refusal is nothing found; all else is the same.
        if folded == "nothing" {
            assert!(
                matches!(with_error.split(':').next(), Some("Service" | "SignInNeeded")),
                "{name}: {with_error}"
            );
            writeln!(list, "   acquire_token_silent: nothing").unwrap();
        } else {
            assert_eq!(folded, with_error, "{name}");
        }
    }
    assert_snapshot!(list);
}

#[test]
fn tok_31_a_refusal_is_remembered_and_removes_no_refresh_token() {
    let mut world = expired().http(400, r#"{"error":"invalid_grant","suberror":"bad_token"}"#);
    for _ in 0..2 {
        assert!(matches!(world.silent().unwrap_err(), Error::SignInNeeded(_)));
    }
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-refresh-token"]);
    assert_snapshot!(world.log);
    world.now += 60;
    world = world.http(200, &refreshed().to_string());
    world.silent().unwrap().unwrap();
}

#[test]
fn a_claims_challenge_is_passed_on_to_the_next_sign_in() {
    let claims = r#"{"access_token":{"polids":{"essential":true,"values":["p"]}}}"#;
    let body =
        serde_json::json!({"error": "interaction_required", "claims": claims, "suberror": "basic_action"});
    let mut world = expired().http(400, &body.to_string());
    let Error::SignInNeeded(error) = world.silent().unwrap_err() else { panic!() };
    world.log.clear();
    let challenge = error.claims.unwrap();
    let request = |app: &PublicClientApplication| {
        app.initiate_auth_code_flow([SCOPE]).redirect_uri(REDIRECT_URI).claims_challenge(challenge)
    };
    let flow = world.call(request).unwrap();
    assert_eq!(flow.claims_challenge.as_deref(), Some(claims));
    world = world.http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &came_back(&flow)).unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn thr_06_a_public_client_waits_a_minute() {
    let mut world = expired().http(503, "");
    world.silent().unwrap_err();
    world.now += 59;
    world.silent().unwrap_err();
    assert_eq!(world.requests.len(), 1);
    world.now += 1;
    world = world.http(200, &refreshed().to_string());
    world.silent().unwrap().unwrap();
}
