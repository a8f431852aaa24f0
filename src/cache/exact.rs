//! Access tokens by the digest of a whole target.
use super::AccessToken;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::mem;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// A digest is not proof: who finds a token here still compares its fields.
#[derive(Clone, Default)]
pub(super) struct Exact {
    /// Of each digest the one that came first. The token itself is here too: one step less to a hit.
    first: HashTable<(u64, u32, Arc<AccessToken>)>,
    /// The others. A file may have any number of copies of one token, so they are not left to the table's probing.
    more: BTreeMap<(u64, u32), Arc<AccessToken>>,
}

impl Exact {
    /// Tokens with their places, in the order in which they came.
    pub(super) fn get(&self, digest: u64) -> impl Iterator<Item = (u32, &Arc<AccessToken>)> {
        let first = self.first.find(digest, |(own, ..)| *own == digest);
        let more = self.more.range((digest, 0)..=(digest, u32::MAX));
        let more = more.map(|((_, place), token)| (*place, token));
        first.map(|(_, place, token)| (*place, token)).into_iter().chain(more)
    }

    pub(super) fn insert(&mut self, digest: u64, place: u32, token: Arc<AccessToken>) {
        let mut new = (digest, place, token);
        match self.first.entry(digest, |(own, ..)| *own == digest, |(own, ..)| *own) {
            Entry::Vacant(entry) => drop(entry.insert(new)),
            Entry::Occupied(mut entry) => {
                if place < entry.get().1 {
                    mem::swap(entry.get_mut(), &mut new);
                }
                self.more.insert((digest, new.1), new.2);
            }
        }
    }

    pub(super) fn remove(&mut self, digest: u64, place: u32) {
        if self.more.remove(&(digest, place)).is_some() {
            return;
        }
        let is_it = |(own, first, _): &(u64, u32, _)| *own == digest && *first == place;
        if let Ok(mut entry) = self.first.find_entry(digest, is_it) {
            let next = self.more.range((digest, 0)..=(digest, u32::MAX)).next().map(|(key, _)| *key);
            match next.and_then(|key| self.more.remove(&key).map(|token| (digest, key.1, token))) {
                Some(next) => *entry.get_mut() = next,
                None => drop(entry.remove()),
            }
        }
    }
}
