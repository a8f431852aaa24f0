//! The token cache in the unified schema that all MSALs share (`AccessToken`, `RefreshToken`, `IdToken`, `Account`,
//! `AppMetadata`), written as MSAL Python writes it.
//!
//! An entry is what its members say, never what its key in the file says. What this library does not know, members,
//! entries and whole sections, comes out as it went in.
//!
//! ```
//! use msal_proto::TokenCache;
//!
//! let mut cache = TokenCache::new();
//! cache.deserialize(r#"{"Unknown":{"kept":[1.50]}}"#)?;
//! assert_eq!(cache.serialize(), r#"{"Unknown":{"kept":[1.50]}}"#);
//! # Ok::<(), msal_proto::cache::CacheError>(())
//! ```
mod access_token;
mod access_tokens;
mod account;
mod accounts;
mod app_metadata;
mod bound;
mod change;
mod event;
mod exact;
mod extended_key;
mod fields;
mod index;
mod keys;
mod lookup;
mod objects;
mod on_behalf_of;
mod postings;
mod query;
mod read;
mod refresh_token;
mod search;
mod store;
mod text;
mod unlike;

pub use access_token::AccessToken;
pub use account::{Account, AccountInfo};
pub use app_metadata::AppMetadata;
pub use change::{CacheChange, CredentialType, Entry, Purge};
pub use event::TokenEvent;
pub(crate) use event::{home_account_id_in, home_account_id_of};
pub use extended_key::{ExtCacheKey, ext_cache_key};
pub use on_behalf_of::{AssertionKey, user_assertion_hash};
pub(crate) use on_behalf_of::{account_of, unpadded};
pub use query::{AccessTokenQuery, CacheEntries, CacheRead};
pub use refresh_token::RefreshToken;
#[cfg(feature = "std")]
pub use store::InMemoryStore;
pub use store::{AsyncCacheStore, CacheFault, CacheStore};
pub use text::CacheError;

use crate::engine::UnixTime;
use crate::json::JsonObject;
use access_tokens::AccessTokens;
use alloc::collections::BTreeMap;
use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;
use objects::Objects;

/// A token that ends within five minutes is taken for expired, in seconds.
pub(crate) const MARGIN: u64 = 300;

/// Tokens, accounts and app metadata in memory.
///
/// Looking up an access token by its scopes takes the same time whatever the cache holds, a miss, a write and the
/// removal of what has expired too; so does finding an account, its refresh tokens and an application's metadata. Keys are hashed by
/// `hashbrown`'s default hasher with a seed of its own: whoever may choose keys so that they collide could as well fill
/// the cache.
#[derive(Clone, Default)]
pub struct TokenCache {
    /// In the order of the file.
    sections: Vec<Section>,
    access_tokens: AccessTokens,
    objects: BTreeMap<CredentialType, Objects>,
    has_state_changed: bool,
}

/// One top-level member of the file.
#[derive(Clone)]
enum Section {
    /// Entries of this kind.
    Known(CredentialType),
    /// Anything else, text for text.
    Unknown(String, String),
}

impl TokenCache {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// The access token that answers this query and is good for five minutes more.
    pub fn find(&self, query: &AccessTokenQuery, now: UnixTime) -> Option<&Arc<AccessToken>> {
        self.access_tokens.find(query, |token| token.expires_in(now) >= MARGIN)
    }

    /// All access tokens that answer this query, expired or not: those for exactly these scopes, then the others in the
    /// order in which they came; and the same of the cloud's other environments. Of those that were issued to extra
    /// parameters, those whose digest is not spelled as this library does come last.
    pub fn matches<'a>(&'a self, query: &'a AccessTokenQuery) -> impl Iterator<Item = &'a Arc<AccessToken>> {
        self.access_tokens.matches(query)
    }

    /// Applies a change, wholly.
    pub fn apply(&mut self, change: &CacheChange) {
        for entry in &change.removals {
            self.remove(entry);
        }
        let purged = change.purge.as_ref().is_some_and(|purge| self.access_tokens.purge(purge));
        for entry in &change.puts {
            self.put(entry);
        }
        self.has_state_changed |= purged || !change.puts.is_empty() || !change.removals.is_empty();
    }

    /// Keeps what a token endpoint answered. This is MSAL's `add`.
    pub fn add(&mut self, event: &TokenEvent<'_>, now: UnixTime) {
        self.apply(&event.change(now));
        self.has_state_changed = true;
    }

    /// Removes the entry that has this one's identity. Whether it was there.
    pub fn remove(&mut self, entry: &Entry) -> bool {
        self.has_state_changed = true;
        // MSAL Python makes the section before it looks.
        self.section(entry.credential_type());
        match entry {
            Entry::AccessToken(token) => self.access_tokens.remove(token),
            Entry::Other(CredentialType::AccessToken, members) => {
                read_token(members).is_some_and(|token| self.access_tokens.remove(&token))
            }
            Entry::Other(kind, members) => {
                let key = keys::of_members(*kind, members);
                self.objects.get_mut(kind).is_some_and(|objects| objects.remove(&key))
            }
        }
    }

    /// Removes every access token that has expired.
    pub fn remove_expired(&mut self, now: UnixTime) -> Vec<Arc<AccessToken>> {
        let removed = self.access_tokens.remove_expired(now);
        self.has_state_changed |= !removed.is_empty();
        removed
    }

    /// Whether it has changed since it was last serialized or deserialized.
    pub fn has_state_changed(&self) -> bool {
        self.has_state_changed
    }

    fn put(&mut self, entry: &Entry) {
        let credential_type = entry.credential_type();
        // One that is no object gives way.
        if let Some(section) = self.section(credential_type) {
            *section = Section::Known(credential_type);
        }
        match entry {
            Entry::AccessToken(token) => self.access_tokens.put(AccessToken::clone(token)),
            Entry::Other(CredentialType::AccessToken, members) => {
                read_token(members).into_iter().for_each(|token| self.access_tokens.put(token));
            }
            Entry::Other(kind, members) => {
                self.objects.entry(*kind).or_insert_with(|| Objects::new(*kind)).put(members);
            }
        }
    }

    /// The section of this kind, which is made if there is none.
    fn section(&mut self, credential_type: CredentialType) -> Option<&mut Section> {
        let is_it = |section: &Section| match section {
            Section::Known(kind) => *kind == credential_type,
            Section::Unknown(name, _) => name == credential_type.as_str(),
        };
        let place = self.sections.iter().position(is_it).unwrap_or_else(|| {
            self.sections.push(Section::Known(credential_type));
            self.sections.len() - 1
        });
        self.sections.get_mut(place)
    }
}

/// An access token that came as its members alone.
fn read_token(members: &JsonObject) -> Option<AccessToken> {
    AccessToken::read(&text::of_members(members), None, |text| Arc::from(&*text))
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("access_tokens", &self.access_tokens.len())
            .field("has_state_changed", &self.has_state_changed)
            .finish_non_exhaustive()
    }
}
