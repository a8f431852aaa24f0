//! The client credentials flow.
use super::*;
use crate::mtls::BOUND;
use msal_proto::engine::ClientSignedAssertion;
use msal_proto::{ClientCredential, TokenSource, Warning};

/// With a token that is due to be refreshed, or without one; nothing is known of the authority.
fn world(has_token: bool) -> World {
    let credential = ClientCredential::assertion_from_host();
    let mut world = World::of(builder().authority(HOST).client_credential(credential));
    world.assertion = Some(Ok("canary.made.assertion".into()));
    world.service = Some(|request| discovery(request).unwrap_or_else(|| response(200, AGING)));
    if has_token {
        world.token().unwrap();
        world.now += 3_601;
        world.state = Default::default();
    }
    world
}

#[test]
fn every_fault_from_every_effect() {
    let effects = ["CacheRead", "HttpRequest", "HttpRequest", "ClientAssertion", "HttpRequest", "CacheWrite"];
    for has_token in [false, true] {
        let request = |world: &World| world.app.acquire_token_for_client([GRAPH]);
        every_fault(
            &effects,
            || world(has_token),
            request,
            |fault, end| match (fault.effect, end) {
                // The token comes from the service all the same.
                (Effect::CacheRead(_), Ok(result)) => {
                    assert_eq!(result.token_source, TokenSource::IdentityProvider);
                    let is_warned = matches!(result.warnings[..], [Warning::CacheRead(_)]);
                    assert_eq!(is_warned, matches!(fault.reply, Reply::CacheRead(Err(_))));
                }
                (Effect::CacheWrite(_), Ok(result)) => {
                    assert_eq!(result.token_source, TokenSource::IdentityProvider);
                    is_warned_of_the_cache(fault, &result.warnings);
                }
                // The token in hand is still good.
                (_, Ok(result)) => {
                    assert!(has_token && result.token_source == TokenSource::Cache);
                    assert!(matches!(result.warnings[..], [Warning::RefreshFailed(_)]));
                }
                (_, Err(error)) => assert!(!has_token, "{error}"),
            },
        );
    }
}

/// Nothing is got for a certificate that is not known, and nothing is given that is bound to another.
#[test]
fn every_fault_of_a_bound_token() {
    let world = || {
        let mut world = world(false);
        world.assertion = Some(Ok(ClientSignedAssertion::from("canary.made.assertion").bound_to(b"its own")));
        world.service = Some(|request| discovery(request).unwrap_or_else(|| response(200, BOUND)));
        world
    };
    let request = |world: &World| world.app.acquire_token_for_client([GRAPH]).mtls_proof_of_possession(true);
    let effects = [
        "HttpRequest",
        "HttpRequest",
        "ClientAssertion",
        "CacheRead",
        "ClientAssertion",
        "HttpRequest",
        "CacheWrite",
    ];
    every_fault(&effects, world, request, |fault, end| match (fault.effect, end) {
        (Effect::CacheRead(_) | Effect::CacheWrite(_), Ok(result)) => {
            assert_eq!(&*result.token_type, "mtls_pop")
        }
        (effect, end) => assert!(end.is_err() && !effect.name().starts_with("Cache"), "{effect:?} {end:?}"),
    });
}
