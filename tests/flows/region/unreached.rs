//! The authority's own host is not reached, and a program in a region can do without.
use super::*;
use insta::assert_snapshot;
use msal_proto::Error;
use msal_proto::engine::HttpFault;

fn unreached() -> HttpFault {
    HttpFault::Connect("no route".into())
}

/// Nothing is known, and the authority's host is not reached.
fn world(builder: msal_proto::ClientApplicationBuilder<msal_proto::ConfidentialClientApplication>) -> World {
    World::of(builder).answer(Err(unreached()))
}

#[test]
fn the_region_says_what_the_authority_would() {
    for fault in [unreached(), HttpFault::TimedOut("30 s".into())] {
        let mut world = World::of(builder().client_credential(certificate()).azure_region("westus2"));
        world = world.answer(Err(fault)).http(200, &document(REGIONAL));
        assert_eq!(asked(&mut world), (regional(), vec![]));
        // Nothing tells later that it was a region's document.
        let authority = world.call(|app| app.resolve_authority()).unwrap();
        assert_eq!(
            (authority.token_endpoint, authority.regional_token_endpoint),
            (central(), Some(regional()))
        );
        assert!(!world.cache.serialize().contains("westus2"));
        assert_eq!(world.requests.len(), 3);
    }
}

#[test]
fn a_tenant_s_domain_is_found_out_there() {
    let mut world = world(builder().authority(DOMAIN).azure_region("westus2")).http(200, &document(REGIONAL));
    assert_eq!(asked(&mut world).0, regional());
    assert_snapshot!(world.log);
}

#[test]
fn where_the_program_runs_is_found_out_then() {
    let builder = builder().azure_region(AzureRegion::AttemptRegionDiscovery);
    let mut world = world(builder).http(200, r#"{"location":"westus2"}"#).http(200, &document(REGIONAL));
    assert_eq!(asked(&mut world).0, regional());
}

#[test]
fn without_a_region_it_stays_an_error() {
    let not_reached = || Error::Http(unreached());
    assert_eq!(world(builder()).token().unwrap_err(), not_reached());
    let detecting = builder().azure_region(AzureRegion::AttemptRegionDiscovery);
    let mut nowhere = world(detecting).http(404, "");
    assert_eq!(nowhere.token().unwrap_err(), not_reached());
    assert_eq!(nowhere.requests.len(), 2);
}

#[test]
fn a_host_of_no_known_cloud_must_answer_for_itself() {
    let authority = format!("https://login.example.com/{TENANT}");
    let mut world = world(builder().authority(&authority).azure_region("westus2"));
    assert_eq!(world.token().unwrap_err(), Error::Http(unreached()));
}

#[test]
fn an_authority_that_answers_wrongly_is_believed() {
    for (status, body) in [(404, ""), (500, ""), (200, "<html>"), (200, "{}")] {
        let mut world = World::of(builder().azure_region("westus2")).http(status, body);
        assert!(world.token().is_err(), "{status} {body}");
        assert_eq!(world.requests.len(), 1);
    }
    // Nor is a region that answers wrongly passed by.
    for (status, body) in [(404, ""), (500, ""), (200, "<html>"), (200, "{}")] {
        let mut world = world(builder().azure_region("westus2")).http(status, body);
        assert!(world.token().is_err(), "{status} {body}");
        assert_eq!(world.requests.len(), 2);
    }
}
