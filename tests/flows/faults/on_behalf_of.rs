//! On behalf of, plain and long-running.
use super::*;
use crate::on_behalf_of::{ADA, PROCESS, adas};
use crate::person::{SCOPE, claims, jwt};
use msal_proto::{AuthenticationResult, ClientCredential, TokenSource};
use serde_json::json;

const EFFECTS: [&str; 6] =
    ["CacheRead", "HttpRequest", "HttpRequest", "ClientAssertion", "HttpRequest", "CacheWrite"];

/// Issues to Ada whatever is asked for.
fn service(request: &HttpRequest) -> HttpResponse {
    let (mut tokens, mut claims) = (adas("canary-token"), claims());
    claims["exp"] = json!(1_800_000_000);
    tokens["id_token"] = json!(jwt(&claims));
    (tokens["expires_in"], tokens["refresh_in"]) = (json!(7_200), json!(3_600));
    discovery(request).unwrap_or_else(|| response(200, &tokens.to_string()))
}

/// Ada has called so many seconds ago, by either call, or never; nothing is known of the authority.
fn world(called: Option<u64>) -> World {
    let credential = ClientCredential::assertion_from_host();
    let mut world = World::of(builder().authority(HOST).client_credential(credential));
    world.assertion = Some(Ok(Secret::new("canary.made.assertion")));
    world.service = Some(service);
    if let Some(seconds) = called {
        world.on_behalf_of(ADA).unwrap();
        world.initiate(ADA, Some(PROCESS)).unwrap();
        world.now += seconds;
        world.state = Default::default();
    }
    world
}

/// A fault of the cache is told beside the token, another is an error unless a token is in hand.
fn costs_no_token_that_there_is(
    fault: &Fault<'_>,
    end: Result<&AuthenticationResult, &Error>,
    in_hand: bool,
) {
    match (fault.effect, end) {
        (Effect::CacheRead(_), Ok(result)) => {
            assert_eq!(result.token_source, TokenSource::IdentityProvider);
            let is_warned = matches!(result.warnings[..], [Warning::CacheRead(_)]);
            assert_eq!(is_warned, matches!(fault.reply, Reply::CacheRead(Err(_))));
        }
        (Effect::CacheWrite(_), Ok(result)) => {
            assert_eq!(result.token_source, TokenSource::IdentityProvider);
            is_warned_of_the_cache(fault, &result.warnings);
        }
        (_, Ok(result)) => {
            assert!(in_hand && result.token_source == TokenSource::Cache);
            assert!(matches!(result.warnings[..], [Warning::RefreshFailed(_)]));
        }
        (_, Err(error)) => assert!(!in_hand, "{error}"),
    }
}

#[test]
fn acquire_token_on_behalf_of() {
    for called in [None, Some(3_601)] {
        let request = |world: &World| world.app.acquire_token_on_behalf_of(ADA, [SCOPE]);
        every_fault(
            &EFFECTS,
            || world(called),
            request,
            |fault, end| {
                costs_no_token_that_there_is(fault, end.as_ref(), called.is_some());
            },
        );
    }
}

#[test]
fn initiate_long_running_on_behalf_of() {
    for called in [None, Some(3_601)] {
        let request =
            |world: &World| world.app.initiate_long_running_on_behalf_of([SCOPE], ADA, Some(PROCESS));
        every_fault(
            &EFFECTS,
            || world(called),
            request,
            |fault, end| {
                let end = end.as_ref().map(|begun| &begun.result);
                costs_no_token_that_there_is(fault, end, called.is_some());
            },
        );
    }
}

#[test]
fn acquire_token_in_long_running_on_behalf_of() {
    for (seconds, in_hand) in [(3_601, true), (7_200, false)] {
        let request = |world: &World| world.app.acquire_token_in_long_running_on_behalf_of([SCOPE], PROCESS);
        every_fault(
            &EFFECTS,
            || world(Some(seconds)),
            request,
            |fault, end| match fault.effect {
                // Without what is there it does not go on, and to begin again would not mend it.
                Effect::CacheRead(_) => assert!(end.is_err()),
                _ => costs_no_token_that_there_is(fault, end.as_ref(), in_hand),
            },
        );
    }
}

#[test]
fn stop_long_running_on_behalf_of() {
    let request = |world: &World| world.app.stop_long_running_on_behalf_of(PROCESS);
    every_fault(
        &["CacheRead", "CacheWrite"],
        || world(Some(0)),
        request,
        |fault, end| match (fault.reply, end) {
            (Reply::CacheRead(Ok(_)), Ok(0)) => {}
            (_, Err(Error::Cache(_) | Error::Unsupported(_))) => {}
            (reply, end) => panic!("{reply:?} {end:?}"),
        },
    );
}
