//! What is asked at a region, and what stays as it is without one.
use super::*;
use crate::person::*;
use insta::assert_snapshot;
use msal_proto::{ClientCredential, Error, Secret};

#[test]
fn a_region_by_its_name() {
    let mut world = world(AzureRegion::from("westus2"), &[]);
    assert_eq!(asked(&mut world), (regional(), vec![]));
    assert_snapshot!(world.log);
    assert_eq!(world.token().unwrap().token_source.as_str(), "cache");

    // Without the region it is the same token (the row REG-06): the cache knows no region.
    assert!(!world.cache.serialize().contains("westus2"));
    world.app = builder().build().unwrap();
    assert_eq!(world.token().unwrap().token_source.as_str(), "cache");
}

#[test]
fn each_cloud_has_regions_of_its_own() {
    let hosts = [
        ("login.microsoftonline.com", "r1.login.microsoft.com"),
        ("login.microsoft.com", "r1.login.microsoft.com"),
        ("login.windows.net", "r1.login.microsoft.com"),
        ("sts.windows.net", "r1.login.microsoft.com"),
        ("login.microsoftonline.us", "r1.login.microsoftonline.us"),
        ("login.usgovcloudapi.net", "r1.login.usgovcloudapi.net"),
        ("login.partner.microsoftonline.cn", "r1.login.partner.microsoftonline.cn"),
        ("login.chinacloudapi.cn", "r1.login.chinacloudapi.cn"),
        ("login.sovcloud-identity.fr", "r1.login.sovcloud-identity.fr"),
    ];
    for (host, expected) in hosts {
        let authority = format!("https://{host}/{TENANT}");
        let mut world = World::of(builder().authority(&authority).azure_region("r1"));
        world = world.http(200, &document(&authority));
        let resolved = world.call(|app| app.resolve_authority()).unwrap();
        let endpoint = format!("https://{expected}/{TENANT}/oauth2/v2.0/token");
        assert_eq!(resolved.regional_token_endpoint, Some(endpoint));
        assert_eq!((world.requests.len(), resolved.instance.as_str()), (1, host));
    }
}

#[test]
fn a_host_of_no_known_cloud_is_asked_about_its_region_once_a_day() {
    let authority = format!("https://login.example.com:8443/{TENANT}");
    let regional = format!("https://r1.login.example.com:8443/{TENANT}");
    let mut world = World::of(builder().authority(&authority).instance_discovery(false).azure_region("r1"));
    world = world.http(200, &document(&authority)).http(200, &document(&regional));
    assert_eq!(asked(&mut world).0, format!("{regional}/oauth2/v2.0/token"));
    assert_snapshot!(world.log);
    world.cache = Default::default();
    world.later(86_399);
    asked(&mut world);
    assert_eq!(world.requests.len(), 4);

    // What it says is checked.
    for elsewhere in [
        "https://evil.example/t/token",
        "http://r1.login.example.com:8443/t/token",
        "https://r1.login.example.com/t/token",
    ] {
        let mut world =
            World::of(builder().authority(&authority).instance_discovery(false).azure_region("r1"));
        let authority_document = document(&authority);
        let document = document(&regional).replace(&format!("{regional}/oauth2/v2.0/token"), elsewhere);
        world = world.http(200, &authority_document).http(200, &document);
        let refused = world.token().unwrap_err();
        assert!(matches!(refused, Error::Authority(_)), "{elsewhere} {refused}");
        assert_eq!(world.requests.len(), 2);
    }
}

#[test]
fn a_host_that_is_a_region_s_stays_so() {
    let authority = format!("https://eastus.login.microsoft.com/{TENANT}");
    let mut world =
        World::of(builder().authority(&authority).instance_discovery(false).azure_region("westus2"));
    world = world.http(200, &document(&authority));
    assert_eq!(asked(&mut world).0, format!("{authority}/oauth2/v2.0/token"));
}

#[test]
fn an_assertion_is_for_the_authority_and_is_used_in_every_region() {
    let mut world = world(AzureRegion::from("westus2"), &[]);
    world.app = builder().client_credential(certificate()).azure_region("westus2").build().unwrap();
    asked(&mut world);
    let first = world.sent("client_assertion").unwrap().to_owned();
    let claims = claims_of(&first);
    assert_eq!(claims["aud"], central());
    world.app = builder().client_credential(certificate()).azure_region("eastus").build().unwrap();
    world.cache = Default::default();
    asked(&mut world);
    assert_eq!(world.sent("client_assertion"), Some(first.as_str()));
}

fn claims_of(assertion: &str) -> serde_json::Value {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let claims = assertion.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[test]
fn the_host_s_assertion_is_for_the_authority_too() {
    let mut world = world(AzureRegion::from("westus2"), &[]);
    let credential = ClientCredential::assertion_from_host();
    world.app = builder().client_credential(credential).azure_region("westus2").build().unwrap();
    world.assertion = Some(Ok(Secret::new("canary.made.assertion")));
    asked(&mut world);
    assert_snapshot!(world.log);
}

#[test]
fn reg_06_a_region_that_is_down_is_an_error_and_throttles_itself_alone() {
    let mut world = world(AzureRegion::from("westus2"), &[]).http(503, "");
    assert!(world.token().unwrap_err().is_retryable());
    assert_eq!(world.writes, 0);
    assert!(world.token().is_err());
    assert_eq!(world.requests.len(), 2, "it is left alone");
    world.app = builder().build().unwrap();
    assert_eq!(asked(&mut world).0, central());
}

#[test]
fn no_other_call_goes_to_a_region() {
    let mut world = world(AzureRegion::from("westus2"), &[]);
    world = world.http(200, &refreshed().to_string());
    world.call(|app| app.acquire_token_by_refresh_token("canary-refresh-token", ["User.Read"])).unwrap();
    assert_eq!(world.requests.last().unwrap().url, central());
}
