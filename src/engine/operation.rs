//! What each effect carries, and how each can fail. Plain data.
use super::effect::{Effect, Reply};
use super::time::UnixTime;
use crate::cache::CacheChange;
use crate::credential::x5t_s256;
use crate::secret::Secret;
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
    /// Whether the token is to be bound to a certificate, so that the assertion must come with the one it is bound to.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub binds_certificate: bool,
}

/// A client assertion that the host made. A text alone is one, too: `Secret::new(jwt).into()`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientSignedAssertion {
    /// The JWT.
    pub assertion: Secret,
    /// The certificate that it is bound to, by its [`x5t#S256`](crate::credential::x5t_s256), which the host shows at the
    /// TLS handshake when a request names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_binding_certificate: Option<String>,
}

impl ClientSignedAssertion {
    /// The same, bound to this certificate (DER).
    pub fn bound_to(self, certificate_der: &[u8]) -> Self {
        Self { token_binding_certificate: Some(x5t_s256(certificate_der)), ..self }
    }
}

impl<S: Into<Secret>> From<S> for ClientSignedAssertion {
    fn from(assertion: S) -> Self {
        Self { assertion: assertion.into(), token_binding_certificate: None }
    }
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
