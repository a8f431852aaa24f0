//! Ending a long-running process.
use super::checked;
use crate::cache::{CacheChange, CacheRead};
use crate::client::Fingerprint;
use crate::engine::{CacheWrite, Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// See [`stop_long_running_on_behalf_of`](crate::ConfidentialClientApplication::stop_long_running_on_behalf_of).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct StopLongRunningOnBehalfOf {
    client: Fingerprint,
    key: Secret,
}

/// The flow. It yields how many tokens were removed: none if nothing was there. A cache that fails is its error: what was
/// asked for did not happen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LongRunningStop(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding what is under the key.
    LookingUp(Secret),
    /// Taking it out of the cache.
    Removing(CacheChange),
}

impl StopLongRunningOnBehalfOf {
    pub(crate) fn new(client: Fingerprint, key: &str) -> Self {
        Self { client, key: Secret::new(key) }
    }
}

impl Request for StopLongRunningOnBehalfOf {
    type Flow = LongRunningStop;

    fn start(self, env: &mut Env<'_>) -> Step<LongRunningStop> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = checked(&self.key).map(|key| LongRunningStop(State::LookingUp(key)));
        Step::start(flow, env)
    }
}

impl Flow for LongRunningStop {
    type Output = usize;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        Ok(match &self.0 {
            State::LookingUp(key) => {
                let application = env.application();
                Effect::CacheRead(CacheRead::OnBehalfOf {
                    user_assertion_hash: key.clone(),
                    environment: application.environment().clone(),
                    client_id: application.client_id().clone(),
                })
            }
            State::Removing(change) => Effect::CacheWrite(CacheWrite { change: change.clone().into() }),
        })
    }

    fn resume(self, _: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        match self.0 {
            State::LookingUp(_) => {
                let change = CacheChange::removing(reply.cache_read()?.map_err(Error::Cache)?);
                if change.is_empty() {
                    return Ok(Next::Done(0));
                }
                Ok(Next::Need(Self(State::Removing(change))))
            }
            State::Removing(change) => {
                reply.cache_write()?.map_err(Error::Cache)?;
                Ok(Next::Done(change.removals.len()))
            }
        }
    }
}
