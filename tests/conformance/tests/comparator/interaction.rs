//! The reasons to deviate of the flows that a person takes part in, on what the library really did: each is that reason
//! alone, and nothing else passes with it.

use msal_conformance::transcript::{Outcome, Step};
use serde_json::{Value, json};

use crate::deviations::{is_failed, reasons};
use crate::driven::Driven;

/// Whether the step, changed in this way, still passes.
#[track_caller]
fn fails(name: &str, id: &str, change: impl Fn(&mut Step)) {
    let mut driven = Driven::recorded(name);
    let before = driven.step(id).clone();
    change(driven.step(id));
    assert_ne!(before, *driven.step(id), "nothing was changed");
    assert!(is_failed(&driven.verdict()));
}

fn ok(step: &mut Step) -> &mut Value {
    match &mut step.outcome {
        Outcome::Ok(value) => value,
        error => panic!("{error:?}"),
    }
}

fn is_sleep(effect: &Value) -> bool {
    effect["type"] == "sleep"
}

/// Sleeps from its position among the effects that many seconds.
fn sleeps(step: &mut Step, position: usize, seconds: i64) {
    let sleep = step.effects.iter_mut().filter(|effect| is_sleep(effect)).nth(position).unwrap();
    sleep["seconds"] = json!(seconds);
}

#[test]
fn reason_15_polls_every_five_seconds() {
    const NAME: &str = "device-interval-zero";
    assert_eq!(reasons(Driven::recorded(NAME).verdict()), [15]);
    fails(NAME, "flow", |step| ok(step)["interval"] = json!(4));
    fails(NAME, "flow", |step| ok(step)["device_code"] = json!("other"));
    fails(NAME, "token", |step| sleeps(step, 0, 4));
    fails(NAME, "token", |step| step.effects.retain(|effect| !is_sleep(effect)));
    fails(NAME, "token", |step| step.clock += 1);
    fails(NAME, "token", |step| drop(step.cache_writes.pop()));
    // What comes later is as much later, and no more.
    fails(NAME, "adv", |step| step.clock -= 5);
    fails(NAME, "r", |step| step.cache_writes[0]["entry"]["cached_at"] = json!("1700000000"));
    fails("device-interval-null", "flow", |step| ok(step)["interval"] = json!(null));
}

#[test]
fn reason_19_goes_on_after_a_network_error() {
    const NAME: &str = "device-network-error-then-success";
    let mut driven = Driven::recorded(NAME);
    let seconds: Vec<Value> = driven
        .step("token")
        .effects
        .iter()
        .filter(|effect| is_sleep(effect))
        .map(|effect| effect["seconds"].clone())
        .collect();
    assert_eq!(seconds, [5, 10, 20]);
    assert_eq!(reasons(driven.verdict()), [19]);
    // No sooner than twice the interval.
    fails(NAME, "token", |step| sleeps(step, 1, 5));
    // What was before the error is as recorded.
    fails(NAME, "token", |step| sleeps(step, 0, 10));
    fails(NAME, "token", |step| drop(step.effects.remove(0)));
    // The end is the service's.
    fails(NAME, "token", |step| drop(step.effects.pop()));
    fails(NAME, "token", |step| ok(step)["access_token"] = json!("other"));
    fails(NAME, "token", |step| step.outcome = Outcome::error("protocol", "", ""));
    fails(NAME, "hit", |step| ok(step)["expires_in"] = json!(1));
}

#[test]
fn reason_26_other_paths_are_refused() {
    const NAME: &str = "interactive-receiver-paths";
    let driven = Driven::recorded(NAME);
    assert_eq!(reasons(driven.verdict()), [26]);
    fails(NAME, "a", |step| ok(step)["exchanges"][0]["status"] = json!(400));
    fails(NAME, "a", |step| ok(step)["auth_response"]["code"] = json!("other"));
    fails(NAME, "a", |step| ok(step)["exchanges"][1]["body"] = json!("ok C"));
    fails(NAME, "a", |step| drop(ok(step)["exchanges"].as_array_mut().unwrap().pop()));
    // The path of the redirect URI is no other.
    fails(NAME, "odd", |step| ok(step)["exchanges"][0]["status"] = json!(404));
}
