//! Calls for another tenant than the authority's own, and authorities that name none.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::Error;
use msal_proto::authority::AuthorityError;
use msal_proto::flows::{AuthCodeFlow, DeviceFlow};
use serde_json::json;

const COMMON: &str = "https://login.microsoftonline.com/common";
const GUESTS: &str = "https://login.microsoftonline.com/99999999-9999-9999-9999-999999999999";
const GUEST_TENANT: &str = "99999999-9999-9999-9999-999999999999";

/// Where the requests went, without their queries.
fn asked<C>(world: &World<C>) -> Vec<&str> {
    world.requests.iter().map(|request| request.url.split('?').next().unwrap()).collect()
}

#[test]
fn a_sign_in_by_code_at_another_tenant() {
    let mut world = World::public().http(200, &document(GUESTS));
    let flow = world
        .call(|app| app.initiate_auth_code_flow([SCOPE]).redirect_uri(REDIRECT_URI).tenant(GUEST_TENANT))
        .unwrap();
    assert!(flow.auth_uri.starts_with(&format!("{GUESTS}/oauth2/v2.0/authorize?")), "{flow:?}");
    assert_eq!(flow.tenant.as_deref(), Some(GUEST_TENANT));
    // It is kept as JSON, and redeemed where it was begun.
    let flow: AuthCodeFlow = serde_json::from_str(&serde_json::to_string(&flow).unwrap()).unwrap();
    world = world.http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &came_back(&flow)).unwrap();
    assert_eq!(asked(&world).last(), Some(&&*format!("{GUESTS}/oauth2/v2.0/token")));
    assert_eq!(world.account().realm.as_deref(), Some(GUEST_TENANT));
    // A token of the authority's own tenant it is not.
    let account = world.account();
    let found = |world: &mut World<_>, tenant: Option<&str>| {
        world.call(|app: &msal_proto::PublicClientApplication| match tenant {
            Some(tenant) => app.acquire_token_silent([SCOPE], &account).tenant(tenant),
            None => app.acquire_token_silent([SCOPE], &account),
        })
    };
    let before = world.requests.len();
    assert!(found(&mut world, Some(GUEST_TENANT)).unwrap().is_some());
    assert_eq!(world.requests.len(), before);
    world = world.http(200, &refreshed().to_string());
    assert!(found(&mut world, None).unwrap().is_some());
    assert_eq!(asked(&world).last(), Some(&&*format!("{AUTHORITY}/oauth2/v2.0/token")));
    assert_snapshot!(world.log);
}

#[test]
fn a_flow_whose_tenant_was_altered_is_of_another_authority() {
    let mut world = World::public().http(200, &document(GUESTS));
    let flow = world.begin();
    let flow = AuthCodeFlow { tenant: Some(GUEST_TENANT.into()), ..flow };
    let error = world.finish(&flow, &came_back(&flow)).unwrap_err();
    assert!(matches!(error, Error::AuthResponse(_)), "{error}");
    assert!(world.requests.iter().all(|request| request.form().is_empty()));
    let flow = AuthCodeFlow { tenant: Some("../evil.example".into()), ..flow };
    assert!(matches!(
        world.finish(&flow, &came_back(&flow)),
        Err(Error::Authority(AuthorityError::Tenant { .. }))
    ));
}

#[test]
fn an_interactive_sign_in_at_another_tenant() {
    let mut world = World::public();
    world.service = Some(|request| match request.form().is_empty() {
        true => response(200, &document(GUESTS)),
        false => response(500, ""),
    });
    world.call(|app| app.acquire_token_interactive([SCOPE]).tenant(GUEST_TENANT)).unwrap();
    assert!(world.launches[0].auth_uri.starts_with(&format!("{GUESTS}/oauth2/v2.0/authorize?")));
    assert_eq!(asked(&world).last(), Some(&&*format!("{GUESTS}/oauth2/v2.0/token")));
    assert_eq!(world.account().realm.as_deref(), Some(GUEST_TENANT));
}

