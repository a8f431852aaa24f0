//! The library, driven: what is due passes, and so does what was recorded from MSAL Python beside the oracle.

use std::path::{Path, PathBuf};

use msal_conformance::by_type::ByType;
use msal_conformance::compare::Verdict;
use msal_conformance::run::run;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::Transcript;

use crate::support::{compare, fixtures, names, oracle};

/// How the library stands to the goldens of a scenario.
fn verdict(folder: &Path, name: &str) -> Verdict {
    let path = |sub| folder.join(format!("{sub}/{name}.json"));
    let scenario = Scenario::read(&path("scenarios")).unwrap();
    let ours = run(&scenario, &fixtures(), &ByType::read().unwrap()).unwrap();
    // What 1.33.0 does not do has one of 1.39.0 alone.
    let goldens = ["golden", "golden-1.39.0"].map(path).into_iter().filter(|path| path.exists());
    let goldens: Vec<_> = goldens.map(|path| Transcript::read(&path).unwrap()).collect();
    assert!(!goldens.is_empty(), "{name}");
    compare(&scenario, goldens, &ours)
}

/// The numbers of the reasons, none if it passes; panics if it fails.
fn reasons(folder: &Path, name: &str) -> Vec<u8> {
    match verdict(folder, name) {
        Verdict::Passed => Vec::new(),
        Verdict::Deviates(reasons, _) => reasons.into_iter().collect(),
        Verdict::Failed(difference) => panic!("{name}: {difference}"),
    }
}

#[test]
fn what_is_due_passes() {
    let due = include_str!("../../due.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for prefix in due {
        let names: Vec<String> = names().into_iter().filter(|name| name.starts_with(prefix)).collect();
        assert!(!names.is_empty(), "{prefix}");
        names.iter().for_each(|name| drop(reasons(&oracle(), name)));
    }
}

#[test]
fn what_was_recorded_beside_passes() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let recorded: [(&str, &[u8]); 6] = [
        ("cache-add-more", &[]),
        ("cache-search-bound", &[7]),
        ("cc-alias-in-cache", &[24]),
        ("cc-key-bound-in-cache", &[7]),
        ("cc-suberror", &[]),
        ("throttle-date-in-the-past", &[20]),
    ];
    for (name, expected) in recorded {
        assert_eq!(reasons(&folder, name), expected, "{name}");
    }
}
