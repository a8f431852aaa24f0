//! The first difference that a comparison found.

use std::fmt;

use serde_json::Value;

/// Where two transcripts differ, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Path from the step's id.
    pub path: String,
    /// What the golden has.
    pub golden: String,
    /// What ours has.
    pub ours: String,
}

/// Longest text of a value in a report.
const LONGEST: usize = 160;

impl Difference {
    /// Two JSON values differ.
    pub fn values(path: &str, golden: &Value, ours: &Value) -> Self {
        Self::texts(path, &golden.to_string(), &ours.to_string())
    }

    /// Something that is described in words differs.
    pub fn texts(path: &str, golden: &str, ours: &str) -> Self {
        let short = |text: &str| match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text.to_owned(),
        };
        Self { path: path.to_owned(), golden: short(golden), ours: short(ours) }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: golden {} ours {}", self.path, self.golden, self.ours)
    }
}
