//! The content of token caches, followed from write to write; rule g: purging of expired access tokens.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::json::set;

/// Token caches by name, each as its serialization parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Caches {
    caches: Map<String, Value>,
}

impl Caches {
    /// Whether the cache has been used.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.caches.contains_key(name)
    }

    /// Gives a cache its content.
    pub(crate) fn set(&mut self, name: &str, content: Value) {
        self.caches.insert(name.to_owned(), content);
    }

    /// Does one cache write of a transcript.
    pub(crate) fn apply(&mut self, write: &Value) {
        let text = |name: &str| write.get(name).and_then(Value::as_str).unwrap_or_default();
        let cache = self.caches.entry(text("cache")).or_insert_with(|| Value::Object(Map::new()));
        let Some(sections) = cache.as_object_mut() else { return };
        let section = sections.entry(text("type")).or_insert_with(|| Value::Object(Map::new()));
        let Some(entries) = section.as_object_mut() else { return };
        match write.get("entry") {
            Some(entry) if text("op") == "put" => {
                entries.insert(text("key").to_owned(), entry.clone());
            }
            _ => {
                entries.remove(text("key"));
            }
        }
    }

    /// The entries of one section.
    pub(crate) fn entries(&self, cache: &str, section: &str) -> impl Iterator<Item = (&String, &Value)> {
        let entries = self.caches.get(cache).and_then(|cache| cache.get(section)).and_then(Value::as_object);
        entries.into_iter().flatten()
    }

    /// One entry.
    pub(crate) fn entry(&self, cache: &str, section: &str, key: &str) -> Option<&Value> {
        self.caches.get(cache)?.get(section)?.get(key)
    }

    /// The whole content of a cache.
    pub(crate) fn content(&self, name: &str) -> Option<&Value> {
        self.caches.get(name)
    }
}

/// The writes without removals of access tokens that had expired by `clock`, given the caches before them.
pub(crate) fn without_purges(writes: &[Value], before: &Caches, clock: i64) -> Vec<Value> {
    let mut caches = before.clone();
    let mut kept = Vec::new();
    for write in writes {
        if !is_purge(write, &caches, clock) {
            kept.push(write.clone());
        }
        caches.apply(write);
    }
    kept
}

fn is_purge(write: &Value, caches: &Caches, clock: i64) -> bool {
    let text = |name: &str| write.get(name).and_then(Value::as_str).unwrap_or_default();
    text("op") == "remove"
        && text("type") == "AccessToken"
        && caches
            .entry(text("cache"), "AccessToken", text("key"))
            .is_some_and(|entry| is_expired(entry, clock))
}

/// A cache without the access tokens that had expired by `clock`.
pub(crate) fn without_expired(mut cache: Value, clock: i64) -> Value {
    if let Some(tokens) = cache.get_mut("AccessToken").and_then(Value::as_object_mut) {
        tokens.retain(|_, entry| !is_expired(entry, clock));
    }
    cache
}

/// Whether an access token's `expires_on` has come.
pub(crate) fn is_expired(entry: &Value, clock: i64) -> bool {
    seconds(entry, "expires_on").is_some_and(|expires_on| expires_on <= clock)
}

/// A time of a cache entry: epoch seconds, as text or number.
pub(crate) fn seconds(entry: &Value, name: &str) -> Option<i64> {
    let value = entry.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// `golden` with the entries in which `expected` differs from `plain`.
pub(crate) fn patch(golden: &Value, plain: &Value, expected: &Value) -> Value {
    let mut patched = golden.clone();
    let names = |cache: &Value| {
        cache.as_object().map(|sections| sections.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let sections: BTreeSet<String> = names(plain).into_iter().chain(names(expected)).collect();
    for section in sections {
        let (before, after) = (plain.get(&section), expected.get(&section));
        if before == after {
            continue;
        }
        let Some(after) = after else {
            patched.as_object_mut().into_iter().for_each(|cache| drop(cache.remove(&section)));
            continue;
        };
        if patched.get(&section).is_none() {
            set(&mut patched, &[section.as_str()], json!({}));
        }
        let keys: BTreeSet<String> =
            before.map(names).unwrap_or_default().into_iter().chain(names(after)).collect();
        for key in keys {
            let entry = after.get(&key);
            if before.and_then(|before| before.get(&key)) == entry {
                continue;
            }
            if let Some(entries) = patched.get_mut(&section).and_then(Value::as_object_mut) {
                match entry {
                    Some(entry) => drop(entries.insert(key, entry.clone())),
                    None => drop(entries.remove(&key)),
                }
            }
        }
    }
    patched
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(key: &str, expires_on: &str) -> Value {
        json!({"cache": "main", "type": "AccessToken", "key": key, "op": "put", "entry": {"expires_on": expires_on}})
    }

    fn remove(section: &str, key: &str) -> Value {
        json!({"cache": "main", "type": section, "key": key, "op": "remove", "existed": true})
    }

    #[test]
    fn only_removals_of_expired_access_tokens_are_purges() {
        let mut caches = Caches::default();
        [put("old", "100"), put("good", "300")].iter().for_each(|write| caches.apply(write));
        let writes =
            [remove("AccessToken", "old"), remove("AccessToken", "good"), remove("RefreshToken", "old")];
        assert_eq!(without_purges(&writes, &caches, 200), &writes[1..]);
        assert_eq!(without_purges(&writes, &caches, 99), writes);
        assert_eq!(without_purges(&[remove("AccessToken", "unknown")], &caches, 200).len(), 1);
    }

    #[test]
    fn expired_access_tokens_leave_the_final_cache() {
        let cache =
            json!({"AccessToken": {"a": {"expires_on": "100"}, "b": {"expires_on": "101"}}, "IdToken": {}});
        assert_eq!(
            without_expired(cache, 100),
            json!({"AccessToken": {"b": {"expires_on": "101"}}, "IdToken": {}})
        );
    }

    #[test]
    fn a_patch_takes_over_only_what_differs() {
        let plain = json!({"AccessToken": {"a": 1, "b": 2}, "Account": {"x": 1}});
        let expected = json!({"AccessToken": {"b": 3}, "IdToken": {"y": 1}});
        let golden = json!({"AccessToken": {"a": 1, "b": 2, "c": 9}, "Account": {"x": 1}, "Other": {}});
        let patched = json!({"AccessToken": {"b": 3, "c": 9}, "IdToken": {"y": 1}, "Other": {}});
        assert_eq!(patch(&golden, &plain, &expected), patched);
    }
}
