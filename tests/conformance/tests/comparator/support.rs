//! Goldens as a library would have produced them: every placeholder filled with a text of its kind.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use msal_conformance::compare::{self, Difference, Verdict};
use msal_conformance::fixtures::Fixtures;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::Transcript;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub(crate) fn oracle() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/oracle")
}

pub(crate) fn fixtures() -> Fixtures {
    Fixtures::new(&oracle().join("fixtures"))
}

/// Names of all scenarios.
pub(crate) fn names() -> Vec<String> {
    let files = std::fs::read_dir(oracle().join("scenarios")).unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

pub(crate) fn scenario(name: &str) -> Scenario {
    Scenario::read(&oracle().join(format!("scenarios/{name}.json"))).unwrap()
}

/// The golden of a version's folder, if it has the scenario.
pub(crate) fn golden(folder: &str, name: &str) -> Option<Transcript> {
    let path = oracle().join(format!("{folder}/{name}.json"));
    path.exists().then(|| Transcript::read(&path).unwrap())
}

pub(crate) fn compare(scenario: &Scenario, goldens: Vec<Transcript>, ours: &Transcript) -> Verdict {
    compare::compare(scenario, &fixtures(), goldens, ours)
}

/// The first difference; panics unless it failed.
pub(crate) fn difference(verdict: Verdict) -> Difference {
    match verdict {
        Verdict::Failed(difference) => difference,
        other => panic!("expected a difference, got {other:?}"),
    }
}

/// The golden with its placeholders filled.
pub(crate) fn filled(golden: &Transcript) -> Transcript {
    let mut text = serde_json::to_string(golden).unwrap();
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (number, placeholder) in placeholders(&text).into_iter().enumerate() {
        values.entry(placeholder.clone()).or_insert_with(|| value(&placeholder, number));
    }
    for (name, rule) in &golden.derived {
        let (how, source) = rule.iter().next().unwrap();
        // What follows from a value that is never shown may be anything of its kind.
        let Some(source) = values.get(source) else { continue };
        let digest = Sha256::digest(source.as_bytes());
        let derived = match how.as_str() {
            "sha256_hex" => digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            _ => URL_SAFE_NO_PAD.encode(digest),
        };
        values.insert(name.clone(), derived);
    }
    for (placeholder, value) in &values {
        text = text.replace(placeholder, value);
    }
    let mut filled: Transcript = serde_json::from_str(&text).unwrap();
    filled.derived.clear();
    filled
}

const KINDS: [&str; 7] = ["uuid", "state", "nonce", "nonce_hash", "verifier", "challenge", "port"];

fn placeholders(text: &str) -> Vec<String> {
    let starts = text.match_indices('<').map(|(start, _)| &text[start..]);
    let whole = starts.filter_map(|rest| Some(&rest[..=rest.find('>')?]));
    let is_numbered = |whole: &&str| {
        whole[1..whole.len() - 1]
            .split_once(':')
            .is_some_and(|(kind, number)| KINDS.contains(&kind) && number.parse::<u32>().is_ok())
    };
    whole.filter(is_numbered).map(str::to_owned).collect()
}

fn value(placeholder: &str, number: usize) -> String {
    match placeholder.trim_start_matches('<').split(':').next().unwrap() {
        "uuid" => format!("6f1a2b3c-1111-4222-8333-{number:012x}"),
        "port" => "51234".to_owned(),
        "nonce_hash" => format!("{number:064x}"),
        _ => format!("random-{number:036}"),
    }
}

/// Every place of a value, for changing one thing at a time.
pub(crate) fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(position, item)| places(item, &format!("{path}/{position}"), found));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            places(member, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), found);
        }),
        _ => found.push(path.to_owned()),
    }
}
