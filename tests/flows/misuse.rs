//! The rows SMM: an embedder that does it wrong, a clock that is wrong, entropy that is none.
use crate::support::*;
use msal_proto::engine::{
    CacheEntries, Effect, Entropy, EntropyError, Host, HttpResponse, Method, Reply, Request, Session, Step,
    Suspended, UnixTime,
};
use msal_proto::flows::{ClientCredentials, Resolution};
use msal_proto::{ClientCredential, ClientState, ConfidentialClientApplication, Error, Misuse, TokenSource};

/// A flow that asks the token endpoint.
fn exchanging(world: &mut World) -> Suspended<ClientCredentials> {
    let request = world.app.acquire_token_for_client([GRAPH]);
    let Step::CacheRead(pending) = request.start(&mut world.env()) else { panic!() };
    let step = pending.resume(&mut world.env(), Ok(CacheEntries::default()));
    step.suspend().unwrap()
}

fn answer(body: &str) -> Reply {
    Reply::HttpRequest(Ok(response(200, body)))
}

/// An application with another id.
fn another() -> World {
    let other = ConfidentialClientApplication::builder("another-app").authority(AUTHORITY);
    World::of(other.client_credential(ClientCredential::secret(CLIENT_SECRET).unwrap()))
}

#[test]
fn smm_01_02_04_05_a_session_refuses_what_does_not_fit_and_stays_as_it_was() {
    let (mut world, mut other) = (World::warm(), another());
    let flow = exchanging(&mut world);
    let mut session = Session::new(flow.wake(&mut world.env()).unwrap());
    let asked = session.ask().map(|(id, effect)| (id, effect.clone()));

    let wrong = Misuse::WrongReply { expected: "HttpRequest", given: "CacheWrite" };
    assert_eq!(session.answer(&mut world.env(), 0, Reply::CacheWrite(Ok(()))), Err(wrong));
    let stale = Misuse::Stale { given: 9, current: 0 };
    assert_eq!(session.answer(&mut world.env(), 9, answer(TOKEN)), Err(stale));
    assert_eq!(session.answer(&mut other.env(), 0, answer(TOKEN)), Err(Misuse::WrongClient));
    assert_eq!(session.ask().map(|(id, effect)| (id, effect.clone())), asked);
    assert!(session.finish().is_none());

    assert_eq!(session.answer(&mut world.env(), 0, answer(TOKEN)), Ok(()));
    let twice = Misuse::Stale { given: 0, current: 1 };
    assert_eq!(session.answer(&mut world.env(), 0, answer(TOKEN)), Err(twice));
    assert_eq!(session.ask().map(|(id, effect)| (id, effect.name())), Some((1, "CacheWrite")));
    assert_eq!(session.answer(&mut world.env(), 1, Reply::Declined), Ok(()));

    assert_eq!(session.ask(), None);
    assert_eq!(session.answer(&mut world.env(), 2, answer(TOKEN)), Err(Misuse::Finished));
    let token = session.finish().unwrap().unwrap();
    assert_eq!(token.access_token.unwrap().expose(), "canary-access-token");
    assert!(session.finish().is_none());
    assert_eq!(session.answer(&mut world.env(), 2, answer(TOKEN)), Err(Misuse::Finished));
}

#[test]
fn another_client_s_environment_takes_no_flow_on() {
    let (mut world, mut other) = (World::warm(), another());
    let flow = exchanging(&mut world);
    assert_eq!(flow.clone().wake(&mut other.env()).unwrap_err(), Misuse::WrongClient);
    assert_eq!(flow.effect(&mut other.env()).unwrap_err(), Misuse::WrongClient.into());
    let Step::HttpRequest(pending) = flow.wake(&mut world.env()).unwrap() else { panic!() };
    let Step::Done(end) = pending.resume(&mut other.env(), Ok(response(200, TOKEN))) else { panic!() };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());

    let Step::Done(end) = world.app.acquire_token_for_client([GRAPH]).start(&mut other.env()) else {
        panic!()
    };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
    let Step::Done(end) = world.app.remove_tokens_for_client().start(&mut other.env()) else { panic!() };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
    let Step::Done(end) = world.app.acquire_token_on_behalf_of("a", [GRAPH]).start(&mut other.env()) else {
        panic!()
    };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
    let initiate = world.app.initiate_long_running_on_behalf_of([GRAPH], "a", None);
    let Step::Done(end) = initiate.start(&mut other.env()) else { panic!() };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
    let go_on = world.app.acquire_token_in_long_running_on_behalf_of([GRAPH], "k");
    let Step::Done(end) = go_on.start(&mut other.env()) else { panic!() };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
    let stop = world.app.stop_long_running_on_behalf_of("k");
    let Step::Done(end) = stop.start(&mut other.env()) else { panic!() };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
    let Step::Done(end) = world.app.resolve_authority().start(&mut other.env()) else { panic!() };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
}

