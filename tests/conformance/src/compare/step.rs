//! One step against one expectation: effects, outcome, cache writes, clock.

use serde_json::Value;

use super::difference::Difference;
use super::placeholder::Bindings;
use super::state::State;
use super::{caches, composed, discovery, internals, slashes, value, writes};
use crate::scenario::Scenario;
use crate::transcript::{Outcome, Step};

/// A step of a transcript in the form that is compared.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// Without discovery, composed texts, runs of slashes and raw XML.
    pub(crate) step: Step,
    /// The discovery that was taken out (rule a).
    pub(crate) discovery: Vec<Value>,
    /// All effects, as recorded.
    pub(crate) recorded: Vec<Value>,
}

/// Brings a step of either side into the form that is compared.
pub(crate) fn prepare(scenario: &Scenario, position: usize, mut step: Step) -> Prepared {
    let recorded = std::mem::take(&mut step.effects);
    let (discovery, mut effects) = discovery::split(scenario, recorded.clone());
    for effect in &mut effects {
        slashes::effect(effect);
        internals::effect(effect);
    }
    step.effects = effects;
    if let (Outcome::Ok(value), Some(scripted)) = (&mut step.outcome, scenario.steps.get(position)) {
        let kind = scripted.client.as_deref().and_then(|client| scenario.construct(client, position));
        let managed_identity =
            kind.is_some_and(|construct| construct.kind.as_deref() == Some("managed_identity"));
        slashes::outcome(&step.op, value);
        internals::outcome(&step.op, value);
        composed::outcome(scripted, managed_identity, value);
        if let ("get_accounts", Some(accounts)) = (step.op.as_str(), value.as_array_mut()) {
            accounts.sort_by_cached_key(Value::to_string);
        }
    }
    Prepared { step, discovery, recorded }
}

/// Compares our step with what is expected of it. `golden` is the step as the golden has it, `expected` the same or
/// what a reason to deviate makes of it.
pub(crate) fn compare(
    state: &State<'_>,
    golden: &Prepared,
    expected: &Step,
    ours: &Prepared,
    bindings: &mut Bindings,
) -> Result<(), Difference> {
    let id = &expected.id;
    let our = &ours.step;
    let without_us = discovery::fails_without_us(state.scenario(), &golden.recorded, &ours.discovery)
        && expected.outcome.category().is_some();
    // Rule e: what is refused need not have asked for anything first.
    let is_refused = expected.outcome.category() == Some("refused");
    if !(is_refused && our.effects.is_empty()) {
        effects(
            &format!("{id}.effects"),
            &state.with_reply_indices(&expected.effects),
            &our.effects,
            bindings,
        )?;
    }
    if without_us {
        return nothing_written(id, our);
    }
    outcome(id, &expected.outcome, our, bindings)?;
    let (wanted, actual) = if may_purge(state, expected) {
        (
            caches::without_purges(&expected.cache_writes, state.expected(), expected.clock),
            caches::without_purges(&our.cache_writes, state.ours(), our.clock),
        )
    } else {
        (expected.cache_writes.clone(), our.cache_writes.clone())
    };
    // Rule d: an accident of the golden leaves nothing behind in ours.
    if expected.outcome.category() == Some("malformed") {
        nothing_written(id, our)?;
    } else {
        writes::compare(&format!("{id}.cache_writes"), &wanted, &actual, bindings)?;
    }
    if expected.clock != our.clock {
        return Err(Difference::texts(
            &format!("{id}.clock"),
            &expected.clock.to_string(),
            &our.clock.to_string(),
        ));
    }
    Ok(())
}

fn effects(
    path: &str,
    expected: &[Value],
    ours: &[Value],
    bindings: &mut Bindings,
) -> Result<(), Difference> {
    for (position, expected) in expected.iter().enumerate() {
        let path = format!("{path}[{position}]");
        match ours.get(position) {
            Some(ours) => value::compare(&path, expected, ours, bindings)?,
            None => return Err(Difference::texts(&path, &brief(expected), "absent")),
        }
    }
    match ours.get(expected.len()) {
        None => Ok(()),
        Some(extra) => {
            Err(Difference::texts(&format!("{path}[{}]", expected.len()), "absent", &brief(extra)))
        }
    }
}

fn brief(effect: &Value) -> String {
    let text = |name: &str| effect.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("type") {
        "http" => {
            format!("{} {} {}", text("method"), text("url"), effect.get("query").unwrap_or(&Value::Null))
        }
        _ => effect.to_string(),
    }
}

fn outcome(id: &str, expected: &Outcome, ours: &Step, bindings: &mut Bindings) -> Result<(), Difference> {
    let path = format!("{id}.outcome");
    match (expected, &ours.outcome) {
        (Outcome::Ok(expected), Outcome::Ok(ours)) => value::compare(&path, expected, ours, bindings),
        // Rule d: an accident accepts any error.
        (Outcome::Error(expected), Outcome::Error(ours))
            if expected.category == ours.category || expected.category == "malformed" =>
        {
            Ok(())
        }
        (expected, ours) => Err(Difference::texts(&path, &describe(expected), &describe(ours))),
    }
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(value) => format!("ok {value}"),
        Outcome::Error(failure) => {
            format!("error {} ({}: {})", failure.category, failure.class, failure.message)
        }
    }
}

fn nothing_written(id: &str, ours: &Step) -> Result<(), Difference> {
    match ours.cache_writes.first() {
        None => Ok(()),
        Some(write) => {
            Err(Difference::texts(&format!("{id}.cache_writes"), "nothing written", &write.to_string()))
        }
    }
}

/// Rule g speaks of purging, not of a removal that the app asked of the cache, nor of `search` at another time.
fn may_purge(state: &State<'_>, expected: &Step) -> bool {
    match expected.op.as_str() {
        "cache.search" => state.step().is_some_and(|step| step.args.get("now").is_none()),
        op => !op.starts_with("cache.") || op == "cache.find",
    }
}
