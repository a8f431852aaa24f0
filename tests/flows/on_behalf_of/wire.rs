//! What goes to the service, RFC 7523 section 2.1.
use super::*;
use insta::assert_snapshot;
use msal_proto::{ClientCredential, Secret};

#[test]
fn secret() {
    let mut world = World::new().http(200, &document(AUTHORITY)).answers(&adas("canary-token"));
    let result = world.on_behalf_of(ADA).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(brief(&result), ("canary-token", "identity_provider"));
    assert_eq!(world.sent("assertion"), Some(ADA));
    assert_eq!(world.sent("requested_token_use"), Some("on_behalf_of"));
    assert_eq!(world.sent("scope"), Some("User.Read offline_access openid profile"));
    // What the service tells of the person is the result's; nothing of it is kept.
    assert_eq!(result.id_token_claims.unwrap().oid.as_deref(), Some(UID));
    assert_eq!((result.account, world.accounts()), (None, Vec::new()));
    assert_eq!((world.section("RefreshToken").len(), world.section("IdToken").len()), (0, 0));
}

#[test]
fn a_host_that_makes_assertions_and_every_parameter() {
    let builder = builder().client_credential(ClientCredential::assertion_from_host());
    let mut world = World::of(builder.client_capabilities(["CP1"])).knowing(AUTHORITY);
    world.assertion = Some(Ok(Secret::new("canary.made.assertion")));
    world = world.answers(&adas("canary-token"));
    let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}"#;
    let call = |world: &mut World| {
        world.call(|app| {
            let request = app.acquire_token_on_behalf_of(ADA, [SCOPE]).claims_challenge(challenge);
            request.data("extra", "member").query("slice", "testslice")
        })
    };
    call(&mut world).unwrap();
    assert_snapshot!(world.log);
    assert_eq!((world.sent("assertion"), world.sent("extra")), (Some(ADA), Some("member")));
    assert_eq!(world.sent("client_assertion"), Some("canary.made.assertion"));
    let claims: Value = serde_json::from_str(world.sent("claims").unwrap()).unwrap();
    assert_eq!(claims["access_token"]["xms_cc"]["values"], json!(["CP1"]));
}

/// A domain is looked up before the cache is asked, as the tenant's id is part of what is asked.
#[test]
fn a_tenant_of_the_call_s_own() {
    let elsewhere = "https://login.microsoftonline.com/99999999-9999-9999-9999-999999999999";
    let mut world = World::warm().http(200, &document(elsewhere)).answers(&adas("canary-elsewhere"));
    let at = |world: &mut World, tenant: &str| {
        world.call(|app| app.acquire_token_on_behalf_of(ADA, [SCOPE]).tenant(tenant)).map(|found| {
            let (token, source) = brief(&found);
            (token.to_owned(), source.to_owned())
        })
    };
    assert_eq!(
        at(&mut world, "fabrikam.example").unwrap(),
        ("canary-elsewhere".into(), "identity_provider".into())
    );
    assert!(world.requests.last().unwrap().url.starts_with(elsewhere));
    assert_snapshot!(world.log);
    let id = elsewhere.rsplit('/').next().unwrap();
    assert_eq!(at(&mut world, id).unwrap(), ("canary-elsewhere".into(), "cache".into()));
    // At home it answers nobody.
    world = world.answers(&adas("canary-home"));
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-home", "identity_provider"));
}

#[test]
fn what_is_refused_before_anybody_is_asked() {
    let mut world = World::warm();
    let refused = |end: Result<AuthenticationResult, Error>| match end.unwrap_err() {
        Error::InvalidParameter { parameter, .. } => parameter,
        error => panic!("{error:?}"),
    };
    assert_eq!(refused(world.on_behalf_of("")), "user_assertion");
    let end = world.call(|app| app.acquire_token_on_behalf_of(ADA, ["openid"]));
    assert_eq!(refused(end), "scopes");
    let end = world.call(|app| app.acquire_token_on_behalf_of(ADA, [SCOPE]).claims_challenge("canary{"));
    assert_eq!(refused(end), "claims_challenge");
    let end = world.call(|app| app.acquire_token_on_behalf_of(ADA, [SCOPE]).data("scope", "canary"));
    assert_eq!(refused(end), "data");
    for key in ["", "=="] {
        assert_eq!(refused(world.initiate(ADA, Some(key)).map(|begun| begun.result)), "key");
        assert_eq!(refused(world.go_on(key)), "key");
        assert!(matches!(world.stop(key), Err(Error::InvalidParameter { parameter: "key", .. })));
    }
    assert_eq!((world.requests.len(), world.writes), (0, 0));
}
