//! Normalisation of what a library did (FORMAT.md 2.1). Random values stay as they are: the comparison binds them to
//! the placeholders of a golden file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::assertion;
use crate::json::set;
use crate::world::{multimap, split_url};

const IDENTITY_HEADERS: [(&str, &str); 3] =
    [("x-client-os", "<os>"), ("x-client-sku", "<sku>"), ("x-client-ver", "<ver>")];

/// An effect in place. `certificate` gives the PEM that verifies assertions, when one is there to verify.
pub fn effect(effect: &mut Value, certificate: impl Fn() -> Result<String, String>) -> Result<(), String> {
    if effect["type"] == "browser" {
        let url = effect["url"].take();
        effect["url"] = url_view(url);
        return Ok(());
    }
    if effect["type"] != "http" {
        return Ok(());
    }
    for (name, placeholder) in IDENTITY_HEADERS {
        let header = effect["headers"].get_mut(name);
        if let Some(header) = header.filter(|header| header.as_str().is_some_and(is_one_word)) {
            *header = json!(placeholder);
        }
    }
    if let Some(query) = effect.get_mut("query") {
        claims(query);
    }
    if let Some(form) = effect["body"].get_mut("form") {
        claims(form);
        let signed = form.get("client_assertion").and_then(Value::as_str).map(str::to_owned);
        if let Some(view) = signed
            .as_deref()
            .filter(|text| assertion::is_signed(text))
            .map(|text| certificate().and_then(|certificate| assertion::view(text, &certificate)))
        {
            form["client_assertion"] = view?;
        }
    }
    Ok(())
}

/// The value that an operation returned.
pub fn outcome(op: &str, value: Value) -> Value {
    let mut value = sort_scopes(value);
    if value.get("auth_uri").is_some_and(Value::is_string) {
        let url = value.get("auth_uri").cloned().unwrap_or_default();
        set(&mut value, &["auth_uri"], url_view(url));
    }
    match (op, value) {
        ("get_authorization_request_url", url) => url_view(url),
        ("get_accounts", Value::Array(mut accounts)) => {
            accounts.sort_by_cached_key(Value::to_string);
            Value::Array(accounts)
        }
        (_, value) => value,
    }
}

/// Strings that the scenario built with `$jwt` or `$b64url_json` become these directives again.
pub fn built(value: Value, known: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => known.get(&text).cloned().unwrap_or(Value::String(text)),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| built(item, known)).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, built(value, known))).collect())
        }
        plain => plain,
    }
}

/// A URL as `{"$url": {base, query}}`.
fn url_view(url: Value) -> Value {
    let Some(text) = url.as_str() else { return url };
    let (base, query) = split_url(text);
    let mut query = multimap(query);
    claims(&mut query);
    json!({"$url": {"base": base, "query": query}})
}

/// `claims` is compared as JSON, not as text.
fn claims(members: &mut Value) {
    let parsed = members
        .get("claims")
        .and_then(Value::as_str)
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let Some(parsed) = parsed {
        members["claims"] = json!({"$json": parsed});
    }
}

/// Lists under the key `scope` are sorted.
fn sort_scopes(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sort_scopes).collect()),
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| match value {
                    Value::Array(mut scopes) if name == "scope" && scopes.iter().all(Value::is_string) => {
                        scopes.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                        (name, Value::Array(scopes))
                    }
                    value => (name, sort_scopes(value)),
                })
                .collect(),
        ),
        plain => plain,
    }
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_certificate() -> Result<String, String> {
        Err("none".to_owned())
    }

    #[test]
    fn identity_headers_claims_and_urls_take_their_shape() {
        let mut http = json!({
            "type": "http", "query": {}, "headers": {"x-client-sku": "any", "x-client-ver": "", "x-client-os": "a b"},
            "body": {"type": "form", "form": {"claims": "{\"a\": 1}", "client_assertion": "opaque"}}
        });
        effect(&mut http, no_certificate).unwrap();
        assert_eq!(
            http["headers"],
            json!({"x-client-sku": "<sku>", "x-client-ver": "", "x-client-os": "a b"})
        );
        assert_eq!(
            http["body"]["form"],
            json!({"claims": {"$json": {"a": 1}}, "client_assertion": "opaque"})
        );
        let mut browser = json!({"type": "browser", "url": "https://h/a?claims=x&b=1", "timeout": null});
        effect(&mut browser, no_certificate).unwrap();
        assert_eq!(
            browser["url"],
            json!({"$url": {"base": "https://h/a", "query": {"b": "1", "claims": "x"}}})
        );
    }

    #[test]
    fn outcomes_are_sorted_where_the_format_sorts() {
        let flow =
            outcome("initiate_auth_code_flow", json!({"scope": ["b", "a"], "auth_uri": "https://h/a?b=1"}));
        assert_eq!(
            flow,
            json!({"scope": ["a", "b"], "auth_uri": {"$url": {"base": "https://h/a", "query": {"b": "1"}}}})
        );
        assert_eq!(outcome("get_accounts", json!([{"a": 2}, {"a": 1}])), json!([{"a": 1}, {"a": 2}]));
    }

    #[test]
    fn built_strings_become_directives_only_when_whole() {
        let known = BTreeMap::from([("e30".to_owned(), json!({"$b64url_json": {}}))]);
        assert_eq!(
            built(json!({"a": ["e30", "xe30"]}), &known),
            json!({"a": [{"$b64url_json": {}}, "xe30"]})
        );
    }
}
