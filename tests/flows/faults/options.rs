//! The same for a client that verifies signatures and is strict, for MSAL's older calls and for the device flow.
use super::others::codes;
use super::people::{account, public_world};
use super::*;
use crate::person::*;
use crate::signing_service::{keys, signed};
use msal_proto::flows::DeviceFlow;
use msal_proto::{AuthenticationResult, PublicClientApplication};
use serde_json::{Value, json};

type Public = World<PublicClientApplication>;

/// Signs by one of its keys.
fn service(request: &HttpRequest) -> HttpResponse {
    if request.url.ends_with("/keys") {
        return response(200, &keys().to_string());
    }
    let with_keys = |found: HttpResponse| {
        let mut document: Value = serde_json::from_slice(found.body.expose()).unwrap();
        if document["token_endpoint"].is_string() {
            document["jwks_uri"] = json!(format!("{HOST}/keys"));
            document["issuer"] = json!(ISSUER);
        }
        response(200, &document.to_string())
    };
    let (mut answer, mut claims) = (refreshed(), claims());
    claims["exp"] = json!(1_800_000_000);
    answer["id_token"] = json!(signed(&json!({"alg": "ES256", "kid": "ec"}), &claims));
    discovery(request).map_or_else(|| response(200, &answer.to_string()), with_keys)
}

/// Somebody has signed in some time ago; neither document nor keys are remembered.
fn verifying() -> Public {
    let mut builder = public().authority(HOST);
    builder = builder.verify_id_token_signature(true).strict_id_token(true);
    let mut world = public_world().signed_in(|_| ());
    let cache = std::mem::take(&mut world.cache);
    let mut world = Public::with(builder.build().unwrap());
    world.cache = cache;
    world.service = Some(service);
    world.now += 3_600;
    world
}

#[test]
fn a_refresh_of_a_client_that_verifies() {
    let request = |world: &Public| world.app.acquire_token_silent_with_error([SCOPE], &account(world));
    let effects = ["CacheRead", "HttpRequest", "HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"];
    every_fault(&effects, verifying, request, |fault, end| match (fault.effect, end) {
        (Effect::CacheRead(_), _) => {}
        (Effect::CacheWrite(_), Ok(Some(result))) => is_warned_of_the_cache(fault, &result.warnings),
        (Effect::HttpRequest(_), Err(_)) => {}
        (effect, end) => panic!("{effect:?} {end:?}"),
    });
}

#[test]
#[allow(deprecated, reason = "it says so itself")]
fn get_authorization_request_url() {
    let request = |world: &Public| world.app.get_authorization_request_url([SCOPE]);
    every_fault(&["HttpRequest", "HttpRequest"], public_world, request, |_, end| assert!(end.is_err()));
}

#[test]
#[allow(deprecated, reason = "it says so itself")]
fn acquire_token_by_authorization_code() {
    let request = |world: &Public| world.app.acquire_token_by_authorization_code("canary-code", [SCOPE]);
    let effects = ["HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"];
    every_fault(&effects, public_world, request, |fault, end| match (fault.effect, end) {
        (Effect::CacheWrite(_), Ok(result)) => is_warned_of_the_cache(fault, &result.warnings),
        (Effect::HttpRequest(_), Err(_)) => {}
        (effect, end) => panic!("{effect:?} {end:?}"),
    });
}

#[test]
fn acquire_token_by_device_flow() {
    let flow: DeviceFlow = serde_json::from_value(json!({
        "user_code": "canary-user-code", "device_code": "canary-device-code", "expires_in": 900, "interval": 5,
        "expires_at": 1_800_000_000, "_correlation_id": "c",
    }))
    .unwrap();
    let request = |world: &Public| world.app.acquire_token_by_device_flow(flow.clone());
    let effects = ["HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"];
    every_fault(&effects, public_world, request, ends_unless_it_is_asked_again);
}

/// A service that is not reached is asked again.
fn ends_unless_it_is_asked_again(fault: &Fault<'_>, end: &Result<AuthenticationResult, Error>) {
    match (fault.effect, end) {
        (Effect::CacheWrite(_), Ok(result)) => is_warned_of_the_cache(fault, &result.warnings),
        (Effect::HttpRequest(_), Err(_)) => {}
        (Effect::HttpRequest(request), Ok(_)) => {
            let is_unreached = matches!(fault.reply, Reply::HttpRequest(Err(_)));
            assert!(is_unreached && request.method == Method::Post, "{:?}", fault.reply);
        }
        (Effect::UserPrompt(_), Err(Error::Unsupported(_))) => {}
        (effect, end) => panic!("{effect:?} {end:?}"),
    }
}

#[test]
fn acquire_token_by_device_code() {
    let world = || {
        let mut world = public_world();
        world.service = Some(|request| match request.url.ends_with("/token") {
            true => response(200, &refreshed().to_string()),
            false => codes(request),
        });
        world
    };
    let request = |world: &Public| world.app.acquire_token_by_device_code([SCOPE]);
    let effects = ["HttpRequest", "HttpRequest", "HttpRequest", "UserPrompt", "HttpRequest", "CacheWrite"];
    every_fault(&effects, world, request, |fault, end| {
        let asks_for_codes = |request: &HttpRequest| request.url.ends_with("/devicecode");
        if matches!(fault.effect, Effect::HttpRequest(request) if asks_for_codes(request)) {
            assert!(end.is_err());
        } else {
            ends_unless_it_is_asked_again(fault, end);
        }
    });
}
