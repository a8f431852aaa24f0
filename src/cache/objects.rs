//! A section of entries that are kept by their keys alone.
use super::{CredentialType, keys, text};
use crate::json::JsonObject;
use alloc::{string::String, vec::Vec};
use hashbrown::HashMap;
use zeroize::Zeroizing;

/// An entry in the order of the file.
#[derive(Clone)]
pub(super) enum Object {
    Entry(Entry),
    /// No JSON object: its key and its text.
    Unreadable(String, String),
    Gone,
}

#[derive(Clone)]
pub(super) struct Entry {
    /// The one it is written under, which is its identity.
    pub(super) key: String,
    /// Its key in the file, if that is another.
    pub(super) file_key: Option<String>,
    /// Its text.
    pub(super) text: Zeroizing<String>,
}

#[derive(Clone, Default)]
pub(super) struct Objects {
    entries: Vec<Object>,
    /// Places by identity; more than one only if the file had it under several keys.
    places: HashMap<String, Vec<usize>>,
    gone: usize,
}

impl Objects {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Object> {
        self.entries.iter().filter(|entry| !matches!(entry, Object::Gone))
    }

    /// Takes the place of what has this key.
    pub(super) fn put(&mut self, key: String, members: &JsonObject) {
        let places = self.places.remove(&key).unwrap_or_default();
        for place in places.iter().skip(1) {
            self.clear(*place);
        }
        let entry =
            Object::Entry(Entry { key: key.clone(), file_key: None, text: text::of_members(members) });
        let place = match places.first().and_then(|place| Some((*place, self.entries.get_mut(*place)?))) {
            Some((place, slot)) => {
                *slot = entry;
                place
            }
            None => {
                self.entries.push(entry);
                self.entries.len() - 1
            }
        };
        self.places.insert(key, [place].into());
    }

    /// Adds what a file has.
    pub(super) fn load(&mut self, credential_type: CredentialType, file_key: &str, text: &str) {
        let entry = match keys::of_text(credential_type, text) {
            None => Object::Unreadable(file_key.into(), text.into()),
            Some(key) => {
                self.places.entry_ref(key.as_str()).or_default().push(self.entries.len());
                let file_key = (key != file_key).then(|| file_key.into());
                Object::Entry(Entry { key, file_key, text: Zeroizing::new(text.into()) })
            }
        };
        self.entries.push(entry);
    }

    pub(super) fn remove(&mut self, key: &str) -> bool {
        let places = self.places.remove(key).unwrap_or_default();
        places.iter().for_each(|place| self.clear(*place));
        if self.gone > self.entries.len() / 2 + 32 {
            self.compact();
        }
        !places.is_empty()
    }

    fn clear(&mut self, place: usize) {
        if let Some(slot) = self.entries.get_mut(place) {
            *slot = Object::Gone;
            self.gone += 1;
        }
    }

    /// Numbers the entries anew.
    fn compact(&mut self) {
        let mut kept = core::mem::take(&mut self.entries);
        kept.retain(|entry| !matches!(entry, Object::Gone));
        *self = Self { entries: kept, ..Self::default() };
        for (place, entry) in self.entries.iter().enumerate() {
            if let Object::Entry(entry) = entry {
                self.places.entry_ref(entry.key.as_str()).or_default().push(place);
            }
        }
    }
}
