//! What follows from an earlier deviation: the caches, the servers and the telemetry are no longer the golden's.

use serde_json::json;

use super::accounts;
use super::binding;
use crate::compare::model::lookup::{self, Found, Query};
use crate::compare::model::request;
use crate::compare::state::State;
use crate::transcript::{Outcome, Step};

/// What the golden's step becomes for a client that a deviation has led away from it.
pub(crate) fn of(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let Some(name) = state.step().and_then(|step| step.client.as_deref()) else { return Vec::new() };
    if !state.is_diverged(name) {
        return Vec::new();
    }
    let followed = match golden.op.as_str() {
        _ if !state.caches_differ() => Vec::new(),
        "get_accounts" => accounts::in_cache(state, golden).into_iter().collect(),
        "acquire_token_for_client" => from_cache(state, golden).into_iter().collect(),
        "acquire_token_silent" | "acquire_token_silent_with_error" => {
            silently_from_cache(state, golden).into_iter().collect()
        }
        _ => Vec::new(),
    };
    with_telemetry(state, name, golden).into_iter().chain(followed).collect()
}

/// The same requests, reporting what our past was. What polls reports the same each time.
fn with_telemetry(state: &State<'_>, client: &str, golden: &Step) -> Option<Step> {
    let mut step = golden.clone();
    let mut headers =
        step.effects.iter_mut().filter_map(|effect| effect.pointer_mut("/headers/x-client-last-telemetry"));
    let first = headers.next()?;
    let reported = std::mem::replace(first, json!(state.telemetry(client).header()));
    headers.filter(|header| **header == reported).for_each(|header| *header = first.clone());
    Some(step)
}

/// The cache serves another token than the golden's, or one where the golden had none; or it has none.
fn from_cache(state: &State<'_>, golden: &Step) -> Option<Step> {
    let step = state.step()?;
    // Other arguments than scopes may ask for another token.
    if step.args.members().iter().any(|(name, _)| name != "scopes")
        || golden.outcome.category() == Some("refused")
    {
        return None;
    }
    let client = state.client(state.past().len())?;
    let scopes = request::scopes(state);
    let query = binding::query(&client, &scopes, request::key_id(step))?;
    let found =
        lookup::find(state.expected(), &query, state.clock(), |key| binding::is_on_behalf_of(state, key));
    let was_asked = !golden.effects.is_empty();
    let was_served = golden
        .outcome
        .ok()
        .and_then(|result| result.get("token_source"))
        .is_some_and(|source| source == "cache");
    match found {
        Found::Token(entry) => Some(Step {
            outcome: Outcome::Ok(lookup::served(&entry, state.clock())),
            effects: Vec::new(),
            cache_writes: Vec::new(),
            ..golden.clone()
        }),
        Found::Nothing(reason) if was_served && !was_asked => {
            request::client_credentials(state, &client, reason).map(|sent| sent.step(golden))
        }
        _ => None,
    }
}

/// The cache serves a person's token where the golden has none.
fn silently_from_cache(state: &State<'_>, golden: &Step) -> Option<Step> {
    let step = state.step()?;
    if step.args.members().iter().any(|(name, _)| name != "scopes" && name != "account") {
        return None;
    }
    let client = state.client(state.past().len())?;
    let (scopes, account) = (request::scopes(state), state.argument("account")?);
    let home_account_id = Some(account.get("home_account_id")?.as_str()?);
    let query = Query { home_account_id, ..binding::query(&client, &scopes, None)? };
    match lookup::find(state.expected(), &query, state.clock(), |key| binding::is_on_behalf_of(state, key)) {
        Found::Token(entry) => Some(Step {
            outcome: Outcome::Ok(lookup::served(&entry, state.clock())),
            effects: Vec::new(),
            cache_writes: Vec::new(),
            ..golden.clone()
        }),
        Found::Aging(_) | Found::Nothing(_) => None,
    }
}
