//! Whose refresh tokens are used, and whose tokens may come of them (the rows IDT-21 to IDT-23).
use crate::person::*;
use crate::support::*;
use msal_proto::engine::{Host, Method, Request, Step, Suspended};
use msal_proto::flows::Silent;
use msal_proto::{Error, IdTokenError, PublicClientApplication};
use serde_json::{Value, json};

type World = crate::support::World<PublicClientApplication>;

/// The end of a refresh whose answer was changed. The cache must be as it was.
fn refreshed_with(change: impl FnOnce(&mut Value, &mut Value)) -> Error {
    let mut world = World::public().signed_in(|_| ());
    world.now += 3_600;
    let (mut answer, mut claims) = (refreshed(), claims());
    change(&mut answer, &mut claims);
    answer["id_token"] = json!(jwt(&claims));
    world = world.http(200, &answer.to_string());
    let before = world.cache.serialize();
    let end = world.silent();
    let error = end.unwrap_err();
    assert!(world.writes == 0 && world.cache.serialize() == before);
    error
}

#[test]
fn idt_22_a_refresh_that_brings_somebody_else_s_client_info() {
    let error = refreshed_with(|answer, _| answer["client_info"] = json!(client_info("somebody", "else")));
    assert!(matches!(error, Error::IdToken(_)), "{error}");
}

#[test]
fn idt_22_a_refresh_that_brings_somebody_else_s_id_token() {
    // Without client_info, whose the tokens are is what the id token says.
    let error = refreshed_with(|answer, claims| {
        answer.as_object_mut().unwrap().remove("client_info");
        claims["sub"] = json!("another-subject");
        claims["oid"] = json!("55555555-5555-5555-5555-555555555555");
    });
    assert!(matches!(error, Error::IdToken(_)), "{error}");
}

#[test]
fn idt_23_a_refresh_that_brings_another_issuer_s_id_token() {
    // In the same tenant; that of a guest's other tenant has another issuer by right.
    let error = refreshed_with(|_, claims| claims["iss"] = json!("https://evil.example/v2.0"));
    assert_eq!(error, Error::IdToken(IdTokenError::Issuer));
}

#[test]
fn idt_21_a_client_whose_metadata_says_2_is_of_no_family() {
    let mut world = World::public().signed_in(|answer| {
        answer["foci"] = json!("2");
    });
    world.now += 3_600;
    let mut file: Value = serde_json::from_str(&world.cache.serialize()).unwrap();
    let (key, mut token) = file["RefreshToken"].as_object().unwrap().clone().into_iter().next().unwrap();
    token["client_id"] = json!("stranger");
    token["secret"] = json!("canary-stranger-token");
    token["last_modification_time"] = json!("1700009999");
    file["RefreshToken"][key.replace(CLIENT_ID, "stranger") + "x"] = token;
    world.cache.deserialize(&file.to_string()).unwrap();
    world = world.http(200, &refreshed().to_string());
    world.silent().unwrap().unwrap();
    assert_eq!(world.all_sent("refresh_token"), ["canary-refresh-token"]);
}

/// A flow that is woken where nothing is remembered of the authority still tells why the service refused, and asks nobody
/// when there is no refresh token left.
#[test]
fn a_refusal_is_told_by_a_silent_call_that_was_stored_meanwhile() {
    let mut world = World::public().signed_in(|_| ());
    world.now += 3_600;
    world.state = Default::default();
    world.service = Some(|request| match request.method {
        Method::Get => response(200, &document(AUTHORITY)),
        _ => response(400, r#"{"error":"invalid_grant"}"#),
    });
    let account = world.account();
    let mut step = world.app.acquire_token_silent_with_error([SCOPE], &account).start(&mut world.env());
    let end = loop {
        let flow = match step.suspend() {
            Ok(flow) => flow,
            Err(end) => break end,
        };
        let stored = serde_json::to_string(&flow).unwrap();
        let flow: Suspended<Silent> = serde_json::from_str(&stored).unwrap();
        step = match flow.wake(&mut world.env()).unwrap() {
            Step::CacheRead(pending) => {
                let reply = world.cache_read(pending.op()).unwrap();
                pending.resume(&mut world.env(), reply)
            }
            Step::HttpRequest(pending) => {
                let reply = world.http_request(pending.op());
                world.state = Default::default();
                pending.resume(&mut world.env(), reply)
            }
            other => panic!("{other:?}"),
        };
    };
    let asked = world.requests.iter().filter(|request| request.method == Method::Get).count();
    assert_eq!(asked, 1, "the document, before the refusal");
    assert!(matches!(end, Err(Error::SignInNeeded(_))), "{end:?}");
}
