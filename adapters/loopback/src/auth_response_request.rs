//! What a sign-in waits for.
use msal_proto::Secret;
use msal_proto::engine::{BrowserLaunch, ResponseMode};
use std::fmt;

/// Which answer is waited for, and how long. Made of a [`BrowserLaunch`], or by a program that runs no flow.
///
/// An answer has a `code` or an `error`. As a posted form (the default) it comes as `POST /` and
/// `application/x-www-form-urlencoded`, in a query as `GET /?…`.
#[derive(Clone, Default)]
#[must_use]
pub struct AuthResponseRequest {
    pub(crate) auth_uri: Option<String>,
    pub(crate) state: Option<Secret>,
    pub(crate) response_mode: ResponseMode,
    pub(crate) origins: Vec<String>,
    pub(crate) timeout: Option<u64>,
}

impl AuthResponseRequest {
    /// Any answer, posted as a form, of a browser that the program opens itself.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the person signs in: an http or https URL, at which the browser is opened.
    pub fn auth_uri(mut self, uri: impl Into<String>) -> Self {
        self.auth_uri = Some(uri.into());
        self
    }

    /// The answer has just this `state` (RFC 6749 section 10.12). Without it any page that the person visits can send an answer of
    /// its own making.
    pub fn state(mut self, state: impl Into<Secret>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// How the answer comes. `auth_uri` has to ask for the same (`response_mode`).
    pub fn response_mode(mut self, mode: ResponseMode) -> Self {
        self.response_mode = mode;
        self
    }

    /// Who may post the answer, as the header `Origin` tells it (RFC 6454), beside `null` and browsers that do not tell. Without
    /// one, anybody.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// How long the person may take, in seconds; without it, as long as they like.
    pub fn timeout(mut self, seconds: u64) -> Self {
        self.timeout = Some(seconds);
        self
    }
}

impl From<&BrowserLaunch> for AuthResponseRequest {
    fn from(launch: &BrowserLaunch) -> Self {
        Self {
            auth_uri: Some(launch.auth_uri.clone()),
            state: Some(launch.state.clone()),
            response_mode: launch.response_mode,
            origins: launch.origins.clone(),
            timeout: launch.timeout,
        }
    }
}

/// The address is shown without its query: the state is in it.
impl fmt::Debug for AuthResponseRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthResponseRequest")
            .field("auth_uri", &self.auth_uri.as_deref().and_then(|uri| uri.split('?').next()))
            .field("has_state", &self.state.is_some())
            .field("response_mode", &self.response_mode)
            .field("origins", &self.origins)
            .field("timeout", &self.timeout)
            .finish()
    }
}
