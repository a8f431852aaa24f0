//! A token that is due to be refreshed, and what the call gives if that fails.
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::engine::HttpFault;
use msal_proto::{AuthenticationResult, Error, TokenSource, Violation, Warning};

/// The token in hand, and why it was not refreshed.
fn served(result: &AuthenticationResult) -> &Error {
    assert_eq!(result.token_source, TokenSource::Cache);
    assert_eq!(result.access_token.as_ref().unwrap().expose(), "canary-aging-token");
    let [Warning::RefreshFailed(error)] = &result.warnings[..] else { panic!("{:?}", result.warnings) };
    error
}

#[test]
fn a_token_is_refreshed_when_it_is_due() {
    let mut world = World::warm().http(200, AGING);
    assert_eq!(world.token().unwrap().refresh_on.unwrap().0, world.now + 3_600);
    world.later(3_600);
    assert_eq!(world.token().unwrap().token_source, TokenSource::Cache);
    world.later(1);
    world = world.http(200, TOKEN);
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    assert_eq!(world.token().unwrap().access_token.unwrap().expose(), "canary-access-token");
}

#[test]
fn service_is_down() {
    let mut world = World::aging().http(503, "");
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    let Error::HttpStatus(error) = served(&result) else { panic!() };
    assert_eq!((error.status, error.retry_at.unwrap().0), (503, world.now + 5));
    assert_eq!((result.expires_in, world.writes), (7_200 - 3_601, 0));
}

#[test]
fn service_refuses() {
    let mut world = World::aging().http(400, REFUSED);
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert!(matches!(served(&result), Error::Service(_)));
}

#[test]
fn service_is_not_reached() {
    let mut world = World::aging().answer(Err(HttpFault::Connect("no route".into())));
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert!(matches!(served(&result), Error::Http(_)));
}

#[test]
fn discovery_fails() {
    let mut world = World::aging().http(500, "");
    world.state = Default::default();
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert!(matches!(served(&result), Error::HttpStatus(_)));
}

#[test]
fn the_answer_is_malformed() {
    let mut world = World::aging().http(200, r#"{"access_token":7}"#);
    let result = world.token().unwrap();
    let Error::Malformed { violation, .. } = served(&result) else { panic!() };
    assert_eq!((*violation, world.writes), (Violation::Member("access_token"), 0));
}

#[test]
fn the_refusal_is_remembered() {
    let mut world = World::aging().http(429, "");
    served(&world.token().unwrap());
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert!(matches!(served(&result), Error::HttpStatus(_)));
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn the_host_makes_no_assertion() {
    let mut world = World::aging();
    world.app =
        builder().client_credential(msal_proto::ClientCredential::assertion_from_host()).build().unwrap();
    assert_eq!(*served(&world.token().unwrap()), Error::Unsupported("ClientAssertion"));
}

#[test]
fn a_token_that_ends_within_five_minutes_is_no_fallback() {
    let mut world = World::aging().http(503, "");
    world.later(3_300);
    assert!(matches!(world.token().unwrap_err(), Error::HttpStatus(_)));
}
