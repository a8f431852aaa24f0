//! What a library did in a scenario (FORMAT.md 2): read from a golden file, or recorded and written.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A whole transcript.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// Version of the format, 1.
    pub format: u32,
    /// Name of the scenario.
    pub scenario: String,
    /// Which library.
    pub library: String,
    /// Its version.
    pub version: String,
    /// One record for each step of the scenario.
    pub steps: Vec<Step>,
    /// The named token caches at the end, as their serialization parsed.
    pub caches: BTreeMap<String, Value>,
    /// How placeholders follow from one another; a recorded transcript has none.
    pub derived: BTreeMap<String, BTreeMap<String, String>>,
}

/// What one step did.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// As in the scenario.
    pub id: String,
    /// As in the scenario.
    pub op: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What the library asked of its host, in order.
    pub effects: Vec<Value>,
    /// What was put into or removed from token caches.
    pub cache_writes: Vec<Value>,
    /// Warnings, for people only.
    pub logs: Vec<Value>,
    /// Epoch seconds after the step.
    pub clock: i64,
}

/// How a step ended.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The value that the call returned.
    Ok(Value),
    /// It failed.
    Error(Failure),
}

/// A failure; only `category` is compared.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Language-neutral kind of the failure (FORMAT.md 2).
    pub category: String,
    /// The library's own name of it.
    pub class: String,
    /// What it derives from, in the library.
    pub bases: Vec<String>,
    /// Its text.
    pub message: String,
}

impl Outcome {
    /// A failure of `category`, described by the library as `message`.
    pub fn error(category: &str, class: &str, message: impl Into<String>) -> Self {
        Self::Error(Failure {
            category: category.to_owned(),
            class: class.to_owned(),
            bases: Vec::new(),
            message: message.into(),
        })
    }

    /// The category of a failure.
    pub fn category(&self) -> Option<&str> {
        match self {
            Self::Ok(_) => None,
            Self::Error(failure) => Some(&failure.category),
        }
    }

    /// The value of a success.
    pub fn ok(&self) -> Option<&Value> {
        match self {
            Self::Ok(value) => Some(value),
            Self::Error(_) => None,
        }
    }
}

impl Transcript {
    /// Reads a transcript file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Writes it to `folder`, named after its scenario.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let path = folder.join(format!("{}.json", self.scenario));
        let mut text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        text.push('\n');
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| format!("{}: {error}", path.display()))
    }
}
