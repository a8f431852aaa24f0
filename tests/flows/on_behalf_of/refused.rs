//! What the service says no with.
use super::*;
use crate::refusals::{at_the_token_endpoint, told};
use insta::assert_snapshot;
use std::fmt::Write;

const CLAIMS: &str = r#"{"access_token":{"polids":{"essential":true,"values":["p"]}}}"#;

/// The caller is who can help: a middle tier answers 401 with these claims as its challenge.
#[test]
fn a_claims_challenge_is_for_the_caller() {
    let refusal = json!({
        "error": "interaction_required", "error_description": "AADSTS50076: Use multi-factor authentication.",
        "error_codes": [50_076], "suberror": "basic_action", "claims": CLAIMS, "trace_id": "t", "correlation_id": "c",
    });
    let mut world = World::warm().http(400, &refusal.to_string());
    let error = world.on_behalf_of(ADA).unwrap_err();
    assert_snapshot!(world.log);
    let Error::SignInNeeded(error) = error else { panic!("{error:?}") };
    assert_eq!(error.claims.as_deref(), Some(CLAIMS));
    assert_eq!(
        (error.suberror.as_deref(), error.error_codes.as_slice()),
        (Some("basic_action"), &[50_076][..])
    );
    assert_eq!(world.writes, 0);
    // The next assertion, which has met them, is another.
    world = world.answers(&adas("canary-met"));
    assert_eq!(brief(&world.on_behalf_of(ADA_LATER).unwrap()), ("canary-met", "identity_provider"));
}

/// The rows TOK: whatever the token endpoint says, there is a typed end, and nothing of a refusal is kept.
#[test]
fn what_the_token_endpoint_can_say() {
    let mut list = String::new();
    for (name, answer) in at_the_token_endpoint(&adas("canary-token")) {
        let mut world = World::warm().answer(answer);
        let error = world.on_behalf_of(ADA).unwrap_err();
        assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{name}");
        assert_eq!((world.writes, world.cache.serialize().as_str()), (0, "{}"), "{name}");
        writeln!(list, "{name}\n=> {}", told(&error, world.now)).unwrap();
    }
    assert_snapshot!(list);
}

#[test]
fn thr_10_a_refusal_is_remembered_for_this_assertion_alone() {
    let mut world = World::warm().http(400, r#"{"error":"invalid_grant"}"#).answers(&bobs("canary-of-bob"));
    for _ in 0..2 {
        assert!(matches!(world.on_behalf_of(ADA), Err(Error::SignInNeeded(_))));
    }
    assert_eq!(world.requests.len(), 1);
    assert_eq!(brief(&world.on_behalf_of(BOB).unwrap()), ("canary-of-bob", "identity_provider"));
}
