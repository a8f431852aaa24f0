//! The library, driven: what is due passes, and so does what was recorded from MSAL Python beside the oracle.

use std::path::{Path, PathBuf};

use msal_conformance::by_type::ByType;
use msal_conformance::compare::Verdict;
use msal_conformance::run::run;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::{Step, Transcript};

use crate::support::{compare, fixtures, names, oracle};

/// A scenario with its goldens, and what the library did in it.
pub(crate) struct Driven {
    scenario: Scenario,
    goldens: Vec<Transcript>,
    pub(crate) ours: Transcript,
}

impl Driven {
    fn new(folder: &Path, name: &str) -> Self {
        let path = |sub| folder.join(format!("{sub}/{name}.json"));
        let scenario = Scenario::read(&path("scenarios")).unwrap();
        let ours = run(&scenario, &fixtures(), &ByType::read().unwrap()).unwrap();
        // What 1.33.0 does not do has one of 1.39.0 alone.
        let goldens = ["golden", "golden-1.39.0"].map(path).into_iter().filter(|path| path.exists());
        let goldens: Vec<_> = goldens.map(|path| Transcript::read(&path).unwrap()).collect();
        assert!(!goldens.is_empty(), "{name}");
        Self { scenario, goldens, ours }
    }

    /// One that was recorded beside the oracle.
    pub(crate) fn recorded(name: &str) -> Self {
        Self::new(&recorded(), name)
    }

    pub(crate) fn step(&mut self, id: &str) -> &mut Step {
        self.ours.steps.iter_mut().find(|step| step.id == id).unwrap()
    }

    pub(crate) fn verdict(&self) -> Verdict {
        compare(&self.scenario, self.goldens.clone(), &self.ours)
    }
}

fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded")
}

/// The numbers of the reasons, none if it passes; panics if it fails.
fn reasons(folder: &Path, name: &str) -> Vec<u8> {
    match Driven::new(folder, name).verdict() {
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
    let all: [(&str, &[u8]); 22] = [
        ("cache-add-more", &[]),
        ("cache-search-bound", &[7]),
        ("cc-alias-in-cache", &[24]),
        ("cc-key-bound-in-cache", &[7]),
        ("cc-suberror", &[]),
        ("device-asked-again", &[]),
        ("device-expired-while-waiting", &[]),
        ("device-interval-null", &[15]),
        ("device-interval-zero", &[15]),
        ("device-network-error-then-success", &[19]),
        ("interactive-browser-errors", &[]),
        ("interactive-confidential", &[]),
        ("interactive-odd-scopes", &[]),
        ("interactive-prompts", &[]),
        ("interactive-receiver-pages", &[]),
        ("interactive-receiver-paths", &[26]),
        ("interactive-time-outs", &[]),
        ("obo-after-sign-in", &[17]),
        ("obo-aging", &[17]),
        ("obo-hashed-in-cache", &[17]),
        ("obo-two-users", &[17]),
        ("throttle-date-in-the-past", &[20]),
    ];
    for (name, expected) in all {
        assert_eq!(reasons(&recorded(), name), expected, "{name}");
    }
}
