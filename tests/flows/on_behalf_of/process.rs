//! Going on with a long-running process.
use super::*;
use crate::refusals::{at_the_token_endpoint, told};
use insta::assert_snapshot;
use msal_proto::flows::LongRunningError;
use msal_proto::{IdTokenError, Warning};
use std::fmt::Write;

/// Begun by Ada with this answer, so many seconds ago.
fn begun(change: impl FnOnce(&mut Value), seconds: u64) -> World {
    let mut tokens = adas("canary-first");
    change(&mut tokens);
    let mut world = World::warm().answers(&tokens);
    world.initiate(ADA, Some(PROCESS)).unwrap();
    world.forget_what_was_asked();
    world.now += seconds;
    world
}

fn expired() -> World {
    begun(|_| (), 3_600)
}

#[test]
fn by_refresh_token() {
    let mut world = expired().answers(&adas("canary-second"));
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-second", "identity_provider"));
    assert_snapshot!(world.log);
    assert_eq!(world.sent("refresh_token"), Some("canary-first-refresh"));
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-second-refresh"]);
    assert_eq!(world.members("AccessToken", "secret"), ["canary-second"]);
    // And so on, from what it has become.
    world.now += 3_600;
    world = world.answers(&adas("canary-third"));
    world.go_on(PROCESS).unwrap();
    assert_eq!(world.sent("refresh_token"), Some("canary-second-refresh"));
}

#[test]
fn for_other_scopes() {
    let mut mail = adas("canary-mail");
    mail["scope"] = json!("Mail.Read");
    let mut world = begun(|_| (), 0).answers(&mail);
    let mail = |world: &mut World| {
        world.call(|app| app.acquire_token_in_long_running_on_behalf_of(["Mail.Read"], PROCESS)).unwrap()
    };
    assert_eq!(brief(&mail(&mut world)), ("canary-mail", "identity_provider"));
    assert_eq!(brief(&mail(&mut world)), ("canary-mail", "cache"));
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-first", "cache"));
    assert_eq!(world.section("RefreshToken").len(), 1);
}

#[test]
fn tok_29_an_answer_that_tells_less_keeps_what_was_known() {
    let less = json!({"token_type": "Bearer", "expires_in": 3_599, "access_token": "canary-second"});
    let mut world = expired().answers(&less);
    world.go_on(PROCESS).unwrap();
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-first-refresh"]);
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-second", "cache"), "it is of the same user");
}

#[test]
fn a_claims_challenge_passes_the_access_token_by() {
    let mut world = begun(|_| (), 0).answers(&adas("canary-challenged"));
    let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}"#;
    let request = world.call(|app| {
        app.acquire_token_in_long_running_on_behalf_of([SCOPE], PROCESS).claims_challenge(challenge)
    });
    assert_snapshot!(world.log);
    assert_eq!(brief(&request.unwrap()), ("canary-challenged", "identity_provider"));
    assert_eq!(world.sent("claims"), Some(challenge));
}

#[test]
fn in_another_tenant() {
    let elsewhere = "https://login.microsoftonline.com/99999999-9999-9999-9999-999999999999";
    let mut world = begun(|_| (), 0).http(200, &document(elsewhere)).answers(&adas("canary-elsewhere"));
    let tenant = elsewhere.rsplit('/').next().unwrap();
    let at = |world: &mut World| {
        world
            .call(|app| app.acquire_token_in_long_running_on_behalf_of([SCOPE], PROCESS).tenant(tenant))
            .unwrap()
    };
    assert_eq!(brief(&at(&mut world)), ("canary-elsewhere", "identity_provider"));
    assert!(world.requests.last().unwrap().url.starts_with(elsewhere));
    assert_eq!(brief(&at(&mut world)), ("canary-elsewhere", "cache"));
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-first", "cache"));
}

#[test]
fn cac_21_a_token_in_hand_is_better_than_an_error() {
    let aging = |change: fn(&mut Value)| {
        let due = move |tokens: &mut Value| {
            (tokens["expires_in"], tokens["refresh_in"]) = (json!(7_200), json!(3_600));
            change(tokens);
        };
        begun(due, 3_601)
    };
    let mut world = aging(|_| ()).http(503, "");
    let result = world.go_on(PROCESS).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(brief(&result), ("canary-first", "cache"));
    assert!(matches!(result.warnings[..], [Warning::RefreshFailed(_)]));
    let mut world = aging(|_| ()).answers(&adas("canary-second"));
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-second", "identity_provider"));
    // Without a refresh token it is served as long as it is good.
    let mut world = aging(|tokens| drop(tokens.as_object_mut().unwrap().remove("refresh_token")));
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-first", "cache"));
    world.now += 3_600;
    assert_eq!(world.go_on(PROCESS).unwrap_err(), Error::LongRunning(LongRunningError::NotStarted));
}

#[test]
fn what_was_had_for_the_assertion_alone_is_no_process() {
    let mut world = World::warm().answers(&adas("canary-first"));
    world.on_behalf_of(ADA).unwrap();
    let digest = msal_proto::cache::user_assertion_hash(ADA);
    assert_eq!(world.go_on(&digest).unwrap_err(), Error::LongRunning(LongRunningError::NotStarted));
    assert_eq!(world.go_on("canary-nothing").unwrap_err(), Error::LongRunning(LongRunningError::NotStarted));
    assert_snapshot!(world.log);
}

#[test]
fn an_answer_for_somebody_else_is_refused() {
    let mut world = expired().answers(&bobs("canary-of-bob"));
    let before = world.cache.serialize();
    assert_eq!(world.go_on(PROCESS).unwrap_err(), Error::IdToken(IdTokenError::Account));
    assert_eq!(world.cache.serialize(), before);
}

/// The rows TOK, and TOK-31: a refusal removes no refresh token.
#[test]
fn what_the_token_endpoint_can_say() {
    let mut list = String::new();
    for (name, answer) in at_the_token_endpoint(&adas("canary-second")) {
        let mut world = expired().answer(answer);
        let before = world.cache.serialize();
        let error = world.go_on(PROCESS).unwrap_err();
        assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{name}");
        assert_eq!((world.writes, world.cache.serialize()), (0, before), "{name}");
        writeln!(list, "{name}\n=> {}", told(&error, world.now)).unwrap();
    }
    assert_snapshot!(list);
}

/// As MSAL .NET keeps it: the account's own id, the key in `user_assertion_hash`, and no word of the assertion.
#[test]
fn a_process_that_msal_dotnet_began() {
    let refresh_token = json!({
        "credential_type": "RefreshToken", "secret": "canary-dotnet", "home_account_id": HOME_ACCOUNT_ID,
        "environment": "login.windows.net", "client_id": CLIENT_ID, "user_assertion_hash": PROCESS,
    });
    let key = format!("{HOME_ACCOUNT_ID}-login.windows.net-refreshtoken-{CLIENT_ID}--");
    let file = json!({"RefreshToken": {key: refresh_token}});
    let mut world = World::warm().answers(&adas("canary-ours"));
    world.cache.deserialize(&file.to_string()).unwrap();
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-ours", "identity_provider"));
    assert_eq!(world.sent("refresh_token"), Some("canary-dotnet"));
    assert!(world.requests.last().unwrap().url.starts_with("https://login.windows.net/"));
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-ours-refresh"]);
    assert_eq!(brief(&world.go_on(PROCESS).unwrap()), ("canary-ours", "cache"));
    world = world.answers(&bobs("canary-of-bob"));
    let end = world.initiate(BOB, Some(PROCESS));
    assert_eq!(end.unwrap_err(), Error::LongRunning(LongRunningError::AnotherUser));
}
