//! The token cache in a file of MSAL Python's format: read at the start, written after each change. Who else writes the file
//! meanwhile is not heeded: one console a file.
use msal_proto::TokenCache;
use msal_proto::cache::{CacheChange, CacheEntries, CacheFault, CacheRead, CacheStore, InMemoryStore};
use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

pub(crate) struct CacheFile {
    store: InMemoryStore,
    /// None: nothing is kept.
    path: Option<PathBuf>,
}

impl CacheFile {
    /// Reads the file, if there is one.
    pub(crate) fn open(path: Option<PathBuf>) -> Result<Arc<Self>, Box<dyn Error>> {
        let mut cache = TokenCache::new();
        if let Some(path) = &path {
            let named = |error: &dyn fmt::Display| format!("{}: {error}", path.display());
            match fs::read_to_string(path) {
                Ok(text) => cache.deserialize(&text).map_err(|error| named(&error))?,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(named(&error).into()),
            }
        }
        Ok(Arc::new(Self { store: InMemoryStore::new(cache), path }))
    }

    /// What is in it, as it is in the file.
    pub(crate) fn text(&self) -> String {
        self.store.lock().clone().serialize()
    }

    fn save(&self) -> io::Result<()> {
        let mut cache = self.store.lock_mut();
        match &self.path {
            Some(path) if cache.has_state_changed() => replace(path, &cache.serialize()),
            _ => Ok(()),
        }
    }
}

/// Whole or not at all: the new file takes the place of the old one. It belongs to its owner alone from the first byte on.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

impl CacheStore for CacheFile {
    fn read(&self, read: &CacheRead) -> Result<CacheEntries, CacheFault> {
        CacheStore::read(&self.store, read)
    }

    fn write(&self, change: &CacheChange) -> Result<(), CacheFault> {
        CacheStore::write(&self.store, change)?;
        self.save().map_err(|error| CacheFault(error.kind().to_string()))
    }
}

impl fmt::Display for CacheFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "The token cache is in {}", path.display()),
            None => f.write_str("The token cache is not kept"),
        }
    }
}
