//! Beginning and ending a long-running process.
use super::*;
use insta::assert_snapshot;
use msal_proto::flows::LongRunningError;

fn begun() -> World {
    let mut world = World::warm().answers(&adas("canary-first"));
    world.initiate(ADA, Some(PROCESS)).unwrap();
    world.forget_what_was_asked();
    world
}

fn is_another_users<T: std::fmt::Debug>(end: Result<T, Error>) {
    assert_eq!(end.unwrap_err(), Error::LongRunning(LongRunningError::AnotherUser));
}

#[test]
fn it_is_begun_gone_on_with_and_ended() {
    let mut world = World::new().http(200, &document(AUTHORITY)).answers(&adas("canary-first"));
    let begun = world.initiate(ADA, Some(PROCESS)).unwrap();
    assert_eq!((begun.key.expose(), brief(&begun.result)), (PROCESS, ("canary-first", "identity_provider")));
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-first", "cache"));
    world.later(3_600);
    world = world.answers(&adas("canary-second"));
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-second", "identity_provider"));
    assert_eq!(world.sent("refresh_token"), Some("canary-first-refresh"));
    assert_eq!(world.sent("assertion"), None);
    assert_eq!(world.stop(PROCESS).unwrap(), 2);
    assert_snapshot!(world.log);
    assert_eq!((world.section("AccessToken").len(), world.section("RefreshToken").len()), (0, 0));
    assert_eq!(world.go_on(PROCESS).unwrap_err(), Error::LongRunning(LongRunningError::NotStarted));
    assert_eq!(world.stop(PROCESS).unwrap(), 0);
    assert!(world.accounts().is_empty());
}

#[test]
fn without_a_key_it_is_the_assertion_s_digest() {
    let mut world = World::warm().answers(&adas("canary-first"));
    let begun = world.initiate(ADA, None).unwrap();
    assert_eq!(begun.key.expose(), msal_proto::cache::user_assertion_hash(ADA));
    assert_eq!(brief(&world.go_on(begun.key.expose()).unwrap()), ("canary-first", "cache"));
    // It is the same assertion's in a plain call, too.
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-first", "cache"));
}

#[test]
fn begun_again_by_the_same_assertion_it_is_served_from_the_cache() {
    let mut world = begun();
    assert_eq!(brief(&world.initiate(ADA, Some(PROCESS)).unwrap().result), ("canary-first", "cache"));
    assert_snapshot!(world.log);
    assert_eq!((world.requests.len(), world.writes), (0, 0));
}

#[test]
fn begun_again_by_the_same_user_s_later_assertion_it_goes_on() {
    let mut world = begun().answers(&adas("canary-second"));
    assert_eq!(
        brief(&world.initiate(ADA_LATER, Some(PROCESS)).unwrap().result),
        ("canary-second", "identity_provider")
    );
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-second", "cache"));
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-second-refresh"]);
    assert_eq!(world.section("AccessToken").len(), 1);
}

/// MSAL .NET's issue 4673: there the second user's tokens take the place of the first's.
#[test]
fn cac_23_another_user_neither_gets_nor_overwrites_what_is_under_a_key() {
    let mut world = begun().answers(&bobs("canary-of-bob"));
    let before = world.cache.serialize();
    is_another_users(world.initiate(BOB, Some(PROCESS)));
    assert_snapshot!(world.log);
    assert_eq!((world.cache.serialize(), world.writes), (before.clone(), 0));
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-first", "cache"));
    // Nor when Ada's access token has ended, nor by a claims challenge.
    world.now += 3_600;
    world = world.answers(&bobs("canary-of-bob"));
    is_another_users(world.initiate(BOB, Some(PROCESS)));
    world = world.answers(&bobs("canary-of-bob"));
    is_another_users(world.call(|app| {
        app.initiate_long_running_on_behalf_of([SCOPE], BOB, Some(PROCESS)).claims_challenge("{}")
    }));
    // Nor for other scopes, nor in another tenant.
    world = world.answers(&bobs("canary-of-bob"));
    is_another_users(
        world.call(|app| app.initiate_long_running_on_behalf_of(["Mail.Read"], BOB, Some(PROCESS))),
    );
    assert_eq!(world.cache.serialize(), before);
    // Once it has been ended, the key is free.
    world.stop(PROCESS).unwrap();
    world = world.answers(&bobs("canary-of-bob"));
    assert_eq!(
        brief(&world.initiate(BOB, Some(PROCESS)).unwrap().result),
        ("canary-of-bob", "identity_provider")
    );
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-of-bob", "cache"));
}

