//! The service's no, in its own words.
use crate::engine::UnixTime;
use crate::error::Error;
use crate::json::JsonObject;
use crate::text::Shown;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

/// Suberrors that mean nothing to an application; their classification is empty.
const INTERNAL_SUBERRORS: [&str; 5] = [
    "bad_token",
    "token_expired",
    "protection_policy_required",
    "client_mismatch",
    "device_authentication_failed",
];

/// Codes that say that a person has to do something.
const SIGN_IN_NEEDED: [&str; 5] = [
    "invalid_grant",
    "interaction_required",
    "login_required",
    "consent_required",
    "account_selection_required",
];

/// An OAuth error (RFC 6749 section 5.2) with what Entra adds to it.
///
/// `Display` shows the service's words, shortened and without control characters; [`ServiceError::members`]
/// has them as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The error code, such as `invalid_client`.
    pub error: String,
    /// For people; begins with the AADSTS code.
    pub error_description: Option<String>,
    /// A page about it.
    pub error_uri: Option<String>,
    /// Tells errors of one code apart.
    pub suberror: Option<String>,
    /// The suberror if an application can act on it, else empty; none if there was no suberror.
    pub classification: Option<String>,
    /// The AADSTS numbers.
    pub error_codes: Vec<u64>,
    /// When it happened, in the service's own format.
    pub timestamp: Option<String>,
    /// Names the event in the service's logs.
    pub trace_id: Option<String>,
    /// Names the request in the service's logs and ours.
    pub correlation_id: Option<String>,
    /// What the next sign-in must ask for (a claims challenge), JSON text.
    pub claims: Option<String>,
    /// The HTTP status code.
    pub http_status: u16,
    /// When the same request may be sent again; until then it is answered from memory.
    pub retry_at: Option<UnixTime>,
    /// Every member as it came.
    pub members: JsonObject,
}

impl ServiceError {
    /// Reads it if the body is one: it has an `error` member, whatever that is and whatever the status.
    pub(crate) fn read(members: &JsonObject, http_status: u16, retry_at: Option<UnixTime>) -> Option<Self> {
        if !members.contains("error") {
            return None;
        }
        let suberror = members.string("suberror").filter(|suberror| !suberror.is_empty());
        let classification = suberror.as_ref().map(|suberror| {
            if INTERNAL_SUBERRORS.contains(&suberror.as_str()) { String::new() } else { suberror.clone() }
        });
        Some(Self {
            error: members.string("error").unwrap_or_else(|| "unknown_error".into()),
            error_description: members.string("error_description"),
            error_uri: members.string("error_uri"),
            classification,
            suberror,
            error_codes: members.get("error_codes").unwrap_or_default(),
            timestamp: members.string("timestamp"),
            trace_id: members.string("trace_id"),
            correlation_id: members.string("correlation_id"),
            claims: members.string("claims"),
            http_status,
            retry_at,
            members: members.clone(),
        })
    }

    /// Whether a person has to do something before this can succeed: sign in, consent, prove more
    /// (RFC 6749 section 5.2's `invalid_grant`, OpenID Connect Core section 3.1.2.6).
    pub fn needs_sign_in(&self) -> bool {
        // These two are about the application and the device; nobody can mend them by signing in.
        let is_beyond =
            matches!(self.suberror.as_deref(), Some("client_mismatch" | "protection_policy_required"));
        !is_beyond && SIGN_IN_NEEDED.contains(&self.error.as_str())
    }

    /// As the end of a flow that a person may be asked to help.
    pub(crate) fn into_error(self: Box<Self>) -> Error {
        if self.needs_sign_in() { Error::SignInNeeded(self) } else { Error::Service(self) }
    }

    /// Whether the same request may succeed later with nothing changed.
    pub fn is_retryable(&self) -> bool {
        self.http_status == 408
            || self.http_status == 429
            || self.http_status >= 500
            || self.error == "temporarily_unavailable"
    }
}

impl core::error::Error for ServiceError {}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the service refused: {}", Shown(&self.error))?;
        if let Some(description) = &self.error_description {
            write!(f, ": {}", Shown(description))?;
        }
        if self.error_codes.contains(&700_024) {
            f.write_str(" (is this machine's clock right?)")?;
        }
        Ok(())
    }
}
