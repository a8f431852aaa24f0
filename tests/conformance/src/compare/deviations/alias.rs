//! Reason 24, look-ups: an alias has what the golden does not find.

use serde_json::{Value, json};

use super::binding;
use crate::compare::hosts;
use crate::compare::model::lookup::{self, Found, Query};
use crate::compare::model::request;
use crate::compare::state::{Client, State};
use crate::transcript::{Outcome, Step};

/// The token that an alias has, or the request that redeems the refresh token that it has.
pub(crate) fn of_an_alias(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let finds_nothing = golden.outcome == Outcome::Ok(Value::Null) && golden.effects.is_empty();
    let is_challenged = state.step().is_some_and(|step| step.args.get("claims_challenge").is_some());
    let client = state.client(state.past().len()).filter(|_| finds_nothing && !is_challenged);
    let (Some(client), Some(account)) = (client, state.argument("account")) else { return Vec::new() };
    let Some(home_account_id) = account.get("home_account_id").and_then(Value::as_str) else {
        return Vec::new();
    };
    let aliases = hosts::aliases(&client.instance).into_iter().filter(|alias| *alias != client.instance);
    let steps = aliases.map(|instance| {
        in_environment(state, golden, &Client { instance, ..client.clone() }, home_account_id)
    });
    steps.into_iter().find(|steps| !steps.is_empty()).unwrap_or_default()
}

/// An app's token that an alias has and the client's own host has not.
pub(crate) fn app_token(state: &State<'_>, golden: &Step) -> Option<Step> {
    // Other arguments than scopes may ask for another token.
    let is_plain = state.step()?.args.members().iter().all(|(name, _)| name == "scopes");
    let client = state.client(state.past().len()).filter(|_| is_plain)?;
    let scopes = request::scopes(state);
    let query = binding::query(&client, &scopes, None)?;
    let find = |environment: &str| {
        let is_foreign = |key: &str| binding::is_on_behalf_of(state, key);
        lookup::find(state.expected(), &Query { environment, ..query.clone() }, state.clock(), is_foreign)
    };
    if !matches!(find(&client.instance), Found::Nothing(_)) {
        return None;
    }
    let entry = hosts::aliases(&client.instance).iter().find_map(|alias| match find(alias) {
        Found::Token(entry) => Some(entry),
        _ => None,
    })?;
    Some(Step {
        outcome: Outcome::Ok(lookup::served(&entry, state.clock())),
        effects: Vec::new(),
        cache_writes: Vec::new(),
        ..golden.clone()
    })
}

/// An app's tokens are removed from the entries of every alias.
pub(crate) fn without_app_tokens(state: &State<'_>, golden: &Step) -> Option<Step> {
    let client = state.client(state.past().len())?;
    let cache = client.construct.cache()?;
    let aliases = hosts::aliases(&client.instance);
    let is_its = |entry: &Value| {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        text("client_id") == Some(client.client_id)
            && text("environment").is_some_and(|own| aliases.iter().any(|alias| alias == own))
            && entry.get("home_account_id").is_none_or(Value::is_null)
    };
    let remove = |key: &String| json!({"cache": cache, "type": "AccessToken", "key": key, "op": "remove", "existed": true});
    let tokens = state.expected().entries(cache, "AccessToken");
    let cache_writes: Vec<Value> =
        tokens.filter(|(_, entry)| is_its(entry)).map(|(key, _)| remove(key)).collect();
    Some(Step { cache_writes, ..golden.clone() })
}

fn in_environment(state: &State<'_>, golden: &Step, client: &Client<'_>, home_account_id: &str) -> Vec<Step> {
    let scopes = request::scopes(state);
    let key_id = state.step().and_then(request::key_id);
    let Some(query) = binding::query(client, &scopes, key_id) else { return Vec::new() };
    let query = Query { home_account_id: Some(home_account_id), ..query };
    match lookup::find(state.expected(), &query, state.clock(), |_| false) {
        Found::Token(entry) => {
            vec![Step { outcome: Outcome::Ok(lookup::served(&entry, state.clock())), ..golden.clone() }]
        }
        Found::Aging(_) => Vec::new(),
        Found::Nothing(reason) => redeem(state, golden, client, home_account_id, reason),
    }
}

/// The refresh may go to the alias or to the client's own host: both are one cloud.
fn redeem(
    state: &State<'_>,
    golden: &Step,
    client: &Client<'_>,
    home_account_id: &str,
    reason: u8,
) -> Vec<Step> {
    let text = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let is_own = |entry: &&Value| {
        text(entry, "client_id").as_deref() == Some(client.client_id)
            && text(entry, "environment").as_deref() == Some(&client.instance)
            && text(entry, "home_account_id").as_deref() == Some(home_account_id)
    };
    let Some(cache) = client.construct.cache() else { return Vec::new() };
    let Some(secret) = state
        .expected()
        .entries(cache, "RefreshToken")
        .map(|(_, entry)| entry)
        .find(is_own)
        .and_then(|entry| text(entry, "secret"))
    else {
        return Vec::new();
    };
    let mut scopes = request::scopes(state);
    scopes.extend(["offline_access", "openid", "profile"].map(str::to_owned));
    scopes.sort();
    let form = json!({
        "client_id": client.client_id, "client_info": "1", "grant_type": "refresh_token", "refresh_token": secret,
        "scope": scopes.join(" "),
    });
    let headers = json!({
        "accept": "application/json", "content-type": "application/x-www-form-urlencoded",
        "x-anchormailbox": format!("Oid:{}", home_account_id.replace('.', "@")),
        "x-client-current-telemetry": format!("4|84,{reason}|"), "x-client-os": "<os>", "x-client-sku": "<sku>",
        "x-client-ver": "<ver>", "x-ms-lib-capability": "retry-after, h429",
    });
    let effect = |host: &str| {
        json!({
            "type": "http", "method": "POST", "url": format!("https://{host}/{}/oauth2/v2.0/token", client.tenant),
            "query": {}, "headers": headers, "body": {"type": "form", "form": form},
        })
    };
    let hosts = hosts::aliases(&client.instance);
    hosts
        .iter()
        .filter_map(|host| request::again(state, client, &effect(host)))
        .map(|sent| sent.step(golden))
        .collect()
}
