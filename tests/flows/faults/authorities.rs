//! The same for people of other clouds, and at kinds of authority that no cloud is asked about.
use super::*;
use crate::person::*;
use msal_proto::{ClientApplicationBuilder, PublicClientApplication};
use serde_json::json;

type Public = World<PublicClientApplication>;

const GOVERNMENT: &str = "https://login.microsoftonline.us/organizations";
const ADFS: &str = "https://fs.contoso.example/adfs";

fn with(
    builder: ClientApplicationBuilder<PublicClientApplication>,
    service: fn(&HttpRequest) -> HttpResponse,
) -> Public {
    let mut world = World::with(builder.build().unwrap());
    world.service = Some(service);
    world
}

/// The government's cloud.
fn government(request: &HttpRequest) -> HttpResponse {
    assert!(request.url.starts_with(GOVERNMENT), "{}", request.url);
    match request.method {
        Method::Get => response(200, &document(GOVERNMENT)),
        _ => response(200, &tokens_for_the_nonce().to_string()),
    }
}

fn tokens_for_the_nonce() -> serde_json::Value {
    let mut flow = World::public().begin();
    flow.nonce = "canary-nonce".into();
    tokens_of(&flow)
}

fn aware() -> Public {
    with(
        public().authority("https://login.microsoftonline.com/organizations").instance_aware(true),
        government,
    )
}

/// A sign-in that somebody of the government's cloud comes back from.
fn redeem(world: &Public) -> msal_proto::flows::AcquireTokenByAuthCodeFlow {
    let flow = json!({
        "auth_uri": format!("https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?client_id={CLIENT_ID}"),
        "state": "canary-state", "redirect_uri": REDIRECT_URI, "scope": ["User.Read"],
        "code_verifier": "canary-verifier", "nonce": "canary-nonce",
    });
    let flow = serde_json::from_value(flow).unwrap();
    let answer = "code=canary-code&state=canary-state&cloud_instance_host_name=login.microsoftonline.us";
    world.app.acquire_token_by_auth_code_flow(flow, answer)
}

fn ends_unless_the_cache_is_at_fault<T: Debug>(fault: &Fault<'_>, end: &Result<T, Error>) {
    match (fault.effect, end) {
        (Effect::CacheWrite(_), Ok(_)) | (Effect::HttpRequest(_), Err(_)) => {}
        (effect, end) => panic!("{effect:?} {end:?}"),
    }
}

#[test]
fn a_code_is_redeemed_in_another_cloud() {
    let effects = ["HttpRequest", "HttpRequest", "CacheWrite"];
    every_fault(&effects, aware, redeem, ends_unless_the_cache_is_at_fault);
}

#[test]
fn the_accounts_of_all_clouds() {
    let request = |world: &Public| world.app.get_accounts();
    every_fault(&["CacheRead"; 8], aware, request, |fault, end| match fault.reply {
        Reply::CacheRead(Err(_)) => assert!(matches!(end, Err(Error::Cache(_)))),
        _ => assert!(end.is_ok(), "{end:?}"),
    });
}

#[test]
fn a_refresh_token_is_taken_over_at_adfs() {
    let service = |request: &HttpRequest| match request.method {
        Method::Get => response(200, &document(ADFS)),
        _ => response(200, &tokens(&claims()).to_string()),
    };
    let request = |world: &Public| world.app.acquire_token_by_refresh_token("canary-old", ["User.Read"]);
    let effects = ["HttpRequest", "HttpRequest", "CacheWrite"];
    every_fault(
        &effects,
        || with(public().authority(ADFS), service),
        request,
        ends_unless_the_cache_is_at_fault,
    );
}
