//! How a call ended, in the transcript's words (README, "Outcomes").

use msal_proto::engine::{BrowserFault, RedirectFault};
use msal_proto::json::JsonObject;
use msal_proto::{AuthenticationResult, Error, IdTokenError, TokenSource, WsTrustError};
use serde_json::{Map, Value, json};

use super::NotRun;
use super::recorded::value;
use crate::transcript::Outcome;

/// What `acquire_token_*` returned: every member of the reply, and MSAL's additions.
pub(super) fn result(result: &AuthenticationResult) -> Value {
    let mut shown = members(&result.members);
    if result.token_source == TokenSource::Cache {
        shown.insert("token_type".to_owned(), json!(result.token_type));
        shown.insert("expires_in".to_owned(), json!(result.expires_in));
        let token = result.access_token.as_ref();
        shown.extend(token.map(|token| ("access_token".to_owned(), json!(token.expose()))));
    }
    if result.access_token.is_some() {
        shown.insert("token_source".to_owned(), json!(result.token_source.as_str()));
    }
    let claims = result.id_token_claims.as_ref();
    shown.extend(claims.map(|claims| ("id_token_claims".to_owned(), value(&claims.members))));
    shown.extend(result.refresh_on.map(|refresh_on| ("refresh_on".to_owned(), json!(refresh_on.0))));
    Value::Object(shown)
}

/// A service's error is what MSAL returns; any other has a category.
pub(super) fn failure(error: &Error) -> Result<Outcome, NotRun> {
    let category = match error {
        Error::Service(service) | Error::SignInNeeded(service) => {
            let mut shown = members(&service.members);
            let classification = service.classification.as_ref();
            shown.extend(classification.map(|text| ("classification".to_owned(), json!(text))));
            return Ok(Outcome::Ok(Value::Object(shown)));
        }
        Error::Authority(_)
        | Error::Credential(_)
        | Error::InvalidParameter { .. }
        | Error::AuthResponse(_)
        // MSAL refuses a federation service that it cannot ask.
        | Error::WsTrust(WsTrustError::NoEndpoint | WsTrustError::Address { .. }) => "refused",
        // MSAL takes a redirect of discovery for a broken protocol.
        Error::HttpStatus(error) if error.status < 400 => "protocol",
        Error::HttpStatus(_) => "http_status",
        // MSAL refuses an authority whose document it cannot read.
        Error::Malformed { source_name: "discovery document", .. } => "refused",
        Error::Malformed { .. } | Error::IdToken(IdTokenError::Malformed(_)) => "malformed",
        Error::IdToken(_) => "id_token",
        Error::Http(_) => "transport",
        // MSAL refuses a port that it may not listen on.
        Error::Redirect(RedirectFault::PortDenied(_)) => "refused",
        Error::Redirect(_) => "io",
        Error::Browser(BrowserFault::TimedOut) => "browser_timeout",
        // Not by what a scenario says: the driver is wrong, or the library.
        Error::Entropy(_) | Error::Unsupported(_) | Error::Misuse(_) | Error::Bug(_) => {
            return Err(NotRun::Scenario(error.to_string()));
        }
        _ => "protocol",
    };
    Ok(Outcome::error(category, class(error), error.to_string()))
}

/// The same of a call that is not silent: MSAL classifies no suberror there, and checks the sign-in elsewhere.
pub(super) fn unclassified_failure(error: &Error) -> Result<Outcome, NotRun> {
    // MSAL raises these two with another class (README, "Outcomes").
    if let Error::IdToken(IdTokenError::Nonce | IdTokenError::MaxAge) = error {
        return Ok(Outcome::error("protocol", class(error), error.to_string()));
    }
    match failure(error)? {
        Outcome::Ok(Value::Object(mut shown)) => {
            shown.remove("classification");
            Ok(Outcome::Ok(Value::Object(shown)))
        }
        outcome => Ok(outcome),
    }
}

/// The variant's name.
fn class(error: &Error) -> &'static str {
    match error {
        Error::Authority(_) => "Authority",
        Error::Credential(_) => "Credential",
        Error::InvalidParameter { .. } => "InvalidParameter",
        Error::AuthResponse(_) => "AuthResponse",
        Error::HttpStatus(_) => "HttpStatus",
        Error::Malformed { .. } => "Malformed",
        Error::IdToken(_) => "IdToken",
        Error::Http(_) => "Http",
        Error::Redirect(_) => "Redirect",
        Error::Browser(_) => "Browser",
        _ => "Error",
    }
}

/// A reply's members. `refresh_in` is MSAL's to handle, and what begins with `_` is internal.
fn members(reply: &JsonObject) -> Map<String, Value> {
    let is_shown = |name: &str| name != "refresh_in" && !name.starts_with('_');
    let shown = reply.members().filter(|(name, _)| is_shown(name));
    shown.filter_map(|(name, raw)| Some((name.to_owned(), serde_json::from_str(raw).ok()?))).collect()
}
