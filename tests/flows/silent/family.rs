//! Family refresh tokens (FOCI): clients of one vendor share them.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::{PublicClientApplication, TokenSource};
use serde_json::json;

type World = crate::support::World<PublicClientApplication>;

const SIBLING: &str = "99999999-9999-9999-9999-999999999999";
const MISMATCH: &str = r#"{"error":"invalid_grant","suberror":"client_mismatch","error_additional_info":["client_mismatch"],"error_description":"AADSTS70030: not in the family"}"#;

/// This client, where somebody has signed in to another client of the family only.
fn beside_a_sibling() -> World {
    let sibling = PublicClientApplication::builder(SIBLING).authority(AUTHORITY).build().unwrap();
    let mut sibling = World::with(sibling).knowing(AUTHORITY);
    let flow = sibling.begin();
    let mut claims = claims();
    claims["aud"] = json!(SIBLING);
    claims["nonce"] = json!(nonce_hash(&flow));
    let mut answer = tokens(&claims);
    answer["foci"] = json!("1");
    answer["refresh_token"] = json!("canary-family-token");
    sibling = sibling.http(200, &answer.to_string());
    sibling.finish(&flow, &came_back(&flow)).unwrap();
    let mut world = World::public();
    world.cache = sibling.cache;
    world
}

fn refreshed_for(family: Option<&str>) -> String {
    let mut answer = refreshed();
    family.into_iter().for_each(|family| answer["foci"] = json!(family));
    answer.to_string()
}

#[test]
fn a_new_client_tries_its_family_s_token() {
    let mut world = beside_a_sibling().http(200, &refreshed_for(Some("1")));
    let result = world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("refresh_token"), Some("canary-family-token"));
    assert_eq!(world.sent("client_id"), Some(CLIENT_ID));
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    // The one token of the family was renewed, for all its clients.
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-second-refresh-token"]);
}

#[test]
fn its_sibling_uses_what_it_got() {
    let mut world = beside_a_sibling().http(200, &refreshed_for(Some("1")));
    world.silent().unwrap().unwrap();
    world.app = PublicClientApplication::builder(SIBLING).authority(AUTHORITY).build().unwrap();
    world.now += 3_600;
    let mut claims = claims();
    claims["aud"] = json!(SIBLING);
    let mut answer = tokens(&claims);
    answer["foci"] = json!("1");
    world = world.http(200, &answer.to_string());
    world.log.clear();
    world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("refresh_token"), Some("canary-second-refresh-token"));
}

#[test]
fn a_client_that_is_of_no_family_is_told_so_once() {
    let mut world = beside_a_sibling().http(400, MISMATCH);
    assert_eq!(world.silent().unwrap(), None);
    assert_snapshot!(world.log);
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-family-token"]);

    // When it has got tokens of its own it is known to be of none.
    world = world.signed_in(|_| ());
    world.now += 3_600;
    world = world.http(200, &refreshed_for(None));
    world.silent().unwrap().unwrap();
    assert_eq!((world.requests.len(), world.sent("refresh_token")), (1, Some("canary-refresh-token")));
    assert!(world.members("RefreshToken", "secret").contains(&"canary-family-token".to_owned()));
}

/// With the token of one more sibling, which is older.
fn beside_two_siblings() -> World {
    let mut world = beside_a_sibling();
    let mut file: serde_json::Value = serde_json::from_str(&world.cache.serialize()).unwrap();
    let (_, mut token) = file["RefreshToken"].as_object().unwrap().clone().into_iter().next().unwrap();
    token["client_id"] = json!("another-sibling");
    token["secret"] = json!("canary-older-family-token");
    token["last_modification_time"] = json!("1600000000");
    file["RefreshToken"]["another"] = token;
    world.cache.deserialize(&file.to_string()).unwrap();
    world
}

#[test]
fn only_a_client_mismatch_says_that_no_token_of_the_family_will_do() {
    let mut world = beside_two_siblings().http(400, MISMATCH);
    assert_eq!(world.silent().unwrap(), None);
    assert_eq!(world.all_sent("refresh_token"), ["canary-family-token"]);

    let no = r#"{"error":"invalid_grant","error_description":"AADSTS70008: expired"}"#;
    let mut world = beside_two_siblings().http(400, no).http(200, &refreshed_for(Some("1")));
    world.silent().unwrap().unwrap();
    assert_eq!(world.all_sent("refresh_token"), ["canary-family-token", "canary-older-family-token"]);
}

#[test]
fn a_client_of_the_family_tries_every_token_of_it_of_equal_age_its_own_first() {
    let mut world = beside_a_sibling().signed_in(|answer| {
        answer["foci"] = json!("1");
    });
    world.now += 3_600;
    let no = r#"{"error":"invalid_grant","error_description":"AADSTS70008: expired"}"#;
    world = world.http(400, no).http(200, &refreshed_for(Some("1")));
    world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.all_sent("refresh_token"), ["canary-refresh-token", "canary-family-token"]);
}

#[test]
fn idt_21_only_1_marks_the_family() {
    for foci in [json!("2"), json!(""), json!(["1"]), json!(1), json!(null), json!(true), json!({"1": "1"})] {
        let mut world = beside_a_sibling();
        let mut file: serde_json::Value = serde_json::from_str(&world.cache.serialize()).unwrap();
        for section in ["RefreshToken", "AppMetadata"] {
            for entry in file[section].as_object_mut().unwrap().values_mut() {
                entry["family_id"] = foci.clone();
            }
        }
        world.cache.deserialize(&file.to_string()).unwrap();
        assert_eq!(world.silent().unwrap(), None, "{foci}");
        assert!(world.requests.is_empty(), "{foci}");
    }
}
