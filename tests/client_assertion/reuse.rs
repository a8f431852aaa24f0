//! An assertion is used again until a minute before its end, where everything in it would be the same.
use crate::support::{
    AUTHORITY, CERTIFICATE, KEY, NOW, SHA1, World, app, builder, jwt, ps256, response, rs256,
};
use msal_proto::credential::CertificateCredential;
use msal_proto::{ClientCredential, ConfidentialClientApplication};

#[test]
fn crt_17_it_is_used_for_nine_minutes() {
    for credential in [rs256(), ps256()] {
        let (app, mut world) = (app(credential), World::default());
        let first = world.assertion(&app);
        world.now = NOW + 539;
        assert_eq!(world.assertion(&app), first);
        world.now = NOW + 540;
        let second = world.assertion(&app);
        assert_ne!(second, first);
        assert_ne!(jwt(&second).claims["jti"], jwt(&first).claims["jti"]);
        assert_eq!(jwt(&second).claims["iat"], NOW + 540);
    }
}

#[test]
fn crt_17_one_from_the_future_is_not_used() {
    let (app, mut world) = (app(rs256()), World::default());
    let first = world.assertion(&app);
    world.now = NOW - 1;
    let second = world.assertion(&app);
    assert_ne!(second, first);
    assert_eq!(jwt(&second).claims["iat"], NOW - 1);
}

#[test]
fn crt_17_another_process_makes_its_own() {
    let (app, mut world) = (app(rs256()), World::default());
    let first = jwt(&world.assertion(&app));
    let stored = serde_json::to_string(&world.state).unwrap();
    world.state = serde_json::from_str(&stored).unwrap();
    let second = jwt(&world.assertion(&app));
    assert_ne!(second.claims["jti"], first.claims["jti"]);
}

#[test]
fn what_would_be_another_is_never_used_for_it() {
    let certificate = |builder: msal_proto::credential::CertificateCredentialBuilder| {
        ClientCredential::certificate(builder.build().unwrap())
    };
    let key = || CertificateCredential::builder(KEY.as_bytes());
    let other_key = include_bytes!("../../fixtures/keys/app-key.pem");
    let apps: [ConfidentialClientApplication; 7] = [
        app(rs256()),
        app(ps256()),
        app(certificate(key().thumbprint(SHA1.trim()).public_certificate(CERTIFICATE))),
        app(certificate(CertificateCredential::builder(other_key).thumbprint(SHA1.trim()))),
        builder(rs256()).client_claims(r#"{"x":1}"#).build().unwrap(),
        builder(rs256()).client_claims(r#"{"x":2}"#).build().unwrap(),
        builder(rs256()).authority(format!("{AUTHORITY}/")).build().unwrap(),
    ];
    let mut world = World::default();
    let assertions: Vec<_> = apps.iter().map(|app| world.assertion(app)).collect();
    for (place, one) in assertions.iter().enumerate() {
        assert!(!assertions[..place].contains(one), "{place}");
    }
    // Each is still there.
    let again: Vec<_> = apps.iter().map(|app| world.assertion(app)).collect();
    assert_eq!(again, assertions);
}

#[test]
fn a_new_certificate_counts_at_once() {
    let (old, new, mut world) = (app(rs256()), app(ps256()), World::default());
    let (request, step) = world.begin(&old).unwrap();
    let stored = step.suspend().unwrap();
    let woken = stored.wake(&mut world.env(&new)).unwrap();
    let msal_proto::engine::Step::HttpRequest(pending) = woken else { panic!("{woken:?}") };
    assert_ne!(pending.op().body(), request.body());
    assert_eq!(pending.op().headers, request.headers);
}

#[test]
fn a_refusal_is_remembered_for_the_request_with_the_same_assertion() {
    let (app, mut world) = (app(ps256()), World::default());
    let (_, step) = world.begin(&app).unwrap();
    world.finish(&app, step, response(400, r#"{"error":"invalid_client"}"#)).unwrap_err();
    world.now += 59;
    assert!(world.begin(&app).is_err(), "asked although the same was refused a minute ago");
    world.now += 1;
    assert!(world.begin(&app).is_ok());
}
