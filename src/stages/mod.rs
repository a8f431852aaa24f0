//! The child machines that flows share. Each is a field of its parent's state.
mod authenticate;
mod discovery;
mod exchange;
mod signing_keys;
mod store;

pub(crate) use discovery::Discovery;
pub(crate) use exchange::{DEVICE_CODE, Exchange, Grant, add_headers, default_throttle};
pub(crate) use store::{Store, Stored};

use crate::engine::{HttpFault, HttpResponse, MAX_BODY, Reply};
use crate::error::Error;

/// What a server answered. A host that read on past the limit is spared the rest of the work.
pub(crate) fn http_response(reply: Reply) -> Result<HttpResponse, Error> {
    let response = reply.http_request()??;
    if response.body.expose().len() > MAX_BODY { Err(HttpFault::TooLarge.into()) } else { Ok(response) }
}
