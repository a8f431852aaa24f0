//! Where the answer of a sign-in may come from.
use super::{AuthorityKind, clouds};
use alloc::{format, string::String, vec, vec::Vec};
use url::Url;

/// Where people with a personal account sign in.
const PERSONAL: &str = "https://login.live.com";

/// The origins (RFC 6454) whose pages may post the answer of a sign-in that began at this endpoint: its own; of Entra also those
/// of all clouds and of personal accounts, for it may send the person on to them.
pub(crate) fn answer_origins(kind: AuthorityKind, endpoint: &Url) -> Vec<String> {
    let mut origins = vec![endpoint.origin().ascii_serialization()];
    if kind == AuthorityKind::Entra {
        origins.extend(clouds::all().map(|host| format!("https://{host}")));
        origins.push(PERSONAL.into());
    }
    origins
}
