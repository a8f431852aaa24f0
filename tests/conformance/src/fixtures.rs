//! The files that scenarios name: test keys, certificates, XML documents.

use std::path::{Path, PathBuf};

/// Where `$file`, `$path`, `file` and `assertion_cert` are looked up.
#[derive(Clone, Debug)]
pub struct Fixtures {
    folder: PathBuf,
}

impl Fixtures {
    /// Names in scenarios begin with `fixtures/`; `folder` is that folder or the one that holds it.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The absolute path of the file that a scenario calls `name`.
    pub fn path(&self, name: &str) -> PathBuf {
        let inside =
            name.strip_prefix("fixtures/").map(|rest| self.folder.join(rest)).filter(|path| path.exists());
        let path = inside.unwrap_or_else(|| self.folder.join(name));
        std::path::absolute(&path).unwrap_or(path)
    }

    /// The bytes of the file.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.path(name)).map_err(|error| format!("fixture {name}: {error}"))
    }

    /// The text of the file.
    pub fn text(&self, name: &str) -> Result<String, String> {
        std::fs::read_to_string(self.path(name)).map_err(|error| format!("fixture {name}: {error}"))
    }
}
