//! Telling tokens apart that were issued to other extra parameters.
use crate::encoding::{base64url, sha256};
use alloc::collections::BTreeMap;
use alloc::{format, string::String, sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};

/// Members of a token request that are no extra parameters: the protocol's own, credentials, and those that the cache
/// tells apart by members of the entry.
const EXCLUDED: [&str; 22] = [
    "client_id",
    "grant_type",
    "scope",
    "claims",
    "username",
    "password",
    "refresh_token",
    "code",
    "redirect_uri",
    "code_verifier",
    "device_code",
    "assertion",
    "requested_token_use",
    "client_assertion",
    "client_assertion_type",
    "client_secret",
    "token_type",
    "req_cnf",
    "key_id",
    "client_info",
    "user_federated_identity_credential",
    "user_id",
];

/// The `ext_cache_key` of a token that was issued to these members of the request's body; none if there is no extra
/// one. SHA-256, base64url, lower case, over the sorted members, each name and value preceded by its length in UTF-8
/// bytes and a colon (MSAL Python 1.39, MSAL Go, MSAL Node and MSAL Java).
///
/// ```
/// use msal_proto::cache::ext_cache_key;
///
/// let key = ext_cache_key([("key1", "value1"), ("key2", "value2")]);
/// assert_eq!(key.as_deref(), Some("latlwkpewb_a0rcsmjvkecqt0_huumkw4sflzociike"));
/// assert_eq!(ext_cache_key([("grant_type", "client_credentials")]), None);
/// ```
pub fn ext_cache_key<'a>(data: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<String> {
    extra(data).map(|extra| netstring(&extra))
}

/// The digests of the extra parameters that a token must have been issued to, in each of the ways in which MSALs write
/// them: an entry that has a digest alone may have either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExtCacheKey(Arc<Spellings>);

/// Behind one pointer, for most queries have none.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Spellings {
    netstring: String,
    plain: String,
}

impl ExtCacheKey {
    /// Of the members of a request's body; none if there is no extra one.
    pub fn new<'a>(data: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let extra = extra(data)?;
        Some(Self(Arc::new(Spellings { netstring: netstring(&extra), plain: plain(&extra) })))
    }

    /// As [`ext_cache_key`] gives it, which this library writes.
    pub fn netstring(&self) -> &str {
        &self.0.netstring
    }

    /// Without lengths: SHA-256, base64url, lower case, over the sorted members, each name followed by its value (MSAL
    /// .NET, older versions of MSAL Go and MSAL Java).
    pub fn plain(&self) -> &str {
        &self.0.plain
    }
}

/// The digest of the parameters that another library's entry names: all of them count.
pub(super) fn of_components(components: &BTreeMap<String, String>) -> Option<String> {
    let components: Vec<_> = components.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    (!components.is_empty()).then(|| netstring(&components))
}

/// The members that are extra parameters, sorted.
fn extra<'a>(data: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Vec<(&'a str, &'a str)>> {
    let is_extra = |(name, value): &(&str, &str)| !value.is_empty() && !EXCLUDED.contains(name);
    let mut extra: Vec<_> = data.into_iter().filter(is_extra).collect();
    extra.sort_unstable();
    (!extra.is_empty()).then_some(extra)
}

fn netstring(extra: &[(&str, &str)]) -> String {
    digest(extra, |text| format!("{}:{text}", text.len()))
}

fn plain(extra: &[(&str, &str)]) -> String {
    digest(extra, |text| text.into())
}

fn digest(extra: &[(&str, &str)], write: impl Fn(&str) -> String) -> String {
    let parts = extra.iter().flat_map(|(name, value)| [write(name), write(value)]);
    base64url(sha256(parts.collect::<String>())).to_ascii_lowercase()
}
