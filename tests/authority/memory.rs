//! What is remembered of documents, and for how long.
use crate::support::{KNOWN, TENANT, UNKNOWN, World, answer, builder, client, document, instance, token};
use msal_proto::ClientState;
use msal_proto::engine::Request;

const DAY: u64 = 86_400;

#[test]
fn dis_18_a_document_is_good_for_a_day() {
    let (app, mut world) = (client(KNOWN), World::default());
    assert_eq!(world.resolve(&app, [document(KNOWN)]).0.len(), 1);
    let begin = world.now;
    for (now, asks) in
        [(begin, 0), (begin + DAY - 1, 0), (begin + DAY, 1), (begin + 2 * DAY - 1, 0), (begin + 2 * DAY, 1)]
    {
        world.now = now;
        let (urls, end) = world.resolve(&app, (0..asks).map(|_| document(KNOWN)));
        assert_eq!(urls.len(), asks, "after {} s", now - begin);
        assert_eq!(end.unwrap().token_endpoint, format!("{KNOWN}/oauth2/v2.0/token"));
    }
}

#[test]
fn dis_18_a_document_from_the_future_does_not_count() {
    let (app, mut world) = (client(KNOWN), World::default());
    world.resolve(&app, [document(KNOWN)]).1.unwrap();
    world.now -= 1;
    assert_eq!(world.resolve(&app, [document(KNOWN)]).0.len(), 1);
}

#[test]
fn dis_18_a_failure_is_not_remembered() {
    let (app, mut world) = (client(KNOWN), World::default());
    for failure in [
        answer(503, ""),
        answer(404, ""),
        answer(200, "{"),
        document(&KNOWN.replace("login.", "evil.")),
        document("https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555"),
    ] {
        let (urls, end) = world.resolve(&app, [failure]);
        assert_eq!(urls.len(), 1);
        end.unwrap_err();
    }
    world.resolve(&app, [document(KNOWN)]).1.unwrap();
}

#[test]
fn dis_18_each_authority_has_its_own() {
    let mut world = World::default();
    for authority in [
        KNOWN.to_owned(),
        "https://login.microsoftonline.com/contoso.com".into(),
        KNOWN.replace("microsoftonline.com", "windows.net"),
        format!("{KNOWN}?dc=x"),
    ] {
        let app = client(&authority);
        assert_eq!(world.resolve(&app, [document(KNOWN)]).0.len(), 1, "{authority}");
        assert_eq!(world.resolve(&app, []).0.len(), 0, "{authority}");
    }
}

#[test]
fn a_host_that_one_client_did_not_validate_is_validated_for_another() {
    let mut world = World::default();
    let lax = builder(UNKNOWN).validate_authority(false).build().unwrap();
    world.resolve(&lax, [document(UNKNOWN)]).1.unwrap();
    let strict = client(UNKNOWN);
    let (urls, end) = world.resolve(&strict, [answer(400, r#"{"error":"invalid_instance"}"#)]);
    assert!(urls[0].starts_with("https://login.microsoftonline.com/common/discovery/instance?"));
    end.unwrap_err();
    let url = format!("{UNKNOWN}/v2.0/.well-known/openid-configuration");
    world.resolve(&strict, [instance(&url), document(UNKNOWN)]).1.unwrap();
    assert_eq!(world.resolve(&strict, []).0.len(), 0);
    assert_eq!(world.resolve(&lax, []).0.len(), 0);
}

#[test]
fn what_is_remembered_can_be_stored() {
    let (app, mut world) = (client(KNOWN), World::default());
    world.acquire(&app, [document(KNOWN), token()]).1.unwrap();
    let text = serde_json::to_string(&world.state).unwrap();
    assert!(text.contains(TENANT) && !text.contains("CANARY"));
    world.state = serde_json::from_str::<ClientState>(&text).unwrap();
    assert_eq!(world.resolve(&app, []).0.len(), 0);
}

#[test]
fn a_flow_asks_for_no_more_than_it_lacks() {
    let (app, mut world) = (client("https://login.microsoftonline.com/contoso.com"), World::default());
    // The tenant is a domain: its id is asked for first, the token endpoint is known with it.
    let (requests, end) = world.acquire(&app, [document(KNOWN), token()]);
    end.unwrap();
    assert_eq!(requests[1].url, format!("{KNOWN}/oauth2/v2.0/token"));
    assert_eq!(world.acquire(&app, []).0.len(), 0);
    // With an id the cache is asked first: a hit needs no document.
    let by_id = client(KNOWN);
    world.state = ClientState::default();
    assert_eq!(world.acquire(&by_id, []).0.len(), 0);
}

#[test]
fn the_end_is_at_once_if_all_is_known() {
    let (app, mut world) = (client(KNOWN), World::default());
    world.resolve(&app, [document(KNOWN)]).1.unwrap();
    let step = app.resolve_authority().start(&mut world.env(&app));
    assert!(matches!(step, msal_proto::engine::Step::Done(Ok(_))));
}
