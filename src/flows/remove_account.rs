//! Signing somebody out of this program, as MSAL's `remove_account`. The service is not told.
use crate::cache::{Account, CacheChange, CacheRead};
use crate::client::Fingerprint;
use crate::engine::{CacheWrite, Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use alloc::sync::Arc;
use serde::{Deserialize, Serialize};

/// See [`remove_account`](crate::ClientApplication::remove_account).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct RemoveAccount {
    client: Fingerprint,
    home_account_id: Arc<str>,
    environment: Option<Arc<str>>,
}

/// The flow. A cache that fails is its error: what was asked for did not happen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignOut(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding all that is kept of the account, under every alias of the cloud.
    LookingUp { home_account_id: Arc<str>, environment: Arc<str> },
    /// Taking it out of the cache.
    Removing(CacheChange),
}

impl RemoveAccount {
    pub(crate) fn new(client: Fingerprint, account: &Account) -> Self {
        let environment = account.environment.clone();
        Self { client, home_account_id: account.home_account_id.clone(), environment }
    }
}

impl Request for RemoveAccount {
    type Flow = SignOut;

    fn start(self, env: &mut Env<'_>) -> Step<SignOut> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let Self { home_account_id, environment, .. } = self;
        let environment = env.application().environment_of(environment.as_deref());
        Step::new(SignOut(State::LookingUp { home_account_id, environment }), env)
    }
}

impl Flow for SignOut {
    type Output = ();

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        Ok(match &self.0 {
            State::LookingUp { home_account_id, environment } => Effect::CacheRead(CacheRead::OfAccount {
                home_account_id: home_account_id.clone(),
                environment: environment.clone(),
                client_id: env.application().client_id().clone(),
            }),
            State::Removing(change) => Effect::CacheWrite(CacheWrite { change: change.clone().into() }),
        })
    }

    fn resume(self, _: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        match self.0 {
            State::LookingUp { .. } => {
                let change = CacheChange::removing(reply.cache_read()?.map_err(Error::Cache)?);
                if change.is_empty() {
                    return Ok(Next::Done(()));
                }
                Ok(Next::Need(Self(State::Removing(change))))
            }
            State::Removing(_) => {
                reply.cache_write()?.map_err(Error::Cache)?;
                Ok(Next::Done(()))
            }
        }
    }
}
