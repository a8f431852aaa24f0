//! Fetching the keys by which an authority signs (OpenID Connect Discovery 1.0 section 3, `jwks_uri`).
use super::http_response;
use crate::authority::AuthorityError;
use crate::engine::{Effect, Env, HttpRequest, Reply};
use crate::error::{Error, HttpStatusError};
use crate::json::JsonObject;
use crate::token::id_token::SigningKeys;

const KEYS: &str = "key set";

/// What is asked: on the authority's host or on a cloud's.
pub(super) fn request(env: &Env<'_>, jwks_uri: &str) -> Result<Effect, Error> {
    let url = env.application().authority().check_discovery_endpoint(jwks_uri);
    let url = url.map_err(|reason| AuthorityError::Document { member: "jwks_uri", reason })?;
    Ok(Effect::HttpRequest(HttpRequest::get(url.into())))
}

/// Remembers what came.
pub(super) fn remember(env: &mut Env<'_>, jwks_uri: &str, reply: Reply) -> Result<(), Error> {
    let response = http_response(reply)?;
    if response.status != 200 {
        return Err(HttpStatusError { status: response.status, retry_at: None, service: None }.into());
    }
    let members = JsonObject::parse(response.body.expose()).map_err(|fault| Error::malformed(KEYS, fault))?;
    let keys = SigningKeys::read(&members).map_err(|violation| Error::malformed(KEYS, violation))?;
    let now = env.now();
    env.state.signing_keys.put(jwks_uri, keys, now);
    Ok(())
}
