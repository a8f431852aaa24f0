//! Reason 2: a 5xx during a proactive refresh is raised by the golden although a valid token is in hand.

use serde_json::Value;

use super::binding;
use crate::compare::model::lookup::{self, Found, Query};
use crate::compare::model::request;
use crate::compare::state::State;
use crate::transcript::{Outcome, Step};

/// Serves the token in hand.
pub(crate) fn token_in_hand(state: &State<'_>, golden: &Step) -> Vec<Step> {
    served(state, golden).into_iter().collect()
}

fn served(state: &State<'_>, golden: &Step) -> Option<Step> {
    let step = state.step()?;
    let is_silent = golden.op.starts_with("acquire_token_silent");
    if golden.outcome.category() != Some("http_status")
        || !(is_silent || golden.op == "acquire_token_for_client")
    {
        return None;
    }
    if state.argument("force_refresh") == Some(Value::Bool(true))
        || step.args.get("claims_challenge").is_some()
    {
        return None;
    }
    let client = state.client(state.past().len())?;
    let scopes = request::scopes(state);
    let account = state.argument("account").unwrap_or_default();
    let home_account_id = account.get("home_account_id").and_then(Value::as_str);
    let query = Query {
        home_account_id: if is_silent { Some(home_account_id?) } else { None },
        ..binding::query(&client, &scopes, request::key_id(step))?
    };
    match lookup::find(state.expected(), &query, state.clock(), |key| binding::is_on_behalf_of(state, key)) {
        Found::Aging(entry) => Some(Step {
            outcome: Outcome::Ok(lookup::served(&entry, golden.clock)),
            cache_writes: Vec::new(),
            ..golden.clone()
        }),
        Found::Token(_) | Found::Nothing(_) => None,
    }
}
