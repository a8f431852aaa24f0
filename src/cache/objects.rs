//! A section of entries that are kept by their keys alone.
use super::{CredentialType, keys};
use crate::json::JsonObject;
use alloc::{string::String, vec::Vec};
use hashbrown::HashMap;

/// An entry in the order of the file.
#[derive(Clone)]
pub(super) enum Object {
    /// An entry, with its key in the file if that is not the one it would be written under.
    Entry(Option<String>, JsonObject),
    /// No JSON object: its key and its text.
    Unreadable(String, String),
    Gone,
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
    pub(super) fn put(&mut self, key: String, members: JsonObject) {
        let places = self.places.remove(&key).unwrap_or_default();
        for place in places.iter().skip(1) {
            self.clear(*place);
        }
        let entry = Object::Entry(None, members);
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
    pub(super) fn load(&mut self, credential_type: CredentialType, key: &str, members: JsonObject) {
        let own = keys::of_members(credential_type, &members);
        let file_key = (own != key).then(|| key.into());
        self.places.entry(own).or_default().push(self.entries.len());
        self.entries.push(Object::Entry(file_key, members));
    }

    pub(super) fn load_unreadable(&mut self, key: &str, text: &str) {
        self.entries.push(Object::Unreadable(key.into(), text.into()));
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
        let mut moved = HashMap::new();
        let mut kept = Vec::with_capacity(self.entries.len() - self.gone);
        for (place, entry) in core::mem::take(&mut self.entries).into_iter().enumerate() {
            if !matches!(entry, Object::Gone) {
                moved.insert(place, kept.len());
                kept.push(entry);
            }
        }
        self.entries = kept;
        self.gone = 0;
        for places in self.places.values_mut() {
            *places = places.iter().filter_map(|place| moved.get(place).copied()).collect();
        }
    }
}
