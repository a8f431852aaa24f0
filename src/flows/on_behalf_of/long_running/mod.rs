//! Acting on behalf of somebody for longer than the token is good that they came with, as MSAL .NET's
//! `ILongRunningWebApi`: begun under a key, gone on with by the refresh token, ended by the program.
mod initiate;
mod process;
mod stop;

pub use initiate::{InitiateLongRunningOnBehalfOf, LongRunningInitiation, LongRunningOnBehalfOf};
pub use process::{AcquireTokenInLongRunningOnBehalfOf, LongRunningProcess};
pub use stop::{LongRunningStop, StopLongRunningOnBehalfOf};

use crate::cache::{CacheEntries, account_of, home_account_id_in, unpadded};
use crate::error::Error;
use crate::json::JsonObject;
use crate::secret::Secret;
use alloc::{string::String, string::ToString, vec::Vec};
use serde::{Deserialize, Serialize};
use thiserror::Error as ThisError;

/// Why a key of a long-running process does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum LongRunningError {
    /// There is nothing under it that could give a token.
    #[error("no long-running process goes on under this key: begin one with the user's next assertion")]
    NotStarted,
    /// It is another user's.
    #[error(
        "the key of this long-running process is another user's: give each user a key of their own, or stop that \
         process first"
    )]
    AnotherUser,
}

/// Whose a key is: an entry under it tells.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    /// None for an application.
    account: Option<String>,
    /// The digest of the assertion that the process was begun with. Other MSALs do not tell.
    started_with: Option<String>,
}

/// It tells who somebody is.
impl core::fmt::Debug for Holder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Holder").finish_non_exhaustive()
    }
}

impl Holder {
    /// Each once. What was had for an assertion alone is of no process.
    pub(super) fn all(key: &str, found: &CacheEntries) -> Vec<Self> {
        let mut holders = Vec::new();
        for token in found.access_tokens.iter().filter(|token| token.started_with().is_some()) {
            let account = account_of(token.home_account_id().map(|home| &**home), key);
            holders.push(Self { account, started_with: token.started_with().map(ToString::to_string) });
        }
        for token in &found.refresh_tokens {
            let account = account_of(Some(token.home_account_id()), key);
            holders.push(Self { account, started_with: token.started_with() });
        }
        holders.dedup();
        holders
    }

    /// Whether what was issued is of the one user that the key is of. Applications have no account: of these the
    /// assertion tells.
    pub(super) fn check(holders: &[Self], issued: &JsonObject, hash: &str) -> Result<(), LongRunningError> {
        let account = home_account_id_in(issued);
        let is_same = |holder: &Self| match (&holder.account, &account) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            (None, None) => holder.started_with.as_deref() == Some(hash),
            _ => false,
        };
        if holders.iter().all(is_same) { Ok(()) } else { Err(LongRunningError::AnotherUser) }
    }

    /// The one user that the key is of. Processes that began at the same time may have taken one key for several.
    fn only(holders: &[Self]) -> Result<&Self, LongRunningError> {
        let first = holders.first().ok_or(LongRunningError::NotStarted)?;
        let is_same = |holder: &Self| match (&holder.account, &first.account) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            (None, None) => holder.started_with == first.started_with,
            _ => false,
        };
        if holders.iter().all(is_same) { Ok(first) } else { Err(LongRunningError::AnotherUser) }
    }
}

/// The key as the cache keeps it.
fn checked(key: &Secret) -> Result<Secret, Error> {
    match unpadded(key.expose()) {
        "" => Err(Error::InvalidParameter { parameter: "key", reason: "it is empty" }),
        key => Ok(Secret::new(key)),
    }
}
