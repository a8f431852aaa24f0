//! What the runner of the recorded scenarios calls beside the public API. Nobody else is to use it.
#![allow(missing_docs, reason = "no part of the API")]
use crate::authority::{AuthorityError, AuthorityUrl};
use crate::engine::UnixTime;
use crate::error::Error;
use crate::secret::Secret;
use crate::wstrust::{Endpoint, SecurityTokenRequest, is_xml, read_mex, read_response};
use alloc::{borrow::ToOwned, string::String};

/// Address and action of the endpoint for user names and passwords in a federation service's metadata.
pub fn mex(xml: &str) -> Result<Option<(String, String)>, Error> {
    let endpoint = read_mex(xml.as_bytes()).map_err(|violation| Error::malformed("metadata", violation))?;
    Ok(endpoint.map(|endpoint| (endpoint.address, endpoint.action)))
}

/// Assertion and token type of a federation service's answer.
pub fn parse_rstr(xml: &str) -> Result<(Secret, String), Error> {
    let read = read_response(200, xml.as_bytes());
    let token = read.map_err(|violation| Error::malformed("federation service", violation))??;
    Ok((token.assertion, token.token_type))
}

/// The envelope that asks an endpoint for a token.
pub fn build_rst(
    (username, password): (&str, &Secret),
    cloud_audience_urn: &str,
    (address, action): (&str, &str),
    (message_id, now): (&str, UnixTime),
) -> Result<Secret, Error> {
    let endpoint = Endpoint { address: address.into(), action: action.into() };
    let reason = "it is none of WS-Trust";
    let version = endpoint.version().ok_or(Error::InvalidParameter { parameter: "soap_action", reason })?;
    if ![username, password.expose(), cloud_audience_urn, address].iter().all(|text| is_xml(text)) {
        return Err(Error::InvalidParameter { parameter: "password", reason: "no XML can carry it" });
    }
    let request =
        SecurityTokenRequest { version, address, username, password, cloud_audience_urn, message_id, now };
    Ok(request.envelope())
}

/// An authority's host in lower case, and its tenant.
///
/// # Errors
/// When it cannot be an authority.
pub fn canonicalize(authority: &str) -> Result<(String, String), AuthorityError> {
    let authority = AuthorityUrl::parse(authority, Default::default())?;
    Ok((authority.instance().to_owned(), authority.tenant().to_owned()))
}
