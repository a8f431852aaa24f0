//! What each effect carries, and how each can fail. Plain data.
use super::effect::{Effect, Reply};
use super::time::UnixTime;
use crate::cache::CacheChange;
use alloc::{boxed::Box, string::String};
use serde::{Deserialize, Serialize};

/// What an effect carries, tied to the type of its reply.
pub trait Operation {
    /// What comes back.
    type Reply;

    /// This as one of all effects.
    fn effect(self) -> Effect;

    /// Its reply as one of all replies.
    fn reply(reply: Self::Reply) -> Reply;
}

/// A change of the token cache: what to put and what to remove, never the whole cache.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CacheWrite {
    /// Applied as one.
    pub change: Box<CacheChange>,
}

/// What a client assertion is to be made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientAssertion {
    /// The assertion's `iss` and `sub`.
    pub client_id: String,
    /// The assertion's `aud`.
    pub token_endpoint: String,
    /// The tenant that the token is asked of, as in the token endpoint.
    pub tenant: String,
}

/// Why the host has no assertion; the text tells its user, so it must hold no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("no client assertion was made: {0}")]
pub struct AssertionFault(pub String);

/// When to come back, and why not at once. Waiting shorter than that is no use: the flow then asks for it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Wait {
    /// The time to come back at.
    pub until: UnixTime,
    /// What is waited for.
    pub reason: WaitReason,
}

/// What a flow waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WaitReason {
    /// The person has yet to enter the code and sign in (RFC 8628 section 3.5, `authorization_pending`).
    AuthorizationPending,
    /// The same, and the service wants to be asked less often (`slow_down`).
    SlowDown,
    /// The same, and the service was not reached when it was asked.
    Unreachable,
}

impl WaitReason {
    pub(crate) fn of_device_flow(error: &str) -> Option<Self> {
        match error {
            "authorization_pending" => Some(Self::AuthorizationPending),
            "slow_down" => Some(Self::SlowDown),
            _ => None,
        }
    }
}
