//! Forgetting an application's own tokens, as MSAL's `remove_tokens_for_client`.
use crate::cache::{CacheChange, CacheRead};
use crate::client::Fingerprint;
use crate::engine::{CacheWrite, Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use serde::{Deserialize, Serialize};

/// See [`remove_tokens_for_client`](crate::ConfidentialClientApplication::remove_tokens_for_client).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct RemoveTokensForClient {
    client: Fingerprint,
}

/// The flow. It yields how many tokens were removed. Unlike where a token is at hand, a cache that fails is its
/// error: what was asked for did not happen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveTokens(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding them in the cache.
    LookingUp,
    /// Taking them out of it.
    Removing(CacheChange),
}

impl RemoveTokensForClient {
    pub(crate) fn new(client: Fingerprint) -> Self {
        Self { client }
    }
}

impl Request for RemoveTokensForClient {
    type Flow = RemoveTokens;

    fn start(self, env: &mut Env<'_>) -> Step<RemoveTokens> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        Step::new(RemoveTokens(State::LookingUp), env)
    }
}

impl Flow for RemoveTokens {
    type Output = usize;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        Ok(match &self.0 {
            State::LookingUp => {
                let application = env.application();
                Effect::CacheRead(CacheRead::AppTokens {
                    client_id: application.client_id().clone(),
                    environment: application.environment().clone(),
                })
            }
            State::Removing(change) => Effect::CacheWrite(CacheWrite { change: change.clone().into() }),
        })
    }

    fn resume(self, _: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        match self.0 {
            State::LookingUp => {
                let found = reply.cache_read()?.map_err(Error::Cache)?;
                if found.access_tokens.is_empty() {
                    return Ok(Next::Done(0));
                }
                Ok(Next::Need(Self(State::Removing(CacheChange::removing(found)))))
            }
            State::Removing(change) => {
                reply.cache_write()?.map_err(Error::Cache)?;
                Ok(Next::Done(change.removals.len()))
            }
        }
    }
}
