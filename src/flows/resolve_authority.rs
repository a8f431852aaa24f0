//! Finding out what an authority says of itself, OpenID Connect Discovery 1.0 section 4.
use crate::authority::{Authority, Elsewhere};
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::stages::{Region, Resolved};
use serde::{Deserialize, Serialize};

/// See [`resolve_authority`](crate::ClientApplication::resolve_authority).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct ResolveAuthority {
    client: Fingerprint,
}

/// The flow: at most two requests, none if the document is remembered; one or two more to find out about a region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resolution(Region);

impl ResolveAuthority {
    pub(crate) fn new(client: Fingerprint) -> Self {
        Self { client }
    }
}

impl Request for ResolveAuthority {
    type Flow = Resolution;

    fn start(self, env: &mut Env<'_>) -> Step<Resolution> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        match Region::start(env, Elsewhere::NOWHERE) {
            Ok(Next::Done(resolved)) => Step::Done(Ok(authority(env, resolved))),
            Ok(Next::Need(region)) => Step::new(Resolution(region), env),
            Err(error) => Step::Done(Err(error)),
        }
    }
}

impl Flow for Resolution {
    type Output = Authority;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        self.0.effect(env)
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        Ok(match self.0.resume(env, reply)? {
            Next::Need(region) => Next::Need(Self(region)),
            Next::Done(resolved) => Next::Done(authority(env, resolved)),
        })
    }
}

fn authority(env: &Env<'_>, resolved: Resolved) -> Authority {
    let Resolved { document, regional_token_endpoint } = resolved;
    Authority { regional_token_endpoint, ..document.authority(env.application().authority()) }
}
