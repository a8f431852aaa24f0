//! Reason 16: one malformed optional field makes the golden lose the refresh token. We keep every token that is usable.

use serde_json::{Value, json};

use crate::compare::model::cache_add::{Answer, integer};
use crate::compare::model::request;
use crate::compare::state::State;
use crate::json::set;
use crate::transcript::{Outcome, Step};

const NUMBERS: [&str; 4] = ["refresh_in", "expires_in", "ext_expires_in", "expires_on"];
/// Flows that send neither a nonce nor `max_age`: a garbage id token beside good tokens is left out.
const WITHOUT_NONCE: [&str; 6] = [
    "acquire_token_by_refresh_token",
    "acquire_token_silent",
    "acquire_token_silent_with_error",
    "acquire_token_by_device_flow",
    "acquire_token_by_username_password",
    "acquire_token_on_behalf_of",
];

/// The tokens of an answer that the golden could not read. How a field that cannot be used shows in the result is
/// left open: as it came, read as a number, or not at all.
pub(crate) fn keeps_usable_tokens(state: &State<'_>, golden: &Step) -> Vec<Step> {
    steps(state, golden).unwrap_or_default()
}

fn steps(state: &State<'_>, golden: &Step) -> Option<Vec<Step>> {
    if golden.outcome.category() != Some("malformed") {
        return None;
    }
    let client = state.client(state.past().len())?;
    let request = golden
        .effects
        .iter()
        .rfind(|effect| effect.pointer("/headers/x-client-current-telemetry").is_some())?;
    if request.pointer("/reply/status")?.as_u64()? != 200 {
        return None;
    }
    let rule = state.scenario().rule(request.pointer("/reply/rule")?.as_str()?)?;
    let index = usize::try_from(request.pointer("/reply/index")?.as_u64()?).ok()?;
    let reply = state.reply(rule.responses.get(index)?, state.clock())?;
    reply.get("access_token").and_then(Value::as_str)?;
    let bad_numbers: Vec<&str> = NUMBERS.into_iter().filter(|name| is_bad_number(&reply, name)).collect();
    let bad_id_token = reply.get("id_token").is_some_and(|token| token.get("$jwt").is_none());
    if bad_id_token && !WITHOUT_NONCE.contains(&golden.op.as_str()) {
        return None;
    }
    if bad_numbers.is_empty() && !bad_id_token {
        return None;
    }
    let form = request.pointer("/body/form")?;
    let grant_type = form.get("grant_type").and_then(Value::as_str).unwrap_or_default();
    let scopes: Vec<String> = form
        .get("scope")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let key_id = form.get("key_id").and_then(Value::as_str);
    let mut steps = Vec::new();
    for (shown, cached) in readings(&reply, &bad_numbers) {
        let mut cached = cached;
        if bad_id_token && let Some(members) = cached.as_object_mut() {
            members.remove("id_token");
        }
        let answer = Answer {
            cache: client.construct.cache()?,
            client_id: client.client_id,
            environment: &client.instance,
            realm: &client.tenant,
            scopes: &scopes,
            grant_type,
            reply: &cached,
            key_id,
            makes_account: grant_type != "refresh_token",
            clock: state.clock(),
        };
        let writes = answer.writes();
        let outcome = Outcome::Ok(request::result(&shown, state.clock()));
        let step = Step { outcome, cache_writes: writes.clone(), ..golden.clone() };
        if bad_id_token {
            // Without its id token an account has no name: it may be left out.
            let nameless = writes
                .into_iter()
                .filter(|write| write.get("type").is_none_or(|section| section != "Account"));
            steps.push(Step { cache_writes: nameless.collect(), ..step.clone() });
        }
        steps.push(step);
    }
    Some(steps)
}

/// `refresh_in` must be a number for the golden, the others at least the text of one.
fn is_bad_number(reply: &Value, name: &str) -> bool {
    reply
        .get(name)
        .is_some_and(|value| !value.is_i64() && (name == "refresh_in" || integer(Some(value)).is_none()))
}

/// The ways to read an answer with bad numbers: what the result shows, and what is cached.
fn readings(reply: &Value, bad_numbers: &[&str]) -> Vec<(Value, Value)> {
    let mut readings = vec![(reply.clone(), reply.clone())];
    for name in bad_numbers {
        let as_number = integer(reply.get(*name));
        readings = readings
            .into_iter()
            .flat_map(|(shown, cached)| {
                let without = |value: &Value| {
                    let mut value = value.clone();
                    value.as_object_mut().into_iter().for_each(|members| drop(members.remove(*name)));
                    value
                };
                let with = |value: &Value, number: i64| {
                    let mut value = value.clone();
                    set(&mut value, &[*name], json!(number));
                    value
                };
                let mut ways = vec![(without(&shown), without(&cached))];
                if *name != "refresh_in" {
                    ways.push((shown.clone(), without(&cached)));
                }
                if *name == "expires_in" {
                    ways.push((with(&shown, 600), without(&cached)));
                }
                if let Some(number) = as_number {
                    ways.push((with(&shown, number), with(&cached, number)));
                }
                ways
            })
            .collect();
    }
    readings
}
