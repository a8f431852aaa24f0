//! What the `log` facade is told of flows (feature `log`, level debug, target `msal_proto`): the names of effects, where
//! requests go and which status comes back. No secret, no query, no body, nobody's name.
use super::{Effect, Reply};
use crate::Error;

const TARGET: &str = "msal_proto";

/// A flow asks for this.
pub(super) fn asked(effect: &Effect) {
    match effect {
        Effect::HttpRequest(request) => {
            let url = request.url.split('?').next().unwrap_or_default();
            let id = request.headers.iter().find(|(name, _)| name == "client-request-id");
            let id = id.map_or("none", |(_, value)| value.as_str());
            log::debug!(target: TARGET, "{} {url}, correlation id {id}", request.method.as_str());
        }
        other => log::debug!(target: TARGET, "asks for {}", other.name()),
    }
}

/// This came of it.
pub(super) fn answered(reply: &Reply) {
    match reply {
        Reply::HttpRequest(Ok(response)) => log::debug!(target: TARGET, "status {}", response.status),
        Reply::HttpRequest(Err(fault)) => log::debug!(target: TARGET, "no answer: {fault}"),
        other => log::debug!(target: TARGET, "{} answered", other.name()),
    }
}

/// The flow has ended. Of the service's error only the codes are told, escaped: its words may name somebody.
pub(super) fn ended(error: Option<&Error>) {
    match error {
        None => log::debug!(target: TARGET, "ended well"),
        Some(Error::Service(error) | Error::SignInNeeded(error)) => {
            log::debug!(target: TARGET, "ended: {:?}, codes {:?}", error.error, error.error_codes);
        }
        Some(Error::HttpStatus(error)) => log::debug!(target: TARGET, "ended: status {}", error.status),
        Some(error) => log::debug!(target: TARGET, "ended: {error}"),
    }
}
