//! What the cache gives, and when it will not do.
use super::*;
use insta::assert_snapshot;
use msal_proto::engine::HttpFault;
use msal_proto::{TokenSource, Warning};

/// Ada has called.
fn called() -> World {
    let mut world = World::warm().answers(&adas("canary-first"));
    world.on_behalf_of(ADA).unwrap();
    world.forget_what_was_asked();
    world
}

fn aging() -> World {
    let mut tokens = adas("canary-aging");
    (tokens["expires_in"], tokens["refresh_in"]) = (json!(7_200), json!(3_600));
    let mut world = World::warm().answers(&tokens);
    world.on_behalf_of(ADA).unwrap();
    world.now += 3_601;
    world.forget_what_was_asked();
    world
}

#[test]
fn hit() {
    let mut world = called();
    world.later(10);
    let result = world.on_behalf_of(ADA).unwrap();
    assert_snapshot!(world.log);
    assert_eq!((brief(&result), result.expires_in), (("canary-first", "cache"), 3_589));
    assert_eq!((world.requests.len(), world.writes), (0, 0));
}

#[test]
fn more_scopes_serve_fewer_and_others_do_not() {
    let mut world = called();
    for scopes in [&["User.Read", "profile"][..1], &[]] {
        let result = world.call(|app| app.acquire_token_on_behalf_of(ADA, scopes.iter())).unwrap();
        assert_eq!(result.token_source, TokenSource::Cache, "{scopes:?}");
    }
    world = world.answers(&adas("canary-other"));
    let result = world.call(|app| app.acquire_token_on_behalf_of(ADA, ["Mail.Read"])).unwrap();
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
}

#[test]
fn cac_20_it_is_served_until_five_minutes_before_its_end() {
    let mut world = called();
    world.now += 3_299;
    assert_eq!(world.on_behalf_of(ADA).unwrap().expires_in, 300);
    world.now += 1;
    world = world.answers(&adas("canary-second"));
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-second", "identity_provider"));
    assert_eq!(world.section("AccessToken").len(), 1, "in its place");
}

#[test]
fn a_claims_challenge_passes_the_cache_by_and_its_token_serves_from_then_on() {
    let mut world = called().answers(&adas("canary-challenged"));
    let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}"#;
    let result =
        world.call(|app| app.acquire_token_on_behalf_of(ADA, [SCOPE]).claims_challenge(challenge)).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(brief(&result), ("canary-challenged", "identity_provider"));
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-challenged", "cache"));
}

#[test]
fn extra_members_tell_tokens_apart() {
    let mut world = called().answers(&adas("canary-extra"));
    let extra = |world: &mut World| {
        world.call(|app| app.acquire_token_on_behalf_of(ADA, [SCOPE]).data("fmi_path", "a")).unwrap()
    };
    assert_eq!(brief(&extra(&mut world)), ("canary-extra", "identity_provider"));
    assert_eq!(brief(&extra(&mut world)), ("canary-extra", "cache"));
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-first", "cache"));
}

#[test]
fn a_token_is_refreshed_when_it_is_due() {
    let mut world = aging().answers(&adas("canary-refreshed"));
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-refreshed", "identity_provider"));
    assert_snapshot!(world.log);
    assert_eq!(world.sent("assertion"), Some(ADA));
}

/// Reason 2 of the oracle, and row CAC-21.
#[test]
fn cac_21_a_token_in_hand_is_better_than_an_error() {
    let mut failures = vec![
        Ok(response(503, "")),
        Ok(response(400, r#"{"error":"invalid_grant"}"#)),
        Ok(response(200, "no JSON")),
        Err(HttpFault::TimedOut("slow".into())),
    ];
    let mut wrong = adas("canary-wrong");
    wrong["id_token"] = json!(jwt(&json!({"aud": "another", "sub": "s", "iss": "i", "exp": 1_800_000_000})));
    failures.push(Ok(response(200, &wrong.to_string())));
    for failure in failures {
        let mut world = aging().answer(failure);
        let result = world.on_behalf_of(ADA).unwrap();
        assert_eq!(brief(&result), ("canary-aging", "cache"));
        assert!(matches!(result.warnings[..], [Warning::RefreshFailed(_)]), "{:?}", result.warnings);
        assert_eq!(world.writes, 0);
    }
}

#[test]
fn smm_08_a_cache_that_fails_costs_no_token() {
    let mut world = called().answers(&adas("canary-second"));
    world.cache_read = Behaviour::Fails;
    world.cache_write = Behaviour::Fails;
    let result = world.on_behalf_of(ADA).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(brief(&result), ("canary-second", "identity_provider"));
    assert!(matches!(result.warnings[..], [Warning::CacheRead(_), Warning::CacheWrite(_)]));
    world = world.answers(&adas("canary-third"));
    (world.cache_read, world.cache_write) = (Behaviour::Declines, Behaviour::Declines);
    let result = world.on_behalf_of(ADA).unwrap();
    assert!(matches!(result.warnings[..], [Warning::NoCache]));
}

/// What MSAL Python would take for the application's own token.
#[test]
fn cac_24_it_never_answers_for_the_application_itself() {
    let of_graph = |token: &str| {
        let mut tokens = an_applications(token);
        tokens["scope"] = json!(GRAPH);
        tokens
    };
    let mut world = World::warm().answers(&of_graph("canary-on-behalf"));
    world.call(|app| app.acquire_token_on_behalf_of(ADA, [GRAPH])).unwrap();
    assert_snapshot!(world.log);
    world = world.answers(&of_graph("canary-own"));
    assert_eq!(brief(&world.token().unwrap()), ("canary-own", "identity_provider"));
    // Nor the reverse.
    let result = world.call(|app| app.acquire_token_on_behalf_of(ADA, [GRAPH])).unwrap();
    assert_eq!(brief(&result), ("canary-on-behalf", "cache"));
    assert_eq!(world.call(|app| app.remove_tokens_for_client()).unwrap(), 1);
    assert_eq!(world.members("AccessToken", "secret"), ["canary-on-behalf"]);
}
