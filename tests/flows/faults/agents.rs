//! The flow of agents, which writes once a leg: what earlier legs have written stays.
use super::*;
use crate::agent_identity::{AGENT, ada, entra};
use crate::person::*;
use msal_proto::engine::run;
use msal_proto::{AuthenticationResult, ClientCredential, ConfidentialClientApplication, TokenSource};

type Confidential = World<ConfidentialClientApplication>;

/// At that host.
fn entra_of_agents(request: &HttpRequest) -> HttpResponse {
    discovery(request).unwrap_or_else(|| entra(request))
}

fn agents() -> Confidential {
    let credential = ClientCredential::secret(CLIENT_SECRET).unwrap();
    let mut world = World::of(builder().authority(HOST).client_credential(credential));
    world.service = Some(entra_of_agents);
    world
}

/// A leg that fails ends the flow; a cache that fails is told of.
fn costs_the_token_but_for_the_cache(fault: &Fault<'_>, end: &Result<AuthenticationResult, Error>) {
    match (fault.effect, end) {
        (Effect::CacheRead(_) | Effect::CacheWrite(_), Ok(result)) => {
            assert_eq!(result.token_source, TokenSource::IdentityProvider);
            let is_fault = matches!(fault.reply, Reply::CacheRead(Err(_)) | Reply::CacheWrite(Err(_)));
            assert!(!is_fault || result.warnings.len() == 1, "{:?}", result.warnings);
        }
        (Effect::HttpRequest(_), Err(_)) => {}
        (effect, end) => panic!("{effect:?} {end:?}"),
    }
}

const LEG: [&str; 3] = ["CacheRead", "HttpRequest", "CacheWrite"];

#[test]
fn acquire_token_for_agent() {
    let request = |world: &Confidential| world.app.acquire_token_for_agent(AGENT, [GRAPH]);
    let first = ["CacheRead", "CacheRead", "HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"];
    every_fault(&[&first[..], &LEG].concat(), agents, request, costs_the_token_but_for_the_cache);
}

#[test]
fn acquire_token_for_agent_for_a_person() {
    let request = |world: &Confidential| world.app.acquire_token_for_agent(AGENT, [SCOPE]).user(ada());
    let first = ["CacheRead", "CacheRead", "HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"];
    let effects = [&first[..], &LEG, &LEG[1..]].concat();
    every_fault(&effects, agents, request, costs_the_token_but_for_the_cache);
}

/// The person's token has ended. A refresh token that fails is made up for by the other legs; a server that does, is not.
#[test]
fn acquire_token_for_agent_for_a_person_who_is_known() {
    let world = || {
        let mut world = agents();
        let step = world.app.acquire_token_for_agent(AGENT, [SCOPE]).user(ada()).start(&mut world.env());
        run(step, &mut world).unwrap();
        world.now += 3_600;
        world
    };
    let request = |world: &Confidential| world.app.acquire_token_for_agent(AGENT, [SCOPE]).user(ada());
    let effects = ["CacheRead", "CacheRead", "CacheRead", "CacheRead", "HttpRequest", "CacheWrite"];
    every_fault(&effects, world, request, |fault, end| match (fault.effect, end) {
        (Effect::CacheRead(_) | Effect::CacheWrite(_), Ok(_)) => {}
        (Effect::HttpRequest(_), Ok(result)) => {
            assert_eq!(result.token_source, TokenSource::IdentityProvider)
        }
        (Effect::HttpRequest(_), Err(error)) => {
            assert!(!matches!(error, Error::Service(_) | Error::SignInNeeded(_)), "{error}")
        }
        (effect, end) => panic!("{effect:?} {end:?}"),
    });
}
