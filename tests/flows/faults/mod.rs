//! From every effect of every flow, every fault that a host can report and every reply that no honest service gives, to the
//! end; and every flow dropped at every effect. What comes of it is a typed error or a warning, nothing is lost from the
//! cache, no secret shows, and the next call does as if nothing had been.
mod authorities;
mod client_credentials;
mod on_behalf_of;
mod options;
mod others;
mod people;
mod username_password;

use crate::person::refreshed;
use crate::refusals::at_the_token_endpoint;
use crate::support::*;
use msal_proto::cache::{CacheEntries, CacheFault};
use msal_proto::engine::{
    AssertionFault, BrowserFault, Effect, Flow, Host, HttpFault, HttpRequest, HttpResponse, MAX_BODY, Method,
    RedirectFault, Reply, Request, Session, perform,
};
use msal_proto::{ClientApplication, Error, Secret, SecretBytes, Warning};
use std::fmt::Debug;
use std::ops::Deref;

/// A host that no cloud knows: so that a flow asks for everything it can ask for.
const HOST: &str = "https://login.example.com/11111111-1111-1111-1111-111111111111";

/// A service that does all it is asked at that host.
fn discovery(request: &HttpRequest) -> Option<HttpResponse> {
    let found = format!(r#"{{"tenant_discovery_endpoint":"{HOST}/v2.0/.well-known/openid-configuration"}}"#);
    (request.method == Method::Get).then(|| match request.url.contains("/discovery/instance?") {
        true => response(200, &found),
        false => response(200, &document(HOST)),
    })
}

/// What is wrong, and where: what was asked, and the reply to it.
struct Fault<'a> {
    effect: &'a Effect,
    reply: &'a Reply,
}

type End<R> = Result<<<R as Request>::Flow as Flow>::Output, Error>;

