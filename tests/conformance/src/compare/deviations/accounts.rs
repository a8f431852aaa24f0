//! Reason 24: the aliases of the static table always apply, also with instance discovery off; accounts are united over
//! aliases.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::alias;
use crate::compare::hosts;
use crate::compare::state::{Client, State};
use crate::transcript::{Outcome, Step};

/// Accounts and tokens of every alias.
pub(crate) fn aliases_always_apply(state: &State<'_>, golden: &Step) -> Vec<Step> {
    match golden.op.as_str() {
        "get_accounts" => united(state, golden).into_iter().collect(),
        op if op.starts_with("acquire_token_silent") => alias::of_an_alias(state, golden),
        "acquire_token_for_client" => alias::app_token(state, golden).into_iter().collect(),
        "remove_tokens_for_client" => alias::without_app_tokens(state, golden).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn united(state: &State<'_>, golden: &Step) -> Option<Step> {
    let client = state.client(state.past().len())?;
    let step = listed(state, golden, &client, &hosts::aliases(&client.instance))?;
    // It only ever adds accounts to those that the golden lists.
    let (ours, theirs) = (step.outcome.ok()?.as_array()?, golden.outcome.ok()?.as_array()?);
    let home = |account: &Value| account.get("home_account_id").cloned();
    (ours.len() > theirs.len()
        && theirs.iter().all(|account| ours.iter().any(|our| home(our) == home(account))))
    .then_some(step)
}

/// The accounts that the cache has for the client after an earlier deviation.
pub(crate) fn in_cache(state: &State<'_>, golden: &Step) -> Option<Step> {
    let client = state.client(state.past().len())?;
    listed(state, golden, &client, &hosts::aliases(&client.instance))
}

/// What `get_accounts` returns from these environments.
fn listed(state: &State<'_>, golden: &Step, client: &Client<'_>, environments: &[String]) -> Option<Step> {
    golden.outcome.ok()?;
    let username = state.argument("username").and_then(|name| name.as_str().map(str::to_lowercase));
    let mut by_home: BTreeMap<String, Value> = BTreeMap::new();
    // The client's own host last: what it has of an account wins.
    let own_last = environments.iter().filter(|host| **host != client.instance).chain([&client.instance]);
    for environment in own_last {
        for (_, entry) in state.expected().entries(client.construct.cache()?, "Account") {
            let text = |name: &str| entry.get(name).and_then(Value::as_str);
            if text("environment") != Some(environment)
                || !matches!(text("authority_type"), Some("ADFS" | "MSSTS"))
            {
                continue;
            }
            let member = |name: &str| entry.get(name).cloned().unwrap_or_default();
            let account = json!({
                "home_account_id": member("home_account_id"), "environment": environment, "username": member("username"),
                "account_source": member("account_source"), "authority_type": member("authority_type"),
                "local_account_id": member("local_account_id"), "realm": member("realm"),
            });
            by_home.insert(member("home_account_id").to_string(), account);
        }
    }
    let named = |account: &Value| {
        let name = account.get("username").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        username.as_ref().is_none_or(|wanted| *wanted == name)
    };
    let mut accounts: Vec<Value> = by_home.into_values().filter(named).collect();
    accounts.sort_by_cached_key(Value::to_string);
    Some(Step { outcome: Outcome::Ok(Value::Array(accounts)), ..golden.clone() })
}
