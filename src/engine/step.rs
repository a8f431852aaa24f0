//! Where a flow stands, with the type of the one reply that takes it on.
use super::http::HttpRequest;
use super::interaction::*;
use super::operation::*;
use super::table::effect_table;
use super::{BoxFlow, Effect, Env, Flow, Reply, Suspended};
use crate::Error;
use crate::cache::CacheRead;

macro_rules! steps {
    ($($(#[$doc:meta])* $need:ident $name:ident, $method:ident => $reply:ty;)*) => {
        /// At one effect, or at the end.
        #[derive(Debug)]
        #[must_use = "a flow goes on only when its effect is answered"]
        #[non_exhaustive]
        pub enum Step<F: Flow> {
            $($(#[$doc])* $name(Pending<F, $name>),)*
            /// The flow has ended.
            Done(Result<F::Output, Error>),
        }

        impl<F: Flow> Step<F> {
            /// At what this flow asks for.
            pub fn new(flow: F, env: &mut Env<'_>) -> Self {
                let effect = flow.effect(env);
                #[cfg(feature = "log")]
                effect.iter().for_each(super::log::asked);
                match effect {
                    $(Ok(Effect::$name(op)) => Self::$name(Pending { op, flow: Suspended::new(flow, env) }),)*
                    Err(error) => Self::Done(Err(error)),
                }
            }

            /// Ends the flow, or lets it do without: the arm for every effect this program does not do.
            pub fn decline(self, env: &mut Env<'_>) -> Self {
                match self {
                    $(Self::$name(pending) => pending.decline(env),)*
                    Self::Done(end) => Self::Done(end),
                }
            }

            /// Forgets which flow it is.
            pub fn boxed(self) -> Step<BoxFlow<F::Output>>
            where
                F: 'static,
                F::Output: 'static,
            {
                match self {
                    $(Self::$name(Pending { op, flow }) => Step::$name(Pending { op, flow: flow.boxed() }),)*
                    Self::Done(end) => Step::Done(end),
                }
            }

            /// For boundaries where types do not reach: the effect, and the flow that waits for it.
            pub(super) fn split(self) -> Result<(Effect, Suspended<F>), Result<F::Output, Error>> {
                match self {
                    $(Self::$name(Pending { op, flow }) => Ok((op.effect(), flow)),)*
                    Self::Done(end) => Err(end),
                }
            }
        }
    };
}
effect_table!(steps);

impl<F: Flow> Step<F> {
    /// Starts a flow that may end before it has asked for anything.
    pub(crate) fn start(flow: Result<F, Error>, env: &mut Env<'_>) -> Self {
        match flow {
            Ok(flow) => Self::new(flow, env),
            Err(error) => Self::Done(Err(error)),
        }
    }

    /// Puts the flow away until its effect can be answered, even in another process.
    ///
    /// # Errors
    /// The flow's end, if it has ended: there is nothing to put away.
    pub fn suspend(self) -> Result<Suspended<F>, Result<F::Output, Error>> {
        self.split().map(|(_, flow)| flow)
    }
}

/// A flow at an effect. The only way on is [`Pending::resume`], once, with the effect's own reply.
#[derive(Debug)]
#[must_use = "a flow goes on only when its effect is answered"]
pub struct Pending<F, Op> {
    op: Op,
    flow: Suspended<F>,
}

impl<F: Flow, Op: Operation> Pending<F, Op> {
    /// What is asked.
    pub fn op(&self) -> &Op {
        &self.op
    }

    /// Answers it. The environment of another client ends the flow with
    /// [`Misuse::WrongClient`](crate::Misuse::WrongClient).
    pub fn resume(self, env: &mut Env<'_>, reply: Op::Reply) -> Step<F> {
        self.flow.answer(env, Op::reply(reply))
    }

    /// Says that this program does not do it.
    pub fn decline(self, env: &mut Env<'_>) -> Step<F> {
        self.flow.answer(env, Reply::Declined)
    }
}
