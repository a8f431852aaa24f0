//! A flow between two steps, wherever it is kept.
use super::{BoxFlow, Effect, Env, Flow, Next, Reply, Step};
use crate::client::Fingerprint;
use crate::{Error, Misuse};
use alloc::boxed::Box;
use serde::{Deserialize, Serialize};

/// The stored form of flows. Counts up when one of them changes so that older ones no longer fit.
const VERSION: u32 = 1;

/// A flow put away. What is serialized holds no client secret, key or assertion: client authentication is
/// made anew when the effect is derived. Store it as you would a token all the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Suspended<F> {
    version: u32,
    client: Fingerprint,
    flow: F,
}

impl<F: Flow> Suspended<F> {
    pub(super) fn new(flow: F, env: &Env<'_>) -> Self {
        Self { version: VERSION, client: env.application().fingerprint(), flow }
    }

    /// What it waits for, to look at.
    ///
    /// # Errors
    /// [`Misuse`] if the flow is of another client or version; otherwise as the flow's own effect.
    pub fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        self.check(env)?;
        self.flow.effect(env)
    }

    /// Asks again for what it stopped at. The effect is made anew: it may have a new assertion in it.
    ///
    /// # Errors
    /// [`Misuse::WrongClient`] and [`Misuse::UnknownVersion`].
    pub fn wake(self, env: &mut Env<'_>) -> Result<Step<F>, Misuse> {
        self.check(env)?;
        Ok(Step::new(self.flow, env))
    }

    pub(super) fn check(&self, env: &Env<'_>) -> Result<(), Misuse> {
        if self.version != VERSION {
            return Err(Misuse::UnknownVersion(self.version));
        }
        if self.client != env.application().fingerprint() {
            return Err(Misuse::WrongClient);
        }
        Ok(())
    }

    pub(crate) fn answer(self, env: &mut Env<'_>, reply: Reply) -> Step<F> {
        if let Err(misuse) = self.check(env) {
            return Step::Done(Err(misuse.into()));
        }
        #[cfg(feature = "log")]
        super::log::answered(&reply);
        match self.flow.resume(env, reply) {
            Ok(Next::Need(flow)) => Step::new(flow, env),
            Ok(Next::Done(output)) => {
                #[cfg(feature = "log")]
                super::log::ended(None);
                Step::Done(Ok(output))
            }
            Err(error) => {
                #[cfg(feature = "log")]
                super::log::ended(Some(&error));
                Step::Done(Err(error))
            }
        }
    }

    pub(super) fn boxed(self) -> Suspended<BoxFlow<F::Output>>
    where
        F: 'static,
        F::Output: 'static,
    {
        Suspended { version: self.version, client: self.client, flow: Box::new(self.flow) }
    }
}
