//! What an authority says of itself, and how long it is remembered.
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::authority::AuthorityError;
use msal_proto::engine::{HttpFault, MAX_BODY};
use msal_proto::{ConfidentialClientApplication, Error, Violation};

fn resolve(app: &ConfidentialClientApplication) -> msal_proto::flows::ResolveAuthority {
    app.resolve_authority()
}

#[test]
fn a_known_host_is_asked_for_the_document_alone() {
    let mut world = World::new().http(200, &document(AUTHORITY));
    let authority = world.call(resolve).unwrap();
    assert_snapshot!(world.log);
    assert_eq!((authority.tenant.as_str(), authority.is_adfs()), (TENANT, false));
}

#[test]
fn the_document_is_good_for_a_day() {
    let mut world = World::new().http(200, &document(AUTHORITY)).http(200, &document(AUTHORITY));
    world.call(resolve).unwrap();
    world.later(86_399);
    // Another process knows it too.
    world.state = serde_json::from_str(&serde_json::to_string(&world.state).unwrap()).unwrap();
    world.call(resolve).unwrap();
    world.later(1);
    world.call(resolve).unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn an_unknown_host_is_looked_up_first() {
    let authority = format!("https://login.example.com/{TENANT}");
    let found =
        format!(r#"{{"tenant_discovery_endpoint":"{authority}/v2.0/.well-known/openid-configuration"}}"#);
    let mut world = World::of(builder().authority(&authority));
    world = world.http(200, &found).http(200, &document(&authority));
    world.call(resolve).unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn without_instance_discovery_an_unknown_host_is_taken() {
    let authority = format!("https://login.example.com:8443/{TENANT}");
    for builder in [builder().instance_discovery(false), builder().validate_authority(false)] {
        let mut world = World::of(builder.authority(&authority)).http(200, &document(&authority));
        assert_eq!(world.call(resolve).unwrap().instance, "login.example.com");
        assert_eq!(world.requests.len(), 1);
    }
}

#[test]
fn a_tenant_that_does_not_exist() {
    let mut world = World::new().http(400, r#"{"error":"invalid_tenant"}"#);
    let error = world.call(resolve).unwrap_err();
    assert_snapshot!(world.log);
    assert!(matches!(error, Error::Authority(AuthorityError::Discovery { status: 400, .. })));
}

#[test]
fn a_document_that_is_refused_is_not_remembered() {
    let elsewhere = document(&format!("https://evil.example/{TENANT}"));
    let mut world = World::new().http(200, &elsewhere).http(200, &document(AUTHORITY));
    let error = world.call(resolve).unwrap_err();
    assert!(matches!(error, Error::Authority(AuthorityError::Document { member: "token_endpoint", .. })));
    world.call(resolve).unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn what_is_no_document_is_a_typed_error() {
    let too_large = "x".repeat(MAX_BODY + 1);
    for (status, body) in [(200, "<html>"), (200, "[]"), (200, "{}"), (200, &too_large), (200, "")] {
        let mut world = World::new().http(status, body);
        let error = world.call(resolve).unwrap_err();
        let expected = match body.len() {
            2 if body == "{}" => matches!(error, Error::Authority(AuthorityError::Document { .. })),
            length if length > MAX_BODY => error == HttpFault::TooLarge.into(),
            _ => matches!(error, Error::Malformed { violation: Violation::Json(_), .. }),
        };
        assert!(expected, "{error}");
    }
    for status in [0, 100, 204, 206, 301, 302, 304, 308, 500, 503] {
        let mut world = World::new().http(status, &document(AUTHORITY));
        let Error::HttpStatus(error) = world.call(resolve).unwrap_err() else { panic!() };
        assert_eq!(error.status, status);
    }
}
