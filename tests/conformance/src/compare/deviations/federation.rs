//! Reason 4: the golden remembers a federation service that refuses by its URL only, so that one user blocks all others. We
//! key by user.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::compare::model::request;
use crate::compare::state::{Client, Past, State};
use crate::json::set;
use crate::scenario::Response;
use crate::transcript::{Outcome, Step};

const OPERATION: &str = "acquire_token_by_username_password";

/// Longest time that an answer is remembered.
const LONGEST: i64 = 3600;

/// The golden is silent for what another user did, or asks where we are silent for what this one did.
pub(crate) fn keyed_by_user(state: &State<'_>, golden: &Step) -> Vec<Step> {
    if golden.op != OPERATION {
        return Vec::new();
    }
    match golden.effects.iter().position(is_envelope) {
        None => asks(state, golden).into_iter().collect(),
        Some(at) => is_silent(state, golden, at).into_iter().collect(),
    }
}

/// What a federation service was asked.
struct Asked<'s> {
    past: &'s Past,
    envelope: &'s Value,
}

/// The golden answers from memory, though ours remembers no refusal of this user: another was refused.
fn asks(state: &State<'_>, golden: &Step) -> Option<Step> {
    let is_refused = matches!(golden.outcome.category(), Some("protocol" | "malformed"));
    let is_token_request = |effect: &Value| effect.pointer("/headers/x-client-current-telemetry").is_some();
    if !is_refused || golden.effects.iter().any(is_token_request) {
        return None;
    }
    let username = state.argument("username")?;
    if refusals(state).any(|refusal| user(state, refusal.past) == Some(username.clone())) {
        return None;
    }
    let client = state.client(state.past().len())?;
    let mut envelope = envelopes(state).next()?.envelope.clone();
    let (created, expires) = (date(state.clock()), date(state.clock() + 600));
    for (name, text) in [
        ("MessageID", json!("urn:uuid:<uuid>")),
        ("Created", json!(created)),
        ("Expires", json!(expires)),
        ("Username", username),
        ("Password", state.argument("password")?),
    ] {
        set(find(envelope.pointer_mut("/body/tree")?, name)?, &["text"], text);
    }
    let mut server = state.server();
    for rule in golden.effects.iter().filter_map(|effect| effect.pointer("/reply/rule")?.as_str()) {
        server.count(rule);
    }
    let selected = server.select(&envelope)?;
    let status = selected.response.status.unwrap_or(200);
    set(&mut envelope, &["reply"], json!({"rule": selected.rule, "index": selected.index, "status": status}));
    let mut step = golden.clone();
    step.effects.push(envelope);
    match assertion(state, selected.response) {
        // It refuses this user as well, as the golden says.
        None => Some(step),
        Some((assertion, grant_type)) => {
            let correlation =
                golden.effects.iter().find_map(|effect| effect.pointer("/headers/client-request-id"));
            let sent = redeem(state, &client, &assertion, grant_type, correlation)?;
            step.effects.push(sent.effect);
            Some(Step { outcome: sent.outcome, cache_writes: sent.cache_writes, ..step })
        }
    }
}

/// The golden asks again; ours remembers that this user was refused after the golden had.
fn is_silent(state: &State<'_>, golden: &Step, at: usize) -> Option<Step> {
    let username = state.argument("username")?;
    let refusal = refusals(state).find(|refusal| user(state, refusal.past) == Some(username.clone()))?;
    Some(Step {
        outcome: Outcome::error(refusal.past.step.outcome.category()?, "", ""),
        effects: golden.effects.get(..at)?.to_vec(),
        cache_writes: Vec::new(),
        ..golden.clone()
    })
}

/// The envelopes of the store of the current step, the last first.
fn envelopes<'s>(state: &'s State<'_>) -> impl Iterator<Item = Asked<'s>> {
    let store = state.store(state.past().len());
    let of_store = move |past: &&Past| past.step.op == OPERATION && state.store(past.position) == store;
    let past = state.past().iter().rev().filter(of_store);
    past.filter_map(|past| {
        Some(Asked { past, envelope: past.step.effects.iter().find(|effect| is_envelope(effect))? })
    })
}

