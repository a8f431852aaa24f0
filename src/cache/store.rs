//! Where a host keeps the cache. One store serves every adapter.
use super::{CacheChange, CacheEntries, CacheRead};
use alloc::string::String;
use core::future::Future;
use serde::{Deserialize, Serialize};
use thiserror::Error as ThisError;

/// Why a store did not do it; the text tells its user, so it must hold no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ThisError)]
#[error("the token cache failed: {0}")]
pub struct CacheFault(pub String);

/// A store for blocking programs. It locks by itself, for the length of one call.
pub trait CacheStore: Send + Sync {
    /// Answers a query.
    ///
    /// # Errors
    /// [`CacheFault`]; a flow then goes on as if nothing was found.
    fn read(&self, read: &CacheRead) -> Result<CacheEntries, CacheFault>;

    /// Applies a change, wholly or not at all. It merges into what others have written.
    ///
    /// # Errors
    /// [`CacheFault`]; a flow then still yields its token.
    fn write(&self, change: &CacheChange) -> Result<(), CacheFault>;
}

/// The same for async programs. Its futures may move between threads.
pub trait AsyncCacheStore: Send + Sync {
    /// Answers a query.
    ///
    /// # Errors
    /// As [`CacheStore::read`].
    fn read(&self, read: &CacheRead) -> impl Future<Output = Result<CacheEntries, CacheFault>> + Send;

    /// Applies a change.
    ///
    /// # Errors
    /// As [`CacheStore::write`].
    fn write(&self, change: &CacheChange) -> impl Future<Output = Result<(), CacheFault>> + Send;
}

#[cfg(feature = "std")]
mod in_memory {
    use super::{AsyncCacheStore, CacheChange, CacheEntries, CacheFault, CacheRead, CacheStore};
    use crate::cache::TokenCache;
    use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

    /// A cache of this process, for any number of clients and threads.
    #[derive(Debug, Default)]
    pub struct InMemoryStore(RwLock<TokenCache>);

    impl InMemoryStore {
        /// With what it begins.
        pub fn new(cache: TokenCache) -> Self {
            Self(RwLock::new(cache))
        }

        /// To look into it, or to serialize a clone of it.
        pub fn lock(&self) -> RwLockReadGuard<'_, TokenCache> {
            self.0.read().unwrap_or_else(PoisonError::into_inner)
        }

        /// To change it by hand.
        pub fn lock_mut(&self) -> RwLockWriteGuard<'_, TokenCache> {
            self.0.write().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl CacheStore for InMemoryStore {
        fn read(&self, read: &CacheRead) -> Result<CacheEntries, CacheFault> {
            Ok(self.lock().read(read))
        }

        fn write(&self, change: &CacheChange) -> Result<(), CacheFault> {
            self.lock_mut().apply(change);
            Ok(())
        }
    }

    impl AsyncCacheStore for InMemoryStore {
        async fn read(&self, read: &CacheRead) -> Result<CacheEntries, CacheFault> {
            CacheStore::read(self, read)
        }

        async fn write(&self, change: &CacheChange) -> Result<(), CacheFault> {
            CacheStore::write(self, change)
        }
    }
}
#[cfg(feature = "std")]
pub use in_memory::InMemoryStore;
