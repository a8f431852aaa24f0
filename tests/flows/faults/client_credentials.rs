//! The client credentials flow.
use super::*;
use msal_proto::{AzureRegion, ClientCredential, Secret, TokenSource, Warning};

/// With a token that is due to be refreshed, or without one; nothing is known of the authority.
fn world(has_token: bool) -> World {
    let credential = ClientCredential::assertion_from_host();
    let mut world = World::of(builder().authority(HOST).client_credential(credential));
    world.assertion = Some(Ok(Secret::new("canary.made.assertion")));
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

/// The same where a region is to be found out, at a host whose regions no table knows.
#[test]
fn every_fault_on_the_way_to_a_region() {
    const REGIONAL: &str = "https://westus2.login.example.com/11111111-1111-1111-1111-111111111111";
    let is_metadata_service = |request: &HttpRequest| request.url.starts_with("http://169.254.169.254/");
    let world = || {
        let mut world =
            World::of(builder().authority(HOST).azure_region(AzureRegion::AttemptRegionDiscovery));
        world.service = Some(|request| match &*request.url {
            url if url.starts_with("http:") => response(200, r#"{"location":"westus2"}"#),
            url if url.starts_with(REGIONAL) && request.method == Method::Get => {
                response(200, &document(REGIONAL))
            }
            _ => discovery(request).unwrap_or_else(|| response(200, TOKEN)),
        });
        world
    };
    let request = |world: &World| world.app.acquire_token_for_client([GRAPH]);
    let effects = [&["CacheRead"][..], &["HttpRequest"; 5], &["CacheWrite"]].concat();
    every_fault(&effects, world, request, |fault, end| match (fault.effect, end) {
        (Effect::CacheRead(_), Ok(_)) => {}
        (Effect::CacheWrite(_), Ok(result)) => is_warned_of_the_cache(fault, &result.warnings),
        // The global endpoint serves.
        (Effect::HttpRequest(asked), Ok(result)) => {
            assert!(is_metadata_service(asked));
            assert!(matches!(result.warnings[..], [Warning::RegionNotDetected(_)]));
        }
        (Effect::HttpRequest(asked), Err(error)) => {
            let is_declined = matches!(fault.reply, Reply::Declined);
            assert!(is_declined || !is_metadata_service(asked), "{error}");
        }
        (effect, end) => panic!("{effect:?} {end:?}"),
    });
}