#[test]
fn a_woken_flow_authenticates_with_what_the_client_has_now() {
    let mut world = World::warm();
    let flow = exchanging(&mut world);
    let renewed = ClientCredential::secret("canary-renewed").unwrap();
    world.app = builder().client_credential(renewed).build().unwrap();
    let Step::HttpRequest(pending) = flow.wake(&mut world.env()).unwrap() else { panic!() };
    assert!(pending.op().body().expose().contains("client_secret=canary-renewed"));

    // A token that is on its way is not lost when the host is to make assertions from now on.
    world.app = builder().client_credential(ClientCredential::assertion_from_host()).build().unwrap();
    let step = pending.resume(&mut world.env(), Ok(response(200, TOKEN)));
    assert!(matches!(step, Step::CacheWrite(_)), "{step:?}");
}

#[test]
fn smm_06_dropped_at_any_step_a_flow_has_done_nothing() {
    let mut world = World::new();
    for steps in 0..4 {
        world.state = ClientState::default();
        let step = world.app.acquire_token_for_client([GRAPH]).start(&mut world.env());
        let mut session = Session::new(step);
        for _ in 0..steps {
            let (id, effect) = session.ask().unwrap();
            let reply = good_reply(effect);
            session.answer(&mut world.env(), id, reply).unwrap();
        }
        assert!(session.ask().is_some());
        drop(session);
        assert_eq!(world.cache.serialize(), "{}");
    }
    world.state = ClientState::default();
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
}

#[test]
fn smm_07_asking_again_changes_nothing() {
    let mut world = World::warm();
    let flow = exchanging(&mut world);
    let state = serde_json::to_string(&world.state).unwrap();
    let first = flow.effect(&mut world.env()).unwrap();
    for _ in 0..1_000 {
        assert_eq!(flow.effect(&mut world.env()).unwrap(), first);
    }
    assert_eq!(serde_json::to_string(&world.state).unwrap(), state);
}

/// What goes well, to whatever is asked.
fn good_reply(effect: &Effect) -> Reply {
    match effect {
        Effect::CacheRead(_) => Reply::CacheRead(Ok(CacheEntries::default())),
        Effect::CacheWrite(_) => Reply::CacheWrite(Ok(())),
        Effect::HttpRequest(request) if request.method == Method::Get => answer(&document(AUTHORITY)),
        _ => answer(TOKEN),
    }
}

#[test]
fn smm_11_12_13_a_clock_that_jumps_loses_no_token() {
    let noon = 1_700_000_000;
    let times = [0, 1, noon - 86_400, noon - 1, noon, noon + 31_536_000, u64::MAX - 1, u64::MAX];
    let jumps = times.iter().flat_map(|first| times.iter().map(move |second| (*first, *second)));
    for (first, second) in jumps {
        // It jumps before each step in turn. A tenant's domain has the most of them.
        for jump in 0..5 {
            let mut world = World::of(builder().authority(DOMAIN));
            world.now = first;
            let step = world.app.acquire_token_for_client([GRAPH]).start(&mut world.env());
            let mut session = Session::new(step);
            while let Some((id, effect)) = session.ask() {
                assert!(id < 5, "{session:?}");
                let reply = good_reply(effect);
                world.now = if id >= jump { second } else { first };
                session.answer(&mut world.env(), id, reply).unwrap();
            }
            let result = session.finish().unwrap().unwrap();
            assert_eq!(result.access_token.unwrap().expose(), "canary-access-token");
        }
    }
}

