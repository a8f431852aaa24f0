//! A bounded map whose entries end by themselves.
use crate::engine::UnixTime;
use alloc::{borrow::ToOwned, collections::BTreeMap, string::String};
use serde::{Deserialize, Serialize};

/// The most entries of one map.
const CAPACITY: usize = 1_024;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry<V> {
    created_at: UnixTime,
    expires_at: UnixTime,
    value: V,
}

impl<V> Entry<V> {
    /// An entry from the future is of a clock that was wrong: it does not count.
    fn is_good(&self, now: UnixTime) -> bool {
        self.created_at <= now && now < self.expires_at
    }
}

/// When it is full, the entry that would end first makes room.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Expiring<V>(BTreeMap<String, Entry<V>>);

impl<V> Default for Expiring<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V> Expiring<V> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, key: &str, now: UnixTime) -> Option<&V> {
        self.0.get(key).filter(|entry| entry.is_good(now)).map(|entry| &entry.value)
    }

    /// Kept for this many seconds.
    pub(crate) fn put(&mut self, key: String, value: V, now: UnixTime, seconds: u64) {
        if self.0.len() >= CAPACITY && !self.0.contains_key(&key) {
            self.0.retain(|_, entry| entry.is_good(now));
        }
        if self.0.len() >= CAPACITY && !self.0.contains_key(&key) {
            let first = self.0.iter().min_by_key(|(_, entry)| entry.expires_at);
            if let Some(first) = first.map(|(key, _)| key.to_owned()) {
                self.0.remove(&first);
            }
        }
        self.0.insert(key, Entry { created_at: now, expires_at: now.saturating_add(seconds), value });
    }
}
