//! Goldens among themselves.

use msal_conformance::compare::Verdict;

use crate::support::{compare, filled, golden, names, scenario};

#[test]
fn every_golden_equals_itself() {
    let mut compared = 0;
    for name in names() {
        let scenario = scenario(&name);
        for folder in ["golden", "golden-1.39.0"] {
            let Some(golden) = golden(folder, &name) else { continue };
            let ours = filled(&golden);
            let verdict = compare(&scenario, vec![golden], &ours);
            // dSTS is the one place where the golden as it is never passes: its realm is no tenant (reason 21).
            let has_realm = serde_json::to_string(&ours).unwrap().contains("\"tenant\":\"dstsv2\"");
            assert!(verdict == Verdict::Passed || has_realm, "{folder}/{name}: {verdict:?}");
            compared += 1;
        }
    }
    assert_eq!(compared, 193 + 201);
}

#[test]
fn with_both_versions_one_of_them_passes() {
    for name in names() {
        let (Some(old), Some(new)) = (golden("golden", &name), golden("golden-1.39.0", &name)) else {
            continue;
        };
        let scenario = scenario(&name);
        let verdicts =
            [&old, &new].map(|ours| compare(&scenario, vec![new.clone(), old.clone()], &filled(ours)));
        let has_realm = serde_json::to_string(&old).unwrap().contains("\"tenant\":\"dstsv2\"");
        assert!(verdicts.contains(&Verdict::Passed) || has_realm, "{name}: {verdicts:?}");
    }
}

/// The topics of README's "Which version".
#[test]
fn the_version_that_counts_is_the_one_that_passes() {
    let topics = [
        ("1.39.0", "mi-vm-system"),
        ("1.39.0", "region-fixed"),
        ("1.39.0", "region-auto-imds"),
        ("1.39.0", "interactive-success"),
        ("1.39.0", "device-success"),
        ("1.39.0", "authority-oidc-issuer-mismatch"),
        ("1.39.0", "cache-search"),
        ("1.39.0", "constructor-checks"),
        ("1.33.0", "idtoken-no-exp"),
        ("1.33.0", "idtoken-wrong-audience"),
    ];
    for (version, name) in topics {
        let (old, new) = (golden("golden", name).unwrap(), golden("golden-1.39.0", name).unwrap());
        let scenario = scenario(name);
        for ours in [&old, &new] {
            let verdict = compare(&scenario, vec![old.clone(), new.clone()], &filled(ours));
            assert_eq!(
                verdict == Verdict::Passed,
                ours.version == version,
                "{name} {}: {verdict:?}",
                ours.version
            );
        }
    }
}

#[test]
fn versions_differ_where_they_should() {
    let differing: Vec<String> = names()
        .into_iter()
        .filter(|name| {
            let (Some(old), Some(new)) = (golden("golden", name), golden("golden-1.39.0", name)) else {
                return false;
            };
            compare(&scenario(name), vec![old], &filled(&new)) != Verdict::Passed
        })
        .collect();
    let families: Vec<&str> = differing.iter().map(|name| name.split('-').next().unwrap()).collect();
    for family in ["mi", "region", "interactive", "device", "idtoken", "cache", "constructor"] {
        assert!(families.contains(&family), "{family}: {differing:?}");
    }
    for family in ["cc", "throttle", "telemetry", "silent", "accounts", "authcode"] {
        assert!(!families.contains(&family), "{family}: {differing:?}");
    }
}
