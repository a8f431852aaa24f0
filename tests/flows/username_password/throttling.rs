//! A federation service that is busy, or refuses a user, is left alone for a while: by that user, and by nobody else.
use super::*;
use msal_proto::WsTrustError;
use msal_proto::engine::HttpResponse;

const BOB: &str = "bob@contoso.example";

fn wrong_password() -> String {
    fault(Some("FailedAuthentication"), Some("why"))
}

/// Ada was refused.
fn refused<C: Deref<Target = ClientApplication>>(world: World<C>, answer: HttpResponse) -> World<C> {
    let mut world = world.http(200, FEDERATED).http(200, BOTH).answer(Ok(answer));
    world.password().unwrap_err();
    world.requests.clear();
    world
}

fn signs_in<C: Deref<Target = ClientApplication>>(mut world: World<C>, username: &str) -> World<C> {
    world = world.http(200, &issued(ASSERTION, SAML_1_1)).http(200, &tokens(&claims()).to_string());
    world.call(|app| ask(app, username, PASSWORD)).unwrap();
    world
}

#[test]
fn a_refused_user_blocks_nobody_else() {
    let mut world = refused(World::public(), response(500, &wrong_password()));
    world.password().unwrap_err();
    assert!(world.requests.is_empty());
    world = world.http(200, FEDERATED);
    world = signs_in(world, BOB);
    assert_eq!(world.requests.len(), 3);
}

#[test]
fn the_same_user_is_told_from_memory_until_when() {
    let mut world = refused(World::public(), response(500, &wrong_password()));
    let start = world.now;
    for later in [0, 59] {
        world.now = start + later;
        let Err(Error::WsTrust(WsTrustError::Fault(fault))) = world.password() else { panic!("{later}") };
        assert_eq!(fault.retry_at.map(|at| at.0), Some(start + 60));
        assert_eq!(fault.known_code(), Some("FailedAuthentication"));
    }
    assert!(world.requests.is_empty());
    world.now = start + 60;
    signs_in(world, USERNAME);
}

#[test]
fn a_confidential_client_waits_five_seconds() {
    let mut world = refused(crate::support::World::warm(), response(503, "<html>"));
    world.now += 4;
    assert!(matches!(world.password(), Err(Error::HttpStatus(error)) if error.status == 503));
    assert!(world.requests.is_empty());
    world.now += 1;
    signs_in(world, USERNAME);
}

#[test]
fn what_the_service_says_of_the_time_counts() {
    let busy = |status, seconds: &str| HttpResponse {
        headers: vec![("Retry-After".into(), seconds.into())],
        ..response(status, &wrong_password())
    };
    for (answer, seconds) in [
        (busy(500, "7"), 7),
        (busy(400, "7"), 7),
        (busy(429, "5000"), 3_600),
        (busy(500, "0"), 0),
        (response(429, &wrong_password()), 60),
        (response(400, &wrong_password()), 0),
        (response(401, &wrong_password()), 0),
    ] {
        let mut world = refused(World::public(), answer);
        if seconds > 0 {
            world.now += seconds - 1;
            world.password().unwrap_err();
            assert!(world.requests.is_empty(), "{seconds}");
            world.now += 1;
        }
        signs_in(world, USERNAME);
    }
}

#[test]
fn it_is_remembered_in_this_process_alone_and_under_no_name() {
    let mut world = refused(World::public(), response(500, &wrong_password()));
    let stored = serde_json::to_string(&world.state).unwrap();
    assert!(!stored.contains(USERNAME) && !stored.contains("why"), "{stored}");
    world.state = serde_json::from_str(&stored).unwrap();
    signs_in(world, USERNAME);
}

#[test]
fn the_service_s_no_is_not_counted_as_one_of_the_authority() {
    let mut world = refused(World::public(), response(500, &wrong_password()));
    world.now += 60;
    let world = signs_in(world, USERNAME);
    assert_eq!(world.header("x-client-last-telemetry"), Some("4|0|||"));
}
