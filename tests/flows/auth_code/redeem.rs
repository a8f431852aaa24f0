//! Trading the code for tokens, by client and by what came back.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::flows::AuthCodeFlow;
use msal_proto::{ClientCredential, TokenSource, Warning};
use serde_json::json;

#[test]
fn public_client() {
    let mut world = World::public();
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    let result = world.finish(&flow, &came_back(&flow)).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("code"), Some("canary-code"));
    assert_eq!(world.sent("code_verifier"), Some(flow.code_verifier.expose()));
    assert_eq!(world.sent("redirect_uri"), Some(REDIRECT_URI));
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    assert_eq!(result.access_token.unwrap().expose(), "canary-access-token");
    assert_eq!(result.refresh_token.unwrap().expose(), "canary-refresh-token");
    let claims = result.id_token_claims.unwrap();
    assert_eq!((claims.preferred_username.as_deref(), result.warnings), (Some(USERNAME), vec![]));
    let account = world.account();
    assert_eq!((&*account.home_account_id, account.username.as_deref()), (HOME_ACCOUNT_ID, Some(USERNAME)));
    assert_eq!((account.local_account_id.as_deref(), account.realm.as_deref()), (Some(UID), Some(TENANT)));
    assert_eq!(account.account_source.as_deref(), Some("authorization_code"));
}

#[test]
fn secret() {
    let mut world = World::warm();
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &came_back(&flow)).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("client_secret"), Some(CLIENT_SECRET));
    assert_eq!(world.sent("code_verifier"), Some(flow.code_verifier.expose()));
}

#[test]
fn certificate() {
    let mut world = World::of(builder().client_credential(crate::support::certificate())).knowing(AUTHORITY);
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &came_back(&flow)).unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn assertion_made_by_the_host() {
    let mut world =
        World::of(builder().client_credential(ClientCredential::assertion_from_host())).knowing(AUTHORITY);
    world.assertion = Some(Ok("canary.made.assertion".into()));
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &came_back(&flow)).unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn in_a_process_that_does_not_know_the_authority() {
    let mut world = World::public();
    let kept = serde_json::to_string(&world.begin()).unwrap();
    let flow: AuthCodeFlow = serde_json::from_str(&kept).unwrap();
    let mut other = World::with(public().build().unwrap()).http(200, &document(AUTHORITY));
    other = other.http(200, &tokens_of(&flow).to_string());
    other.finish(&flow, &came_back(&flow)).unwrap();
    assert_snapshot!(other.log);
}

#[test]
fn for_fewer_scopes_and_with_more_members() {
    let mut world = World::with(public().client_capabilities(["CP1"]).build().unwrap()).knowing(AUTHORITY);
    let challenge = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let ask = |app: &msal_proto::PublicClientApplication| {
        app.initiate_auth_code_flow([SCOPE, "Mail.Send"])
            .redirect_uri(REDIRECT_URI)
            .claims_challenge(challenge)
    };
    let flow = world.call(ask).unwrap();
    world = world.http(200, &tokens_of(&flow).to_string());
    let answer = came_back(&flow);
    world.log.clear();
    world
        .call(|app| {
            let request = app.acquire_token_by_auth_code_flow(flow, answer);
            request.scopes([SCOPE]).data("token_type", "Bearer").data("resource", "canary-resource")
        })
        .unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("scope"), Some("User.Read offline_access openid profile"));
}

#[test]
fn without_a_cache() {
    let mut world = World::public();
    (world.cache_read, world.cache_write) = (Behaviour::Declines, Behaviour::Declines);
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    world.log.clear();
    let result = world.finish(&flow, &came_back(&flow)).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.warnings, [Warning::NoCache]);
}

#[test]
fn a_cache_that_cannot_be_written_costs_no_sign_in() {
    let mut world = World::public();
    world.cache_write = Behaviour::Fails;
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    world.log.clear();
    let result = world.finish(&flow, &came_back(&flow)).unwrap();
    assert_snapshot!(world.log);
    assert!(matches!(result.warnings[..], [Warning::CacheWrite(_)]) && result.refresh_token.is_some());
}

#[test]
fn an_id_token_out_of_its_time_is_a_warning() {
    for (name, time, warning) in
        [("exp", 1_699_999_000, Warning::IdTokenExpired), ("nbf", 1_700_001_000, Warning::IdTokenNotYetValid)]
    {
        let mut world = World::public();
        let flow = world.begin();
        let mut claims = claims();
        claims["nonce"] = json!(nonce_hash(&flow));
        claims[name] = json!(time);
        world = world.http(200, &tokens(&claims).to_string());
        assert_eq!(world.finish(&flow, &came_back(&flow)).unwrap().warnings, [warning]);
    }
}

#[test]
fn an_answer_without_an_id_token_signs_nobody_in_but_gives_its_token() {
    let mut world = World::public();
    let flow = world.begin();
    let mut answer = tokens_of(&flow);
    for absent in ["id_token", "client_info"] {
        answer.as_object_mut().unwrap().remove(absent);
    }
    world = world.http(200, &answer.to_string());
    let result = world.finish(&flow, &came_back(&flow)).unwrap();
    assert!(result.access_token.is_some() && result.id_token_claims.is_none());
    assert_eq!(world.accounts(), []);
}

#[test]
fn the_kept_flow_is_written_as_msal_names_it() {
    let mut world = World::public();
    let kept = serde_json::to_value(world.begin()).unwrap();
    let mut names: Vec<_> = kept.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let all = ["auth_uri", "claims_challenge", "code_verifier", "nonce", "redirect_uri", "scope", "state"];
    assert_eq!(names, all);
}
