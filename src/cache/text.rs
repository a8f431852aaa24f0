//! The cache file: reading and writing its JSON.
use super::access_tokens::Slot;
use super::fields::Name;
use super::objects::{Object, Objects};
use super::{AccessToken, CredentialType, Section, TokenCache, keys};
use crate::json::{JsonFault, JsonObject, write_quoted};
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;
use hashbrown::{HashMap, HashSet};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

/// The longest text, in bytes: 64 MiB.
const LONGEST: usize = 64 << 20;

/// Why a text is no cache. It tells where, never what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum CacheError {
    /// The text is over the limit.
    #[error("the token cache's text is over 64 MiB")]
    TooLarge,
    /// The text is no JSON object. Keep it aside before it is overwritten.
    #[error("the token cache's text is damaged: {0}; keep it aside and begin with an empty cache")]
    Corrupt(#[from] JsonFault),
}

/// The members of an object, borrowed from its text. Of a name that occurs twice the last counts, as in MSAL Python.
struct Members<'a>(Vec<(Cow<'a, str>, &'a str)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name.0, value.get()));
                }
                if let Some(last) = last_of_each_name(&members) {
                    let mut place = 0..;
                    members.retain(|_| place.next().is_some_and(|place| last.contains(&place)));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// The places that count; none if no name occurs twice, so that all do.
fn last_of_each_name(members: &[(Cow<'_, str>, &str)]) -> Option<HashSet<usize>> {
    let places: HashMap<_, _> = members.iter().enumerate().map(|(place, (name, _))| (name, place)).collect();
    (places.len() < members.len()).then(|| places.into_values().collect())
}

impl TokenCache {
    /// Takes the content of a file over. An empty text is an empty cache.
    ///
    /// # Errors
    /// [`CacheError`]; the cache is then as it was.
    pub fn deserialize(&mut self, text: &str) -> Result<(), CacheError> {
        if text.len() > LONGEST {
            return Err(CacheError::TooLarge);
        }
        let mut read = Self::new();
        if !text.trim().is_empty() {
            let file = serde_json::from_str::<Members<'_>>(text).map_err(|error| match error.classify() {
                Category::Data => JsonFault::NotAnObject,
                _ => JsonFault::Syntax { line: error.line(), column: error.column() },
            })?;
            for (name, section) in file.0 {
                read.load_section(&name, section);
            }
        }
        *self = read;
        Ok(())
    }

    fn load_section(&mut self, name: &str, text: &str) {
        let known = CredentialType::from_name(name);
        let entries = known.and_then(|kind| Some((kind, serde_json::from_str::<Members<'_>>(text).ok()?)));
        let section = match entries {
            None => Section::Unknown(name.into(), text.into()),
            Some((CredentialType::AccessToken, entries)) => {
                for (key, text) in entries.0 {
                    let slot = self.read_access_token(&key, text);
                    self.access_tokens.push(slot);
                }
                Section::Known(CredentialType::AccessToken)
            }
            Some((kind, entries)) => {
                let mut objects = Objects::new(kind);
                for (key, text) in entries.0 {
                    objects.load(&key, text);
                }
                self.objects.insert(kind, objects);
                Section::Known(kind)
            }
        };
        self.sections.push(section);
    }

    fn read_access_token(&mut self, key: &str, text: &str) -> Slot {
        match AccessToken::read(text, Some(key), |text| self.access_tokens.intern(text)) {
            Some(token) => Slot::Token(token.into()),
            None => Slot::Unreadable((key.into(), text.into()).into()),
        }
    }

    /// The content of a file: equal as JSON to what MSAL Python writes of the same entries, in the order in which they
    /// came.
    pub fn serialize(&mut self) -> String {
        self.has_state_changed = false;
        let mut out = String::from("{");
        for section in &self.sections {
            let name = match section {
                Section::Known(kind) => kind.as_str(),
                Section::Unknown(name, _) => name,
            };
            begin_member(&mut out, name);
            match section {
                Section::Known(CredentialType::AccessToken) => self.write_access_tokens(&mut out),
                Section::Known(kind) => match self.objects.get(kind) {
                    Some(objects) => write_objects(objects, &mut out),
                    None => out.push_str("{}"),
                },
                Section::Unknown(_, text) => out.push_str(text),
            }
        }
        out.push('}');
        out
    }

    fn write_access_tokens(&self, out: &mut String) {
        write_entries(self.access_tokens.slots().filter_map(Entry::of_slot).collect(), out);
    }
}

fn write_objects(objects: &Objects, out: &mut String) {
    write_entries(objects.iter().filter_map(Entry::of_object).collect(), out);
}

/// An entry that is to be written.
struct Entry<'a> {
    /// Its key in the file, if that is not its own.
    file_key: Option<&'a str>,
    key: Cow<'a, str>,
    content: Content<'a>,
}

enum Content<'a> {
    Token(&'a AccessToken),
    Text(&'a str),
}

impl<'a> Entry<'a> {
    fn of_slot(slot: &'a Slot) -> Option<Self> {
        match slot {
            Slot::Token(token) => {
                let key = keys::of_access_token(token).into();
                Some(Self { file_key: token.file_key(), key, content: Content::Token(token) })
            }
            Slot::Unreadable(entry) => Some(Self::unreadable(&entry.0, &entry.1)),
            Slot::Gone => None,
        }
    }

    fn of_object(object: &'a Object) -> Option<Self> {
        match object {
            Object::Entry(entry) => {
                let (key, content) = (entry.key.as_str().into(), Content::Text(&entry.text));
                Some(Self { file_key: entry.file_key.as_deref(), key, content })
            }
            Object::Unreadable(key, text) => Some(Self::unreadable(key, text)),
            Object::Gone => None,
        }
    }

    fn unreadable(key: &'a str, text: &'a str) -> Self {
        Self { file_key: Some(key), key: key.into(), content: Content::Text(text) }
    }
}

/// Writes a section, no key of it twice. Of entries whose own key is the same the last counts, as in MSAL Python; one
/// that has a key of the file keeps that unless it is another's own, and is left out if it has none then.
fn write_entries(entries: Vec<Entry<'_>>, out: &mut String) {
    let own = entries.iter().enumerate().filter(|(_, entry)| entry.file_key.is_none());
    let owners: HashMap<&str, usize> = own.map(|(place, entry)| (&*entry.key, place)).collect();
    let mut given = HashSet::new();
    out.push('{');
    for (place, entry) in entries.iter().enumerate() {
        let key = match entry.file_key {
            None => Some(&*entry.key).filter(|key| owners.get(key) == Some(&place)),
            Some(file_key) => {
                [file_key, &entry.key].into_iter().find(|key| !owners.contains_key(key) && given.insert(*key))
            }
        };
        let Some(key) = key else { continue };
        begin_member(out, key);
        match entry.content {
            Content::Token(token) => token.write(out),
            Content::Text(text) => out.push_str(text),
        }
    }
    out.push('}');
}

/// An entry's text.
pub(super) fn of_members(members: &JsonObject) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::from("{"));
    for (name, raw) in members.members() {
        begin_member(&mut out, name);
        out.push_str(raw);
    }
    out.push('}');
    out
}

/// Begins a member of the object that is being written.
fn begin_member(out: &mut String, name: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    write_quoted(out, name);
    out.push(':');
}