/// Those whose refusal is still remembered.
fn refusals<'s>(state: &'s State<'_>) -> impl Iterator<Item = Asked<'s>> {
    let is_public = state
        .client(state.past().len())
        .is_some_and(|client| client.construct.kind.as_deref() == Some("public"));
    let default = if is_public { 60 } else { 5 };
    envelopes(state).filter(move |Asked { past, envelope }| {
        let Some(response) = response(state, envelope) else { return false };
        let mut headers = response.headers.members().iter();
        let retry_after = headers.find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
        let retry_after = retry_after.and_then(|(_, value)| state.resolve(value));
        let (is_busy, status) = (retry_after.is_some(), response.status.unwrap_or(200));
        let seconds = retry_after.and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
        let seconds = seconds.unwrap_or(default).min(LONGEST);
        (is_busy || status == 429 || status >= 500) && state.clock() - past.clock < seconds
    })
}

fn response<'s>(state: &'s State<'_>, effect: &Value) -> Option<&'s Response> {
    let rule = state.scenario().rule(effect.pointer("/reply/rule")?.as_str()?)?;
    rule.responses.get(usize::try_from(effect.pointer("/reply/index")?.as_u64()?).ok()?)
}

/// Who signed in.
fn user(state: &State<'_>, past: &Past) -> Option<Value> {
    state.resolve(state.scenario().steps.get(past.position)?.args.get("username")?)
}

fn is_envelope(effect: &Value) -> bool {
    effect.pointer("/body/type").is_some_and(|kind| kind == "xml")
}

/// The element of this local name.
fn find<'t>(tree: &'t mut Value, name: &str) -> Option<&'t mut Value> {
    if tree.get("tag")?.as_str()?.ends_with(&format!("}}{name}")) {
        return Some(tree);
    }
    tree.get_mut("children")?.as_array_mut()?.iter_mut().find_map(|child| find(child, name))
}

/// What an answer brings, with the grant that redeems it.
fn assertion(state: &State<'_>, response: &Response) -> Option<(String, &'static str)> {
    if response.status.unwrap_or(200) >= 300 {
        return None;
    }
    let body = state.text(response)?;
    let content = |name: &str| {
        let (_, rest) = body.split_once(&format!("{name}>"))?;
        let end = rest.rfind(&format!("{name}>"))?;
        let inside = rest.get(..end)?;
        inside.rfind("</").and_then(|end| inside.get(..end))
    };
    let grant_type = match content("TokenType")? {
        "urn:oasis:names:tc:SAML:1.0:assertion"
        | "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1" => "saml1_1-bearer",
        "urn:oasis:names:tc:SAML:2.0:assertion"
        | "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0" => "saml2-bearer",
        _ => return None,
    };
    Some((URL_SAFE_NO_PAD.encode(content("RequestedSecurityToken")?), grant_type))
}

fn redeem(
    state: &State<'_>,
    client: &Client<'_>,
    assertion: &str,
    grant_type: &str,
    correlation: Option<&Value>,
) -> Option<request::Sent> {
    if state.argument("claims_challenge").is_some() {
        return None;
    }
    let mut effect = request::first(state, client)?;
    let mut scopes = request::scopes(state);
    scopes.extend(["offline_access", "openid", "profile"].map(str::to_owned));
    scopes.sort();
    scopes.dedup();
    let form = effect.pointer_mut("/body/form")?;
    set(form, &["grant_type"], json!(format!("urn:ietf:params:oauth:grant-type:{grant_type}")));
    set(form, &["assertion"], json!(assertion));
    set(form, &["scope"], json!(scopes.join(" ")));
    set(&mut effect, &["headers", "x-client-current-telemetry"], json!("4|301,0|"));
    let mut sent = request::send(state, client, effect, &scopes, None)?;
    if let Some(correlation) = correlation {
        set(&mut sent.effect, &["headers", "client-request-id"], correlation.clone());
    }
    Some(sent)
}

/// `2023-11-14T22:13:20Z`, as the time of an envelope.
fn date(clock: i64) -> String {
    let days = clock.div_euclid(86_400);
    let (mut year, mut day) = (1970, days);
    let is_leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    while day >= 365 + i64::from(is_leap(year)) {
        day -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    let second = clock.rem_euclid(86_400);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", day + 1)
}
