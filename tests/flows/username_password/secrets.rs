//! The password is in the requests that need it, in a flow that waits for one, and nowhere else.
use super::*;
use msal_proto::engine::{Host, Request, Step, Suspended};
use msal_proto::flows::UsernamePassword;
use msal_proto::{Misuse, WsTrustError};

fn hides(value: &dyn std::fmt::Debug) {
    let text = format!("{value:?} {value:#?}");
    assert!(!shows_a_secret(&text), "{text}");
}

/// Does what a flow asks.
fn go_on(flow: Suspended<UsernamePassword>, world: &mut Public) -> Step<UsernamePassword> {
    match flow.wake(&mut world.env()).unwrap() {
        Step::HttpRequest(pending) => {
            let reply = world.http_request(pending.op());
            hides(&reply);
            pending.resume(&mut world.env(), reply)
        }
        Step::CacheWrite(pending) => {
            let reply = world.cache_write(pending.op()).unwrap();
            pending.resume(&mut world.env(), reply)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn sec_01_nothing_shows_it_and_only_a_flow_that_needs_it_holds_it() {
    let mut world = World::with(public().build().unwrap()).http(200, &document(AUTHORITY));
    world = world.http(200, FEDERATED).http(200, BOTH).http(200, &issued(ASSERTION, SAML_1_1));
    world = world.http(200, &tokens(&claims()).to_string());
    let request = ask(&world.app, USERNAME, PASSWORD).data("more", "canary");
    hides(&request);
    let (mut step, mut holders) = (request.start(&mut world.env()), Vec::new());
    while let Ok(flow) = step.suspend() {
        hides(&flow);
        hides(&flow.effect(&mut world.env()).unwrap());
        let stored = serde_json::to_string(&flow).unwrap();
        holders.push(stored.contains("canary-p&ss"));
        let flow: Suspended<UsernamePassword> = serde_json::from_str(&stored).unwrap();
        step = go_on(flow, &mut world);
        hides(&(&step, &world.state));
        assert!(!serde_json::to_string(&world.state).unwrap().contains("canary"));
    }
    // The document, the realm, the metadata, the envelope; not the token request and the cache.
    assert_eq!(holders, [true, true, true, true, false, false]);
    hides(&world.requests);
    let bodies = world.requests.iter().map(|request| request.body().expose().contains("canary-p&amp;ss"));
    assert_eq!(bodies.collect::<Vec<_>>(), [false, false, false, true, false]);
}

/// Whoever can write where flows are stored does not send the password elsewhere without TLS.
#[test]
fn a_stored_flow_that_was_tampered_with_sends_nothing_in_the_clear() {
    let mut world = federated(BOTH);
    let mut step = ask(&world.app, USERNAME, PASSWORD).start(&mut world.env());
    for (from, to) in [
        (METADATA.to_owned(), METADATA.replace("https", "http")),
        (ADDRESS_13.to_owned(), ADDRESS_13.replace("https", "http")),
    ] {
        let flow = go_on(step.suspend().unwrap(), &mut world).suspend().unwrap();
        let stored = serde_json::to_string(&flow).unwrap();
        assert!(stored.contains(&from));
        let tampered: Suspended<UsernamePassword> =
            serde_json::from_str(&stored.replace(&from, &to)).unwrap();
        let error = tampered.effect(&mut world.env()).unwrap_err();
        assert!(matches!(error, Error::WsTrust(WsTrustError::Address { .. })), "{error}");
        step = flow.wake(&mut world.env()).unwrap();
    }
}

#[test]
fn another_client_does_not_take_it_on() {
    let mut world = World::public().http(200, MANAGED);
    let request = ask(&world.app, USERNAME, PASSWORD);
    world.app = PublicClientApplication::builder("another-app").authority(AUTHORITY).build().unwrap();
    let Step::Done(end) = request.start(&mut world.env()) else { panic!() };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
}
