//! What the cache gives, and when it will not do.
use crate::person::*;
use crate::refusals::told;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::cache::CacheFault;
use msal_proto::engine::HttpFault;
use msal_proto::{AuthenticationResult, Error, PublicClientApplication, TokenSource, Warning};
use serde_json::json;
use std::fmt::Write;

/// Signed in, with a token that is due to be refreshed.
fn aging() -> World<PublicClientApplication> {
    let mut world = World::public().signed_in(|answer| {
        answer["expires_in"] = json!(7_200);
        answer["refresh_in"] = json!(3_600);
    });
    world.now += 3_601;
    world
}

#[test]
fn hit() {
    let mut world = World::public().signed_in(|_| ());
    world.later(10);
    let result = world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!((result.token_source, result.expires_in), (TokenSource::Cache, 3_589));
    assert_eq!(result.access_token.unwrap().expose(), "canary-access-token");
    assert_eq!((world.writes, world.requests.len()), (0, 0));
}

#[test]
fn a_token_for_more_scopes_serves_fewer_and_none_at_all() {
    let mut world =
        World::public().signed_in(|answer| answer["scope"] = json!("User.Read Mail.Send openid profile"));
    let account = world.account();
    for scopes in [&["User.Read"][..], &["Mail.Send", "User.Read"], &[], &["openid", "profile"]] {
        let result = world.call(|app| app.acquire_token_silent(scopes.iter(), &account)).unwrap().unwrap();
        assert_eq!(result.token_source, TokenSource::Cache, "{scopes:?}");
    }
    // Case counts.
    world = world.http(200, &refreshed().to_string());
    let result = world.call(|app| app.acquire_token_silent(["user.read"], &account)).unwrap().unwrap();
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
}

#[test]
fn a_token_is_served_until_five_minutes_before_its_end() {
    let mut world = World::public().signed_in(|_| ());
    world.later(3_299);
    assert_eq!(world.silent().unwrap().unwrap().expires_in, 300);
    world.later(1);
    world = world.http(200, &refreshed().to_string());
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::IdentityProvider);
}

#[test]
fn without_an_account_nobody_is_asked() {
    let mut world = World::public();
    assert_eq!(world.call(|app| app.acquire_token_silent([SCOPE], None)).unwrap(), None);
    assert_eq!(world.call(|app| app.acquire_token_silent_with_error([SCOPE], None)).unwrap(), None);
    assert_snapshot!(world.log);
}

#[test]
fn somebody_of_whom_nothing_is_cached() {
    let account = World::public().signed_in(|_| ()).account();
    let mut world = World::public();
    assert_eq!(world.call(|app| app.acquire_token_silent([SCOPE], &account)).unwrap(), None);
    assert_eq!(world.call(|app| app.acquire_token_silent_with_error([SCOPE], &account)).unwrap(), None);
    assert_snapshot!(world.log);
}

#[test]
fn without_a_cache_nobody_has_signed_in() {
    let mut world = World::public().signed_in(|_| ());
    let account = world.account();
    world.cache_read = Behaviour::Declines;
    assert_eq!(world.call(|app| app.acquire_token_silent_with_error([SCOPE], &account)).unwrap(), None);
    assert_snapshot!(world.log);
}

#[test]
fn a_cache_that_cannot_be_read_is_an_error_because_to_sign_in_would_not_mend_it() {
    let mut world = World::public().signed_in(|_| ());
    world.cache_read = Behaviour::Fails;
    let account = world.account();
    for folds in [true, false] {
        let end = world.call(|app| match folds {
            true => app.acquire_token_silent([SCOPE], &account),
            false => app.acquire_token_silent_with_error([SCOPE], &account),
        });
        assert_eq!(end.unwrap_err(), Error::Cache(CacheFault("the disk is gone".into())));
    }
}

#[test]
fn the_tenant_of_a_domain_is_found_out_first() {
    let mut world = World::with(public().authority(DOMAIN).build().unwrap()).knowing(AUTHORITY);
    world = world.signed_in(|_| ());
    world.state = Default::default();
    world = world.http(200, &document(AUTHORITY));
    let result = world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.token_source, TokenSource::Cache);
    // Then it is known.
    world.silent().unwrap().unwrap();
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_token_is_refreshed_when_it_is_due() {
    let mut world = aging();
    world.now -= 1;
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::Cache);
    world.log.clear();
    world.later(1);
    world = world.http(200, &refreshed().to_string());
    let result = world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-second-refresh-token"]);
    assert_eq!(world.members("AccessToken", "secret"), ["canary-second-access-token"]);
}

/// The token in hand, and why it was not refreshed.
fn served(result: &AuthenticationResult) -> &Error {
    assert_eq!((result.token_source, result.expires_in), (TokenSource::Cache, 3_599));
    let [Warning::RefreshFailed(error)] = &result.warnings[..] else { panic!("{:?}", result.warnings) };
    error
}

#[test]
fn a_token_in_hand_is_better_than_an_error() {
    let challenge = r#"{"error":"interaction_required","claims":"{}"}"#;
    let answers = [
        ("busy", Ok(response(503, ""))),
        ("refused", Ok(response(400, REFUSED))),
        ("interaction required", Ok(response(400, challenge))),
        ("no token", Ok(response(200, "{}"))),
        ("an id token for another client", {
            let mut answer = refreshed();
            answer["id_token"] = json!(jwt(&json!({"aud": "other", "exp": 1})));
            Ok(response(200, &answer.to_string()))
        }),
        ("not reached", Err(HttpFault::Connect("no route to host".into()))),
    ];
    let mut list = String::new();
    for (name, answer) in answers {
        let mut world = aging().answer(answer);
        let before = world.cache.serialize();
        let result = world.silent().unwrap().unwrap();
        assert_eq!((world.writes, world.cache.serialize()), (0, before), "{name}");
        writeln!(list, "{name}\n=> {}", told(served(&result), world.now)).unwrap();
    }
    assert_snapshot!(list);
}

#[test]
fn a_refresh_ahead_of_the_end_that_fails() {
    let mut world = aging().http(503, "");
    world.silent().unwrap().unwrap();
    // Until the service may be asked again, it is not.
    world.later(59);
    world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_token_in_hand_is_served_though_discovery_fails_or_there_is_no_refresh_token() {
    let mut world = aging().http(500, "");
    world.state = Default::default();
    assert!(matches!(served(&world.silent().unwrap().unwrap()), Error::HttpStatus(_)));

    let mut world = World::public().signed_in(|answer| {
        answer.as_object_mut().unwrap().remove("refresh_token");
        answer["refresh_in"] = json!(5);
    });
    world.now += 6;
    let result = world.silent().unwrap().unwrap();
    assert_eq!((result.token_source, result.warnings), (TokenSource::Cache, vec![]));
}

#[test]
fn a_token_that_ends_within_five_minutes_is_no_fallback() {
    let mut world = aging().http(503, "");
    world.now += 3_300;
    assert!(matches!(world.silent().unwrap_err(), Error::HttpStatus(_)));
}
