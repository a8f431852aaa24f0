//! Rule h: texts that a library composes itself compare by presence or as decoded JSON.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Value, json};

use crate::json::Node;
use crate::scenario::Step;

/// Stands for a text that is there, whatever it says.
const PRESENT: &str = "(composed)";

const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);

/// Takes composed texts out of a value that a step returned. `managed_identity`: the step's client is one.
pub(crate) fn outcome(step: &Step, managed_identity: bool, value: &mut Value) {
    if managed_identity && value.get("error_description").is_some_and(Value::is_string) {
        value["error_description"] = json!(PRESENT);
    }
    if value.get("token_source") == Some(&json!("broker")) {
        let decoded = value.get("client_info").and_then(Value::as_str).and_then(decoded_json);
        if let Some(decoded) = decoded {
            value["client_info"] = json!({"$b64url_json": decoded});
        }
    }
    if step.op == "auth_code_receiver" {
        let templates = templates(step);
        let exchanges = value.get_mut("exchanges").and_then(Value::as_array_mut);
        for exchange in exchanges.into_iter().flatten() {
            let body = exchange.get("body").and_then(Value::as_str).unwrap_or_default();
            if !templates.iter().any(|template| is_instance(template, body)) {
                exchange["body"] = json!(PRESENT);
                exchange["content_type"] = json!(PRESENT);
            }
        }
    }
}

fn decoded_json(text: &str) -> Option<Value> {
    let bytes = URL_SAFE.decode(text).or_else(|_| STANDARD.decode(text)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// The caller's own templates.
fn templates(step: &Step) -> Vec<&str> {
    ["welcome_template", "success_template", "error_template"]
        .iter()
        .filter_map(|name| step.args.get(name).and_then(Node::as_str))
        .collect()
}

/// Whether a page is the template with its `$names` filled.
fn is_instance(template: &str, page: &str) -> bool {
    let mut rest = page;
    for (position, piece) in template.split('$').enumerate() {
        let literal = if position == 0 {
            piece
        } else {
            piece.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
        };
        let found = if position == 0 { rest.starts_with(literal).then_some(0) } else { rest.find(literal) };
        let Some(found) = found else { return false };
        rest = rest.get(found + literal.len()..).unwrap_or_default();
    }
    template.contains('$') || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(value: Value) -> Step {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_description_of_managed_identity_is_only_present() {
        let step = step(json!({"op": "acquire_token_for_client"}));
        let (mut golden, mut ours, mut absent) = (
            json!({"error": "e", "error_description": "{}"}),
            json!({"error": "e", "error_description": "x"}),
            json!({"error": "e"}),
        );
        for value in [&mut golden, &mut ours, &mut absent] {
            outcome(&step, true, value);
        }
        assert_eq!(golden, ours);
        assert_ne!(golden, absent);
        let mut other = json!({"error_description": "{}"});
        outcome(&step, false, &mut other);
        assert_eq!(other, json!({"error_description": "{}"}));
    }

    #[test]
    fn client_info_of_the_cloud_shell_is_decoded() {
        let step = step(json!({"op": "acquire_token_interactive"}));
        let mut value = json!({"token_source": "broker", "client_info": "eyJ1aWQiOiAidSJ9"});
        outcome(&step, false, &mut value);
        assert_eq!(value["client_info"], json!({"$b64url_json": {"uid": "u"}}));
    }

    #[test]
    fn only_the_callers_pages_are_compared() {
        let step = step(json!({"op": "auth_code_receiver", "args": {"success_template": "<b>$code</b>"}}));
        let mut value = json!({"exchanges": [
            {"status": 200, "content_type": "text/html", "body": "<b>c</b>"},
            {"status": 400, "content_type": "text/plain", "body": "own words"}]});
        outcome(&step, false, &mut value);
        assert_eq!(value["exchanges"][0]["body"], "<b>c</b>");
        assert_eq!(value["exchanges"][1], json!({"status": 400, "content_type": PRESENT, "body": PRESENT}));
    }
}
