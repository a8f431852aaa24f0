//! Beginning a long-running process.
use super::super::OnBehalfOf;
use super::super::call::Call;
use super::super::options::options;
use super::checked;
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::secret::Secret;
use crate::token::{AuthenticationResult, Scopes};
use serde::{Deserialize, Serialize};

/// See [`initiate_long_running_on_behalf_of`](crate::ConfidentialClientApplication::initiate_long_running_on_behalf_of).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct InitiateLongRunningOnBehalfOf {
    client: Fingerprint,
    call: Call,
    key: Secret,
}

/// The flow. Suspended, it holds the assertion: store it as you would a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LongRunningInitiation {
    flow: OnBehalfOf,
    key: Secret,
}

/// A long-running process that has begun. `Debug` shows neither its token nor its key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LongRunningOnBehalfOf {
    /// What to go on with, and to end it with.
    pub key: Secret,
    /// Its first token.
    pub result: AuthenticationResult,
}

options!(InitiateLongRunningOnBehalfOf);

impl InitiateLongRunningOnBehalfOf {
    pub(crate) fn new(
        client: Fingerprint,
        user_assertion: Secret,
        scopes: Scopes,
        key: Option<&str>,
    ) -> Self {
        let call = Call::new(user_assertion, scopes);
        let key = Secret::new(key.unwrap_or(&call.hash));
        Self { client, call, key }
    }
}

impl Request for InitiateLongRunningOnBehalfOf {
    type Flow = LongRunningInitiation;

    fn start(self, env: &mut Env<'_>) -> Step<LongRunningInitiation> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = checked(&self.key).and_then(|key| {
            let flow = OnBehalfOf::begin(Call { key: Some(key.clone()), ..self.call }, env)?;
            Ok(LongRunningInitiation { flow, key })
        });
        Step::start(flow, env)
    }
}

impl Flow for LongRunningInitiation {
    type Output = LongRunningOnBehalfOf;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        self.flow.effect(env)
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let Self { flow, key } = self;
        Ok(match flow.resume(env, reply)? {
            Next::Need(flow) => Next::Need(Self { flow, key }),
            Next::Done(result) => Next::Done(LongRunningOnBehalfOf { key, result }),
        })
    }
}
