//! Reasons 15 and 19: how often the device flow asks for the tokens, and that it goes on after a network error.

use serde_json::{Value, json};

use crate::compare::model::device_code::{DEFAULT_INTERVAL, is_poll, named_interval, polled};
use crate::compare::state::{Past, State};
use crate::json::{Node, set};
use crate::transcript::{Outcome, Step};

/// Reason 15: with an interval of 0, a negative one or none that is a number the golden polls without a pause, or fails. Ours
/// polls every 5 seconds.
pub(crate) fn polls_every_five_seconds(state: &State<'_>, golden: &Step) -> Vec<Step> {
    match golden.op.as_str() {
        "initiate_device_flow" => begun(state, golden).into_iter().collect(),
        "acquire_token_by_device_flow" if began_without_interval(state) => {
            let polled = polled(state, golden, false);
            polled.filter(|polled| has_same_polls(polled, golden)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Reason 19: a network error ends the golden. Ours waits twice as long and asks again.
pub(crate) fn goes_on_after_a_network_error(state: &State<'_>, golden: &Step) -> Vec<Step> {
    if golden.op != "acquire_token_by_device_flow" || golden.outcome.category() != Some("transport") {
        return Vec::new();
    }
    let polled = polled(state, golden, true);
    let goes_on =
        |polled: &Step| polled.effects != golden.effects && polled.effects.starts_with(&golden.effects);
    polled.filter(goes_on).into_iter().collect()
}

/// The flow that begins with the interval of RFC 8628 section 3.2.
fn begun(state: &State<'_>, golden: &Step) -> Option<Step> {
    let request = golden.effects.last()?;
    if named_interval(state, request).is_some_and(|interval| interval > 0) {
        return None;
    }
    let mut flow = match &golden.outcome {
        Outcome::Ok(flow) if flow.get("error").is_none() => flow.clone(),
        Outcome::Ok(_) => return None,
        // No number: the golden fails at it, whatever else the flow has.
        Outcome::Error(_) => {
            let rule = state.scenario().rule(request.pointer("/reply/rule")?.as_str()?)?;
            let index = usize::try_from(request.pointer("/reply/index")?.as_u64()?).ok()?;
            let response = rule.responses.get(index)?;
            response.json.as_ref()?.get("interval")?;
            let mut flow = state.reply(response, golden.clock)?;
            let expires_in = flow.get("expires_in").map_or(Some(1_800), Value::as_i64)?;
            set(&mut flow, &["expires_in"], json!(expires_in));
            set(&mut flow, &["expires_at"], json!(golden.clock + expires_in));
            set(&mut flow, &["_correlation_id"], request.pointer("/headers/client-request-id")?.clone());
            flow
        }
    };
    set(&mut flow, &["interval"], json!(DEFAULT_INTERVAL));
    let step = Step { outcome: Outcome::Ok(flow), ..golden.clone() };
    (step != *golden).then_some(step)
}

/// Whether the service named no interval for the flow of the current step.
fn began_without_interval(state: &State<'_>) -> bool {
    let flow = state.step().and_then(|step| step.args.get("flow")).and_then(|flow| flow.get("$ref"));
    let begun = |past: &&Past| flow.and_then(Node::as_str) == Some(past.step.id.as_str());
    let begun = state.past().iter().find(begun).filter(|past| past.step.op == "initiate_device_flow");
    let request = begun.and_then(|past| past.step.effects.last());
    request.is_some_and(|request| named_interval(state, request).is_none_or(|interval| interval <= 0))
}

/// Whether both ask the same and are told the same; ours may end earlier, with the codes.
fn has_same_polls(ours: &Step, golden: &Step) -> bool {
    let polls =
        |step: &Step| step.effects.iter().filter(|effect| is_poll(effect)).cloned().collect::<Vec<_>>();
    polls(golden).starts_with(&polls(ours))
}
