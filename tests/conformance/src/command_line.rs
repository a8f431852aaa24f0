//! The command line.

use std::path::{Path, PathBuf};

/// How the program is called.
pub(crate) const USAGE: &str =
    "msal-conformance --scenarios DIR --golden DIR [--golden DIR …] [--fixtures DIR] \
[--only PREFIX …] [--out DIR]

  --scenarios DIR  scenarios, NAME.json
  --golden DIR     transcripts to compare with, one folder a version
  --fixtures DIR   files that scenarios name; default: fixtures beside the scenarios, else the project's
  --only PREFIX    only scenarios whose name begins with one of these
  --out DIR        writes our transcripts there";

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) scenarios: PathBuf,
    pub(crate) goldens: Vec<PathBuf>,
    pub(crate) fixtures: PathBuf,
    pub(crate) only: Vec<String>,
    pub(crate) out: Option<PathBuf>,
}

impl Arguments {
    /// Reads the arguments; `None`: help was asked for.
    pub(crate) fn parse() -> Result<Option<Self>, String> {
        use lexopt::{Arg, ValueExt as _};
        let (mut scenarios, mut fixtures, mut out) = (None, None, None);
        let (mut goldens, mut only) = (Vec::new(), Vec::new());
        let mut parser = lexopt::Parser::from_env();
        let text = |error: lexopt::Error| error.to_string();
        while let Some(argument) = parser.next().map_err(text)? {
            match argument {
                Arg::Long("scenarios") => scenarios = Some(PathBuf::from(parser.value().map_err(text)?)),
                Arg::Long("golden") => goldens.push(PathBuf::from(parser.value().map_err(text)?)),
                Arg::Long("fixtures") => fixtures = Some(PathBuf::from(parser.value().map_err(text)?)),
                Arg::Long("only") => {
                    only.push(parser.value().and_then(|value| value.string()).map_err(text)?)
                }
                Arg::Long("out") => out = Some(PathBuf::from(parser.value().map_err(text)?)),
                Arg::Long("help") | Arg::Short('h') => return Ok(None),
                unexpected => return Err(unexpected.unexpected().to_string()),
            }
        }
        let scenarios = scenarios.ok_or("--scenarios is missing")?;
        if goldens.is_empty() {
            return Err("--golden is missing".to_owned());
        }
        let fixtures = fixtures.unwrap_or_else(|| default_fixtures(&scenarios));
        Ok(Some(Self { scenarios, goldens, fixtures, only, out }))
    }

    /// Names of the scenarios to run, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>, String> {
        let folder = std::fs::read_dir(&self.scenarios)
            .map_err(|error| format!("--scenarios {}: {error}", self.scenarios.display()))?;
        let mut names = Vec::new();
        for entry in folder {
            let path = entry.map_err(|error| error.to_string())?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
            let is_wanted = self.only.is_empty() || self.only.iter().any(|prefix| name.starts_with(prefix));
            if path.extension().is_some_and(|extension| extension == "json") && is_wanted {
                names.push(name);
            }
        }
        names.sort();
        if names.is_empty() {
            return Err(format!("--scenarios {}: no scenario", self.scenarios.display()));
        }
        Ok(names)
    }
}

fn default_fixtures(scenarios: &Path) -> PathBuf {
    let beside = scenarios.join("../fixtures");
    if beside.is_dir() { beside } else { project_file("../../fixtures/oracle/fixtures") }
}

/// A file of this package.
pub(crate) fn project_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