/// Two machines that share a cache begin at the same time: neither saw what the other wrote.
#[test]
fn cac_23_a_key_that_two_users_took_at_once_serves_neither() {
    let mut world = begun();
    let mut elsewhere = World::warm().answers(&bobs("canary-of-bob"));
    elsewhere.initiate(BOB, Some(PROCESS)).unwrap();
    // What the other machine puts is put into the shared cache.
    let all = msal_proto::cache::CacheRead::OnBehalfOf {
        user_assertion_hash: PROCESS.into(),
        environment: "login.microsoftonline.com".into(),
        client_id: CLIENT_ID.into(),
    };
    let removed = msal_proto::cache::CacheChange::removing(elsewhere.cache.read(&all));
    let puts = msal_proto::cache::CacheChange { puts: removed.removals, ..Default::default() };
    world.cache.apply(&puts);
    is_another_users(world.go_on(PROCESS));
    world = world.answers(&adas("canary-second"));
    is_another_users(world.initiate(ADA_LATER, Some(PROCESS)));
    assert_eq!(world.stop(PROCESS).unwrap(), 4);
}

/// Nobody's account: of these the assertion tells.
#[test]
fn an_application_s_process_is_its_assertion_s() {
    let with_refresh = |token: &str| {
        let mut tokens = an_applications(token);
        tokens["refresh_token"] = json!(format!("{token}-refresh"));
        tokens
    };
    let mut world = World::warm().answers(&with_refresh("canary-first"));
    world.initiate(ADA, Some(PROCESS)).unwrap();
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-first", "cache"));
    world = world.answers(&with_refresh("canary-other"));
    is_another_users(world.initiate(BOB, Some(PROCESS)));
    // A person is not it, nor is it a person.
    world = world.answers(&adas("canary-person"));
    is_another_users(world.initiate(ADA_LATER, Some(PROCESS)));
    let mut world = begun().answers(&with_refresh("canary-other"));
    is_another_users(world.initiate(BOB, Some(PROCESS)));
}

/// The same assertion is the same user, whether the service says so each time or not.
#[test]
fn an_answer_that_names_nobody_is_of_who_came_with_the_assertion() {
    let challenged = |world: &mut World| {
        world.call(|app| {
            app.initiate_long_running_on_behalf_of([SCOPE], ADA, Some(PROCESS)).claims_challenge("{}")
        })
    };
    let mut world = begun().answers(&an_applications("canary-unnamed")).answers(&adas("canary-named"));
    challenged(&mut world).unwrap();
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-unnamed", "cache"));
    challenged(&mut world).unwrap();
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-named", "cache"));
    world = world.answers(&an_applications("canary-of-whom"));
    is_another_users(world.initiate(BOB, Some(PROCESS)));
}

#[test]
fn keys_are_told_apart_by_case_and_not_by_padding() {
    let mut world = World::warm().answers(&adas("canary-upper")).answers(&bobs("canary-lower"));
    world.initiate(ADA, Some("canary-K")).unwrap();
    world.initiate(BOB, Some("canary-k=")).unwrap();
    assert_eq!(brief(&world.go_on("canary-K==").unwrap()), ("canary-upper", "cache"));
    assert_eq!(brief(&world.go_on("canary-k").unwrap()), ("canary-lower", "cache"));
    // Through the file.
    let text = world.cache.serialize();
    world.cache.deserialize(&text).unwrap();
    assert_eq!(brief(&world.go_on("canary-K").unwrap()), ("canary-upper", "cache"));
    assert_eq!(world.stop("canary-k").unwrap(), 2);
    assert_eq!(brief(&world.go_on("canary-K").unwrap()), ("canary-upper", "cache"));
}

#[test]
fn a_cache_that_fails() {
    // A token that was issued is not lost.
    let mut world = begun().answers(&adas("canary-second"));
    (world.cache_read, world.cache_write) = (Behaviour::Fails, Behaviour::Fails);
    assert_eq!(world.initiate(ADA, Some(PROCESS)).unwrap().result.warnings.len(), 2);
    // To go on or to end is about nothing else.
    assert!(matches!(world.go_on(PROCESS), Err(Error::Cache(_))));
    assert!(matches!(world.stop(PROCESS), Err(Error::Cache(_))));
    (world.cache_read, world.cache_write) = (Behaviour::Declines, Behaviour::Declines);
    assert_eq!(world.go_on(PROCESS).unwrap_err(), Error::LongRunning(LongRunningError::NotStarted));
    assert!(matches!(world.stop(PROCESS), Err(Error::Unsupported(_))));
    (world.cache_read, world.cache_write) = (Behaviour::Does, Behaviour::Fails);
    assert!(matches!(world.stop(PROCESS), Err(Error::Cache(_))));
}
