//! An access token that its resource turned away, by its digest: so that of many machines that share a cache the first one
//! refreshes it, and the others take what that one got.
use crate::cache::AccessToken;
use crate::encoding::{from_hex, sha256};
use crate::error::Error;
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// SHA-256 of a token's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RejectedToken(String);

impl RejectedToken {
    /// In hexadecimal, in either case.
    pub(crate) fn new(sha256: impl Into<String>) -> Self {
        Self(sha256.into())
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let is_digest = from_hex(&self.0).is_some_and(|digest| digest.len() == 32);
        let reason = "it must be SHA-256 of the access token in hexadecimal, 64 digits";
        let parameter = "access_token_sha256_to_refresh";
        if is_digest { Ok(()) } else { Err(Error::InvalidParameter { parameter, reason }) }
    }

    pub(crate) fn is(&self, token: &AccessToken) -> bool {
        from_hex(&self.0).is_some_and(|digest| digest == sha256(token.secret().expose()))
    }
}
