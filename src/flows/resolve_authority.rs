//! Finding out what an authority says of itself, OpenID Connect Discovery 1.0 section 4.
use crate::authority::Authority;
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::stages::Discovery;
use serde::{Deserialize, Serialize};

/// See [`resolve_authority`](crate::ClientApplication::resolve_authority).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct ResolveAuthority {
    client: Fingerprint,
}

/// The flow: at most two requests, none if the document is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resolution(Discovery);

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
        match Discovery::known(env) {
            Some(document) => Step::Done(Ok(document.authority(env.application().authority()))),
            None => Step::new(Resolution(Discovery::start(env)), env),
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
            Next::Need(discovery) => Next::Need(Self(discovery)),
            Next::Done(document) => Next::Done(document.authority(env.application().authority())),
        })
    }
}
