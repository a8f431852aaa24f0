//! Networks that let nothing but the request for tokens through: each flow sends that one alone.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::engine::HttpRequest;
use msal_proto::{ClientApplication, ClientApplicationBuilder, PublicClientApplication};
use serde_json::json;
use std::ops::Deref;

/// Nobody is asked for a document.
fn public_client() -> ClientApplicationBuilder<PublicClientApplication> {
    public().tenant_discovery(false)
}

/// All requests so far went to this token endpoint, as many as this.
#[track_caller]
fn only_tokens<C: Deref<Target = ClientApplication>>(world: &World<C>, count: usize, authority: &str) {
    let urls: Vec<_> = world.requests.iter().map(|request: &HttpRequest| request.url.as_str()).collect();
    assert_eq!(urls, vec![format!("{authority}/oauth2/v2.0/token"); count]);
}

#[test]
fn a_person_signs_in_stays_and_leaves() {
    let mut world = World::with(public_client().build().unwrap());
    let flow = world.begin();
    only_tokens(&world, 0, AUTHORITY);
    world = world.http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &came_back(&flow)).unwrap();
    only_tokens(&world, 1, AUTHORITY);
    let accounts = world.call(|app| app.get_accounts()).unwrap();
    let account = &accounts[0];
    world.call(|app| app.acquire_token_silent([SCOPE], account)).unwrap().unwrap();
    only_tokens(&world, 1, AUTHORITY);
    world.later(3_600);
    world = world.http(200, &refreshed().to_string());
    world.call(|app| app.acquire_token_silent([SCOPE], account)).unwrap().unwrap();
    only_tokens(&world, 2, AUTHORITY);
    world.call(|app| app.remove_account(account)).unwrap();
    only_tokens(&world, 2, AUTHORITY);
    assert_snapshot!(world.log);
}

#[test]
fn a_browser_and_a_device() {
    let mut world = World::with(public_client().build().unwrap());
    world.call(|app| app.acquire_token_interactive([SCOPE])).unwrap();
    only_tokens(&world, 1, AUTHORITY);
    let codes = json!({"user_code": "canary-u", "device_code": "canary-d", "expires_in": 900, "interval": 5});
    world = world.http(200, &codes.to_string()).http(200, &tokens(&claims()).to_string());
    world.call(|app| app.acquire_token_by_device_code([SCOPE])).unwrap();
    let urls: Vec<_> = world.requests.iter().map(|request| request.url.as_str()).collect();
    let expected = ["token", "devicecode", "token"].map(|last| format!("{AUTHORITY}/oauth2/v2.0/{last}"));
    assert_eq!(urls, expected);
}

#[test]
fn an_application_itself() {
    let mut world = World::of(builder().tenant_discovery(false)).http(200, TOKEN);
    world.token().unwrap();
    world.token().unwrap();
    only_tokens(&world, 1, AUTHORITY);
}

#[test]
fn strict_id_tokens_are_checked_against_the_issuer_by_convention() {
    let world = || World::with(public_client().strict_id_token(true).build().unwrap());
    let mut good = world().signed_in(|_| ());
    good.silent().unwrap().unwrap();
    let mut bad = world();
    let flow = bad.begin();
    let mut claims = claims();
    claims["nonce"] = json!(nonce_hash(&flow));
    claims["iss"] = json!(ISSUER.replace(".com", ".us"));
    bad = bad.http(200, &tokens(&claims).to_string());
    bad.finish(&flow, &came_back(&flow)).unwrap_err();
    assert_eq!(bad.writes, 0);
}
