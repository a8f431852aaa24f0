//! Lists of places by digest.
use alloc::collections::BTreeSet;
use hashbrown::HashMap;

/// A digest is not proof: who finds a place here still compares the entry's fields.
#[derive(Clone, Default)]
pub(super) struct Postings(HashMap<u64, BTreeSet<u32>>);

impl Postings {
    pub(super) fn get(&self, digest: u64) -> Option<&BTreeSet<u32>> {
        self.0.get(&digest)
    }

    /// Places in the order in which the entries came.
    pub(super) fn places(&self, digest: u64) -> impl Iterator<Item = u32> {
        self.get(digest).into_iter().flatten().copied()
    }

    pub(super) fn insert(&mut self, digest: u64, place: u32) {
        self.0.entry(digest).or_default().insert(place);
    }

    pub(super) fn remove(&mut self, digest: u64, place: u32) {
        if let Some(places) = self.0.get_mut(&digest) {
            places.remove(&place);
            if places.is_empty() {
                self.0.remove(&digest);
            }
        }
    }
}
