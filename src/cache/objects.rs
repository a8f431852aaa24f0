//! A section of entries that are kept by their keys, and found by whose they are.
use super::accounts::Accounts;
use super::fields::Fields;
use super::index::PartitionKey;
use super::postings::Postings;
use super::{Account, CredentialType, keys, text};
use crate::json::JsonObject;
use alloc::{borrow::Cow, string::String, sync::Arc, vec::Vec};
use hashbrown::{DefaultHashBuilder, HashMap, HashSet};
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
    owner: Owner,
}

/// Where it is found, other than by its key.
#[derive(Clone)]
enum Owner {
    /// Among the accounts.
    Account(Account),
    /// By these digests: an account's, or in app metadata an application's; and that of what is had on behalf of
    /// somebody.
    Digests(Option<u64>, Option<u64>),
    Nobody,
}

#[derive(Clone)]
pub(super) struct Objects {
    kind: CredentialType,
    hasher: DefaultHashBuilder,
    entries: Vec<Object>,
    /// Places by identity; more than one only if the file had it under several keys.
    places: HashMap<String, Vec<u32>>,
    owners: Postings,
    pub(super) accounts: Accounts,
    interned: HashSet<Arc<str>>,
    gone: usize,
}

impl Objects {
    pub(super) fn new(kind: CredentialType) -> Self {
        Self {
            kind,
            hasher: DefaultHashBuilder::default(),
            entries: Vec::new(),
            places: HashMap::default(),
            owners: Postings::default(),
            accounts: Accounts::default(),
            interned: HashSet::default(),
            gone: 0,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Object> {
        self.entries.iter().filter(|entry| !matches!(entry, Object::Gone))
    }

    /// The texts of an account's entries, or of an application's metadata, in the order in which they came. A digest is
    /// not proof: who reads them still compares whose they are.
    pub(super) fn owned_by(&self, owner: &PartitionKey<'_>) -> impl Iterator<Item = &str> {
        self.owners.places(owner.digest(&self.hasher).finish()).filter_map(|place| {
            match self.entries.get(place as usize) {
                Some(Object::Entry(entry)) => Some(entry.text.as_str()),
                _ => None,
            }
        })
    }

    /// Takes the place of what has its identity.
    pub(super) fn put(&mut self, members: &JsonObject) {
        let Some(entry) = self.read(None, &text::of_members(members)) else {
            return;
        };
        // Most answers bring the metadata that is there.
        if self.has_just(&entry) {
            return;
        }
        let places = self.places.remove(&entry.key).unwrap_or_default();
        // Other libraries key a refresh token by its family, which shares it: it stays, as in MSAL Python.
        let (kept, replaced): (Vec<_>, Vec<_>) = places
            .into_iter()
            .partition(|place| self.kind == CredentialType::RefreshToken && self.has_file_key(*place));
        if !kept.is_empty() {
            self.places.insert(entry.key.clone(), kept);
        }
        let mut replaced = replaced.into_iter();
        let first = replaced.next();
        replaced.for_each(|place| self.clear(place));
        let Some(place) = first else {
            return self.push(Object::Entry(entry));
        };
        self.unindex(place);
        self.index(place, &entry);
        if let Some(slot) = self.entries.get_mut(place as usize) {
            *slot = Object::Entry(entry);
        }
    }

    fn has_file_key(&self, place: u32) -> bool {
        matches!(self.entries.get(place as usize), Some(Object::Entry(Entry { file_key: Some(_), .. })))
    }

    /// Whether it is there, once, and would be written so.
    fn has_just(&self, entry: &Entry) -> bool {
        let Some([place]) = self.places.get(&entry.key).map(Vec::as_slice) else {
            return false;
        };
        match self.entries.get(*place as usize) {
            Some(Object::Entry(own)) => own.file_key.is_none() && own.text == entry.text,
            _ => false,
        }
    }

    /// Adds what a file has.
    pub(super) fn load(&mut self, file_key: &str, text: &str) {
        let object = match self.read(Some(file_key), text) {
            None => Object::Unreadable(file_key.into(), text.into()),
            Some(entry) => Object::Entry(entry),
        };
        self.push(object);
    }

    pub(super) fn remove(&mut self, key: &str) -> bool {
        let places = self.places.remove(key).unwrap_or_default();
        places.iter().for_each(|place| self.clear(*place));
        if self.gone > self.entries.len() / 2 + 32 {
            self.compact();
        }
        !places.is_empty()
    }

    /// An entry by its text; none if that is no object.
    fn read(&mut self, file_key: Option<&str>, text: &str) -> Option<Entry> {
        let fields = Fields::read(text)?;
        let key = keys::of_fields(self.kind, &fields);
        let owner = match self.kind {
            CredentialType::Account => {
                let account = Account::read(text, |text| intern(&mut self.interned, text));
                account.map_or(Owner::Nobody, Owner::Account)
            }
            _ => match (self.digest(&fields), self.digest_of_assertion(&fields)) {
                (None, None) => Owner::Nobody,
                (owner, of_assertion) => Owner::Digests(owner, of_assertion),
            },
        };
        let file_key = file_key.filter(|file_key| *file_key != key).map(String::from);
        Some(Entry { key, file_key, text: Zeroizing::new(text.into()), owner })
    }

    /// The digest of whose it is, if it tells.
    fn digest(&self, fields: &Fields<'_>) -> Option<u64> {
        let environment = fields.text("environment").unwrap_or_default();
        let text = |name| fields.first(&[name]);
        let digest = |owner: PartitionKey<'_>| owner.digest(&self.hasher).finish();
        Some(match self.kind {
            CredentialType::AppMetadata => digest(PartitionKey::of_app(&text("client_id")?, &environment)),
            _ => digest(PartitionKey::of_account(&text("home_account_id")?, &environment)),
        })
    }

    fn digest_of_assertion(&self, fields: &Fields<'_>) -> Option<u64> {
        if self.kind != CredentialType::RefreshToken {
            return None;
        }
        let hash = fields.first(&["user_assertion_hash", "userAssertionHash"])?;
        let text = |name| fields.text(name).unwrap_or_default();
        let (client_id, environment) = (text("client_id"), text("environment"));
        Some(PartitionKey::of_assertion(&hash, &client_id, &environment).digest(&self.hasher).finish())
    }

    fn push(&mut self, object: Object) {
        let place = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        if let Object::Entry(entry) = &object {
            self.index(place, entry);
        }
        self.entries.push(object);
    }

    fn index(&mut self, place: u32, entry: &Entry) {
        self.places.entry_ref(entry.key.as_str()).or_default().push(place);
        match &entry.owner {
            Owner::Account(account) => self.accounts.insert(place, account.clone()),
            Owner::Digests(owner, of_assertion) => {
                for digest in [owner, of_assertion].into_iter().flatten() {
                    self.owners.insert(*digest, place);
                }
            }
            Owner::Nobody => {}
        }
    }

    /// Takes it out of what finds it, but for its key.
    fn unindex(&mut self, place: u32) {
        if let Some(Object::Entry(entry)) = self.entries.get(place as usize) {
            match &entry.owner {
                Owner::Account(account) => self.accounts.remove(place, account),
                Owner::Digests(owner, of_assertion) => {
                    for digest in [owner, of_assertion].into_iter().flatten() {
                        self.owners.remove(*digest, place);
                    }
                }
                Owner::Nobody => {}
            }
        }
    }

    fn clear(&mut self, place: u32) {
        self.unindex(place);
        if let Some(slot) = self.entries.get_mut(place as usize) {
            *slot = Object::Gone;
            self.gone += 1;
        }
    }

    /// Numbers the entries anew.
    fn compact(&mut self) {
        let kept = core::mem::take(&mut self.entries);
        let (hasher, mut interned) = (self.hasher.clone(), core::mem::take(&mut self.interned));
        *self = Self { hasher, ..Self::new(self.kind) };
        interned.retain(|text| Arc::strong_count(text) > 1);
        self.interned = interned;
        for object in kept.into_iter().filter(|object| !matches!(object, Object::Gone)) {
            self.push(object);
        }
    }
}

/// One text for all entries that have it.
fn intern(interned: &mut HashSet<Arc<str>>, text: Cow<'_, str>) -> Arc<str> {
    interned.get_or_insert_with(&*text, |text| Arc::from(text)).clone()
}
