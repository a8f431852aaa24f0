//! Passwords that the authority checks itself, RFC 6749 section 4.3.
use super::*;
use crate::refusals::{at_the_token_endpoint, told};
use insta::assert_snapshot;
use msal_proto::{PopAuthScheme, TokenSource};
use serde_json::json;
use std::fmt::Write;

fn managed() -> Public {
    World::public().http(200, MANAGED)
}

#[test]
fn public_client() {
    let mut world = World::with(public().build().unwrap()).http(200, &document(AUTHORITY));
    world = world.http(200, MANAGED).http(200, &tokens(&claims()).to_string());
    let result = world.password().unwrap();
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    assert_eq!((world.sent("username"), world.sent("password")), (Some(USERNAME), Some(PASSWORD)));
    assert_eq!(world.header("x-anchormailbox"), Some("upn:ada@contoso.example"));
    // The same id goes to both of the authority's endpoints.
    let ids = world.requests.iter().flat_map(|request| &request.headers);
    let ids: Vec<_> = ids.filter(|(name, _)| name == "client-request-id").map(|(_, id)| id).collect();
    assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
    assert_eq!(world.account().account_source.as_deref(), Some("password"));
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::Cache);
    assert_snapshot!(world.log);
}

#[test]
fn confidential_client_with_every_parameter() {
    let app = builder().client_capabilities(["CP1"]).build().unwrap();
    let mut world = World::with(app).knowing(AUTHORITY).http(200, MANAGED);
    world = world.http(200, &tokens(&claims()).to_string());
    world
        .call(|app| {
            ask(app, USERNAME, PASSWORD)
                .claims_challenge(r#"{"access_token":{"y":1}}"#)
                .data("more", "canary-data")
                .data("empty", "")
                .query("dc", "x y")
        })
        .unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("client_secret"), Some(CLIENT_SECRET));
    assert_eq!(world.sent("claims"), Some(r#"{"access_token":{"xms_cc":{"values":["CP1"]},"y":1}}"#));
    assert_eq!((world.sent("more"), world.sent("empty")), (Some("canary-data"), None));
}

#[test]
fn another_tenant_s_token_endpoint_is_asked() {
    let tenant = "33333333-3333-3333-3333-333333333333";
    let other = AUTHORITY.replace(TENANT, tenant);
    let mut world = World::public().http(200, &document(&other)).http(200, MANAGED);
    world = world.http(200, &tokens(&claims()).to_string());
    world.call(|app| ask(app, USERNAME, PASSWORD).tenant(tenant)).unwrap();
    assert_eq!(world.asked()[1..], [REALM, &TOKEN_ENDPOINT.replace(TENANT, tenant)]);
    assert_eq!(world.members("AccessToken", "realm"), [tenant]);
}

#[test]
fn ad_fs_checks_all_passwords_itself() {
    let adfs = "https://adfs.contoso.example/adfs";
    let mut world = World::with(public().authority(adfs).build().unwrap());
    let document = format!(
        r#"{{"authorization_endpoint":"{adfs}/oauth2/authorize","token_endpoint":"{adfs}/oauth2/token"}}"#
    );
    world = world.http(200, &document).http(200, &tokens(&claims()).to_string());
    world.password().unwrap();
    assert_eq!(world.asked()[1..], [format!("{adfs}/oauth2/token")]);
}

#[test]
fn the_name_that_was_typed_names_an_account_without_another() {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove("preferred_username");
    let mut world = managed().http(200, &tokens(&claims).to_string());
    world.password().unwrap();
    assert_eq!(world.account().username.as_deref(), Some(USERNAME));
}

#[test]
fn what_the_token_endpoint_can_say() {
    let mut list = String::new();
    for (name, answer) in at_the_token_endpoint(&tokens(&claims())) {
        let mut world = managed().answer(answer);
        let error = world.password().unwrap_err();
        assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{name}");
        assert_eq!((world.writes, world.cache.serialize().as_str()), (0, "{}"), "{name}");
        writeln!(list, "{name}\n=> {}", told(&error, world.now)).unwrap();
    }
    assert_snapshot!(list);
}

#[test]
fn a_wrong_password_is_answered_from_memory_for_a_minute_and_another_is_not() {
    let refused = r#"{"error":"invalid_grant","error_codes":[50126]}"#;
    let mut world = managed().http(400, refused);
    for _ in 0..2 {
        assert!(matches!(world.password(), Err(Error::SignInNeeded(_))));
    }
    assert_eq!(world.requests.len(), 2);
    assert!(!shows_a_secret(&serde_json::to_string(&world.state).unwrap()));
    world = world.http(200, &tokens(&claims()).to_string());
    world.call(|app| ask(app, USERNAME, "canary-other")).unwrap();
}

#[test]
fn what_is_refused_before_anybody_is_asked() {
    let mut world = World::public();
    let long = ["ada\r\nx-evil: 1", "ada\0", "", ".", ".."];
    let names = long.map(|name| (name, PASSWORD, "username")).into_iter().chain([(USERNAME, "", "password")]);
    for (username, password, wanted) in names {
        let error = world.call(|app| ask(app, username, password)).unwrap_err();
        let Error::InvalidParameter { parameter, .. } = error else { panic!("{error}") };
        assert_eq!(parameter, wanted);
    }
    let refused = |request: fn(AcquireTokenByUsernamePassword) -> AcquireTokenByUsernamePassword| {
        let mut world = World::public();
        let error = world.call(|app| request(ask(app, USERNAME, PASSWORD))).unwrap_err();
        let Error::InvalidParameter { parameter, .. } = error else { panic!("{error}") };
        assert!(world.requests.is_empty());
        parameter
    };
    let pop = |request: AcquireTokenByUsernamePassword| {
        request.auth_scheme(PopAuthScheme::new("GET", "https://api.example/", "n").unwrap())
    };
    assert_eq!(refused(pop), "auth_scheme");
    assert_eq!(refused(|request| request.claims_challenge("canary")), "claims_challenge");
    assert_eq!(refused(|request| request.data("scope", "canary")), "data");
    assert_eq!(refused(|request| request.data("token_type", "ssh-cert")), "data");
    assert!(world.requests.is_empty());
}

#[test]
fn a_cache_that_fails_or_is_none_costs_no_token() {
    for behaviour in [Behaviour::Fails, Behaviour::Declines] {
        let mut world = managed().http(200, &tokens(&claims()).to_string());
        world.cache_write = behaviour;
        let result = world.password().unwrap();
        assert_eq!((result.warnings.len(), result.refresh_token.is_some()), (1, true));
    }
}

#[test]
fn a_garbage_id_token_costs_no_refresh_token() {
    let mut answer = tokens(&claims());
    answer["id_token"] = json!("canary");
    let mut world = managed().http(200, &answer.to_string());
    assert!(world.password().unwrap().refresh_token.is_some());
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-refresh-token"]);
}
