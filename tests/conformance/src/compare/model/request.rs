//! A token request that the golden did not make, and what its answer leads to.

use serde_json::{Value, json};

use super::cache_add::{Answer, integer};
use crate::compare::state::{Client, State};
use crate::json::{Node, set};
use crate::transcript::{Outcome, Step};
use crate::world::Server;

/// What a request and its answer make of a step.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// The request with its reply.
    pub(crate) effect: Value,
    /// How the step ends.
    pub(crate) outcome: Outcome,
    /// What is cached.
    pub(crate) cache_writes: Vec<Value>,
    /// The clock then.
    pub(crate) clock: i64,
}

/// Where the servers and the clock are when something is sent.
#[derive(Clone, Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) server: Server<'a>,
    pub(crate) clock: i64,
}

impl<'a> Moment<'a> {
    /// The beginning of the current step.
    pub(crate) fn begin(state: &State<'a>) -> Self {
        Self { server: state.server(), clock: state.clock() }
    }
}

impl Sent {
    /// The step that sends it, instead of what `golden` did.
    pub(crate) fn step(self, golden: &Step) -> Step {
        Step {
            effects: vec![self.effect],
            outcome: self.outcome,
            cache_writes: self.cache_writes,
            clock: self.clock,
            ..golden.clone()
        }
    }
}

/// The members of a form that authenticate the client, and those that every request of it has.
const CLIENT_MEMBERS: [&str; 5] =
    ["client_id", "client_info", "client_secret", "client_assertion", "client_assertion_type"];

/// RFC 7523 section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The scopes of the current step, sorted as they go on the wire.
pub(crate) fn scopes(state: &State<'_>) -> Vec<String> {
    let scopes = state.argument("scopes").unwrap_or_default();
    let mut scopes: Vec<String> = scopes
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|scope| scope.as_str().map(str::to_owned))
        .collect();
    scopes.sort();
    scopes
}

