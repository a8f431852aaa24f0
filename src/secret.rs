//! Text and bytes that never show themselves and are wiped when the last owner lets go.
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use base64::{Engine, prelude::BASE64_STANDARD};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// A token, a secret, a code or an assertion, UTF-8.
///
/// `Debug` shows `[redacted]` and there is no `Display`: the one way to see it is [`Secret::expose`].
/// Clones share one allocation, which is overwritten when the last of them is dropped. Two are compared
/// by their hashes, so that the time it takes tells nothing about where they differ.
#[derive(Clone)]
pub struct Secret(Arc<Text>);

/// A secret, or JSON's text of it.
struct Text {
    text: Zeroizing<Box<str>>,
    /// JSON's quotes are around it.
    is_quoted: bool,
}

impl Secret {
    /// Takes the text over; of a `String` that has no room to spare nothing is copied.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        let boxed = if text.len() == text.capacity() {
            text.into_boxed_str()
        } else {
            // To give the room back may move it, and leave it where it was.
            let boxed = Box::from(text.as_str());
            text.zeroize();
            boxed
        };
        Self(Arc::new(Text { text: Zeroizing::new(boxed), is_quoted: false }))
    }

    /// Takes over a JSON string in which nothing is escaped, with its quotes; gives back any other JSON text.
    pub(crate) fn from_json(raw: Box<str>) -> Result<Self, Box<str>> {
        if raw.starts_with('"') && !raw.contains('\\') {
            Ok(Self(Arc::new(Text { text: Zeroizing::new(raw), is_quoted: true })))
        } else {
            Err(raw)
        }
    }

    /// The text itself. Named so that a reader finds every place that sees it.
    pub fn expose(&self) -> &str {
        let Text { text, is_quoted } = &*self.0;
        let unquoted = || text.get(1..text.len().checked_sub(1)?);
        if *is_quoted { unquoted().unwrap_or_default() } else { text }
    }

    /// As it was taken over, with the quotes that [`Self::from_json`] found.
    pub(crate) fn expose_raw(&self) -> &str {
        &self.0.text
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        Sha256::digest(self.expose()) == Sha256::digest(other.expose())
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// Bytes of a request or an answer. They may hold a token, so they show no more than a [`Secret`] does.
///
/// Serialized as base64 text (RFC 4648 section 4).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes, redacted]", self.0.len())
    }
}

impl Serialize for SecretBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(BASE64_STANDARD.encode(self.expose())))
    }
}

impl<'de> Deserialize<'de> for SecretBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = BASE64_STANDARD.decode(text.as_bytes());
        bytes.map(Self::new).map_err(|_| D::Error::custom("not base64"))
    }
}