/// Tries them all. `effects` are what the flow asks for when all goes well; `check` is told of each fault and its end.
fn every_fault<C, R>(
    effects: &[&str],
    world: impl Fn() -> World<C>,
    request: impl Fn(&World<C>) -> R,
    check: impl Fn(&Fault<'_>, &End<R>),
) where
    C: Deref<Target = ClientApplication>,
    R: Request<Flow: Flow<Output: Debug>>,
{
    let mut good = world();
    let (asked, end) = play(&mut good, &request, None);
    let names: Vec<_> = asked.iter().map(Effect::name).collect();
    assert_eq!(names, effects);
    end.unwrap();

    for (at, effect) in asked.iter().enumerate() {
        for reply in faults(effect) {
            let mut world = world();
            let before = world.cache.serialize();
            let kept = ["RefreshToken", "Account"].map(|kind| world.section(kind).len());
            world.writes = 0;
            let (_, end) = play(&mut world, &request, Some((at as u64, reply.clone())));
            assert!(!shows_a_secret(&format!("{end:?} {end:#?}")));
            if let Err(error) = &end {
                assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{error}");
                assert!(!shows_a_secret(&everything_said(error)));
            }
            if end.is_err() || world.writes == 0 || effect.name() == "CacheWrite" {
                assert_eq!(world.cache.serialize(), before, "{effect:?}");
            }
            let [tokens, accounts] = ["RefreshToken", "Account"].map(|kind| world.section(kind).len());
            assert!(tokens >= kept[0] && accounts >= kept[1], "{effect:?}");
            check(&Fault { effect, reply: &reply }, &end);
            goes_on(&mut world, &request);
        }
        let mut world = world();
        let before = world.cache.serialize();
        drop_at(&mut world, &request, at);
        assert_eq!(world.cache.serialize(), before, "{effect:?}");
        let (_, end) = play(&mut world, &request, None);
        end.unwrap();
    }
}

/// When the service may be asked again, the same call ends well.
fn goes_on<C, R>(world: &mut World<C>, request: impl Fn(&World<C>) -> R)
where
    C: Deref<Target = ClientApplication>,
    R: Request<Flow: Flow<Output: Debug>>,
{
    world.now += 121;
    play(world, &request, None).1.unwrap();
}

/// Plays a flow, with this instead of the reply to one of its effects. What was asked, and the end.
fn play<C, R>(
    world: &mut World<C>,
    request: impl Fn(&World<C>) -> R,
    fault: Option<(u64, Reply)>,
) -> (Vec<Effect>, End<R>)
where
    C: Deref<Target = ClientApplication>,
    R: Request<Flow: Flow>,
{
    let step = request(world).start(&mut world.env());
    let (mut session, mut asked) = (Session::new(step), Vec::new());
    while let Some((id, effect)) = session.ask() {
        asked.push(effect.clone());
        assert!(asked.len() <= 8, "{asked:?}");
        let reply = match &fault {
            Some((at, fault)) if *at == id => fault.clone(),
            _ => perform(effect, world),
        };
        session.answer(&mut world.env(), id, reply).unwrap();
    }
    (asked, session.finish().unwrap())
}

/// Plays a flow until it asks for this effect, and drops it there.
fn drop_at<C, R>(world: &mut World<C>, request: impl Fn(&World<C>) -> R, at: usize)
where
    C: Deref<Target = ClientApplication>,
    R: Request<Flow: Flow>,
{
    let step = request(world).start(&mut world.env());
    let mut session = Session::new(step);
    for _ in 0..at {
        let (id, effect) = session.ask().unwrap();
        let reply = perform(effect, world);
        session.answer(&mut world.env(), id, reply).unwrap();
    }
    assert!(session.ask().is_some());
}

/// A write that failed is told beside the token.
fn is_warned_of_the_cache(fault: &Fault<'_>, warnings: &[Warning]) {
    match (fault.reply, warnings) {
        (Reply::Declined, [Warning::NoCache]) | (Reply::CacheWrite(Err(_)), [Warning::CacheWrite(_)]) => {}
        (reply, warnings) => panic!("{reply:?} {warnings:?}"),
    }
}

fn faults(effect: &Effect) -> Vec<Reply> {
    let mut faults = vec![Reply::Declined];
    let text = || "it broke".to_owned();
    match effect {
        Effect::HttpRequest(request) => {
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
            for bytes in [vec![0xff, 0xfe, 0], vec![b' '; MAX_BODY + 1]] {
                let response = HttpResponse { body: SecretBytes::new(bytes), ..response(200, "") };
                faults.push(Reply::HttpRequest(Ok(response)));
            }
            if request.method == Method::Post {
                let all = at_the_token_endpoint(&refreshed());
                faults.extend(all.into_iter().map(|(_, answer)| Reply::HttpRequest(answer)));
            }
        }
        Effect::CacheRead(_) => {
            faults.extend([Err(CacheFault(text())), Ok(CacheEntries::default())].map(Reply::CacheRead));
        }
        Effect::CacheWrite(_) => faults.push(Reply::CacheWrite(Err(CacheFault(text())))),
        Effect::ClientAssertion(_) => {
            faults.push(Reply::ClientAssertion(Err(AssertionFault(text()))));
            let texts = [String::new(), "a\r\nb".into(), "é".into(), "a".repeat(65_537)];
            faults.extend(texts.map(|text| Reply::ClientAssertion(Ok(Secret::new(text)))));
        }
        Effect::RedirectListen(_) => {
            let reasons =
                [RedirectFault::PortInUse(1), RedirectFault::PortDenied(1), RedirectFault::Other(text())];
            faults.extend(reasons.map(|fault| Reply::RedirectListen(Err(fault))));
            let texts = [String::new(), "localhost".into(), "http://localhost:1\r\n".into(), "é".into()];
            faults.extend(texts.map(|text| Reply::RedirectListen(Ok(text))));
        }
        Effect::BrowserLaunch(launch) => {
            let reasons =
                [BrowserFault::Cancelled, BrowserFault::TimedOut, BrowserFault::Unsupported(text())];
            faults.extend(reasons.map(|fault| Reply::BrowserLaunch(Err(fault))));
            let state = launch.state.expose();
            let answers = [
                String::new(),
                "code=canary&state=forged".into(),
                format!("state={state}"),
                format!("?code=canary&state={state}"),
                format!("code=canary&code=canary&state={state}"),
                format!("code=canary&error=access_denied&state={state}"),
                format!("error=access_denied&error_description=no&state={state}"),
                format!("code=can%0Aary&state={state}"),
                "a".repeat(65_537),
            ];
            faults.extend(answers.map(|answer| Reply::BrowserLaunch(Ok(Secret::new(answer)))));
        }
        // The program cannot but show it, or decline.
        Effect::UserPrompt(_) => {}
        // An early reply is asked again; it has tests of its own.
        Effect::Wait(_) => {}
        other => panic!("no faults for {other:?}"),
    }
    faults
}
