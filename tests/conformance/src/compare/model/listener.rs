//! The loopback listener of MSAL Python 1.39.0: what it answers a request, and when it has its answer.

use serde_json::{Value, json};

use crate::compare::composed::PRESENT;
use crate::json::Node;
use crate::world::{multimap, split_url};

/// What a request leads to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answered {
    /// The exchange as a transcript has it, without composed texts.
    pub(crate) exchange: Value,
    /// The answer that ends the wait.
    pub(crate) auth_response: Option<Value>,
}

impl Answered {
    /// A refusal in words of the listener's own.
    pub(crate) fn refused(status: u16) -> Self {
        Self { exchange: own(status), auth_response: None }
    }

    /// Answers a request to a listener with these arguments.
    pub(crate) fn of(args: &Value, request: &Value) -> Self {
        let (status, parameters) = match method(request) {
            "GET" if is_welcome(request) => (200, json!({"auth_uri": args.get("auth_uri")})),
            "POST" => (200, parameters(request)),
            _ => return Self::refused(400),
        };
        let is_answer = method(request) == "POST";
        let has = |name: &str| parameters.get(name).is_some();
        let expected = args.get("state").filter(|state| !state.is_null());
        let is_other = expected.is_some() && expected != parameters.get("state");
        if is_answer && (is_other || !(has("code") || has("error"))) {
            return Self::refused(400);
        }
        let exchange = match template(&Node::from(args.clone()), request) {
            Some(template) => {
                let media_type = if template.starts_with('<') { "text/html" } else { "text/plain" };
                json!({"status": status, "content_type": media_type, "body": fill(template, &parameters)})
            }
            None => own(status),
        };
        Self { exchange, auth_response: is_answer.then_some(parameters) }
    }
}

fn own(status: u16) -> Value {
    json!({"status": status, "content_type": PRESENT, "body": PRESENT})
}

/// The caller's template for the page that a request may lead to.
pub(crate) fn template<'a>(args: &'a Node, request: &Value) -> Option<&'a str> {
    let parameters = parameters(request);
    let name = if is_welcome(request) {
        "welcome_template"
    } else if parameters.get("code").is_some() {
        "success_template"
    } else {
        "error_template"
    };
    args.get(name).and_then(Node::as_str)
}

fn method(request: &Value) -> &str {
    request.get("method").and_then(Value::as_str).unwrap_or_default()
}

fn is_welcome(request: &Value) -> bool {
    method(request) == "GET" && parameters(request).get("welcome") == Some(&json!("true"))
}

/// Parameters of the body, or else of the query; those that are empty are none.
fn parameters(request: &Value) -> Value {
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let encoded = if method(request) == "POST" { text("body") } else { split_url(text("path")).1 };
    let pairs = url::form_urlencoded::parse(encoded.as_bytes()).filter(|(_, value)| !value.is_empty());
    multimap(&url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// As Python's `html.escape`.
pub(crate) fn escaped(text: &str) -> String {
    let entities = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#x27;")];
    entities.iter().fold(text.to_owned(), |text, (character, entity)| text.replace(character, entity))
}

/// As Python's `string.Template.safe_substitute`; values are escaped in HTML.
fn fill(template: &str, values: &Value) -> String {
    let mut pieces = template.split('$');
    let mut page = pieces.next().unwrap_or_default().to_owned();
    while let Some(piece) = pieces.next() {
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let braced = piece.strip_prefix('{').and_then(|piece| piece.split_once('}'));
        let end = piece.find(|character| !is_part(character)).unwrap_or(piece.len());
        let named = braced.or_else(|| piece.split_at_checked(end));
        match named.and_then(|(name, rest)| Some((values.get(name)?.as_str()?, rest))) {
            // Two of them are one.
            None if piece.is_empty() => {
                page.push('$');
                page.push_str(pieces.next().unwrap_or_default());
            }
            None => {
                page.push('$');
                page.push_str(piece);
            }
            Some((value, rest)) => {
                page.push_str(&if template.starts_with('<') { escaped(value) } else { value.to_owned() });
                page.push_str(rest);
            }
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(body: &str) -> Value {
        json!({"method": "POST", "path": "/x", "body": body})
    }

    /// What CPython's `string.Template(...).safe_substitute(...)` returns.
    #[test]
    fn templates_are_pythons() {
        let values = json!({"code": "<c>", "state": "S"});
        assert_eq!(fill("ok $code $$ ${state} $unknown $", &values), "ok <c> $ S $unknown $");
        assert_eq!(fill("<b>$code$state</b>$$code", &values), "<b>&lt;c&gt;S</b>$code");
    }

    #[test]
    fn an_answer_has_a_code_or_an_error_and_the_state() {
        let args = json!({"state": "S", "error_template": "no: $error"});
        assert_eq!(Answered::of(&args, &post("code=C&state=W")), Answered::refused(400));
        assert_eq!(Answered::of(&args, &post("code=&state=S")), Answered::refused(400));
        let get = json!({"method": "GET", "path": "/?code=C&state=S"});
        assert_eq!(Answered::of(&args, &get), Answered::refused(400));
        let code = Answered::of(&args, &post("code=C&state=S&empty="));
        assert_eq!(
            code,
            Answered { exchange: own(200), auth_response: Some(json!({"code": "C", "state": "S"})) }
        );
        let error = Answered::of(&args, &post("error=e&state=S")).exchange;
        assert_eq!(error, json!({"status": 200, "content_type": "text/plain", "body": "no: e"}));
    }
}
