//! Reason 26: the loopback listener takes any path for the redirect URI's. Ours refuses others, and waits on.

use serde_json::{Value, json};

use crate::compare::model::listener::Answered;
use crate::compare::state::State;
use crate::json::set;
use crate::transcript::{Outcome, Step};
use crate::world::split_url;

/// The step with what is sent to another path refused, and what came after it answered.
pub(crate) fn refuses_other_paths(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let Some(step) = state.step().filter(|step| step.op == "auth_code_receiver") else { return Vec::new() };
    let args = state.resolve(&step.args).unwrap_or_default();
    let requests: Vec<Value> = step.requests.iter().filter_map(|request| state.resolve(request)).collect();
    let exchanged = |is_refused: &dyn Fn(&str) -> bool| {
        let answered = requests.iter().map(|request| {
            let path = request.get("path").and_then(Value::as_str).unwrap_or_default();
            if is_refused(split_url(path).0) { Answered::refused(404) } else { Answered::of(&args, request) }
        });
        exchanged(golden, answered)
    };
    // Where the listener is no other than this one, nothing can be said.
    if exchanged(&|_| false).as_ref() != Some(golden) {
        return Vec::new();
    }
    exchanged(&|path| path != "/").filter(|step| step != golden).into_iter().collect()
}

/// The step with these exchanges, up to the one that ends the wait.
fn exchanged(golden: &Step, answered: impl Iterator<Item = Answered>) -> Option<Step> {
    let mut outcome = golden.outcome.ok()?.clone();
    let (mut exchanges, mut auth_response) = (Vec::new(), None);
    for answered in answered {
        exchanges.push(answered.exchange);
        auth_response = answered.auth_response;
        if auth_response.is_some() {
            break;
        }
    }
    set(&mut outcome, &["exchanges"], json!(exchanges));
    set(&mut outcome, &["auth_response"], json!(auth_response));
    Some(Step { outcome: Outcome::Ok(outcome), ..golden.clone() })
}
