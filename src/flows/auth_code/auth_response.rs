//! What reached the redirect URI, RFC 6749 sections 4.1.2 and 4.1.2.1.
use crate::json::JsonObject;
use crate::secret::Secret;
use alloc::{borrow::ToOwned, string::String};
use thiserror::Error as ThisError;

/// The longest answer, in bytes.
const LONGEST: usize = 65_536;

/// The most parameters of one.
const MOST: usize = 64;

/// Why an answer is refused. Nothing was asked of anybody, and no value of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum AuthResponseError {
    /// It is over 64 KiB, or has over 64 parameters.
    #[error("the answer at the redirect URI is too large")]
    TooLarge,
    /// A parameter occurs twice (RFC 6749 section 3.1).
    #[error("the answer at the redirect URI has a parameter twice")]
    Duplicate,
    /// A parameter has a control character in it.
    #[error("the answer at the redirect URI has a control character in it")]
    ControlCharacter,
    /// Its parameters are in the fragment, where they do not belong.
    #[error("the answer at the redirect URI has its parameters in the fragment")]
    Fragment,
    /// The flow that was kept has no state: most often the session has ended, or it never began.
    #[error("there is no sign-in to finish: the kept flow has no state")]
    NoFlow,
    /// The answer is to another sign-in, or somebody forged it.
    #[error("the answer at the redirect URI belongs to another sign-in")]
    StateMismatch,
    /// It is of another issuer (RFC 9207 section 2.4).
    #[error("the answer at the redirect URI is of another issuer")]
    Issuer,
    /// It came in a query, but was asked for as a posted form.
    #[error("the answer at the redirect URI came in a query, but response_mode is form_post")]
    ResponseMode,
    /// Its `client_info` is no base64url text of a JSON object.
    #[error("the answer at the redirect URI has a client_info that is none")]
    ClientInfo,
    /// Its `cloud_instance_host_name` is no host of a known cloud.
    #[error("the answer at the redirect URI is of a cloud that is not known")]
    CloudInstance,
    /// It has both a code and an error.
    #[error("the answer at the redirect URI has both a code and an error")]
    CodeAndError,
    /// It has neither.
    #[error("the answer at the redirect URI has neither a code nor an error")]
    Neither,
    /// The flow that was kept is of another authority or client (RFC 9700 section 4.4).
    #[error("the kept flow was begun by another client or at another authority")]
    OtherClient,
}

/// The parameters that count; all others are ignored (section 4.1.2).
#[derive(Default)]
pub(super) struct AuthResponse {
    /// It came with a question mark: no posted form has one before it.
    pub(super) is_query: bool,
    pub(super) code: Option<Secret>,
    pub(super) state: Option<Secret>,
    pub(super) client_info: Option<String>,
    pub(super) iss: Option<String>,
    /// A host of the person's cloud.
    pub(super) cloud_instance_host_name: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    error_uri: Option<String>,
}

impl AuthResponse {
    /// Reads a query string, a posted form, or the whole URL of the redirect.
    pub(super) fn parse(raw: &str) -> Result<Self, AuthResponseError> {
        if raw.len() > LONGEST {
            return Err(AuthResponseError::TooLarge);
        }
        let (raw, fragment) = raw.split_once('#').unwrap_or((raw, ""));
        if ["code=", "state=", "error=", "access_token="].iter().any(|name| fragment.contains(name)) {
            return Err(AuthResponseError::Fragment);
        }
        // Of a query or a posted form, what is before a question mark is a parameter, with its value.
        let is_url = |before: &str| {
            !before.contains('=') || before.split('=').next().is_some_and(|start| start.contains("://"))
        };
        let form = match raw.split_once('?') {
            Some((before, query)) if is_url(before) => query,
            _ => raw,
        };
        let mut response = Self { is_query: form.len() < raw.len(), ..Self::default() };
        for (number, (name, value)) in url::form_urlencoded::parse(form.trim_end().as_bytes()).enumerate() {
            if number >= MOST {
                return Err(AuthResponseError::TooLarge);
            }
            response.take(&name, &value)?;
        }
        Ok(response)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), AuthResponseError> {
        let secret = |slot: &mut Option<Secret>| match slot.replace(Secret::new(value)) {
            Some(_) => Err(AuthResponseError::Duplicate),
            None => Ok(()),
        };
        let text = |slot: &mut Option<String>| match slot.replace(value.to_owned()) {
            Some(_) => Err(AuthResponseError::Duplicate),
            None => Ok(()),
        };
        if matches!(name, "code" | "state" | "iss" | "error") && value.contains(char::is_control) {
            return Err(AuthResponseError::ControlCharacter);
        }
        match name {
            "code" => secret(&mut self.code),
            "state" => secret(&mut self.state),
            "client_info" => text(&mut self.client_info),
            "iss" => text(&mut self.iss),
            "cloud_instance_host_name" => text(&mut self.cloud_instance_host_name),
            "error" => text(&mut self.error),
            "error_description" => text(&mut self.error_description),
            "error_uri" => text(&mut self.error_uri),
            _ => Ok(()),
        }
    }

    /// The service's no, of which nothing but these members is taken.
    pub(super) fn error(&self) -> Option<JsonObject> {
        let mut members = JsonObject::default();
        members.set_string("error", self.error.as_deref().filter(|error| !error.is_empty())?);
        for (name, value) in [("error_description", &self.error_description), ("error_uri", &self.error_uri)]
        {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                members.set_string(name, value);
            }
        }
        Some(members)
    }
}
