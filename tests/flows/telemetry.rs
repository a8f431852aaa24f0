//! The telemetry headers.
use crate::support::*;
use insta::assert_snapshot;

fn last(world: &World) -> &str {
    world.header("x-client-last-telemetry").unwrap()
}

#[test]
fn hits_and_failures_are_told_with_the_next_request() {
    let mut world = World::warm().http(200, TOKEN);
    world.token().unwrap();
    assert_eq!(last(&world), "4|0|||");
    world.token().unwrap();
    world.token().unwrap();

    let other =
        |app: &msal_proto::ConfidentialClientApplication| app.acquire_token_for_client(["api://x/.default"]);
    world = world.http(400, REFUSED);
    world.call(other).unwrap_err();
    assert_eq!(last(&world), "4|2|||");
    let first = world.header("client-request-id").unwrap().to_owned();

    // An answer from memory is a failure too, of a request with a name of its own.
    world.call(other).unwrap_err();
    assert_eq!(world.requests.len(), 2);

    world.later(60);
    world = world.http(200, TOKEN);
    world.call(other).unwrap();
    assert!(last(&world).starts_with(&format!("4|2|730,{first},730,")), "{}", last(&world));
    assert!(last(&world).ends_with("|invalid_client,invalid_client|"));

    // Told once.
    world.later(4_000);
    world = world.http(200, TOKEN);
    world.call(other).unwrap();
    assert_eq!(last(&world), "4|0|||");
    assert_snapshot!(world.log);
}

#[test]
fn why_the_cache_did_not_do() {
    let mut world = World::warm();
    let current = |world: &World| world.header("x-client-current-telemetry").unwrap().to_owned();
    let mut seen = Vec::new();
    for (wait, challenge) in [(0, ""), (0, "{}"), (3_601, ""), (7_200, "")] {
        world.now += wait;
        world = world.http(200, AGING);
        world.call(|app| app.acquire_token_for_client([GRAPH]).claims_challenge(challenge)).unwrap();
        seen.push(current(&world));
    }
    assert_eq!(seen, ["4|730,2|", "4|730,1|", "4|730,4|", "4|730,3|"]);
}

#[test]
fn a_server_that_fails_is_not_counted() {
    let mut world = World::warm().http(503, "");
    world.token().unwrap_err();
    world.later(5);
    world = world.http(200, TOKEN);
    world.token().unwrap();
    assert_eq!(last(&world), "4|0|||");
}

#[test]
fn sec_09_only_an_error_s_code_is_told() {
    let mut world = World::warm();
    let codes = [
        (r#""a b\r\nx-evil: 1""#, "abxevil1"),
        (r#""\u202e|,|""#, ""),
        (r#"{"code":"nested"}"#, "unknown_error"),
        ("7", "unknown_error"),
        ("null", "unknown_error"),
    ];
    for (code, told) in codes {
        world.later(61);
        world = world.http(401, &format!(r#"{{"error":{code}}}"#)).http(200, TOKEN);
        world.token().unwrap_err();
        world.call(|app| app.acquire_token_for_client([GRAPH]).claims_challenge("{}")).unwrap();
        assert!(last(&world).ends_with(&format!("|{told}|")), "{}", last(&world));
        assert!(last(&world).bytes().all(|byte| byte.is_ascii_graphic()));
        world.cache = Default::default();
    }
    world = world.http(401, &format!(r#"{{"error":"{}"}}"#, "x".repeat(100_000))).http(200, TOKEN);
    world.token().unwrap_err();
    world.token().unwrap();
    assert!(last(&world).ends_with(&format!("|{}|", "x".repeat(64))));
}

#[test]
fn the_header_stays_below_350_bytes() {
    let mut world = World::warm();
    for _ in 0..20 {
        world = world.http(401, REFUSED);
        world.token().unwrap_err();
        assert!(last(&world).len() < 350, "{}", last(&world).len());
    }
    assert_eq!(last(&world).matches("invalid_client").count(), 6);
}
