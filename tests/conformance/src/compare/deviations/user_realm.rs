//! Reason 11: the golden puts the user name unescaped into the URL of user realm discovery. We escape it. And it remembers for
//! the whole process that a host has no such discovery; we remember it in the `ClientState`.

use serde_json::{Value, json};

use crate::compare::state::{Past, State};
use crate::json::set;
use crate::transcript::Step;

/// The step with the whole name in the path.
pub(crate) fn escapes_the_user_name(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let Some(Value::String(name)) = state.argument("username") else { return Vec::new() };
    let Some(asked) = golden.effects.iter().position(is_realm) else { return Vec::new() };
    let spellings = spellings(&name);
    spellings
        .into_iter()
        .filter_map(|escaped| {
            let mut step = golden.clone();
            let effect = step.effects.get_mut(asked)?;
            let url = effect.get("url")?.as_str()?.to_owned();
            let (base, _) = url.split_once("/userrealm/")?;
            effect["url"] = json!(format!("{base}/userrealm/{escaped}"));
            effect["query"] = json!({"api-version": "1.0"});
            (step != *golden).then_some(step)
        })
        .collect()
}

/// The golden does not ask, for another client, or this one long ago, was told that the host has no user realms.
pub(crate) fn asks_for_each_store(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let Some(Value::String(name)) = state.argument("username") else { return Vec::new() };
    if golden.op != "acquire_token_by_username_password" || golden.effects.iter().any(is_realm) {
        return Vec::new();
    }
    let Some(client) = state.client(state.past().len()) else { return Vec::new() };
    let base = format!("https://{}/common/userrealm/", client.instance);
    let has_none = |past: &&Past| {
        let is_404 = |effect: &&Value| effect.pointer("/reply/status").is_some_and(|status| status == 404);
        let mut realms = past.step.effects.iter().filter(|effect| is_realm(effect)).filter(is_404);
        realms.any(|effect| effect["url"].as_str().is_some_and(|url| url.starts_with(&base)))
    };
    if !state.past().iter().any(|past| has_none(&past)) {
        return Vec::new();
    }
    let correlation = golden.effects.iter().find_map(|effect| effect.pointer("/headers/client-request-id"));
    let asked = |escaped: String| {
        let mut effect = json!({
            "type": "http", "method": "GET", "url": format!("{base}{escaped}"), "query": {"api-version": "1.0"},
            "headers": {"accept": "application/json", "client-request-id": correlation}, "body": {"type": "none"},
        });
        let selected = state.server().select(&effect)?;
        // Where it has them by now, what follows is another sign-in.
        let status = selected.response.status.unwrap_or(200);
        let reply = json!({"rule": selected.rule, "index": selected.index, "status": status});
        set(&mut effect, &["reply"], reply);
        let mut step = golden.clone();
        step.effects.insert(0, effect);
        (status == 404).then_some(step)
    };
    spellings(&name).into_iter().filter_map(asked).collect()
}

fn is_realm(effect: &Value) -> bool {
    let url = effect.get("url").and_then(Value::as_str).unwrap_or_default();
    url.contains("/common/userrealm/") && effect.get("method").is_some_and(|method| method == "GET")
}

/// What may stand in a path as it is (RFC 3986 section 3.3) may be escaped, or not.
fn spellings(name: &str) -> [String; 3] {
    [escape(name, ""), escape(name, "@"), escape(name, "!$&'()*+,;=:@")]
}

fn escape(text: &str, allowed: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte if allowed.as_bytes().contains(&byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
