//! From every effect of the client credentials flow, every fault that a host can report, to the end: a typed error or a
//! warning, nothing lost.
use crate::support::*;
use msal_proto::cache::CacheFault;
use msal_proto::engine::{
    AssertionFault, Effect, Host, HttpFault, HttpResponse, Reply, Request, Session, perform,
};
use msal_proto::{AuthenticationResult, ClientCredential, Error, Secret, SecretBytes, TokenSource, Warning};

/// A host that no cloud knows: so that the flow asks for everything it can ask for.
const HOST: &str = "https://login.example.com/11111111-1111-1111-1111-111111111111";

/// With a token that is due to be refreshed, or without one; nothing is known of the authority.
fn world(has_token: bool) -> World {
    let credential = ClientCredential::assertion_from_host();
    let mut world = World::of(builder().authority(HOST).client_credential(credential));
    world.assertion = Some(Ok(Secret::new("canary.made.assertion")));
    let found = format!(r#"{{"tenant_discovery_endpoint":"{HOST}/v2.0/.well-known/openid-configuration"}}"#);
    world = world.http(200, &found).http(200, &document(HOST)).http(200, AGING);
    if has_token {
        world.token().unwrap();
        world.now += 3_601;
        world.state = Default::default();
        world = world.http(200, &found).http(200, &document(HOST)).http(200, TOKEN);
    }
    world
}

/// Plays the flow, with this instead of the reply to one of its effects. What was asked, and the end.
fn play(
    world: &mut World,
    fault: Option<(u64, Reply)>,
) -> (Vec<Effect>, Result<AuthenticationResult, Error>) {
    let step = world.app.acquire_token_for_client([GRAPH]).start(&mut world.env());
    let (mut session, mut asked) = (Session::new(step), Vec::new());
    while let Some((id, effect)) = session.ask() {
        asked.push(effect.clone());
        assert!(asked.len() <= 6, "{asked:?}");
        let reply = match &fault {
            Some((at, fault)) if *at == id => fault.clone(),
            _ => perform(effect, world),
        };
        session.answer(&mut world.env(), id, reply).unwrap();
    }
    (asked, session.finish().unwrap())
}

fn faults(effect: &Effect) -> Vec<Reply> {
    let mut faults = vec![Reply::Declined];
    let text = || "it broke".to_owned();
    match effect {
        Effect::HttpRequest(_) => {
            let reasons = [
                HttpFault::Connect(text()),
                HttpFault::TimedOut(text()),
                HttpFault::TooLarge,
                HttpFault::Other(text()),
            ];
            faults.extend(reasons.map(|fault| Reply::HttpRequest(Err(fault))));
            let bodies =
                ["", "<html>", "{}", "[]", REFUSED, r#"{"access_token":5,"token_endpoint":5}"#, "\u{feff}{}"];
            for status in [0, 100, 200, 204, 206, 302, 307, 400, 401, 404, 429, 500, 503, 999] {
                faults.extend(bodies.map(|body| Reply::HttpRequest(Ok(response(status, body)))));
            }
            let bytes = SecretBytes::new([0xff, 0xfe, 0]);
            faults.push(Reply::HttpRequest(Ok(HttpResponse { body: bytes, ..response(200, "") })));
        }
        Effect::CacheRead(_) => faults.push(Reply::CacheRead(Err(CacheFault(text())))),
        Effect::CacheWrite(_) => faults.push(Reply::CacheWrite(Err(CacheFault(text())))),
        Effect::ClientAssertion(_) => {
            faults.push(Reply::ClientAssertion(Err(AssertionFault(text()))));
            let texts = [String::new(), "a\r\nb".into(), "é".into(), "a".repeat(65_537)];
            faults.extend(texts.map(|text| Reply::ClientAssertion(Ok(Secret::new(text)))));
        }
        other => panic!("no faults for {other:?}"),
    }
    faults
}

#[test]
fn every_fault_from_every_effect() {
    for has_token in [false, true] {
        let (asked, end) = play(&mut world(has_token), None);
        let names: Vec<_> = asked.iter().map(Effect::name).collect();
        let all = ["CacheRead", "HttpRequest", "HttpRequest", "ClientAssertion", "HttpRequest", "CacheWrite"];
        assert_eq!(names, all);
        assert_eq!(end.unwrap().token_source, TokenSource::IdentityProvider);

        for (at, effect) in asked.iter().enumerate() {
            for fault in faults(effect) {
                let mut world = world(has_token);
                let before = world.cache.serialize();
                let (_, end) = play(&mut world, Some((at as u64, fault.clone())));
                check(has_token, &fault, effect, end);
                if effect.name() != "CacheRead" {
                    assert_eq!(world.cache.serialize(), before);
                }
            }
        }
    }
}

fn check(has_token: bool, fault: &Reply, effect: &Effect, end: Result<AuthenticationResult, Error>) {
    match (effect, end) {
        // The token comes from the service all the same.
        (Effect::CacheRead(_), Ok(result)) => {
            assert_eq!(result.token_source, TokenSource::IdentityProvider);
            let is_warned = matches!(result.warnings[..], [Warning::CacheRead(_)]);
            assert_eq!(is_warned, fault.name() != "Declined");
        }
        (Effect::CacheWrite(_), Ok(result)) => {
            assert_eq!(result.token_source, TokenSource::IdentityProvider);
            let is_declined = fault.name() == "Declined";
            match &result.warnings[..] {
                [Warning::NoCache] => assert!(is_declined),
                [Warning::CacheWrite(_)] => assert!(!is_declined),
                other => panic!("{other:?}"),
            }
        }
        // The token in hand is still good.
        (_, Ok(result)) => {
            assert!(has_token && result.token_source == TokenSource::Cache);
            assert!(matches!(result.warnings[..], [Warning::RefreshFailed(_)]));
        }
        (_, Err(error)) => {
            assert!(!has_token, "{error}");
            assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{error}");
            assert!(!shows_a_secret(&everything_said(&error)));
        }
    }
}
