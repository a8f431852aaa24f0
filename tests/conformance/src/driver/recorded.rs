//! A token cache whose writes are recorded.

use std::collections::BTreeSet;

use msal_proto::TokenCache;
use msal_proto::cache::{AccessToken, CacheChange, Entry};
use msal_proto::json::JsonObject;
use serde_json::Value;

use crate::world::World;

/// The section of access tokens.
const ACCESS_TOKEN: &str = "AccessToken";

/// A token cache; that of a client alone has no name and leaves no record.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) name: Option<String>,
    pub(super) tokens: TokenCache,
}

impl Recorded {
    /// Does what `change` says, by `apply`, and records it.
    pub(super) fn write(
        &mut self,
        world: &mut World<'_>,
        change: &CacheChange,
        apply: impl FnOnce(&mut TokenCache),
    ) {
        let mut before = self.tokens.clone();
        let keys_before = access_token_keys(&self.content());
        apply(&mut self.tokens);
        let Some(name) = &self.name else { return };
        let mut removed = BTreeSet::new();
        for entry in &change.removals {
            let (key, existed) = (entry.key(), before.remove(entry));
            world.cache_remove(name, entry.credential_type().as_str(), &key, existed);
            removed.insert(key);
        }
        if change.purge.is_some() {
            let keys_after = access_token_keys(&self.content());
            for key in keys_before.difference(&keys_after).filter(|key| !removed.contains(*key)) {
                world.cache_remove(name, ACCESS_TOKEN, key, true);
            }
        }
        for entry in &change.puts {
            world.cache_put(name, entry.credential_type().as_str(), &entry.key(), value(&entry.members()));
        }
    }

    /// Records that these were removed because they have expired.
    pub(super) fn record_expired(&self, world: &mut World<'_>, removed: &[std::sync::Arc<AccessToken>]) {
        let Some(name) = &self.name else { return };
        for token in removed {
            world.cache_remove(name, ACCESS_TOKEN, &Entry::AccessToken(token.clone()).key(), true);
        }
    }

    /// What it holds, as its serialization parses. It does not count as serialized.
    pub(super) fn content(&self) -> Value {
        serde_json::from_str(&self.tokens.clone().serialize()).unwrap_or_default()
    }
}

fn access_token_keys(content: &Value) -> BTreeSet<String> {
    let entries = content.get(ACCESS_TOKEN).and_then(Value::as_object);
    entries.into_iter().flat_map(|entries| entries.keys().cloned()).collect()
}

/// An entry's members as JSON.
pub(super) fn value(members: &JsonObject) -> Value {
    let member = |(name, raw): (&str, &str)| Some((name.to_owned(), serde_json::from_str(raw).ok()?));
    Value::Object(members.members().filter_map(member).collect())
}
