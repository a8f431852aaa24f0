//! What a flow can ask for, and what it gets back.
use super::http::{HttpFault, HttpRequest, HttpResponse};
use super::interaction::*;
use super::operation::*;
use super::table::effect_table;
use crate::Error;
use crate::cache::{CacheEntries, CacheFault, CacheRead};
use crate::secret::Secret;
use alloc::string::String;
use core::fmt;
use serde::{Deserialize, Serialize};

macro_rules! effects_and_replies {
    ($($(#[$doc:meta])* $need:ident $name:ident, $method:ident => $reply:ty;)*) => {
        /// What the host is to do next.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Effect {
            $($(#[$doc])* $name($name),)*
        }

        /// What it came to.
        #[derive(Clone, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Reply {
            $(
                #[doc = concat!("To [`Effect::", stringify!($name), "`].")]
                $name($reply),
            )*
            /// The host does not do this.
            Declined,
        }

        impl Effect {
            /// The variant's name.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)* }
            }
        }

        impl Reply {
            /// The variant's name.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)* Self::Declined => "Declined" }
            }

            /// Whether it may be a reply to this.
            pub fn answers(&self, effect: &Effect) -> bool {
                matches!((effect, self), (_, Self::Declined) $(| (Effect::$name(_), Self::$name(_)))*)
            }
        }

        /// For whoever writes a flow: the reply to what it asked for. `?` ends the flow if there is none; a
        /// flow that can do without matches on [`Error::Unsupported`].
        impl Reply {
            $(
                #[doc = concat!("The reply to [`Effect::", stringify!($name), "`].")]
                ///
                /// # Errors
                /// [`Error::Unsupported`] if the host declined.
                pub fn $method(self) -> Result<$reply, Error> {
                    match self {
                        Self::$name(reply) => Ok(reply),
                        Self::Declined => Err(Error::Unsupported(stringify!($name))),
                        _ => Err(Error::Bug("a reply to another effect")),
                    }
                }
            )*
        }

        $(impl Operation for $name {
            type Reply = $reply;

            fn effect(self) -> Effect {
                Effect::$name(self)
            }

            fn reply(reply: Self::Reply) -> Reply {
                Reply::$name(reply)
            }
        })*
    };
}
effect_table!(effects_and_replies);

/// The name alone: most of what comes back is secret.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(self.name()).finish_non_exhaustive()
    }
}
