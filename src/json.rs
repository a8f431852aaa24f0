//! JSON objects of which we know some members and keep the others as they came.
use crate::secret::Secret;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;
use hashbrown::HashSet;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

/// As many members are looked through rather than hashed.
const FEW: usize = 32;

/// Why a text is not the JSON object that was expected. It tells where, never what: the text may be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// The bytes are not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Not JSON (RFC 8259), or cut off; counted from 1.
    #[error("not JSON at line {line}, column {column}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// JSON, but no object.
    #[error("a JSON object is expected")]
    NotAnObject,
    /// One member name occurs twice (RFC 8259 section 4); which of them counts is anybody's guess.
    #[error("a member occurs twice")]
    DuplicateMember,
}

/// A JSON object in its own order, each value kept text for text.
///
/// `Debug` shows the names alone. Values are overwritten when they are dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct JsonObject(Vec<(String, RawText)>);

/// The text of one value, wiped at the drop.
#[derive(Clone)]
enum RawText {
    /// A string as it came, which is shared with whoever asks for it.
    String(Secret),
    Any(Zeroizing<String>),
}

impl RawText {
    fn new(raw: Box<str>) -> Self {
        Secret::from_json(raw).map_or_else(|raw| Self::Any(Zeroizing::new(raw.into())), Self::String)
    }

    fn as_str(&self) -> &str {
        match self {
            Self::String(text) => text.expose_raw(),
            Self::Any(text) => text,
        }
    }
}

impl PartialEq for RawText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawText {}

impl JsonObject {
    /// Reads one object.
    ///
    /// # Errors
    /// [`JsonFault`] if the bytes are no JSON object, or if a name occurs twice in it.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonFault> {
        let text = core::str::from_utf8(bytes).map_err(|_| JsonFault::NotUtf8)?;
        let object = serde_json::from_str::<Self>(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data if text.trim_start().starts_with('{') => {
                JsonFault::DuplicateMember
            }
            serde_json::error::Category::Data => JsonFault::NotAnObject,
            _ => JsonFault::Syntax { line: error.line(), column: error.column() },
        })?;
        Ok(object)
    }

    /// Whether there is a member of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The value's text.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.value(name).map(RawText::as_str)
    }

    fn value(&self, name: &str) -> Option<&RawText> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value read as this type; none if it is absent or of another type.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// A string member; none if it is absent or no string.
    pub fn string(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            RawText::String(text) => Some(text.expose().into()),
            RawText::Any(raw) => serde_json::from_str(raw).ok(),
        }
    }

    /// A string member that is secret.
    pub fn secret(&self, name: &str) -> Option<Secret> {
        match self.value(name)? {
            RawText::String(text) => Some(text.clone()),
            RawText::Any(raw) => serde_json::from_str(raw).ok(),
        }
    }

    /// Sets a member to this text of JSON, in its place or at the end.
    pub(crate) fn set_raw(&mut self, name: &str, value: String) {
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some((_, slot)) => *slot = RawText::Any(Zeroizing::new(value)),
            None => self.0.push((name.into(), RawText::Any(Zeroizing::new(value)))),
        }
    }

    /// Sets a member to a string.
    pub(crate) fn set_string(&mut self, name: &str, value: &str) {
        self.set_raw(name, quote(value));
    }

    /// The names and the values' texts, in order.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether it has no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A string as JSON text.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(&mut out, text);
    out
}

/// Writes a string as JSON text.
pub(crate) fn write_quoted(out: &mut String, text: &str) {
    let is_plain = |byte: u8| (byte >= b' ') & (byte != b'"') & (byte != b'\\');
    if text.bytes().fold(true, |so_far, byte| so_far & is_plain(byte)) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        // Writing a string cannot fail: there is no map key and no I/O in it.
        out.push_str(&Zeroizing::new(serde_json::to_string(text).unwrap_or_default()));
    }
}

impl fmt::Debug for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            let raw: &RawValue =
                serde_json::from_str(value.as_str()).map_err(|_| serde::ser::Error::custom("not JSON"))?;
            map.serialize_entry(name, raw)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Members::deserialize(deserializer)? {
            Members(_, true) => Err(D::Error::custom("a member occurs twice")),
            Members(members, false) => Ok(Self(members)),
        }
    }
}

/// All members, and whether a name occurs twice among them.
struct Members(Vec<(String, RawText)>, bool);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                let mut names = HashSet::new();
                let mut has_duplicates = false;
                while let Some(name) = map.next_key::<String>()? {
                    let value: Box<RawValue> = map.next_value()?;
                    has_duplicates |= match members.len() {
                        // Few are compared one by one, which is faster.
                        ..FEW => members.iter().any(|(other, _): &(String, RawText)| *other == name),
                        FEW => {
                            names.extend(members.iter().map(|(name, _)| name.clone()));
                            !names.insert(name.clone())
                        }
                        _ => !names.insert(name.clone()),
                    };
                    members.push((name, RawText::new(value.into())));
                }
                Ok(Members(members, has_duplicates))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_whether_escaped_or_not() {
        let text = r#"{"plain":"a\u002fb","is":"a/b","quotes":"\"a\"","empty":"","slash":"\\","number":1,"null":null}"#;
        let object = JsonObject::parse(text.as_bytes()).unwrap();
        let strings = [("plain", "a/b"), ("is", "a/b"), ("quotes", "\"a\""), ("empty", ""), ("slash", "\\")];
        for (name, value) in strings {
            assert_eq!(object.string(name).as_deref(), Some(value));
            assert_eq!(object.secret(name).unwrap().expose(), value);
        }
        for name in ["number", "null", "absent"] {
            assert_eq!((object.string(name), object.secret(name)), (None, None));
        }
        assert_eq!(object.raw("is"), Some(r#""a/b""#));
        assert_eq!(serde_json::to_string(&object).unwrap(), text);
    }

    #[test]
    fn an_object_is_equal_to_one_that_was_made_member_by_member() {
        let mut made = JsonObject::default();
        for (name, value) in [("a", "plain"), ("b", "\u{1}\"\\\u{e9}\u{7f}"), ("c", "")] {
            made.set_string(name, value);
        }
        let text = serde_json::to_string(&made).unwrap();
        assert_eq!(text, "{\"a\":\"plain\",\"b\":\"\\u0001\\\"\\\\\u{e9}\u{7f}\",\"c\":\"\"}");
        assert_eq!(JsonObject::parse(text.as_bytes()).unwrap(), made);
    }
}
