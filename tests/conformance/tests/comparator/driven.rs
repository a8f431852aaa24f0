//! The library, driven: what is due passes, and so does what was recorded from MSAL Python beside the oracle.

use std::path::{Path, PathBuf};

use msal_conformance::by_type::ByType;
use msal_conformance::compare::Verdict;
use msal_conformance::run::run;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::{Outcome, Step, Transcript};
use serde_json::{Value, json};

use crate::support::{compare, fixtures, names, oracle};

/// How the library stands to the goldens of a scenario.
fn verdict(folder: &Path, name: &str) -> Verdict {
    verdict_of_changed(folder, name, |_| ())
}

/// The same, had the library done something else.
fn verdict_of_changed(folder: &Path, name: &str, change: impl FnOnce(&mut Transcript)) -> Verdict {
    let path = |sub| folder.join(format!("{sub}/{name}.json"));
    let scenario = Scenario::read(&path("scenarios")).unwrap();
    let mut ours = run(&scenario, &fixtures(), &ByType::read().unwrap()).unwrap();
    change(&mut ours);
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
    let recorded: [(&str, &[u8]); 10] = [
        ("cache-add-more", &[]),
        ("cache-search-bound", &[7]),
        ("cc-alias-in-cache", &[24]),
        ("cc-key-bound-in-cache", &[7]),
        ("cc-suberror", &[]),
        ("obo-after-sign-in", &[17]),
        ("obo-aging", &[17]),
        ("obo-hashed-in-cache", &[17]),
        ("obo-two-users", &[17]),
        ("throttle-date-in-the-past", &[20]),
    ];
    for (name, expected) in recorded {
        assert_eq!(reasons(&folder, name), expected, "{name}");
    }
}

/// Reason 17 takes what tells assertions apart, and nothing else.
#[test]
fn reason_17_excuses_no_other_difference() {
    type Change = fn(&mut Step);
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let cases: [(&Path, &str, &str, Change); 10] = [
        // Served, but another's.
        (&recorded, "obo-two-users", "bob-again", |step| {
            let Outcome::Ok(result) = &mut step.outcome else { panic!("{step:?}") };
            result["access_token"] = json!("A1");
        }),
        // Served where claims pass by the cache.
        (&recorded, "obo-two-users", "alice-challenged", |step| step.effects.clear()),
        // No longer asked for, though it has ended.
        (&recorded, "obo-aging", "refused", |step| step.effects.clear()),
        (&recorded, "obo-aging", "down", |step| step.outcome = Outcome::Ok(Value::Null)),
        // Another's token from a shared cache.
        (&recorded, "obo-hashed-in-cache", "silent", |step| {
            step.outcome =
                Outcome::Ok(json!({"access_token": "HASHED-APP", "token_type": "Bearer", "expires_in": 3600,
                "token_source": "cache"}));
        }),
        (&recorded, "obo-after-sign-in", "refresh", |step| {
            step.effects[0]["body"]["form"]["refresh_token"] = json!("RT-OBO");
        }),
        (&recorded, "obo-after-sign-in", "out", |step| drop(step.cache_writes.pop())),
        // Not told apart, or told apart by another assertion.
        (&recorded, "obo-two-users", "alice", |step| {
            step.cache_writes[0]["entry"]["user_assertion_hash"] = json!("hash");
        }),
        (&recorded, "obo-two-users", "alice", |step| {
            drop(step.cache_writes[0]["entry"].as_object_mut().unwrap().remove("user_assertion_hash"));
        }),
        (&recorded, "obo-two-users", "accounts", |step| {
            step.outcome = Outcome::Ok(json!([{"home_account_id": "33333333-3333-3333-3333-333333333333"}]));
        }),
    ];
    for (folder, name, id, change) in cases {
        let changed = |ours: &mut Transcript| {
            let step = ours.steps.iter_mut().find(|step| step.id == id).unwrap();
            let before = step.clone();
            change(step);
            assert_ne!(*step, before, "{name} {id}");
        };
        let verdict = verdict_of_changed(folder, name, changed);
        assert!(matches!(verdict, Verdict::Failed(_)), "{name} {id}: {verdict:?}");
    }
}

#[test]
fn reason_17_keeps_no_account_and_no_refresh_token() {
    for kind in ["Account", "IdToken", "RefreshToken"] {
        let golden = Transcript::read(&oracle().join("golden/obo-secret.json")).unwrap();
        let is_it = |write: &&Value| write["type"] == kind;
        let write = golden.steps[1].cache_writes.iter().find(is_it).unwrap().clone();
        let verdict =
            verdict_of_changed(&oracle(), "obo-secret", |ours| ours.steps[1].cache_writes.push(write));
        assert!(matches!(verdict, Verdict::Failed(_)), "{kind}");
    }
}