/// The `acquire_token_for_client` request of the current step, made after an earlier request of the same client, or
/// from what the client was made of; `reason` is MSAL's number for why the cache did not serve.
pub(crate) fn client_credentials(state: &State<'_>, client: &Client<'_>, reason: u8) -> Option<Sent> {
    let is_token_request = |effect: &&Value| effect.pointer("/headers/x-client-current-telemetry").is_some();
    let of_client = |position: usize| {
        state.scenario().steps.get(position).and_then(|step| step.client.as_deref()) == Some(client.name)
    };
    let earlier = state.past().iter().rev().filter(|past| of_client(past.position));
    let earlier = earlier
        .filter_map(|past| Some((Some(past), past.step.effects.iter().find(is_token_request)?.clone())))
        .next();
    let is_confidential = client.construct.args.get("client_credential").is_some();
    let (past, template) =
        earlier.or_else(|| Some((None, first(state, client).filter(|_| is_confidential)?)))?;
    let mut effect = template.clone();
    let form = template.pointer("/body/form")?.as_object()?;
    let mut members: serde_json::Map<String, Value> = form
        .iter()
        .filter(|(name, _)| CLIENT_MEMBERS.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let scopes = scopes(state);
    members.insert("grant_type".to_owned(), json!("client_credentials"));
    if !scopes.is_empty() {
        members.insert("scope".to_owned(), json!(scopes.join(" ")));
    }
    let challenged = |step: Option<&crate::scenario::Step>| {
        step.is_some_and(|step| step.args.get("claims_challenge").is_some())
    };
    let of_past = past.and_then(|past| state.scenario().steps.get(past.position));
    if challenged(state.step()) || challenged(of_past) {
        return None;
    }
    if let Some(claims) = form.get("claims") {
        members.insert("claims".to_owned(), claims.clone());
    }
    let data = state.argument("data").unwrap_or_default();
    for (name, value) in data.as_object().into_iter().flatten() {
        members.insert(name.clone(), value.clone());
    }
    set(&mut effect, &["body", "form"], Value::Object(members));
    if let Some(headers) = effect.get_mut("headers").and_then(Value::as_object_mut) {
        headers.remove("x-anchormailbox");
        headers.insert("x-client-current-telemetry".to_owned(), json!(format!("4|730,{reason}|")));
    }
    send(state, client, effect, &scopes, data.get("key_id").and_then(Value::as_str))
}

/// The request of a silent call that redeems this refresh token, made after an earlier request of the same client, or
/// from what the client was made of.
pub(crate) fn refresh(
    state: &State<'_>,
    client: &Client<'_>,
    (key, entry): (&str, &Value),
    reason: u8,
) -> Option<Sent> {
    let member = |name: &str| entry.get(name).and_then(Value::as_str);
    let (home_account_id, secret) = (member("home_account_id")?, member("secret")?);
    let mut effect = client_credentials_template(state, client)?;
    let form = effect.pointer("/body/form")?.as_object()?;
    let is_client = |name: &str| CLIENT_MEMBERS.contains(&name) || name == "claims";
    let mut members: serde_json::Map<String, Value> = form
        .iter()
        .filter(|(name, _)| is_client(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut scopes = scopes(state);
    scopes.extend(["offline_access", "openid", "profile"].map(str::to_owned));
    scopes.sort();
    members.insert("grant_type".to_owned(), json!("refresh_token"));
    members.insert("refresh_token".to_owned(), json!(secret));
    members.insert("scope".to_owned(), json!(scopes.join(" ")));
    set(&mut effect, &["body", "form"], Value::Object(members));
    let mailbox = format!("Oid:{}", home_account_id.replace('.', "@"));
    set(&mut effect, &["headers", "x-anchormailbox"], json!(mailbox));
    set(&mut effect, &["headers", "x-client-current-telemetry"], json!(format!("4|84,{reason}|")));
    let mut sent = send(state, client, effect, &scopes, None)?;
    // What comes takes the place of what was redeemed.
    for write in &mut sent.cache_writes {
        let put = write.get("entry").cloned().unwrap_or_default();
        if write.get("type").is_some_and(|section| section == "RefreshToken") {
            set(write, &["key"], json!(key));
            set(write, &["entry"], entry.clone());
            for name in ["secret", "last_modification_time"] {
                set(write, &["entry", name], put.get(name).cloned().unwrap_or_default());
            }
        }
    }
    Some(sent)
}

/// An earlier request of the client whose claims are of no challenge, or what every request of it has.
fn client_credentials_template(state: &State<'_>, client: &Client<'_>) -> Option<Value> {
    let is_token_request = |effect: &&Value| effect.pointer("/headers/x-client-current-telemetry").is_some();
    let is_plain = |position: usize| {
        let step = state.scenario().steps.get(position)?;
        let is_its = step.client.as_deref() == Some(client.name);
        (is_its && step.args.get("claims_challenge").is_none()).then_some(())
    };
    let earlier = state.past().iter().rev().filter(|past| is_plain(past.position).is_some());
    let template = earlier.filter_map(|past| past.step.effects.iter().find(is_token_request).cloned()).next();
    let is_confidential = client.construct.args.get("client_credential").is_some();
    template.or_else(|| first(state, client).filter(|_| is_confidential))
}

/// What every request of a client has that is public, or authenticates by a secret or a given assertion.
pub(crate) fn first(state: &State<'_>, client: &Client<'_>) -> Option<Value> {
    let argument = |name: &str| state.resolve(client.construct.args.get(name)?);
    let mut form = json!({"client_id": client.client_id, "client_info": "1"});
    match argument("client_credential") {
        None => {}
        Some(secret @ Value::String(_)) => set(&mut form, &["client_secret"], secret),
        Some(given) => {
            let given = given.get("client_assertion")?;
            let assertion = given.get("$bytes").unwrap_or(given).as_str()?;
            set(&mut form, &["client_assertion"], json!(assertion));
            set(&mut form, &["client_assertion_type"], json!(JWT_BEARER));
        }
    }
    if let Some(capabilities) = argument("client_capabilities").filter(|list| list != &json!([])) {
        let claims = json!({"$json": {"access_token": {"xms_cc": {"values": capabilities}}}});
        set(&mut form, &["claims"], claims);
    }
    let mut headers = json!({
        "accept": "application/json", "content-type": "application/x-www-form-urlencoded", "x-client-os": "<os>",
        "x-client-sku": "<sku>", "x-client-ver": "<ver>", "x-ms-lib-capability": "retry-after, h429",
    });
    for (name, of_app) in [("x-app-name", "app_name"), ("x-app-ver", "app_version")] {
        if let Some(value) = argument(of_app) {
            set(&mut headers, &[name], value);
        }
    }
    Some(json!({
        "type": "http", "method": "POST", "url": client.token_endpoint, "query": {}, "headers": headers,
        "body": {"type": "form", "form": form},
    }))
}

/// Sends an earlier request once more.
pub(crate) fn again(state: &State<'_>, client: &Client<'_>, earlier: &Value) -> Option<Sent> {
    let scope = earlier.pointer("/body/form/scope").and_then(Value::as_str).unwrap_or_default();
    let scopes: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
    send(state, client, earlier.clone(), &scopes, None)
}

/// Sends a request that is complete but for what it tells of itself and of the past.
pub(crate) fn send(
    state: &State<'_>,
    client: &Client<'_>,
    mut effect: Value,
    scopes: &[String],
    key_id: Option<&str>,
) -> Option<Sent> {
    set(&mut effect, &["headers", "client-request-id"], json!(state.correlation(client.name)));
    set(&mut effect, &["headers", "x-client-last-telemetry"], json!(state.telemetry(client.name).header()));
    answered(state, client, &mut Moment::begin(state), effect, Some(scopes), key_id)
}

/// Sends a request that is complete but for its reply. Without `scopes` those of the answer are cached.
pub(crate) fn answered(
    state: &State<'_>,
    client: &Client<'_>,
    moment: &mut Moment<'_>,
    mut effect: Value,
    scopes: Option<&[String]>,
    key_id: Option<&str>,
) -> Option<Sent> {
    let selected = moment.server.select(&effect);
    let clock = moment.clock + selected.as_ref().map_or(0, |selected| selected.response.takes);
    moment.clock = clock;
    let failed = |effect, category: &str| {
        let outcome = Outcome::error(category, "", "");
        Some(Sent { effect, outcome, cache_writes: Vec::new(), clock })
    };
    let Some(selected) = selected else {
        set(&mut effect, &["reply"], json!({"unscripted": true}));
        return failed(effect, "transport");
    };
    set(&mut effect, &["reply"], json!({"rule": selected.rule, "index": selected.index}));
    if let Some(error) = &selected.response.error {
        set(&mut effect, &["reply", "error"], json!(error));
        return failed(effect, "transport");
    }
    let status = selected.response.status.unwrap_or(200);
    set(&mut effect, &["reply", "status"], json!(status));
    if status >= 500 {
        return failed(effect, "http_status");
    }
    let Some(reply) = state.reply(selected.response, clock).filter(Value::is_object) else {
        return failed(effect, "malformed");
    };
    if reply.get("error").is_some() {
        return Some(Sent { effect, outcome: Outcome::Ok(reply), cache_writes: Vec::new(), clock });
    }
    let grant_type = effect.pointer("/body/form/grant_type").and_then(Value::as_str).unwrap_or_default();
    let granted = || -> Vec<String> {
        let scope = reply.get("scope").and_then(Value::as_str).unwrap_or_default();
        scope.split_whitespace().map(str::to_owned).collect()
    };
    let answer = Answer {
        cache: client.construct.cache()?,
        client_id: client.client_id,
        environment: &client.instance,
        realm: &client.tenant,
        scopes: &scopes.map_or_else(granted, <[String]>::to_vec),
        grant_type,
        reply: &reply,
        key_id,
        makes_account: grant_type != "refresh_token",
        clock,
    };
    let (cache_writes, outcome) = (answer.writes(), Outcome::Ok(result(&reply, clock)));
    Some(Sent { effect, outcome, cache_writes, clock })
}

/// The result that an answer with a token becomes.
pub(crate) fn result(reply: &Value, clock: i64) -> Value {
    let members = reply.as_object().into_iter().flatten();
    let mut result: serde_json::Map<String, Value> = members
        .filter(|(name, _)| *name != "refresh_in" && !name.starts_with('_'))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(refresh_in) = integer(reply.get("refresh_in")) {
        result.insert("refresh_on".to_owned(), json!(clock + refresh_in));
    }
    if let Some(claims) = reply.pointer("/id_token/$jwt/claims") {
        result.insert("id_token_claims".to_owned(), claims.clone());
    }
    result.insert("token_source".to_owned(), json!("identity_provider"));
    Value::Object(result)
}

/// The key that the current step asks its token to be bound to.
pub(crate) fn key_id(step: &crate::scenario::Step) -> Option<&str> {
    step.args.get("data")?.get("key_id").and_then(Node::as_str)
}
