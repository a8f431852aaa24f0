//! What a flow is: a value that a reply turns into the next value.
use super::{Effect, Env, Reply, Step};
use crate::Error;
use alloc::boxed::Box;

/// A Moore machine: its state decides what it asks for. Flows and the stages they share are alike.
pub trait Flow: Sized + Send {
    /// What it yields in the end.
    type Output;

    /// What to do now. Made anew after every wake: what must then be the same is in the flow, and what
    /// must be fresh (client authentication) comes from `env`.
    ///
    /// # Errors
    /// If it cannot be asked for, such as when a signature fails; the flow has then ended.
    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error>;

    /// Takes the reply to that, and becomes what comes next.
    ///
    /// # Errors
    /// Any is final; the flow has ended.
    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error>;
}

/// What a reply led to. A parent matches on its child's.
#[derive(Debug)]
pub enum Next<F: Flow> {
    /// The flow has something more to ask.
    Need(F),
    /// The flow has ended with this.
    Done(F::Output),
}

/// What a client's method gives: a flow that has not begun. Adapters take it, so that each of them serves
/// every flow with one method.
pub trait Request {
    /// The flow it begins.
    type Flow: Flow;

    /// Begins it. `env` must be of the client that made the request; another's ends the flow with
    /// [`Misuse::WrongClient`](crate::Misuse::WrongClient).
    fn start(self, env: &mut Env<'_>) -> Step<Self::Flow>;
}

/// Any flow with this output, for a list of them or a boundary. It does not serialize.
pub type BoxFlow<T> = Box<dyn DynFlow<T> + Send>;

/// The dyn-compatible face of [`Flow`]; every flow has it.
pub trait DynFlow<T: 'static> {
    /// [`Flow::effect`]
    ///
    /// # Errors
    /// As there.
    fn dyn_effect(&self, env: &mut Env<'_>) -> Result<Effect, Error>;

    /// [`Flow::resume`]
    ///
    /// # Errors
    /// As there.
    fn dyn_resume(self: Box<Self>, env: &mut Env<'_>, reply: Reply) -> Result<Next<BoxFlow<T>>, Error>;
}

impl<F> DynFlow<F::Output> for F
where
    F: Flow + 'static,
    F::Output: 'static,
{
    fn dyn_effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        self.effect(env)
    }

    fn dyn_resume(
        self: Box<Self>,
        env: &mut Env<'_>,
        reply: Reply,
    ) -> Result<Next<BoxFlow<F::Output>>, Error> {
        Ok(match self.resume(env, reply)? {
            Next::Need(flow) => Next::Need(Box::new(flow)),
            Next::Done(output) => Next::Done(output),
        })
    }
}

// For a box of any lifetime: a spawned future that holds one is `Send` only if the compiler need not tell them apart.
impl<T: 'static> Flow for Box<dyn DynFlow<T> + Send + '_> {
    type Output = T;

    // Through the reference: a boxed flow is itself a `DynFlow`, and would call itself.
    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        (**self).dyn_effect(env)
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        Ok(match <dyn DynFlow<T> + Send + '_ as DynFlow<T>>::dyn_resume(self, env, reply)? {
            Next::Need(flow) => Next::Need(flow),
            Next::Done(output) => Next::Done(output),
        })
    }
}
