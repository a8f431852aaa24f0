//! Acting on behalf of somebody for longer than the token is good that they came with, as MSAL .NET's
//! `ILongRunningWebApi`: begun under a key, gone on with by the refresh token, ended by the program.
mod initiate;
mod process;
mod stop;

pub use initiate::{InitiateLongRunningOnBehalfOf, LongRunningInitiation, LongRunningOnBehalfOf};
pub use process::{AcquireTokenInLongRunningOnBehalfOf, LongRunningProcess};
pub use stop::{LongRunningStop, StopLongRunningOnBehalfOf};

use crate::cache::{CacheEntries, account_of, unpadded};
use crate::error::Error;
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

    /// Who came with the assertion of this digest.
    pub(super) fn new(account: Option<String>, hash: &str) -> Self {
        Self { account, started_with: Some(hash.into()) }
    }

    /// Their account, if any of them tells.
    pub(super) fn account(holders: &[Self]) -> Option<&str> {
        holders.iter().find_map(|holder| holder.account.as_deref())
    }

    /// The one user that the key is of, if it is of one. Processes that began at the same time may have taken it for
    /// several.
    pub(super) fn check(holders: &[Self]) -> Result<(), LongRunningError> {
        let mut pairs = holders.iter().flat_map(|one| holders.iter().map(move |other| (one, other)));
        if pairs.all(|(one, other)| one.is(other)) { Ok(()) } else { Err(LongRunningError::AnotherUser) }
    }

    /// Whether both are the same user. Where the service does not name both, as it names no application, it is for the
    /// assertion to tell.
    fn is(&self, other: &Self) -> bool {
        match (&self.account, &other.account) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => self.started_with.is_some() && self.started_with == other.started_with || self == other,
        }
    }
}

/// The key as the cache keeps it.
fn checked(key: &Secret) -> Result<Secret, Error> {
    match unpadded(key.expose()) {
        "" => Err(Error::InvalidParameter { parameter: "key", reason: "it is empty" }),
        key => Ok(Secret::new(key)),
    }
}
