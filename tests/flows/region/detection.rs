//! Where the program runs, as Azure's instance metadata service tells it.
use super::*;
use insta::assert_snapshot;
use msal_proto::SecretBytes;
use msal_proto::engine::{HttpFault, HttpResponse, MAX_BODY, Method};

fn detecting() -> World {
    world(AzureRegion::AttemptRegionDiscovery, &[])
}

#[test]
fn the_metadata_service_is_asked_once() {
    let mut world = detecting().http(200, r#"{"location":"westus2","vmId":"canary-vm"}"#);
    assert_eq!(asked(&mut world), (regional(), vec![]));
    assert_snapshot!(world.log);
    let question = &world.requests[1];
    assert_eq!((question.method, question.url.as_str()), (Method::Get, METADATA_SERVICE));
    assert_eq!(
        (question.headers.as_slice(), question.timeout),
        (&[("metadata".into(), "true".into())][..], Some(2))
    );
    assert!(
        world.requests.iter().all(|request| request.timeout.is_none() || request.url == METADATA_SERVICE)
    );

    // Nor does another client of the same memory ask again.
    world.app = msal_proto::ConfidentialClientApplication::builder("another-app")
        .authority(AUTHORITY)
        .client_credential(msal_proto::ClientCredential::secret(CLIENT_SECRET).unwrap())
        .azure_region(AzureRegion::AttemptRegionDiscovery)
        .build()
        .unwrap();
    world.later(1_000_000);
    world.requests.clear();
    let mut world = world.http(200, &document(AUTHORITY));
    assert_eq!(asked(&mut world).0, regional());
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn what_is_in_the_cache_needs_no_region() {
    let mut world = detecting().http(404, "");
    asked(&mut world);
    world.state = Default::default();
    world.requests.clear();
    world.token().unwrap();
    assert!(world.requests.is_empty());
}

#[test]
fn another_machine_that_reads_the_state_asks_for_itself() {
    let mut world = detecting().http(200, r#"{"location":"westus2"}"#);
    asked(&mut world);
    let stored = serde_json::to_string(&world.state).unwrap();
    assert!(!stored.contains("westus2"), "{stored}");
    world.state = serde_json::from_str(&stored).unwrap();
    world.cache = Default::default();
    let mut world = world.http(200, r#"{"location":"eastus"}"#);
    assert!(asked(&mut world).0.starts_with("https://eastus.login.microsoft.com/"));
}

#[test]
fn reg_02_an_answer_that_names_no_region_is_none() {
    let long = format!(r#"{{"location":"{}"}}"#, "a".repeat(64));
    let large = format!(r#"{{"x":"{}","location":"westus2"}}"#, "x".repeat(MAX_BODY));
    let deep = format!(r#"{{"location":{}"westus2"{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let answers: Vec<(u16, &[u8])> = vec![
        (404, b"<html>not found</html>"),
        (200, b"<html>hello</html>"),
        (200, b""),
        (200, b"westus2"),
        (200, b" westus2\n"),
        (200, br#""westus2""#),
        (200, br#"["westus2"]"#),
        (200, b"5"),
        (200, b"{}"),
        (200, br#"{"location":null}"#),
        (200, br#"{"location":5}"#),
        (200, br#"{"location":["westus2"]}"#),
        (200, br#"{"location":""}"#),
        (200, br#"{"location":"West US 2"}"#),
        (200, br#"{"location":" westus2"}"#),
        (200, br#"{"location":"westus2.evil.com/"}"#),
        (200, br#"{"location":"evil.com#"}"#),
        (200, br#"{"location":"w\u0000"}"#),
        (200, b"{\"location\":\"\xff\xfe\"}"),
        (200, br#"{"location":"westus2","location":"eastus"}"#),
        (200, long.as_bytes()),
        (200, large.as_bytes()),
        (200, deep.as_bytes()),
        (302, br#"{"location":"westus2"}"#),
        (400, br#"{"error":"Bad request","newest-versions":["2021-02-01"]}"#),
        (404, br#"{"location":"westus2"}"#),
        (500, br#"{"location":"westus2"}"#),
    ];
    for (status, body) in answers {
        let answer = HttpResponse { body: SecretBytes::new(body), ..response(status, "") };
        let mut world = detecting().answer(Ok(answer));
        let (url, warnings) = asked(&mut world);
        assert_eq!(url, central(), "{status} {}", String::from_utf8_lossy(body));
        assert!(matches!(warnings[..], [Warning::RegionNotDetected(_)]), "{warnings:?}");
    }
}

#[test]
fn reg_03_a_metadata_service_that_does_not_answer_is_asked_once_and_the_global_endpoint_serves() {
    for fault in [
        HttpFault::TimedOut("2 s".into()),
        HttpFault::Connect("no route".into()),
        HttpFault::TooLarge,
        HttpFault::Other("it broke".into()),
    ] {
        let mut world = detecting().answer(Err(fault));
        let (url, warnings) = asked(&mut world);
        assert_eq!((url, world.requests.len()), (central(), 3));
        assert!(matches!(warnings[..], [Warning::RegionNotDetected(_)]), "{warnings:?}");

        world.later(3_600);
        world.cache = Default::default();
        assert_eq!(asked(&mut world), (central(), warnings));
        assert_eq!(world.requests.len(), 4);
    }
}

#[test]
fn resolving_the_authority_finds_the_region_out_as_well() {
    let mut world = detecting().http(200, r#"{"location":"westus2"}"#);
    let authority = world.call(|app| app.resolve_authority()).unwrap();
    assert_eq!(authority.regional_token_endpoint, Some(regional()));
    assert_eq!(authority.token_endpoint, central());
    assert_eq!(asked(&mut world).0, regional());
    assert_eq!(world.requests.len(), 3);
}
