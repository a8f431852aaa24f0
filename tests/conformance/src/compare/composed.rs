//! Rule h: texts that a library composes itself compare by presence or as decoded JSON.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Value, json};

use super::model::listener;
use crate::scenario::Step;

/// Stands for a text that is there, whatever it says.
pub(crate) const PRESENT: &str = "(composed)";

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
        let exchanges = value.get_mut("exchanges").and_then(Value::as_array_mut);
        for (exchange, request) in exchanges.into_iter().flatten().zip(&step.requests) {
            match listener::template(&step.args, &request.to_value()) {
                Some(template) if exchange.get("status") == Some(&json!(200)) => {
                    page(exchange, template, step.text_argument("auth_uri"));
                }
                _ => {
                    exchange["body"] = json!(PRESENT);
                    exchange["content_type"] = json!(PRESENT);
                }
            }
        }
    }
}

/// A page of the caller's own. How its type names the character set is the listener's; so is whether it escapes the address
/// of the sign-in in HTML, which a browser reads alike.
fn page(exchange: &mut Value, template: &str, auth_uri: Option<&str>) {
    let media_type = exchange.get("content_type").and_then(Value::as_str).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim_end().to_owned();
    exchange["content_type"] = json!(media_type);
    let body = exchange.get("body").and_then(Value::as_str);
    if let (true, Some(auth_uri), Some(body)) = (template.starts_with('<'), auth_uri, body) {
        exchange["body"] = json!(body.replace(auth_uri, &listener::escaped(auth_uri)));
    }
}

fn decoded_json(text: &str) -> Option<Value> {
    let bytes = URL_SAFE.decode(text).or_else(|_| STANDARD.decode(text)).ok()?;
    serde_json::from_slice(&bytes).ok()
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
        let post = |body: &str| json!({"method": "POST", "path": "/", "body": body});
        let step = step(json!({
            "op": "auth_code_receiver",
            "args": {"success_template": "<b>$code</b>", "welcome_template": "<a href='$auth_uri'>", "auth_uri": "https://h/?a&b"},
            "requests": [
                {"method": "GET", "path": "/?welcome=true"}, post("code=x"), post("error=e"), post("code=c")
            ]
        }));
        let html = |status: u16, body: &str| json!({"status": status, "content_type": "text/html; charset=utf-8", "body": body});
        let mut value = json!({"exchanges": [
            html(200, "<a href='https://h/?a&b'>"), html(400, "own words"), html(200, "own words"), html(200, "<b>c</b>")
        ]});
        outcome(&step, false, &mut value);
        let page = |body: &str| json!({"status": 200, "content_type": "text/html", "body": body});
        let own = |status: u16| json!({"status": status, "content_type": PRESENT, "body": PRESENT});
        let expected = [page("<a href='https://h/?a&amp;b'>"), own(400), own(200), page("<b>c</b>")];
        assert_eq!(value["exchanges"], json!(expected));
        let again = value.clone();
        outcome(&step, false, &mut value);
        assert_eq!(value, again, "an escaped address stays");
    }
}
