//! Reason 11: the golden puts the user name unescaped into the URL of user realm discovery. We escape it.

use serde_json::{Value, json};

use crate::compare::state::State;
use crate::transcript::Step;

/// The step with the whole name in the path.
pub(crate) fn escapes_the_user_name(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let Some(Value::String(name)) = state.argument("username") else { return Vec::new() };
    let is_realm = |effect: &Value| {
        let url = effect.get("url").and_then(Value::as_str).unwrap_or_default();
        url.contains("/common/userrealm/") && effect.get("method").is_some_and(|method| method == "GET")
    };
    let Some(asked) = golden.effects.iter().position(is_realm) else { return Vec::new() };
    // `@` may stay as it is in a path (RFC 3986 3.3), or not.
    let spellings = [escape(&name), escape(&name).replace("%40", "@")];
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

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