#[test]
fn smm_11_a_clock_that_goes_back_makes_no_token_good() {
    let mut world = World::warm().http(200, TOKEN);
    world.token().unwrap();
    // The token came a day and a second from now: one of the two clocks is wrong.
    world.now -= 86_401;
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    assert_eq!(world.token().unwrap().token_source, TokenSource::IdentityProvider);
}

#[test]
fn smm_15_the_same_entropy_twice_is_none() {
    let mut world = World::warm();
    let bytes = std::array::from_fn(|i| i as u8);
    let request = world.app.acquire_token_for_client([GRAPH]).claims_challenge("{}");
    for expected in [None, Some(Error::Entropy(EntropyError::Repeated))] {
        let entropy = Entropy::new(bytes).unwrap();
        let mut env = world.app.env(&mut world.state, &world.facts, UnixTime(world.now), entropy);
        match (request.clone().start(&mut env), expected) {
            (Step::HttpRequest(_), None) => {}
            (Step::Done(end), Some(error)) => assert_eq!(end.unwrap_err(), error),
            (step, _) => panic!("{step:?}"),
        }
    }
}

#[test]
fn smm_21_a_stored_flow_that_was_altered() {
    let mut world = World::warm();
    let stored = serde_json::to_string(&exchanging(&mut world)).unwrap();
    let read = |text: &str| serde_json::from_str::<Suspended<ClientCredentials>>(text);
    assert!(read(&stored).unwrap().wake(&mut world.env()).is_ok());

    let newer = read(&stored.replace(r#""version":1"#, r#""version":2"#)).unwrap();
    assert_eq!(newer.clone().wake(&mut world.env()).unwrap_err(), Misuse::UnknownVersion(2));
    assert_eq!(newer.effect(&mut world.env()).unwrap_err(), Misuse::UnknownVersion(2).into());
    for length in 0..stored.len() {
        assert!(read(&stored[..length]).is_err());
    }
    for altered in
        [stored.replace("Exchanging", "Elsewhere"), stored.replace(r#""client":""#, r#""client":"!"#)]
    {
        assert!(read(&altered).is_err());
    }

    // No credential leaves for another host.
    let elsewhere = read(&stored.replace("login.microsoftonline.com", "evil.example")).unwrap();
    let Step::Done(end) = elsewhere.wake(&mut world.env()).unwrap() else { panic!() };
    assert!(matches!(end.unwrap_err(), Error::Authority(_)));
    world.state = ClientState::default();
    let stored =
        serde_json::to_string(&world.app.resolve_authority().start(&mut world.env()).suspend().unwrap());
    let altered = stored.unwrap().replace("login.microsoftonline.com", "evil.example");
    let elsewhere: Suspended<Resolution> = serde_json::from_str(&altered).unwrap();
    let Step::Done(end) = elsewhere.wake(&mut world.env()).unwrap() else { panic!() };
    assert!(matches!(end.unwrap_err(), Error::Authority(_)));
}

#[test]
fn a_flow_that_wakes_without_what_was_remembered_loses_no_token() {
    // What a domain's tenant is comes from the document, which another process may not have.
    let mut world = World::of(builder().authority(DOMAIN));
    let step = world.app.acquire_token_for_client([GRAPH]).start(&mut world.env());
    let mut session = Session::new(step);
    while let Some((id, effect)) = session.ask() {
        let reply = good_reply(effect);
        world.state = ClientState::default();
        session.answer(&mut world.env(), id, reply).unwrap();
    }
    assert!(session.finish().unwrap().is_ok());
}

#[test]
fn smm_20_header_names_count_in_any_case() {
    let mut world = World::warm();
    let headers = vec![("X-Odd".into(), "\u{e9}".into()), ("rEtRy-AfTeR".into(), "7".into())];
    world = world.answer(Ok(HttpResponse { headers, ..response(429, "") }));
    let Error::HttpStatus(error) = world.token().unwrap_err() else { panic!() };
    assert_eq!(error.retry_at, Some(UnixTime(world.now + 7)));
}
