//! Users with a name and a password, at the authority and at a federation service.
use super::*;
use crate::person::*;
use crate::username_password::{
    ASSERTION, BOTH, FEDERATED, MANAGED, PASSWORD, Public, SAML_1_1, ask, issued,
};

/// Everybody is of a federation service.
fn federation(request: &HttpRequest) -> HttpResponse {
    match request.url.as_str() {
        url if url.contains("/userrealm/") => response(200, FEDERATED),
        url if url.ends_with("/trust/mex") => response(200, BOTH),
        url if url.contains("/trust/13/") => response(200, &issued(ASSERTION, SAML_1_1)),
        _ => discovery(request).unwrap_or_else(|| response(200, &refreshed().to_string())),
    }
}

fn authority(request: &HttpRequest) -> HttpResponse {
    if request.url.contains("/userrealm/") { response(200, MANAGED) } else { federation(request) }
}

fn world(service: fn(&HttpRequest) -> HttpResponse) -> Public {
    let mut world = World::with(public().authority(HOST).build().unwrap());
    world.service = Some(service);
    world
}

fn every_fault_with(effects: &[&str], service: fn(&HttpRequest) -> HttpResponse) {
    let request = |world: &Public| ask(&world.app, USERNAME, PASSWORD);
    every_fault(
        effects,
        || world(service),
        request,
        |fault, end| match (fault.effect, end) {
            (Effect::CacheWrite(_), Ok(result)) => is_warned_of_the_cache(fault, &result.warnings),
            // Nothing in it says that the user is of a federation service, or the host has none.
            (Effect::HttpRequest(request), Ok(_)) => {
                assert!(request.url.contains("/userrealm/"));
                let Reply::HttpRequest(Ok(answer)) = fault.reply else { panic!() };
                assert!(answer.status == 404 || answer.status < 400);
            }
            (_, Err(_)) => {}
            (effect, end) => panic!("{effect:?} {end:?}"),
        },
    );
}

#[test]
fn at_the_authority() {
    every_fault_with(&["HttpRequest", "HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"], authority);
}

#[test]
fn at_a_federation_service() {
    let effects = ["HttpRequest"; 6].into_iter().chain(["CacheWrite"]).collect::<Vec<_>>();
    every_fault_with(&effects, federation);
}