#[test]
fn a_device_signs_in_at_another_tenant() {
    let found = json!({
        "authorization_endpoint": format!("{GUESTS}/oauth2/v2.0/authorize"), "token_endpoint": format!("{GUESTS}/oauth2/v2.0/token"),
        "device_authorization_endpoint": format!("{GUESTS}/oauth2/v2.0/devicecode"),
    });
    let codes = json!({"user_code": "canary-user-code", "device_code": "canary-device-code", "expires_in": 900, "interval": 5});
    let start = || World::public().http(200, &found.to_string()).http(200, &codes.to_string());
    let mut world = start();
    let flow = world.call(|app| app.initiate_device_flow([SCOPE]).tenant(GUEST_TENANT)).unwrap();
    let flow: DeviceFlow = serde_json::from_str(&serde_json::to_string(&flow).unwrap()).unwrap();
    world = world.http(200, &tokens(&claims()).to_string());
    world.call(|app| app.acquire_token_by_device_flow(flow)).unwrap();
    let expected =
        ["/v2.0/.well-known/openid-configuration", "/oauth2/v2.0/devicecode", "/oauth2/v2.0/token"];
    let expected: Vec<_> = expected.iter().map(|path| format!("{GUESTS}{path}")).collect();
    assert_eq!(asked(&world), expected);
    assert_eq!(world.account().realm.as_deref(), Some(GUEST_TENANT));
    // In one call, too.
    let mut world = start().http(200, &tokens(&claims()).to_string());
    world.call(|app| app.acquire_token_by_device_code([SCOPE]).tenant(GUEST_TENANT)).unwrap();
    assert_eq!(asked(&world), expected);
}

#[test]
fn a_refresh_token_is_taken_over_at_another_tenant() {
    let mut world = World::public().http(200, &document(GUESTS)).http(200, &tokens(&claims()).to_string());
    world.call(|app| app.acquire_token_by_refresh_token("canary-old", [SCOPE]).tenant(GUEST_TENANT)).unwrap();
    assert_eq!(asked(&world).last(), Some(&&*format!("{GUESTS}/oauth2/v2.0/token")));
}

/// As MSAL Python has it: `common` has tokens of its own.
#[test]
fn an_authority_without_a_tenant_has_its_own_tokens() {
    let mut world =
        World::with(public().authority(COMMON).build().unwrap()).knowing(COMMON).signed_in(|_| ());
    assert_eq!(world.members("AccessToken", "realm"), ["common"]);
    world.silent().unwrap().unwrap();
    assert!(world.requests.is_empty());
    world.now += 3_600;
    world = world.http(200, &refreshed().to_string());
    world.silent().unwrap().unwrap();
    assert_eq!(asked(&world), [format!("{COMMON}/oauth2/v2.0/token")]);
}

/// As MSAL .NET and JS have it, for programs that share their cache.
#[test]
fn an_authority_without_a_tenant_may_stand_for_the_account_s_own() {
    let peer = World::public().signed_in(|_| ());
    let mut world = World::with(public().authority(COMMON).build().unwrap());
    world.cache = peer.cache;
    let account = world.account();
    let found = world.call(|app| app.acquire_token_silent([SCOPE], &account).home_tenant(true));
    assert!(found.unwrap().is_some() && world.requests.is_empty());
    world.now += 3_600;
    world = world.http(200, &document(AUTHORITY)).http(200, &refreshed().to_string());
    world.call(|app| app.acquire_token_silent([SCOPE], &account).home_tenant(true)).unwrap().unwrap();
    assert_eq!(asked(&world).last(), Some(&&*format!("{AUTHORITY}/oauth2/v2.0/token")));
    // A tenant that the call names goes first, and one that the authority names stays.
    world = world.http(200, &document(GUESTS)).http(200, &refreshed().to_string());
    world
        .call(|app| app.acquire_token_silent([SCOPE], &account).home_tenant(true).tenant(GUEST_TENANT))
        .unwrap();
    assert_eq!(asked(&world).last(), Some(&&*format!("{GUESTS}/oauth2/v2.0/token")));
    let mut guests = World::with(public().authority(GUESTS).build().unwrap());
    guests.cache = world.cache;
    guests.now = world.now;
    assert!(
        guests.call(|app| app.acquire_token_silent([SCOPE], &account).home_tenant(true)).unwrap().is_some()
    );
    assert!(guests.requests.is_empty());
}
