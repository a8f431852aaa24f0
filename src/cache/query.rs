//! What a flow asks of the cache.
use super::{AccessToken, Account, AppMetadata, ExtCacheKey, RefreshToken};
use crate::engine::UnixTime;
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::token::Scopes;
use alloc::{sync::Arc, vec::Vec};
use core::fmt;
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
    /// For a silent call: as [`Self::AccessTokens`], and unless that gives a token that is not due to be refreshed,
    /// what [`Self::RefreshTokens`] gives for the query's account and client.
    Silent {
        /// What the access token must be.
        query: AccessTokenQuery,
        /// When it must be good.
        now: UnixTime,
    },
    /// For a silent call that passes by the access tokens: an account's refresh tokens that are the client's own or a
    /// family's, and the client's metadata.
    RefreshTokens {
        /// The account.
        home_account_id: Arc<str>,
        /// A host of the cloud.
        environment: Arc<str>,
        /// The client.
        client_id: Arc<str>,
    },
    /// The accounts of a cloud that MSAL lists (`MSSTS` and `ADFS`), each once.
    Accounts {
        /// A host of the cloud. Of an account that has several entries, the last of this environment's is given, or
        /// if there is none the last of its cloud's.
        environment: Arc<str>,
        /// Only the one that has this id.
        home_account_id: Option<Arc<str>>,
        /// Only those of this name, without regard to case.
        username: Option<Arc<str>>,
    },
    /// All that a client has on behalf of somebody under one key, in any tenant of a cloud: access tokens and, of a
    /// long-running process, refresh tokens.
    OnBehalfOf {
        /// The key of the process, or the digest of an assertion.
        user_assertion_hash: Secret,
        /// A host of the cloud.
        environment: Arc<str>,
        /// The client.
        client_id: Arc<str>,
    },
    /// What a client forgets when somebody signs out: the account's access tokens of any client in any tenant,
    /// its refresh tokens that are the client's own or of the client's family, its id tokens, all its entries as an
    /// account; and the client's metadata.
    OfAccount {
        /// The account.
        home_account_id: Arc<str>,
        /// A host of the cloud.
        environment: Arc<str>,
        /// The client.
        client_id: Arc<str>,
    },
}

/// What an access token must be. Environments of one cloud are the same; case does not count but in scopes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The digests of the extra parameters that it was issued to.
    pub ext_cache_key: Option<ExtCacheKey>,
    /// What it was issued to on behalf of somebody: the digest of the assertion (see
    /// [`user_assertion_hash`](super::user_assertion_hash)), or the key of a long-running process. Whose it is does not
    /// count then.
    pub user_assertion_hash: Option<Arc<str>>,
}

/// The key of a long-running process is the program's: it is not shown.
impl fmt::Debug for AccessTokenQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokenQuery")
            .field("home_account_id", &self.home_account_id)
            .field("environment", &self.environment)
            .field("client_id", &self.client_id)
            .field("realm", &self.realm)
            .field("target", &self.target)
            .field("key_id", &self.key_id)
            .field("ext_cache_key", &self.ext_cache_key)
            .field("is_on_behalf_of", &self.user_assertion_hash.is_some())
            .finish()
    }
}

/// What the cache has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CacheEntries {
    /// In the order of [`TokenCache::matches`](crate::TokenCache::matches).
    pub access_tokens: Vec<Arc<AccessToken>>,
    /// To use: those of the environment that was asked for, then the others of its cloud; of these the newest first,
    /// and of equal age the client's own before a family's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refresh_tokens: Vec<RefreshToken>,
    /// By the members that they have in the file, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_tokens: Vec<JsonObject>,
    /// In the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Account>,
    /// That of the environment that was asked for, then others of its cloud. Empty if the client is new here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub app_metadata: Vec<AppMetadata>,
}
