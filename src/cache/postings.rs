//! Lists of places by digest.
use alloc::collections::BTreeSet;
use core::mem;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

/// A digest is not proof: who finds a place here still compares the entry's fields.
#[derive(Clone, Default)]
pub(super) struct Postings(HashMap<u64, Places>);

/// At least one place. Most digests have just one, which is here: one step less to it.
#[derive(Clone)]
pub(super) struct Places {
    first: u32,
    more: BTreeSet<u32>,
}

impl Places {
    pub(super) fn len(&self) -> usize {
        1 + self.more.len()
    }

    /// In the order in which the entries came.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        core::iter::once(self.first).chain(self.more.iter().copied())
    }

    fn insert(&mut self, mut place: u32) {
        if place < self.first {
            mem::swap(&mut place, &mut self.first);
        }
        if place != self.first {
            self.more.insert(place);
        }
    }

    /// What is left; none if that was the last.
    fn without(mut self, place: u32) -> Option<Self> {
        if place == self.first {
            self.first = self.more.pop_first()?;
        } else {
            self.more.remove(&place);
        }
        Some(self)
    }
}

impl Postings {
    pub(super) fn get(&self, digest: u64) -> Option<&Places> {
        self.0.get(&digest)
    }

    /// Places in the order in which the entries came.
    pub(super) fn places(&self, digest: u64) -> impl Iterator<Item = u32> {
        self.get(digest).into_iter().flat_map(Places::iter)
    }

    pub(super) fn insert(&mut self, digest: u64, place: u32) {
        match self.0.entry(digest) {
            Entry::Vacant(entry) => drop(entry.insert(Places { first: place, more: BTreeSet::new() })),
            Entry::Occupied(mut entry) => entry.get_mut().insert(place),
        }
    }

    pub(super) fn remove(&mut self, digest: u64, place: u32) {
        if let Entry::Occupied(entry) = self.0.entry(digest) {
            entry.replace_entry_with(|_, places| places.without(place));
        }
    }
}
