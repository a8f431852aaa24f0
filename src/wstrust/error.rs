//! What goes wrong between a person's federation service and us.
use crate::engine::UnixTime;
use crate::secret::Secret;
use alloc::boxed::Box;
use core::fmt;
use thiserror::Error as ThisError;

/// Codes of faults that are shown (WS-Trust 1.3 section 11, WS-Security 1.0 section 12): a service that is not honest
/// could say the password in any other.
const CODES: [&str; 14] = [
    "AuthenticationBadElements",
    "BadRequest",
    "ExpiredData",
    "FailedAuthentication",
    "FailedCheck",
    "InvalidRequest",
    "InvalidScope",
    "InvalidSecurity",
    "InvalidSecurityToken",
    "InvalidTimeRange",
    "RequestFailed",
    "SecurityTokenUnavailable",
    "UnsupportedAlgorithm",
    "UnsupportedSecurityToken",
];

/// Why a person's federation service (WS-Trust) brought no token.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum WsTrustError {
    /// It said no: most often the user name or the password is wrong.
    #[error(transparent)]
    Fault(#[from] Box<WsTrustFault>),
    /// It names no endpoint that takes a user name and a password over https. So it is with personal accounts.
    #[error(
        "the user's federation service has no endpoint for user names and passwords; sign in interactively"
    )]
    NoEndpoint,
    /// The service told an address of it that is refused; nothing was sent there.
    #[error("the {member} of the user's federation service {reason}")]
    Address {
        /// Which one, as user realm discovery names it.
        member: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It answered with neither a token nor a fault.
    #[error("the user's federation service issued no token")]
    NoToken,
    /// Its token is neither a SAML 1.1 nor a SAML 2.0 assertion.
    #[error("the user's federation service issued a token that is no SAML 1.1 or 2.0 assertion")]
    TokenType,
}

/// A SOAP fault (SOAP 1.2 part 1 section 5.4). What the service wrote is shown to nobody by itself: it may repeat what it
/// was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WsTrustFault {
    /// The fault's subcode with its prefix, such as `a:FailedAuthentication`.
    pub code: Option<Secret>,
    /// For people.
    pub reason: Option<Secret>,
    /// The HTTP status code.
    pub http_status: u16,
    /// When the service is asked again for this user; until then it is answered from memory.
    pub retry_at: Option<UnixTime>,
}

impl WsTrustFault {
    /// The subcode without its prefix, if it is one of the standards'.
    pub fn known_code(&self) -> Option<&'static str> {
        let code = self.code.as_ref()?.expose();
        let local = code.rsplit(':').next().unwrap_or(code);
        CODES.into_iter().find(|known| *known == local)
    }
}

impl core::error::Error for WsTrustFault {}

impl fmt::Display for WsTrustFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.known_code();
        write!(f, "the user's federation service refused: {}", code.unwrap_or("a fault of its own"))?;
        if code == Some("FailedAuthentication") {
            f.write_str(" (are the user name and the password right?)")?;
        }
        Ok(())
    }
}
