//! What the effects carry that a person takes part in, and how each can fail. Plain data.
use super::time::UnixTime;
use crate::flows::DeviceFlow;
use crate::secret::Secret;
use crate::text::Shown;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

/// Get ready to receive an answer on this machine (RFC 8252 section 7.3), and say under which redirect URI, such as
/// `http://localhost:50123`. [`BrowserLaunch`] follows at once; stop receiving when that is answered or the flow has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RedirectListen {
    /// The port of a redirect URI that is registered with it; 0 is any that is free.
    pub port: u16,
}

/// Why nothing can be received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectFault {
    /// Somebody else listens there.
    #[error("port {0} is in use by another program: end that, or take port 0, which is any that is free")]
    PortInUse(u16),
    /// The system reserves it.
    #[error(
        "this program may not listen on port {0}: take one from 1024 up, or port 0, which is any that is free"
    )]
    PortDenied(u16),
    /// Anything else; the text says what.
    #[error("this program cannot receive the answer of a sign-in: {0}")]
    Other(String),
}

/// Open this address in the person's own browser (RFC 8252 section 5) and bring back what reaches the redirect URI.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BrowserLaunch {
    /// An https URL. Hand it over as one argument, never through a shell.
    pub auth_uri: String,
    /// Where the answer comes to: what [`RedirectListen`] was answered with.
    pub redirect_uri: String,
    /// The answer's `state` (RFC 6749 section 10.12). What comes with another is of somebody else: go on waiting.
    pub state: Secret,
    /// How the answer comes. What comes otherwise is no answer.
    pub response_mode: ResponseMode,
    /// Who may post the answer, as a browser's header `Origin` tells it (RFC 6454), beside `null`. None: anybody.
    pub origins: Vec<String>,
    /// How long the person may take, in seconds; none: as long as they like.
    pub timeout: Option<u64>,
}

/// The address is shown without its query: the state is in it, and who is expected.
impl fmt::Debug for BrowserLaunch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserLaunch")
            .field("auth_uri", &self.auth_uri.split('?').next())
            .field("redirect_uri", &self.redirect_uri)
            .field("response_mode", &self.response_mode)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// How an answer comes to the redirect URI (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseMode {
    /// As a form that the browser posts, so that no history and no log has the code (OAuth 2.0 Form Post Response Mode).
    #[default]
    FormPost,
    /// In the query of the redirect URI.
    Query,
}

impl ResponseMode {
    /// As the parameter `response_mode` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FormPost => "form_post",
            Self::Query => "query",
        }
    }
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum BrowserFault {
    /// The person, or the program, gave it up.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// The person did not come to its end in time.
    #[error("nobody signed in within the time that the program gave")]
    TimedOut,
    /// There is no browser, or it cannot be opened; the text says what was tried.
    #[error("no browser could be opened: {0}")]
    Unsupported(String),
}

/// Show a person where to sign in with another device, and the code to enter there (RFC 8628 section 3.3). The texts are the
/// service's, without what a terminal could take for orders; show them as text, never as markup.
///
/// `Display` says it all in a sentence. Tell people to enter only codes that they asked for themselves: a code that came in a
/// message may be another's, who then signs in as them (section 5.4).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserPrompt {
    /// What to tell the person, in the service's words.
    pub message: Option<String>,
    /// What the person enters.
    pub user_code: String,
    /// Where the person goes, an https URL.
    pub verification_uri: Option<String>,
    /// The same with the code in it, such as for a QR code.
    pub verification_uri_complete: Option<String>,
    /// When the code ends.
    pub expires_at: UnixTime,
}

impl From<&DeviceFlow> for UserPrompt {
    fn from(flow: &DeviceFlow) -> Self {
        let shown = |text: &String| Shown(text).to_string();
        Self {
            message: flow.message.as_ref().map(shown),
            user_code: shown(&flow.user_code),
            verification_uri: flow.verification_uri.clone(),
            verification_uri_complete: flow.verification_uri_complete.clone(),
            expires_at: flow.expires_at,
        }
    }
}

/// Where the person goes; the codes are not shown.
impl fmt::Debug for UserPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserPrompt")
            .field("verification_uri", &self.verification_uri)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for UserPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.message, &self.verification_uri) {
            (Some(message), _) => f.write_str(message),
            (None, Some(uri)) => {
                write!(f, "To sign in, open {uri} in a browser and enter the code {}.", self.user_code)
            }
            (None, None) => write!(f, "To sign in, enter the code {}.", self.user_code),
        }
    }
}
