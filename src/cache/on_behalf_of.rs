//! How tokens lie in the cache that an application has on behalf of somebody.
//!
//! They are kept apart by `user_assertion_hash`, as in MSAL .NET, Go and Java: the digest of the assertion that they were
//! issued to, or the key of a long-running process. MSAL Python and others look for tokens by `home_account_id` and know
//! nothing of that member, so it names no account here: whoever ignores the one finds nothing by the other, and no two
//! assertions share a key in the file.
use crate::encoding::{base64url, sha256};
use alloc::{borrow::ToOwned, format, string::String, sync::Arc};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The member that tells with which assertion a long-running process was begun.
pub(super) const STARTED_WITH: &str = "long_running_assertion_hash";

/// Digests an assertion as all MSALs do: SHA-256, base64url. MSAL Go alone pads it, which does not count when it is read.
///
/// ```
/// let hash = msal_proto::cache::user_assertion_hash("a.b.c");
/// assert_eq!(hash, "hF4wRIgJ4ryJWOsCW_x5UjXROwd6U9DDq70jhRcNybg");
/// ```
pub fn user_assertion_hash(assertion: &str) -> String {
    base64url(sha256(assertion))
}

/// What tokens are kept under that are had on behalf of somebody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionKey {
    /// What tells them apart: the digest of the assertion, or the key of a long-running process.
    pub user_assertion_hash: Arc<str>,
    /// Of a long-running process the digest of the assertion that it was begun with. Only such a one keeps its refresh
    /// token.
    pub started_with: Option<Arc<str>>,
    /// The account, where it is known though the answer does not tell.
    pub account: Option<Arc<str>>,
}

/// Whose they are is not shown: the key of a process is the program's.
impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionKey")
            .field("is_long_running", &self.started_with.is_some())
            .finish_non_exhaustive()
    }
}

impl AssertionKey {
    /// The `home_account_id` of entries of this account, or of an application that has none.
    pub(super) fn home_account_id(&self, account: Option<&str>) -> String {
        let own = own_part(&self.user_assertion_hash);
        match account.or(self.account.as_deref()) {
            None => own,
            Some(account) => format!("{account}.{own}"),
        }
    }
}

/// The account that an entry under this hash is of; none if it is an application. Other MSALs name it plainly.
pub(crate) fn account_of(home_account_id: Option<&str>, user_assertion_hash: &str) -> Option<String> {
    let home = home_account_id.filter(|home| !home.is_empty())?;
    let own = own_part(user_assertion_hash);
    match home.strip_suffix(&own) {
        None => Some(home.to_owned()),
        Some(account) => account.strip_suffix('.').map(ToOwned::to_owned),
    }
}

/// What no account ends with. A digest, since a key may have any characters, of either case.
fn own_part(user_assertion_hash: &str) -> String {
    format!("obo.{}", base64url(sha256(user_assertion_hash)))
}

/// Without padding.
pub(crate) fn unpadded(hash: &str) -> &str {
    hash.trim_end_matches('=')
}
