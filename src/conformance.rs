//! What the runner of the recorded scenarios calls beside the public API.
use crate::authority::{AuthorityError, AuthorityUrl};
use alloc::{borrow::ToOwned, string::String};

/// An authority's host in lower case, and its tenant.
///
/// # Errors
/// When it cannot be an authority.
pub fn canonicalize(authority: &str) -> Result<(String, String), AuthorityError> {
    let authority = AuthorityUrl::parse(authority, Default::default())?;
    Ok((authority.instance().to_owned(), authority.tenant().to_owned()))
}
