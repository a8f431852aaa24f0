//! Reason 17: on-behalf-of asks the cache by the hash of the assertion; its tokens carry `user_assertion_hash`, answer only
//! the same assertion, and make no account.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::binding;
use crate::compare::model::lookup::{self, Found, Query};
use crate::compare::model::request;
use crate::compare::state::State;
use crate::json::set;
use crate::transcript::{Outcome, Step};

/// What the entries of others call the hash.
const HASH: [&str; 2] = ["user_assertion_hash", "userAssertionHash"];

/// What a step becomes where assertions are told apart.
pub(crate) fn is_told_apart_by_the_assertion(state: &State<'_>, golden: &Step) -> Vec<Step> {
    match golden.op.as_str() {
        "acquire_token_on_behalf_of" => on_behalf_of(state, golden),
        "cache.search" | "cache.find" => without_hashed(state, golden).into_iter().collect(),
        "acquire_token_for_client" => {
            binding::ask_instead(state, golden, |_, _, entry| is_hashed(entry)).into_iter().collect()
        }
        op if op.starts_with("acquire_token_silent") => {
            silent_without_hashed(state, golden).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn on_behalf_of(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let Some(Value::String(assertion)) = state.argument("user_assertion") else { return Vec::new() };
    if golden.outcome.category() == Some("refused") {
        return Vec::new();
    }
    let hash = digest(&assertion);
    let kept = |step: &Step| Step { cache_writes: kept_apart(&step.cache_writes, &hash), ..step.clone() };
    // A deviation before may have left the golden with another answer than ours.
    let again = state.client(state.past().len()).and_then(|client| {
        let is_token_request =
            |effect: &&Value| effect.pointer("/headers/x-client-current-telemetry").is_some();
        let earlier = golden.effects.iter().find(is_token_request)?;
        request::again(state, &client, earlier).map(|sent| sent.step(golden))
    });
    let asked: Vec<Step> = [golden.clone()].into_iter().chain(again).map(|step| kept(&step)).collect();
    match cached(state, &hash) {
        Some(Found::Token(entry)) => vec![Step {
            outcome: Outcome::Ok(lookup::served(&entry, state.clock())),
            effects: Vec::new(),
            cache_writes: Vec::new(),
            ..golden.clone()
        }],
        Some(Found::Aging(entry)) => {
            let in_hand = |step: Step| match step.outcome.ok() {
                Some(result) if result.get("access_token").is_some() => step,
                _ => Step {
                    outcome: Outcome::Ok(lookup::served(&entry, state.clock())),
                    cache_writes: Vec::new(),
                    ..step
                },
            };
            asked.into_iter().map(in_hand).collect()
        }
        Some(Found::Nothing(_)) | None => asked.into_iter().filter(|step| step != golden).collect(),
    }
}

/// What the cache has for the current step's assertion; nothing is asked where claims pass by it.
fn cached(state: &State<'_>, hash: &str) -> Option<Found> {
    let step = state.step()?;
    if state
        .argument("claims_challenge")
        .is_some_and(|claims| claims.as_str().is_some_and(|text| !text.is_empty()))
    {
        return None;
    }
    let client = state.client(state.past().len())?;
    let scopes = request::scopes(state);
    let query =
        Query { user_assertion_hash: Some(hash), ..binding::query(&client, &scopes, request::key_id(step))? };
    Some(lookup::find(state.expected(), &query, state.clock(), |key| !is_asked_alike(state, key)))
}

/// Whether the access token under `key` was put there by a step with the same extra parameters, or is of the file.
fn is_asked_alike(state: &State<'_>, key: &str) -> bool {
    let puts = |write: &Value| {
        ["type", "op", "key"].map(|name| write.get(name).and_then(Value::as_str).unwrap_or_default())
            == ["AccessToken", "put", key]
    };
    let last = state.past().iter().rev().find(|past| past.step.cache_writes.iter().any(puts));
    let Some(last) = last.and_then(|past| state.scenario().steps.get(past.position)) else { return true };
    let extra = |step: &crate::scenario::Step| {
        ["data", "forwarded_client_claims"].map(|name| step.args.get(name).map(|value| value.to_value()))
    };
    state.step().is_some_and(|step| extra(step) == extra(last))
}

/// The access token under its hash, where nobody finds it by an account; of the rest the app metadata alone.
fn kept_apart(writes: &[Value], hash: &str) -> Vec<Value> {
    let text = |write: &Value, name: &str| write.pointer(name).and_then(Value::as_str).map(str::to_owned);
    let kept = |write: &Value| match text(write, "/type").as_deref() {
        Some("AccessToken") if write.get("op").is_some_and(|op| op == "put") => {
            let account = text(write, "/entry/home_account_id");
            let own = format!("obo.{}", digest(hash));
            let home = account.as_ref().map_or(own.clone(), |account| format!("{account}.{own}"));
            let key = text(write, "/key")?;
            let rest = key.strip_prefix(&account.unwrap_or_default().to_lowercase())?;
            let mut write = write.clone();
            set(&mut write, &["key"], json!(home.to_lowercase() + rest));
            set(&mut write, &["entry", "home_account_id"], json!(home));
            set(&mut write, &["entry", "user_assertion_hash"], json!(hash));
            Some(write)
        }
        Some("AccessToken" | "AppMetadata") => Some(write.clone()),
        _ => None,
    };
    writes.iter().filter_map(kept).collect()
}

/// What the public look-up finds when it does not name a hash.
fn without_hashed(state: &State<'_>, golden: &Step) -> Option<Step> {
    let step = state.step()?;
    let names_hash = |query: &crate::json::Node| HASH.iter().any(|name| query.get(name).is_some());
    let found = golden.outcome.ok()?.as_array()?;
    if step.args.get("query").is_some_and(names_hash)
        || step.text_argument("credential_type") != Some("AccessToken")
    {
        return None;
    }
    let free: Vec<Value> = found.iter().filter(|entry| !is_hashed(entry)).cloned().collect();
    (free.len() != found.len()).then(|| Step { outcome: Outcome::Ok(Value::Array(free)), ..golden.clone() })
}

/// A silent call that the golden served with a token which somebody's assertion was exchanged for.
fn silent_without_hashed(state: &State<'_>, golden: &Step) -> Option<Step> {
    let served = golden.outcome.ok()?;
    let client = state.client(state.past().len())?;
    let secret = served.get("access_token").filter(|_| golden.effects.is_empty())?;
    let mut entries = state.expected().entries(client.construct.cache()?, "AccessToken");
    entries.any(|(_, entry)| entry.get("secret") == Some(secret) && is_hashed(entry)).then_some(())?;
    super::consequences::silent(state, golden)
}

/// Whether an entry is of somebody's assertion.
fn is_hashed(entry: &Value) -> bool {
    HASH.iter().any(|name| entry.get(name).is_some_and(|hash| !hash.is_null() && hash != ""))
}

/// SHA-256, base64url without padding.
fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}
