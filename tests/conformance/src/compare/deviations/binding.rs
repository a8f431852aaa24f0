//! Reasons 6 and 7: a token serves only the question that it answers.

use serde_json::Value;

use crate::compare::model::lookup::{self, Found, Query};
use crate::compare::model::request;
use crate::compare::state::{Client, State};
use crate::scenario;
use crate::transcript::{Outcome, Step};

/// Reason 6: an on-behalf-of token without `client_info` lies in the golden's cache like an app's, and serves
/// `acquire_token_for_client`. Ours asks for an app's token.
pub(crate) fn on_behalf_of_token_is_no_app_token(state: &State<'_>, golden: &Step) -> Vec<Step> {
    ask_instead(state, golden, |state, key, _| is_on_behalf_of(state, key)).into_iter().collect()
}

/// Reason 7: a token that is bound to a key serves the golden's look-up without `key_id`. Ours never does.
pub(crate) fn key_bound_token_is_for_its_key(state: &State<'_>, golden: &Step) -> Vec<Step> {
    if matches!(golden.op.as_str(), "cache.search" | "cache.find") {
        return without_key_bound(state, golden).into_iter().collect();
    }
    let is_bound = |entry: &Value| entry.get("key_id").is_some_and(|key_id| !key_id.is_null());
    ask_instead(state, golden, |_, _, entry| is_bound(entry)).into_iter().collect()
}

/// The request that an app makes when the token that served the golden is not for it.
pub(super) fn ask_instead(
    state: &State<'_>,
    golden: &Step,
    is_other: impl Fn(&State<'_>, &str, &Value) -> bool,
) -> Option<Step> {
    let step = state.step()?;
    let served = golden.outcome.ok()?;
    if golden.op != "acquire_token_for_client"
        || !golden.effects.is_empty()
        || served.get("token_source").is_none_or(|source| source != "cache")
        || request::key_id(step).is_some()
    {
        return None;
    }
    let client = state.client(state.past().len())?;
    let scopes = request::scopes(state);
    let query = query(&client, &scopes, None)?;
    let secret = served.get("access_token");
    let mut entries = state.expected().entries(query.cache, "AccessToken");
    if !entries.any(|(key, entry)| entry.get("secret") == secret && is_other(state, key, entry)) {
        return None;
    }
    match lookup::find(state.expected(), &query, state.clock(), |key| is_on_behalf_of(state, key)) {
        Found::Nothing(reason) => {
            request::client_credentials(state, &client, reason).map(|sent| sent.step(golden))
        }
        Found::Token(entry) => {
            Some(Step { outcome: Outcome::Ok(lookup::served(&entry, state.clock())), ..golden.clone() })
        }
        Found::Aging(_) => None,
    }
}

/// What the public look-up finds when it does not name a key.
fn without_key_bound(state: &State<'_>, golden: &Step) -> Option<Step> {
    let step = state.step()?;
    let names_key = step.args.get("query").is_some_and(|query| query.get("key_id").is_some());
    let found = golden.outcome.ok()?.as_array()?;
    if names_key || step.text_argument("credential_type") != Some("AccessToken") {
        return None;
    }
    let free: Vec<Value> = found.iter().filter(|entry| entry.get("key_id").is_none()).cloned().collect();
    (free.len() != found.len()).then(|| Step { outcome: Outcome::Ok(Value::Array(free)), ..golden.clone() })
}

/// What `acquire_token_for_client` looks for.
pub(crate) fn query<'q>(
    client: &'q Client<'_>,
    scopes: &'q [String],
    key_id: Option<&'q str>,
) -> Option<Query<'q>> {
    Some(Query {
        cache: client.construct.cache()?,
        client_id: client.client_id,
        environment: &client.instance,
        realm: &client.tenant,
        home_account_id: None,
        user_assertion_hash: None,
        scopes,
        key_id,
    })
}

/// Whether the access token under `key` was last put there by an on-behalf-of step.
pub(crate) fn is_on_behalf_of(state: &State<'_>, key: &str) -> bool {
    let puts = |write: &Value| {
        write.get("type").is_some_and(|section| section == "AccessToken")
            && write.get("op").is_some_and(|op| op == "put")
            && write.get("key").is_some_and(|written| written == key)
    };
    let last = state.past().iter().rev().find(|past| past.step.cache_writes.iter().any(puts));
    let step: Option<&scenario::Step> = last.and_then(|past| state.scenario().steps.get(past.position));
    step.is_some_and(|step| step.op == "acquire_token_on_behalf_of")
}
