//! What a flow asks of the cache.
use super::AccessToken;
use crate::engine::UnixTime;
use crate::token::Scopes;
use alloc::{sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};

/// One query of the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CacheRead {
    /// The access token that answers this and is good for five minutes more; if there is none, all that answer it.
    AccessTokens {
        /// What it must be.
        query: AccessTokenQuery,
        /// When it must be good.
        now: UnixTime,
    },
    /// Every access token that a client has for itself, in any tenant of a cloud.
    AppTokens {
        /// The client.
        client_id: Arc<str>,
        /// A host of the cloud.
        environment: Arc<str>,
    },
}

/// What an access token must be. Environments of one cloud are the same; case does not count but in scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenQuery {
    /// Whose it is; none for the application's own.
    pub home_account_id: Option<Arc<str>>,
    /// The authority's host.
    pub environment: Arc<str>,
    /// The application's id.
    pub client_id: Arc<str>,
    /// The tenant.
    pub realm: Arc<str>,
    /// The scopes that it must be good for; it may be good for more.
    pub target: Scopes,
    /// The key that it is bound to. A bound token answers only a query for its key.
    pub key_id: Option<Arc<str>>,
    /// The digest of the extra parameters that it was issued to; see [`ext_cache_key`](super::ext_cache_key).
    pub ext_cache_key: Option<Arc<str>>,
    /// The digest of the assertion that it was issued to on behalf of somebody.
    pub user_assertion_hash: Option<Arc<str>>,
}

/// What the cache has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CacheEntries {
    /// In the order of [`TokenCache::matches`](crate::TokenCache::matches).
    pub access_tokens: Vec<Arc<AccessToken>>,
}
