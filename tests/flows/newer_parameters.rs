//! What MSAL Python 1.39 and its siblings added to calls that were there: federated paths, forwarded claims, attribute tokens,
//! tokens that their resource turned away.
use crate::person::*;
use crate::support::*;
use msal_proto::{AuthenticationResult, ConfidentialClientApplication, Error, TokenSource};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write;

type Result = std::result::Result<AuthenticationResult, Error>;

fn source(result: Result) -> TokenSource {
    result.unwrap().token_source
}

fn is_refused(result: Result, parameter: &str) {
    match result {
        Err(Error::InvalidParameter { parameter: refused, .. }) => assert_eq!(refused, parameter),
        result => panic!("{result:?}"),
    }
}

fn hash(token: &str) -> String {
    Sha256::digest(token).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn a_token_for_one_fmi_path_is_no_other_s() {
    let mut world = World::warm().http(200, TOKEN).http(200, TOKEN).http(200, TOKEN);
    let mut get = |path: &str| source(world.call(|app| app.acquire_token_for_client([GRAPH]).fmi_path(path)));
    assert_eq!(get("Some/Path"), TokenSource::IdentityProvider);
    assert_eq!(get("Some/Path"), TokenSource::Cache);
    assert_eq!(get("some/path"), TokenSource::IdentityProvider);
    assert_eq!(source(world.token()), TokenSource::IdentityProvider);
    let paths = world.all_sent("fmi_path");
    assert_eq!(paths, ["Some/Path", "some/path"]);
    assert_eq!(world.members("AccessToken", "credential_type").len(), 3);
}

#[test]
fn attribute_tokens_count_as_a_set() {
    let mut world = World::warm().http(200, TOKEN);
    let mut get = |tokens: &[&str]| {
        source(world.call(|app| app.acquire_token_for_client([GRAPH]).attribute_tokens(tokens)))
    };
    assert_eq!(get(&["b", "a", "b"]), TokenSource::IdentityProvider);
    assert_eq!(get(&["a", "b"]), TokenSource::Cache);
    assert_eq!(world.sent("attribute_tokens"), Some("a b"));
}

#[test]
fn forwarded_claims_are_merged_last_and_tell_tokens_apart() {
    let app = builder().client_capabilities(["CP1"]).build().unwrap();
    let mut world = World::with(app).http(200, &document(AUTHORITY)).http(200, TOKEN).http(200, TOKEN);
    let claims = r#"{"access_token":{"perimeter":{"value":"7"}},"id_token":null}"#;
    let call = |claims: &'static str| {
        move |app: &ConfidentialClientApplication| {
            app.acquire_token_for_client([GRAPH]).forwarded_client_claims(claims)
        }
    };
    assert_eq!(source(world.call(call(claims))), TokenSource::IdentityProvider);
    let sent: Value = serde_json::from_str(world.sent("claims").unwrap()).unwrap();
    let merged = json!({"access_token": {"perimeter": {"value": "7"}, "xms_cc": {"values": ["CP1"]}}, "id_token": null});
    assert_eq!((sent, world.sent("client_claims")), (merged, None));
    assert_eq!(source(world.call(call(claims))), TokenSource::Cache);
    // The text counts, not what it means.
    assert_eq!(source(world.call(call("{}"))), TokenSource::IdentityProvider);

    // Of two that differ, theirs counts; a challenge still passes by the cache.
    let mut world = World::warm().http(200, TOKEN);
    let both = |app: &ConfidentialClientApplication| {
        let request = app.acquire_token_for_client([GRAPH]).claims_challenge(r#"{"a":{"b":1,"c":2},"d":3}"#);
        request.forwarded_client_claims(r#"{"a":{"b":9},"d":{"e":4}}"#)
    };
    world.call(both).unwrap();
    let sent: Value = serde_json::from_str(world.sent("claims").unwrap()).unwrap();
    assert_eq!(sent, json!({"a": {"b": 9, "c": 2}, "d": {"e": 4}}));
}

#[test]
fn forwarded_claims_of_a_person() {
    let claims = r#"{"access_token":{"x":1}}"#;
    let mut world = World::public();
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    world
        .call(|app| {
            app.acquire_token_by_auth_code_flow(flow.clone(), came_back(&flow))
                .forwarded_client_claims(claims)
        })
        .unwrap();
    assert_eq!(world.sent("claims"), Some(claims));
    let account = world.account();
    let mut silent = |claims: Option<&str>| {
        let request = |app: &msal_proto::PublicClientApplication| {
            let request = app.acquire_token_silent_with_error([SCOPE], &account);
            claims.into_iter().fold(request, |request, claims| request.forwarded_client_claims(claims))
        };
        world.answers = [Ok(response(200, &refreshed().to_string()))].into();
        world.call(request).unwrap().unwrap().token_source
    };
    assert_eq!(silent(Some(claims)), TokenSource::Cache);
    assert_eq!(silent(None), TokenSource::IdentityProvider);
    assert_eq!(silent(Some(r#"{"access_token":{"x":2}}"#)), TokenSource::IdentityProvider);
    assert_eq!(world.sent("claims"), Some(r#"{"access_token":{"x":2}}"#));
}

#[test]
fn what_is_no_object_is_refused_and_not_shown() {
    for claims in ["", "[", "[]", "null", "canary", r#"{"a":"canary""#] {
        let mut world = World::warm();
        is_refused(
            world.call(|app| app.acquire_token_for_client([GRAPH]).forwarded_client_claims(claims)),
            "forwarded_client_claims",
        );
        assert!(world.requests.is_empty());
    }
    let mut world = World::warm();
    is_refused(world.call(|app| app.acquire_token_for_client([GRAPH]).data("client_claims", "{}")), "data");
    let deep = format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200));
    let app = builder().client_capabilities(["CP1"]).build().unwrap();
    let mut world = World::with(app).knowing(AUTHORITY);
    world.call(|app| app.acquire_token_for_client([GRAPH]).forwarded_client_claims(&*deep)).unwrap_err();
    assert!(world.requests.is_empty());
}

#[test]
fn only_the_token_that_was_turned_away_is_got_anew() {
    let second = TOKEN.replace("canary-access-token", "canary-second-token");
    let mut world = World::warm().http(200, TOKEN).http(200, &second);
    world.token().unwrap();
    let rejected = hash("canary-access-token");
    let call = |app: &ConfidentialClientApplication| {
        let request = app.acquire_token_for_client([GRAPH]).claims_challenge("{}");
        request.access_token_sha256_to_refresh(rejected.to_uppercase())
    };
    assert_eq!(source(world.call(call)), TokenSource::IdentityProvider);
    assert!(world.header("x-client-current-telemetry").unwrap().starts_with("4|730,1|"));
    // Somebody has refreshed it already.
    let result = world.call(call).unwrap();
    assert_eq!(result.token_source, TokenSource::Cache);
    assert_eq!(result.access_token.unwrap().expose(), "canary-second-token");
    for hash in ["", "abc", &"z".repeat(64), &"a".repeat(63), &"a".repeat(66)] {
        is_refused(
            world.call(|app| app.acquire_token_for_client([GRAPH]).access_token_sha256_to_refresh(hash)),
            "access_token_sha256_to_refresh",
        );
    }
    // The vector of MSAL .NET.
    assert_eq!(hash("test_token"), "cc0af97287543b65da2c7e1476426021826cab166f1e063ed012b855ff819656");
}

#[test]
fn the_same_of_a_person() {
    let mut world = World::public().signed_in(|_| ());
    let account = world.account();
    let rejected = hash("canary-access-token");
    let call = |app: &msal_proto::PublicClientApplication| {
        app.acquire_token_silent_with_error([SCOPE], &account).access_token_sha256_to_refresh(&*rejected)
    };
    world = world.http(200, &refreshed().to_string());
    assert_eq!(world.call(call).unwrap().unwrap().token_source, TokenSource::IdentityProvider);
    assert_eq!(world.sent("refresh_token"), Some("canary-refresh-token"));
    assert_eq!(world.call(call).unwrap().unwrap().token_source, TokenSource::Cache);
    let both = world.call(|app| call(app).force_refresh(true)).unwrap_err();
    assert!(matches!(both, Error::InvalidParameter { parameter: "access_token_sha256_to_refresh", .. }));
}
