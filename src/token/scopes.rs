//! Scopes as OAuth 2.0 and the cache schema write them.
use crate::encoding::is_graphic;
use crate::error::Error;
use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What MSAL asks for by itself.
const RESERVED: [&str; 3] = ["openid", "profile", "offline_access"];

/// A set of scopes (RFC 6749 section 3.3), kept as the cache's `target` has it: sorted by bytes, each once,
/// joined by one space. Case counts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Scopes(Arc<str>);

impl Scopes {
    /// From single scopes; one that holds white space counts as several.
    pub fn new<S: AsRef<str>>(scopes: impl IntoIterator<Item = S>) -> Self {
        let mut scopes = scopes.into_iter();
        match (scopes.next(), scopes.next()) {
            (None, _) => Self(Arc::from("")),
            (Some(only), None) if is_one_word(only.as_ref()) => Self(Arc::from(only.as_ref())),
            (Some(first), second) => {
                let mut text = String::from(first.as_ref());
                for scope in second.into_iter().chain(scopes) {
                    text.push(' ');
                    text.push_str(scope.as_ref());
                }
                Self::parse(&text)
            }
        }
    }

    /// From text in which white space separates them.
    pub fn parse(text: &str) -> Self {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        if words.windows(2).all(|pair| matches!(pair, [one, next] if one < next)) && words.join(" ") == text {
            return Self(Arc::from(text));
        }
        words.sort_unstable();
        words.dedup();
        Self(Arc::from(words.join(" ")))
    }

    /// With the reserved scopes that MSAL asks for whenever a person signs in, but for those that the program excludes.
    pub(crate) fn decorated(&self, excluded: &[String]) -> Result<Self, Error> {
        if self.iter().any(|scope| RESERVED.contains(&scope)) {
            let reason = "openid, profile and offline_access are reserved; they are added";
            return Err(Error::InvalidParameter { parameter: "scopes", reason });
        }
        let all = self.iter().chain(RESERVED);
        Ok(Self::new(all.filter(|scope| !excluded.iter().any(|one| one == scope))))
    }

    /// The text on the wire and in the cache.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The single scopes, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|scope| !scope.is_empty())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for Scopes {
    fn default() -> Self {
        Self(Arc::from(""))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::parse(&text))
    }
}

/// Without white space. Of ASCII that is seen without decoding.
fn is_one_word(text: &str) -> bool {
    is_graphic(text) || !text.contains(char::is_whitespace)
}
