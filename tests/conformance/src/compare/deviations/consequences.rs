//! What follows from an earlier deviation: the caches, the servers and the telemetry are no longer the golden's.

use serde_json::{Value, json};

use super::accounts;
use super::binding;
use crate::compare::caches::seconds;
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
        "remove_account" => vec![removing_what_is_there(state, golden)],
        op if op.starts_with("acquire_token_silent") => silent(state, golden).into_iter().collect(),
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

/// Whether the cache has the token that the golden served.
fn is_there(state: &State<'_>, golden: &Step, cache: &str) -> bool {
    let served = golden.outcome.ok().and_then(|result| result.get("access_token"));
    state.expected().entries(cache, "AccessToken").any(|(_, entry)| entry.get("secret") == served)
}

/// What is not in the cache is not removed.
fn removing_what_is_there(state: &State<'_>, golden: &Step) -> Step {
    let is_there = |write: &&Value| {
        let text = |name: &str| write.get(name).and_then(Value::as_str).unwrap_or_default();
        state.expected().entry(text("cache"), text("type"), text("key")).is_some()
    };
    Step { cache_writes: golden.cache_writes.iter().filter(is_there).cloned().collect(), ..golden.clone() }
}

/// A silent call of what the cache has by now: a token, a refresh token, or nothing.
pub(super) fn silent(state: &State<'_>, golden: &Step) -> Option<Step> {
    let given = |name: &str| !matches!(state.argument(name), None | Some(Value::Null | Value::Bool(false)));
    if golden.outcome.category() == Some("refused") || given("claims_challenge") || given("data") {
        return None;
    }
    let ends = |outcome: Value| {
        Some(Step {
            outcome: Outcome::Ok(outcome),
            effects: Vec::new(),
            cache_writes: Vec::new(),
            ..golden.clone()
        })
    };
    let account = state.argument("account").unwrap_or_default();
    let Some(home_account_id) = account.get("home_account_id").and_then(Value::as_str) else {
        return ends(Value::Null);
    };
    let client = state.client(state.past().len())?;
    let scopes = request::scopes(state);
    let query = Query { home_account_id: Some(home_account_id), ..binding::query(&client, &scopes, None)? };
    let found = lookup::find(state.expected(), &query, state.clock(), |_| false);
    let reason = match found {
        _ if given("force_refresh") => 1,
        Found::Token(entry) => return ends(lookup::served(&entry, state.clock())),
        Found::Aging(_) => return None,
        Found::Nothing(reason) => reason,
    };
    let is_own = |entry: &Value| {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        text("client_id") == Some(client.client_id)
            && text("environment") == Some(&client.instance)
            && text("home_account_id") == Some(home_account_id)
    };
    let own = state.expected().entries(query.cache, "RefreshToken").filter(|(_, entry)| is_own(entry));
    match own.max_by_key(|(_, entry)| seconds(entry, "last_modification_time")) {
        None => ends(Value::Null),
        Some((key, entry)) => {
            request::refresh(state, &client, (key, entry), reason).map(|sent| sent.step(golden))
        }
    }
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
        // If the golden's token is still there, a reason must say why it does not serve.
        Found::Nothing(reason) if was_served && !was_asked && !is_there(state, golden, query.cache) => {
            request::client_credentials(state, &client, reason).map(|sent| sent.step(golden))
        }
        _ => None,
    }
}
