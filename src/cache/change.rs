//! What a flow does to the cache: entries to put and to remove, never the whole.
use super::{AccessToken, AccessTokenQuery, Account, CacheEntries, keys};
use crate::engine::UnixTime;
use crate::json::JsonObject;
use alloc::{string::String, sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};

/// The kinds of entries, named as the file's sections are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the schema's own names")]
pub enum CredentialType {
    AccessToken,
    RefreshToken,
    IdToken,
    Account,
    AppMetadata,
}

impl CredentialType {
    const ALL: [Self; 5] =
        [Self::AccessToken, Self::RefreshToken, Self::IdToken, Self::Account, Self::AppMetadata];

    /// The section's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "AccessToken",
            Self::RefreshToken => "RefreshToken",
            Self::IdToken => "IdToken",
            Self::Account => "Account",
            Self::AppMetadata => "AppMetadata",
        }
    }

    /// The kind whose section has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// An access token.
    AccessToken(Arc<AccessToken>),
    /// An entry of another kind, by the members it has in the file.
    Other(CredentialType, JsonObject),
}

impl Entry {
    /// Its kind.
    pub fn credential_type(&self) -> CredentialType {
        match self {
            Self::AccessToken(_) => CredentialType::AccessToken,
            Self::Other(credential_type, _) => *credential_type,
        }
    }

    /// Its key in the file, which is also its identity: an entry that is put replaces the one of its key.
    pub fn key(&self) -> String {
        match self {
            Self::AccessToken(token) => keys::of_access_token(token),
            Self::Other(credential_type, members) => keys::of_members(*credential_type, members),
        }
    }

    /// Its members in the file.
    pub fn members(&self) -> JsonObject {
        match self {
            Self::AccessToken(token) => token.members(),
            Self::Other(_, members) => members.clone(),
        }
    }
}

/// A change, to be applied as one: removals first, then the purge, then puts. It merges: of what it does not name,
/// nothing is touched, whoever has written it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CacheChange {
    /// Entries to put; each replaces the one of its identity.
    pub puts: Vec<Entry>,
    /// Entries to remove, by their identity.
    pub removals: Vec<Entry>,
    /// Expired access tokens to remove on the way.
    pub purge: Option<Purge>,
}

/// The access tokens of one partition (account, cloud, client and tenant) that have expired. What is had on behalf of
/// anybody is one partition in this: nobody comes back for what was had for an assertion that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purge {
    /// Whose scopes do not count.
    pub partition: AccessTokenQuery,
    /// Those whose end is before this.
    pub now: UnixTime,
}

impl CacheChange {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.removals.is_empty() && self.purge.is_none()
    }

    /// The account that it puts.
    pub(crate) fn account(&self) -> Option<Account> {
        self.puts.iter().find_map(|entry| match entry {
            Entry::Other(CredentialType::Account, members) => Account::of_members(members),
            _ => None,
        })
    }

    /// Removes all of these, but for app metadata.
    pub fn removing(found: CacheEntries) -> Self {
        let CacheEntries { access_tokens, refresh_tokens, id_tokens, accounts, app_metadata: _ } = found;
        let of = |kind| move |members| Entry::Other(kind, members);
        let refresh_tokens = refresh_tokens.iter().map(|token| token.members().clone());
        let accounts = accounts.iter().map(|account| account.members());
        let removals = (access_tokens.into_iter().map(Entry::AccessToken))
            .chain(refresh_tokens.map(of(CredentialType::RefreshToken)))
            .chain(id_tokens.into_iter().map(of(CredentialType::IdToken)))
            .chain(accounts.map(of(CredentialType::Account)));
        Self { removals: removals.collect(), ..Self::default() }
    }

    pub(crate) fn purging(self, partition: &AccessTokenQuery, now: UnixTime) -> Self {
        Self { purge: Some(Purge { partition: partition.clone(), now }), ..self }
    }
}
