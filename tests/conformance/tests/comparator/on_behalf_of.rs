//! Reason 17: what tells assertions apart is taken, and no other difference.

use msal_conformance::compare::Verdict;
use msal_conformance::transcript::{Outcome, Step};
use serde_json::{Value, json};

use crate::driven::Driven;

#[test]
fn reason_17_excuses_no_other_difference() {
    type Change = fn(&mut Step);
    let cases: [(&str, &str, Change); 10] = [
        // Served, but another's.
        ("obo-two-users", "bob-again", |step| {
            let Outcome::Ok(result) = &mut step.outcome else { panic!("{step:?}") };
            result["access_token"] = json!("A1");
        }),
        // Served where claims pass by the cache.
        ("obo-two-users", "alice-challenged", |step| step.effects.clear()),
        // No longer asked for, though it has ended.
        ("obo-aging", "refused", |step| step.effects.clear()),
        ("obo-aging", "down", |step| step.outcome = Outcome::Ok(Value::Null)),
        // Another's token from a shared cache.
        ("obo-hashed-in-cache", "silent", |step| {
            step.outcome =
                Outcome::Ok(json!({"access_token": "HASHED-APP", "token_type": "Bearer", "expires_in": 3600,
                "token_source": "cache"}));
        }),
        ("obo-after-sign-in", "refresh", |step| {
            step.effects[0]["body"]["form"]["refresh_token"] = json!("RT-OBO");
        }),
        ("obo-after-sign-in", "out", |step| drop(step.cache_writes.pop())),
        // Not told apart, or told apart by another assertion.
        ("obo-two-users", "alice", |step| {
            step.cache_writes[0]["entry"]["user_assertion_hash"] = json!("hash");
        }),
        ("obo-two-users", "alice", |step| {
            drop(step.cache_writes[0]["entry"].as_object_mut().unwrap().remove("user_assertion_hash"));
        }),
        ("obo-two-users", "accounts", |step| {
            step.outcome = Outcome::Ok(json!([{"home_account_id": "33333333-3333-3333-3333-333333333333"}]));
        }),
    ];
    for (name, id, change) in cases {
        let mut driven = Driven::recorded(name);
        let before = driven.step(id).clone();
        change(driven.step(id));
        assert_ne!(*driven.step(id), before, "{name} {id}");
        let verdict = driven.verdict();
        assert!(matches!(verdict, Verdict::Failed(_)), "{name} {id}: {verdict:?}");
    }
}

#[test]
fn reason_17_keeps_no_account_and_no_refresh_token() {
    for kind in ["Account", "IdToken", "RefreshToken"] {
        let golden = include_str!("../recorded/golden/obo-two-users.json");
        let golden: Value = serde_json::from_str(golden).unwrap();
        let writes = golden["steps"][1]["cache_writes"].as_array().unwrap();
        let write = writes.iter().find(|write| write["type"] == kind).unwrap();
        let mut driven = Driven::recorded("obo-two-users");
        driven.step("alice").cache_writes.push(write.clone());
        assert!(matches!(driven.verdict(), Verdict::Failed(_)), "{kind}");
    }
}
