//! The inputs that all programs of the benchmark share: constants, and texts made by rule from one filler.
use crate::Failure;
use serde_json::Value;
use std::ops::Range;
use std::path::PathBuf;

/// The length of an access token, in bytes.
const TOKEN_LENGTH: usize = 1024;

/// A token's text begins in the filler at seven times its number, wrapped at this.
const FILLER_WRAP: usize = 4096;

pub(crate) struct Inputs {
    folder: PathBuf,
    parameters: Value,
    filler: String,
    random: Vec<usize>,
    /// The discovery document, with `{tenant}` where a tenant belongs.
    pub(crate) document: String,
}

/// How the entries of a cache spread over tenants.
#[derive(Clone, Copy)]
pub(crate) enum Layout {
    /// Ten a tenant.
    TenATenant,
    /// All in one.
    OneTenant,
}

impl Inputs {
    /// From the folder `BENCH_INPUTS`, or `inputs` in the folder `BENCH_ROOT`.
    pub(crate) fn load() -> Result<Self, Failure> {
        let root = || std::env::var_os("BENCH_ROOT").map(|root| PathBuf::from(root).join("inputs"));
        let folder = std::env::var_os("BENCH_INPUTS").map(PathBuf::from).or_else(root);
        let folder = folder.ok_or("BENCH_INPUTS must be the folder of the benchmark's inputs")?;
        let text = |name| std::fs::read_to_string(folder.join(name));
        let random: Result<_, _> = text("random_u32.txt")?.split_whitespace().map(str::parse).collect();
        Ok(Self {
            parameters: serde_json::from_str(&text("params.json")?)?,
            filler: text("filler.txt")?,
            random: random?,
            document: text("openid_configuration.json")?,
            folder,
        })
    }

    pub(crate) fn read(&self, name: &str) -> Result<String, Failure> {
        Ok(std::fs::read_to_string(self.folder.join(name))?)
    }

    pub(crate) fn text(&self, parameter: &str) -> &str {
        self.parameters.get(parameter).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn number(&self, parameter: &str) -> usize {
        self.parameters.get(parameter).and_then(as_size).unwrap_or_default()
    }

    pub(crate) fn numbers(&self, parameter: &str) -> Vec<usize> {
        let list = self.parameters.get(parameter).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(as_size).collect()
    }

    /// The access token of this entry.
    pub(crate) fn access_token(&self, entry: usize) -> String {
        let head = format!("AT{entry:08}.");
        let from = (entry * 7) % FILLER_WRAP;
        let filler = self.filler.get(from..from + TOKEN_LENGTH - head.len());
        head + filler.unwrap_or_default()
    }

    /// What the token endpoint answers for this entry.
    pub(crate) fn token_response(&self, entry: usize) -> String {
        let token = self.access_token(entry);
        format!(
            r#"{{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"{token}"}}"#
        )
    }

    /// The entry, of so many, that the query of this number asks for.
    pub(crate) fn pick(&self, query: usize, entries: usize) -> usize {
        self.random.get(query % self.random.len()).map_or(0, |random| random % entries)
    }
}

impl Layout {
    pub(crate) const ALL: [Self; 2] = [Self::TenATenant, Self::OneTenant];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TenATenant => "t10",
            Self::OneTenant => "s1",
        }
    }

    /// The tenant and the scope of an entry, by number.
    pub(crate) fn place(self, entry: usize) -> (usize, usize) {
        match self {
            Self::TenATenant => (entry / 10, entry % 10),
            Self::OneTenant => (0, entry),
        }
    }

    /// How many tenants there are for so many entries, at least one.
    pub(crate) fn tenants(self, entries: usize) -> Range<usize> {
        0..self.place(entries.saturating_sub(1)).0 + 1
    }

    /// How many scopes.
    pub(crate) fn scopes(self, entries: usize) -> Range<usize> {
        match self {
            Self::TenATenant => 0..entries.min(10),
            Self::OneTenant => 0..entries,
        }
    }
}

pub(crate) fn tenant(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-0000000000aa")
}

pub(crate) fn scope(number: usize) -> String {
    format!("api://res-{number:06}/.default")
}

fn as_size(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|value| value.try_into().ok())
}
