//! The child machines that flows share. Each is a field of its parent's state.
mod authenticate;
mod discovery;
mod exchange;
mod region;
mod signing_keys;
mod store;

pub(crate) use discovery::Discovery;
pub(crate) use exchange::{DEVICE_CODE, Exchange, Grant, add_headers, default_throttle};
pub(crate) use region::{Region, Resolved};
pub(crate) use store::{Store, Stored};

use crate::client::ClientApplication;
use crate::engine::{Env, HttpFault, HttpResponse, MAX_BODY, Reply};
use crate::error::{Error, Warning};
use alloc::vec::Vec;

/// What a server answered. A host that read on past the limit is spared the rest of the work.
pub(crate) fn http_response(reply: Reply) -> Result<HttpResponse, Error> {
    let response = reply.http_request()??;
    if response.body.expose().len() > MAX_BODY { Err(HttpFault::TooLarge.into()) } else { Ok(response) }
}

/// What every token of the application itself is to be warned of.
pub(crate) fn client_warnings(env: &Env<'_>, realm: &str) -> Vec<Warning> {
    let mut warnings = ClientApplication::warnings(realm);
    warnings.extend(Region::warning(env));
    warnings
}
