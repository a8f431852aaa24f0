//! Whole replacement transcripts, `deviations.toml`: for what no rule of comparison can express (rule k).

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::transcript::Transcript;

/// The table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replacements {
    #[serde(default)]
    replacement: Vec<Replacement>,
    #[serde(skip)]
    folder: PathBuf,
}

/// One scenario whose golden is replaced.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    scenario: String,
    /// Numbers of the reasons to deviate.
    pub reasons: Vec<u8>,
    /// Why code cannot say it.
    pub why: String,
    transcript: String,
}

impl Replacements {
    /// Reads `deviations.toml`; transcripts lie beside it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut read: Self = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        read.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(read)
    }

    /// The replacement of a scenario, and its transcript.
    pub fn of(&self, scenario: &str) -> Result<Option<(&Replacement, Transcript)>, String> {
        let Some(replacement) = self.replacement.iter().find(|replacement| replacement.scenario == scenario)
        else {
            return Ok(None);
        };
        Transcript::read(&self.folder.join(&replacement.transcript))
            .map(|transcript| Some((replacement, transcript)))
    }
}
