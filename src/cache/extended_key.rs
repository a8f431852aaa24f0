//! Telling tokens apart that were issued to other extra parameters.
use crate::encoding::{base64url, sha256};
use alloc::{format, string::String, vec::Vec};

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
/// bytes and a colon (MSAL Python 1.39 and MSAL Go).
///
/// ```
/// use msal_proto::cache::ext_cache_key;
///
/// let key = ext_cache_key([("key1", "value1"), ("key2", "value2")]);
/// assert_eq!(key.as_deref(), Some("latlwkpewb_a0rcsmjvkecqt0_huumkw4sflzociike"));
/// assert_eq!(ext_cache_key([("grant_type", "client_credentials")]), None);
/// ```
pub fn ext_cache_key<'a>(data: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let is_extra = |(name, value): &(&str, &str)| !value.is_empty() && !EXCLUDED.contains(name);
    let mut extra = data.into_iter().filter(is_extra).peekable();
    extra.peek()?;
    let mut extra: Vec<_> = extra.collect();
    extra.sort_unstable();
    let netstring = |text: &str| format!("{}:{text}", text.len());
    let parts = extra.iter().map(|(name, value)| netstring(name) + &netstring(value));
    Some(base64url(sha256(parts.collect::<String>())).to_ascii_lowercase())
}
