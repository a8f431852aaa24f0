//! The text and hash forms of the protocol, as plain functions.
use alloc::{string::String, vec::Vec};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Base64 as JOSE and PKCE want it (RFC 7515 appendix C).
pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes of base64url text, with or without padding; none if it is not that.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// SHA-256 (FIPS 180-4).
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 over parts that cannot run into each other: each is preceded by its length.
pub(crate) fn sha256_of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    bytes.iter().for_each(|byte| push_hex(&mut text, *byte));
    text
}

fn push_hex(text: &mut String, byte: u8) {
    text.extend([byte >> 4, byte & 15].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16)));
}

/// Bytes of hexadecimal text in either case; none if a character is no digit or their number is odd.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let digits = digits.collect::<Option<Vec<_>>>()?;
    digits.chunks(2).map(|pair| if let [high, low] = pair { Some(high << 4 | low) } else { None }).collect()
}

/// `application/x-www-form-urlencoded`, for queries and for bodies (WHATWG URL section 5.2).
pub(crate) fn encode_form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Sixteen random bytes as a UUID of version 4 (RFC 9562 section 5.4).
pub(crate) fn uuid4(random: &[u8; 32]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in random.iter().take(16).enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = match index {
            6 => byte & 0x0f | 0x40,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        push_hex(&mut text, byte);
    }
    text
}

/// Whether it is visible ASCII without blanks. All of it is looked at: many bytes at once, which is faster than to stop
/// at the first that is not.
pub(crate) fn is_graphic(text: &str) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & byte.is_ascii_graphic())
}

/// What stands after the host of a URL that is plainly `https://`, this host and a path: a parser would change nothing in
/// it, and costs more than all else that a request takes. None of any other URL, which takes the parser.
pub(crate) fn plain_path<'a>(url: &'a str, host: &str) -> Option<&'a str> {
    let path = url.strip_prefix("https://")?.strip_prefix(host)?.strip_prefix('/')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
    let is_step = |segment: &str| matches!(segment, "." | "..");
    (path.bytes().all(is_plain) && !path.split('/').any(is_step)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_is_at_this_host_and_nothing_in_it_would_be_mended() {
        let path = |url| plain_path(url, "login.example.com");
        assert_eq!(
            path("https://login.example.com/tenant-1/oauth2/v2.0/token"),
            Some("tenant-1/oauth2/v2.0/token")
        );
        assert_eq!(path("https://login.example.com/"), Some(""));
        for other in [
            "http://login.example.com/t",
            "HTTPS://login.example.com/t",
            "https://LOGIN.example.com/t",
            "https://login.example.com",
            "https://login.example.com:444/t",
            "https://login.example.com.evil.example/t",
            "https://login.example.com@evil.example/t",
            "https://evil.example/https://login.example.com/t",
            "https://login.example.com/t/../u",
            "https://login.example.com/./t",
            "https://login.example.com/t?q",
            "https://login.example.com/t#f",
            "https://login.example.com/%74",
            "https://login.example.com/t\\u",
            "https://login.example.com/t u",
            "https://login.example.com/\u{e9}",
        ] {
            assert_eq!(path(other), None, "{other}");
        }
    }
}
