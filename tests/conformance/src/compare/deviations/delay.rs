//! What follows from a deviation that took longer than the golden (reasons 15 and 19): all later steps are later.

use serde_json::{Value, json};

use crate::compare::caches::seconds;
use crate::compare::state::State;
use crate::transcript::{Outcome, Step};

/// Times that are counted from the clock, in cache entries, results, flows and tokens.
const TIMES: [&str; 10] = [
    "cached_at",
    "expires_on",
    "extended_expires_on",
    "refresh_on",
    "last_modification_time",
    "expires_at",
    "iat",
    "nbf",
    "exp",
    "auth_time",
];

/// The step as much later as the clock is; a clock that is set is no later.
pub(crate) fn of(state: &State<'_>, golden: &Step) -> Step {
    let delay = if golden.op == "set_clock" { 0 } else { state.delay() };
    Step { clock: golden.clock + delay, ..golden.clone() }
}

/// The step with what is issued in it as much later, too; `None` if there is nothing of that.
pub(crate) fn of_what_is_issued(state: &State<'_>, golden: &Step) -> Option<Step> {
    let mut step = golden.clone();
    if let Outcome::Ok(value) = &mut step.outcome {
        set_on(value, state.delay());
    }
    step.effects.iter_mut().chain(&mut step.cache_writes).for_each(|value| set_on(value, state.delay()));
    (step != *golden).then_some(step)
}

fn set_on(value: &mut Value, delay: i64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| set_on(item, delay)),
        Value::Object(_) => {
            for name in TIMES {
                if let Some(time) = seconds(value, name).map(|time| time + delay) {
                    let is_text = value.get(name).is_some_and(Value::is_string);
                    value[name] = if is_text { json!(time.to_string()) } else { json!(time) };
                }
            }
            value.as_object_mut().into_iter().flatten().for_each(|(_, member)| set_on(member, delay));
        }
        _ => {}
    }
}
