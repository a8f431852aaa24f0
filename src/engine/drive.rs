//! The two loops and what they drive. An adapter implements a host; a program may as well write its
//! own loop.
use super::http::{HttpFault, HttpRequest, HttpResponse};
use super::interaction::*;
use super::operation::*;
use super::table::effect_table;
use super::{Effect, Env, Flow, Reply, Step};
use crate::Error;
use crate::cache::{CacheEntries, CacheFault, CacheRead};
use crate::secret::Secret;
use alloc::string::String;

/// A host's method: a required one replies, an optional one is not there until a host writes it.
/// `Option::from` makes one kind of both in the loops below.
macro_rules! host_method {
    ($(#[$doc:meta])* required $($fn:ident)+ ($op:ty) -> $reply:ty) => {
        $(#[$doc])* $($fn)+ (&mut self, op: &$op) -> $reply;
    };
    ($(#[$doc:meta])* optional $($fn:ident)+ ($op:ty) -> $reply:ty) => {
        $(#[$doc])* $($fn)+ (&mut self, _: &$op) -> Option<$reply> { None }
    };
}

macro_rules! hosts_and_loops {
    ($($(#[$doc:meta])* $need:ident $name:ident, $method:ident => $reply:ty;)*) => {
        /// What a blocking program does. `None` is "not supported": most flows then end with
        /// [`Error::Unsupported`].
        pub trait Host {
            /// What the next step may know: the client's [`env`](crate::ClientApplication::env)
            /// with the time now and fresh entropy.
            fn env(&mut self) -> Env<'_>;

            $(host_method! { $(#[$doc])* $need fn $method($name) -> $reply })*
        }

        /// The same for an async program. Its futures are `Send` if the host makes them so; nothing
        /// here asks for it, and so it runs on one thread in a browser too.
        #[allow(async_fn_in_trait)]
        pub trait AsyncHost {
            /// What the next step may know: the client's [`env`](crate::ClientApplication::env)
            /// with the time now and fresh entropy.
            fn env(&mut self) -> Env<'_>;

            $(host_method! { $(#[$doc])* $need async fn $method($name) -> $reply })*
        }

        /// Does one effect, where types do not reach; see [`Session`](super::Session).
        pub fn perform(effect: &Effect, host: &mut impl Host) -> Reply {
            match effect {
                $(Effect::$name(op) => {
                    Option::<$reply>::from(host.$method(op)).map_or(Reply::Declined, Reply::$name)
                })*
            }
        }

        /// Runs a flow to its end, doing each effect as it comes.
        ///
        /// # Errors
        /// The flow's own.
        pub fn run<F: Flow>(mut step: Step<F>, host: &mut impl Host) -> Result<F::Output, Error> {
            loop {
                step = match step {
                    $(Step::$name(pending) => match Option::<$reply>::from(host.$method(pending.op())) {
                        Some(reply) => pending.resume(&mut host.env(), reply),
                        None => pending.decline(&mut host.env()),
                    },)*
                    Step::Done(end) => return end,
                };
            }
        }

        /// The same, awaiting each effect. Dropping the future cancels the flow; between the answer of a
        /// token endpoint and the end of the cache's write that may lose a token.
        ///
        /// # Errors
        /// The flow's own.
        pub async fn run_async<F: Flow>(
            mut step: Step<F>,
            host: &mut impl AsyncHost,
        ) -> Result<F::Output, Error> {
            loop {
                step = match step {
                    $(Step::$name(pending) => match Option::<$reply>::from(host.$method(pending.op()).await) {
                        Some(reply) => pending.resume(&mut host.env(), reply),
                        None => pending.decline(&mut host.env()),
                    },)*
                    Step::Done(end) => return end,
                };
            }
        }
    };
}
effect_table!(hosts_and_loops);
