//! Taking over a refresh token that another library had.
use crate::person::*;
use crate::refusals::{at_the_token_endpoint, told};
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::{AuthenticationResult, Error, PublicClientApplication, TokenSource};
use std::fmt::Write;

type World = crate::support::World<PublicClientApplication>;

fn import(world: &mut World) -> Result<AuthenticationResult, Error> {
    world.call(|app| app.acquire_token_by_refresh_token("canary-older-token", [SCOPE]))
}

#[test]
fn public_client() {
    let mut world = World::with(public().build().unwrap());
    world = world.http(200, &document(AUTHORITY)).http(200, &refreshed().to_string());
    let result = import(&mut world).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("refresh_token"), Some("canary-older-token"));
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    // From then on it is as if they had signed in here.
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-second-refresh-token"]);
    assert_eq!(world.account().username.as_deref(), Some(USERNAME));
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::Cache);
}

#[test]
fn secret() {
    let mut world = crate::support::World::warm().http(200, &refreshed().to_string());
    world.call(|app| app.acquire_token_by_refresh_token("canary-older-token", [SCOPE])).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("client_secret"), Some(CLIENT_SECRET));
}

#[test]
fn what_the_token_endpoint_can_say() {
    let mut list = String::new();
    for (name, answer) in at_the_token_endpoint(&refreshed()) {
        let mut world = World::public().answer(answer);
        let error = import(&mut world).unwrap_err();
        assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{name}");
        assert_eq!((world.writes, world.cache.serialize().as_str()), (0, "{}"), "{name}");
        writeln!(list, "{name}\n=> {}", told(&error, world.now)).unwrap();
    }
    assert_snapshot!(list);
}

#[test]
fn what_is_refused_before_anybody_is_asked() {
    let mut world = World::public();
    for (token, scope) in [("", SCOPE), ("canary", "openid"), ("canary", "offline_access")] {
        let error = world.call(|app| app.acquire_token_by_refresh_token(token, [scope])).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { .. }), "{token} {scope}");
    }
    assert!(world.requests.is_empty());
}

#[test]
fn tok_29_without_a_new_one_the_token_itself_is_not_lost_to_the_caller() {
    let mut answer = refreshed();
    answer.as_object_mut().unwrap().remove("refresh_token");
    let mut world = World::public().http(200, &answer.to_string());
    let result = import(&mut world).unwrap();
    assert_eq!(result.refresh_token, None);
    assert_eq!(result.access_token.unwrap().expose(), "canary-second-access-token");
    world.account();
}

#[test]
fn a_cache_that_fails_or_is_none_costs_no_token() {
    for behaviour in [Behaviour::Fails, Behaviour::Declines] {
        let mut world = World::public().http(200, &refreshed().to_string());
        world.cache_write = behaviour;
        let result = import(&mut world).unwrap();
        assert_eq!((result.warnings.len(), result.refresh_token.is_some()), (1, true));
    }
}
