//! User realm discovery: whether the authority checks a user's password itself, or a federation service does. Microsoft
//! Entra documents it with its federation protocols ("Home Realm Discovery").
use crate::authority::{AuthorityUrl, strict_https};
use crate::engine::{Effect, Env, HttpRequest, Reply};
use crate::error::{Error, HttpStatusError};
use crate::json::JsonObject;
use crate::stages::http_response;
use crate::state::Realm;
use crate::wstrust::{WsTrustError, is_xml};
use alloc::borrow::ToOwned;
use alloc::{format, string::String};
use core::fmt::Write;
use url::Url;

const ENDPOINT: &str = "user realm discovery endpoint";

/// For whom assertions are where the answer does not say.
const AUDIENCE: &str = "urn:federation:MicrosoftOnline";

/// What is known without asking: AD FS checks passwords itself.
pub(super) fn known(env: &Env<'_>, username: &str) -> Result<Option<Realm>, Error> {
    let authority = env.application().authority();
    if authority.kind().is_adfs() {
        return Ok(Some(Realm::Managed));
    }
    Ok(env.state.federation.realm(&origin(authority)?, &url(authority, username)?, env.now()))
}

pub(super) fn request(env: &Env<'_>, username: &str, correlation_id: &str) -> Result<Effect, Error> {
    let mut request = HttpRequest::get(url(env.application().authority(), username)?);
    request.headers.push(("client-request-id".to_owned(), correlation_id.to_owned()));
    Ok(Effect::HttpRequest(request))
}

/// Reads the answer, and remembers it. A host that has no such endpoint checks all passwords itself.
pub(super) fn read(env: &mut Env<'_>, username: &str, reply: Reply) -> Result<Realm, Error> {
    let response = http_response(reply)?;
    let (authority, now) = (env.application().authority(), env.now());
    if response.status == 404 {
        env.state.federation.put_without_realms(&origin(authority)?, now);
        return Ok(Realm::Managed);
    }
    if response.status >= 400 {
        return Err(HttpStatusError { status: response.status, retry_at: None, service: None }.into());
    }
    let members =
        JsonObject::parse(response.body.expose()).map_err(|fault| Error::malformed(ENDPOINT, fault))?;
    let realm = realm(&members)?;
    env.state.federation.put_realm(&url(authority, username)?, realm.clone(), now);
    Ok(realm)
}

/// Only https, before a password is sent anywhere.
fn realm(members: &JsonObject) -> Result<Realm, Error> {
    if members.string("account_type").as_deref() != Some("Federated") {
        return Ok(Realm::Managed);
    }
    let address = |member: &'static str| {
        let text = members.string(member).filter(|text| !text.is_empty());
        let url = text.map(|text| strict_https(&text).map(String::from)).transpose();
        url.map_err(|reason| WsTrustError::Address { member, reason })
    };
    let federation_metadata_url = address("federation_metadata_url")?;
    let federation_active_auth_url = match &federation_metadata_url {
        Some(_) => None,
        None => address("federation_active_auth_url")?,
    };
    let cloud_audience_urn = members.string("cloud_audience_urn").filter(|urn| is_xml(urn));
    Ok(Realm::Federated {
        federation_metadata_url,
        federation_active_auth_url,
        cloud_audience_urn: cloud_audience_urn.unwrap_or_else(|| AUDIENCE.to_owned()),
    })
}

/// Scheme, host and port of the authority.
fn origin(authority: &AuthorityUrl) -> Result<String, Error> {
    let url = Url::parse(authority.as_str()).map_err(|_| Error::Bug("the authority is no URL"))?;
    Ok(url.origin().ascii_serialization())
}

fn url(authority: &AuthorityUrl, username: &str) -> Result<String, Error> {
    let mut url = origin(authority)?;
    url.push_str("/common/userrealm/");
    for byte in username.bytes() {
        match byte {
            // What may stand in a path as it is (RFC 3986 section 3.3).
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => url.push(byte.into()),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' => url.push(byte.into()),
            b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@' => url.push(byte.into()),
            // Writing to a string does not fail.
            _ => drop(write!(url, "%{byte:02X}")),
        }
    }
    Ok(format!("{url}?api-version=1.0"))
}
