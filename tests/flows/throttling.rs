//! The rows THR: a server that says "not now" is not asked again until it may be.
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::engine::HttpResponse;
use msal_proto::{ClientCredential, Error, TokenSource};

fn with_header(status: u16, body: &str, retry_after: &str) -> HttpResponse {
    HttpResponse { headers: vec![("Retry-After".into(), retry_after.into())], ..response(status, body) }
}

/// How many seconds after this answer the same request is sent again.
fn pause(answer: HttpResponse) -> u64 {
    let mut world = World::warm().answer(Ok(answer));
    world.token().unwrap_err();
    for second in 0..4_000 {
        world.answers = [Ok(response(200, TOKEN))].into();
        if world.token().is_ok() {
            assert_eq!(world.requests.len(), 2);
            return second;
        }
        world.now += 1;
    }
    panic!("never again");
}

#[test]
fn thr_01_a_busy_server_is_left_alone() {
    let mut world = World::warm().answer(Ok(with_header(429, REFUSED, "5")));
    let Error::Service(first) = world.token().unwrap_err() else { panic!() };
    assert!(first.is_retryable());
    assert_eq!(first.retry_at.unwrap().0, world.now + 5);
    world.later(4);
    let Error::Service(second) = world.token().unwrap_err() else { panic!() };
    assert_eq!((second.retry_at, world.requests.len()), (first.retry_at, 1));
    world.later(1);
    world = world.http(200, TOKEN);
    world.token().unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn thr_02_03_04_retry_after_in_every_form() {
    // 1700000000 is Tue, 14 Nov 2023 22:13:20 GMT.
    let forms = [
        ("7", 7),
        ("Tue, 14 Nov 2023 22:13:40 GMT", 20),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 3_600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("0", 0),
        ("-5", 0),
        ("5000", 3_600),
        ("999999999999999999999999999999", 3_600),
        ("5.5", 5),
        ("abc", 5),
        ("", 5),
    ];
    for (text, seconds) in forms {
        assert_eq!(pause(with_header(429, "", text)), seconds, "{text:?}");
    }
}

#[test]
fn thr_04_of_two_headers_the_first_counts() {
    let headers =
        ["retry-after", "RETRY-AFTER"].map(String::from).into_iter().zip(["9", "99"].map(String::from));
    assert_eq!(pause(HttpResponse { headers: headers.collect(), ..response(503, "") }), 9);
}

#[test]
fn thr_05_a_token_is_never_remembered() {
    let mut world = World::warm().answer(Ok(with_header(200, TOKEN, "60"))).http(200, TOKEN);
    world.token().unwrap();
    world.cache = Default::default();
    assert_eq!(world.token().unwrap().token_source, TokenSource::IdentityProvider);
    assert_eq!(world.requests.len(), 2);
    assert!(!shows_a_secret(&serde_json::to_string(&world.state).unwrap()));
}

#[test]
fn thr_06_without_the_header_a_confidential_client_waits_five_seconds() {
    for status in [429, 500, 502, 503, 504] {
        assert_eq!(pause(response(status, "<html>")), 5, "{status}");
    }
    for status in [401, 403, 404, 302, 204] {
        assert_eq!(pause(response(status, "")), 0, "{status}");
    }
}

#[test]
fn thr_07_another_scope_client_or_tenant_is_asked() {
    let mut world = World::warm().http(503, "").http(200, TOKEN);
    world.token().unwrap_err();
    world.call(|app| app.acquire_token_for_client(["api://other/.default"])).unwrap();

    let tenant = AUTHORITY.replace(TENANT, "33333333-3333-3333-3333-333333333333");
    world.app = builder().authority(&tenant).build().unwrap();
    world = world.http(200, &document(&tenant)).http(200, TOKEN);
    world.token().unwrap();

    let client = msal_proto::ConfidentialClientApplication::builder("another-app").authority(AUTHORITY);
    let secret = ClientCredential::secret(CLIENT_SECRET).unwrap();
    world.app = client.client_credential(secret).build().unwrap();
    world = world.http(200, TOKEN);
    world.token().unwrap();
}

#[test]
fn thr_08_an_answer_from_the_future_does_not_count() {
    let mut world = World::warm().answer(Ok(with_header(429, "", "3600")));
    world.token().unwrap_err();
    world.now -= 3_600;
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
}

#[test]
fn thr_09_what_is_remembered_is_bounded() {
    let mut world = World::warm();
    let scope = |index: usize| [format!("api://{index}/.default")];
    for index in 0..1_100 {
        world.answers = [Ok(with_header(429, "", &(3_600 - index).to_string()))].into();
        world.call(|app| app.acquire_token_for_client(scope(index))).unwrap_err();
    }
    let remembered = serde_json::to_value(&world.state).unwrap();
    assert_eq!(remembered["throttled"]["busy"].as_object().unwrap().len(), 1_024);
    // The one that would end first made room.
    world.requests.clear();
    world.call(|app| app.acquire_token_for_client(scope(0))).unwrap_err();
    assert!(world.requests.is_empty());
    world = world.http(200, TOKEN);
    world.call(|app| app.acquire_token_for_client(scope(1_098))).unwrap();
}

#[test]
fn thr_10_a_bad_request_is_remembered_for_a_minute() {
    assert_eq!(pause(response(400, REFUSED)), 60);
    assert_eq!(pause(with_header(400, REFUSED, "7")), 7);
    assert_eq!(pause(with_header(400, REFUSED, "0")), 0);

    let mut world = World::warm().http(400, REFUSED);
    let Error::Service(first) = world.token().unwrap_err() else { panic!() };
    let Error::Service(second) = world.token().unwrap_err() else { panic!() };
    assert_snapshot!(world.log);
    assert_eq!(first, second);
}

#[test]
fn thr_10_a_bad_request_is_another_with_another_secret() {
    let mut world = World::warm().http(400, REFUSED).http(200, TOKEN);
    world.token().unwrap_err();
    world.app =
        builder().client_credential(ClientCredential::secret("canary-renewed").unwrap()).build().unwrap();
    world.token().unwrap();
}

#[test]
fn a_bad_request_signed_with_a_certificate_is_remembered_while_the_assertion_is() {
    let mut world = World::warm().http(400, REFUSED);
    world.app = builder().client_credential(certificate()).build().unwrap();
    world.token().unwrap_err();
    world.token().unwrap_err();
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn an_answer_from_memory_needs_the_host_s_assertion_first() {
    let mut world = World::warm().http(503, "");
    world.app = builder().client_credential(ClientCredential::assertion_from_host()).build().unwrap();
    world.assertion = Some(Ok("canary.made.assertion".into()));
    world.token().unwrap_err();
    world.token().unwrap_err();
    assert_snapshot!(world.log);
}

#[test]
fn what_is_remembered_outlives_the_process_but_for_bad_requests() {
    let mut world = World::warm().answer(Ok(HttpResponse {
        headers: vec![("set-cookie".into(), "canary-cookie".into()), ("Retry-After".into(), "60".into())],
        ..response(503, &"x".repeat(100_000))
    }));
    world.token().unwrap_err();
    world = world.http(400, REFUSED);
    world.call(|app| app.acquire_token_for_client(["api://bad/.default"])).unwrap_err();

    let stored = serde_json::to_string(&world.state).unwrap();
    assert!(!shows_a_secret(&stored) && stored.len() < 4_096, "{}", stored.len());
    world.state = serde_json::from_str(&stored).unwrap();
    world.requests.clear();
    assert!(matches!(world.token().unwrap_err(), Error::HttpStatus(_)));
    assert!(world.requests.is_empty());
    world = world.http(200, TOKEN);
    world.call(|app| app.acquire_token_for_client(["api://bad/.default"])).unwrap();
}
