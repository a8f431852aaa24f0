//! The cache file: reading and writing its JSON.
use super::access_tokens::Slot;
use super::objects::{Object, Objects};
use super::{AccessToken, CredentialType, Section, TokenCache, keys};
use crate::json::{JsonFault, JsonObject, quote};
use alloc::{string::String, vec::Vec};
use hashbrown::HashSet;
use thiserror::Error as ThisError;

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
            let file = JsonObject::parse(text.as_bytes())?;
            for (name, section) in file.members() {
                read.load_section(name, section);
            }
        }
        *self = read;
        Ok(())
    }

    fn load_section(&mut self, name: &str, text: &str) {
        let known = CredentialType::from_name(name);
        let entries = known.and_then(|kind| Some((kind, JsonObject::parse_entries(text)?)));
        let section = match entries {
            None => Section::Unknown(name.into(), text.into()),
            Some((CredentialType::AccessToken, entries)) => {
                for (key, text) in entries.members() {
                    let slot = self.read_access_token(key, text);
                    self.access_tokens.push(slot);
                }
                Section::Known(CredentialType::AccessToken)
            }
            Some((kind, entries)) => {
                let mut objects = Objects::default();
                for (key, text) in entries.members() {
                    match JsonObject::parse(text.as_bytes()) {
                        Ok(members) => objects.load(kind, key, members),
                        Err(_) => objects.load_unreadable(key, text),
                    }
                }
                self.objects.insert(kind, objects);
                Section::Known(kind)
            }
        };
        self.sections.push(section);
    }

    fn read_access_token(&mut self, key: &str, text: &str) -> Slot {
        let members = JsonObject::parse(text.as_bytes()).ok();
        let tokens = &mut self.access_tokens;
        let read =
            |members: &JsonObject| AccessToken::from_members(members, Some(key), |text| tokens.intern(text));
        match members.as_ref().and_then(read) {
            Some(token) => Slot::Token(token.into()),
            None => Slot::Unreadable(key.into(), text.into()),
        }
    }

    /// The content of a file: equal as JSON to what MSAL Python writes of the same entries, in the order in which they
    /// came.
    pub fn serialize(&mut self) -> String {
        self.has_state_changed = false;
        let mut sections = Writer::new();
        for section in &self.sections {
            match section {
                Section::Known(CredentialType::AccessToken) => {
                    sections.member("AccessToken", &self.write_access_tokens());
                }
                Section::Known(kind) => {
                    let entries = self.objects.get(kind).map(|objects| write_objects(*kind, objects));
                    sections.member(kind.as_str(), entries.as_deref().unwrap_or("{}"));
                }
                Section::Unknown(name, text) => sections.member(name, text),
            }
        }
        sections.end()
    }

    fn write_access_tokens(&self) -> String {
        let mut keys = Keys::default();
        let slots: Vec<_> = self.access_tokens.slots().collect();
        for slot in &slots {
            if let Slot::Token(token) = slot
                && file_key(token).is_none()
            {
                keys.own.insert(keys::of_access_token(token));
            }
        }
        let mut entries = Writer::new();
        for slot in slots {
            match slot {
                Slot::Token(token) => {
                    let key = keys.choose(file_key(token), || keys::of_access_token(token));
                    entries.member(&key, &write(&token.members()));
                }
                Slot::Unreadable(key, text) => entries.member(key, text),
                Slot::Gone => {}
            }
        }
        entries.end()
    }
}

fn file_key(token: &AccessToken) -> Option<&str> {
    token.unlike.as_ref()?.key.as_deref()
}

fn write_objects(kind: CredentialType, objects: &Objects) -> String {
    let mut keys = Keys::default();
    for object in objects.iter() {
        if let Object::Entry(None, members) = object {
            keys.own.insert(keys::of_members(kind, members));
        }
    }
    let mut entries = Writer::new();
    for object in objects.iter() {
        match object {
            Object::Entry(file_key, members) => {
                let key = keys.choose(file_key.as_deref(), || keys::of_members(kind, members));
                entries.member(&key, &write(members));
            }
            Object::Unreadable(key, text) => entries.member(key, text),
            Object::Gone => {}
        }
    }
    entries.end()
}

/// An entry keeps its key of the file unless another has it by right.
#[derive(Default)]
struct Keys {
    own: HashSet<String>,
}

impl Keys {
    fn choose(&self, file_key: Option<&str>, own: impl FnOnce() -> String) -> String {
        match file_key {
            Some(key) if !self.own.contains(key) => key.into(),
            _ => own(),
        }
    }
}

fn write(members: &JsonObject) -> String {
    let mut object = Writer::new();
    for (name, raw) in members.members() {
        object.member(name, raw);
    }
    object.end()
}

/// Writes an object of texts that are JSON.
struct Writer(String);

impl Writer {
    fn new() -> Self {
        Self("{".into())
    }

    fn member(&mut self, name: &str, raw: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&quote(name));
        self.0.push(':');
        self.0.push_str(raw);
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
