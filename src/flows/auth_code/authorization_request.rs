//! The authorization request, RFC 6749 section 4.1.1 and OpenID Connect Core section 3.1.2.1.
use crate::authority::TenantDocument;
use crate::encoding::encode_form;
use crate::error::Error;
use crate::secret::Secret;
use alloc::{format, string::String, vec::Vec};

/// What the service asks of the person (OpenID Connect Core section 3.1.2.1). Several are separated by a blank.
#[derive(Debug)]
#[non_exhaustive]
pub struct Prompt;

impl Prompt {
    /// Nothing: if the person would have to do something, it is an error.
    pub const NONE: &'static str = "none";
    /// To sign in anew.
    pub const LOGIN: &'static str = "login";
    /// To consent.
    pub const CONSENT: &'static str = "consent";
    /// To choose an account.
    pub const SELECT_ACCOUNT: &'static str = "select_account";
    /// To make a new account.
    pub const CREATE: &'static str = "create";
}

/// The address that a person is sent to.
pub(super) fn authorization_uri<'a>(
    document: &TenantDocument,
    query: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let endpoint = &document.authorization_endpoint;
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{separator}{}", encode_form(query))
}

/// Each parameter is given once (RFC 6749 section 3.1), and by its own method if it has one.
pub(super) fn check_parameters(parameters: &[(String, Secret)], own: &[&str]) -> Result<(), Error> {
    let mut names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let is_twice = names.windows(2).any(|pair| matches!(pair, [one, next] if one == next));
    if is_twice || names.iter().any(|name| own.contains(name)) {
        let reason = "a parameter is given twice, or has a method of its own";
        return Err(Error::InvalidParameter { parameter: "parameter", reason });
    }
    Ok(())
}
