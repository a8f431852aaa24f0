//! The scripted servers: which rule answers a request, and with which of its responses (FORMAT.md 1.1).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::compare::slashes;
use crate::scenario::{Response, Rule};

/// The rules of a scenario and how often each was used.
#[derive(Clone, Debug)]
pub struct Server<'a> {
    rules: &'a [Rule],
    hits: BTreeMap<String, usize>,
}

/// The response that answers a request.
#[derive(Clone, Debug)]
pub struct Selected<'a> {
    /// Id of the rule.
    pub rule: String,
    /// Position of the response in the rule.
    pub index: usize,
    /// The response.
    pub response: &'a Response,
}

impl<'a> Server<'a> {
    /// A server that has answered nothing yet.
    pub fn new(rules: &'a [Rule]) -> Self {
        Self { rules, hits: BTreeMap::new() }
    }

    /// The next response for a request in the shape of an `http` effect; `None`: nothing is scripted for it.
    pub fn select(&mut self, request: &Value) -> Option<Selected<'a>> {
        let rules = self.rules;
        for (position, rule) in rules.iter().enumerate() {
            if !matches(rule, request) {
                continue;
            }
            let id = rule.id(position);
            let used = self.hits.entry(id.clone()).or_insert(0);
            if *used >= rule.responses.len() && rule.repeat.as_deref() == Some("none") {
                continue;
            }
            let index = (*used).min(rule.responses.len().saturating_sub(1));
            let response = rule.responses.get(index)?;
            *used += 1;
            return Some(Selected { rule: id, index, response });
        }
        None
    }
}

impl Server<'_> {
    /// Uses the rule's next response: its position. `None`: no such rule.
    pub fn count(&mut self, rule: &str) -> Option<usize> {
        let found =
            self.rules.iter().enumerate().find(|(position, candidate)| candidate.id(*position) == rule)?.1;
        let used = self.hits.entry(rule.to_owned()).or_insert(0);
        let index = (*used).min(found.responses.len().saturating_sub(1));
        *used += 1;
        Some(index)
    }
}

/// Whether all that the rule names is equal. Runs of `/` in paths count as one (rule b).
fn matches(rule: &Rule, request: &Value) -> bool {
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let url = slashes::collapse(text("url"));
    rule.method.as_deref().is_none_or(|method| method == text("method"))
        && rule.url.as_deref().is_none_or(|wanted| slashes::collapse(wanted) == url)
        && rule.url_glob.as_deref().is_none_or(|glob| glob_matches(&slashes::collapse(glob), &url))
        && members_match(&rule.query, request.get("query"))
        && members_match(&rule.headers, request.get("headers"))
        && members_match(&rule.form, request.get("body").and_then(|body| body.get("form")))
}

fn members_match(wanted: &BTreeMap<String, Value>, actual: Option<&Value>) -> bool {
    wanted.iter().all(|(name, value)| {
        let actual = actual.and_then(|members| members.get(name));
        match value {
            Value::Null => actual.is_none(),
            Value::String(text) => actual.and_then(Value::as_str) == Some(text),
            other => {
                actual == Some(other) || actual.and_then(Value::as_str) == Some(other.to_string().as_str())
            }
        }
    })
}

/// Whether `text` is `pattern`, where `*` stands for any characters.
fn glob_matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(position) = text.find(piece) else { return false };
        text = text.get(position + piece.len()..).unwrap_or_default();
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules(value: Value) -> Vec<Rule> {
        serde_json::from_value(value).unwrap()
    }

    fn post(url: &str, form: Value) -> Value {
        json!({"method": "POST", "url": url, "query": {}, "headers": {"a": "1"}, "body": {"type": "form", "form": form}})
    }

    #[test]
    fn responses_follow_one_another_and_the_last_repeats() {
        let rules = rules(json!([{"url": "https://h/t", "responses": [{"status": 400}, {"status": 200}]}]));
        let mut server = Server::new(&rules);
        let indices: Vec<usize> =
            (0..3).map(|_| server.select(&post("https://h/t", json!({}))).unwrap().index).collect();
        assert_eq!(indices, [0, 1, 1]);
        assert!(server.select(&post("https://h/other", json!({}))).is_none());
    }

    #[test]
    fn a_rule_that_does_not_repeat_gives_way_to_the_next() {
        let rules = rules(json!([
            {"url": "https://h/t", "repeat": "none", "responses": [{}]},
            {"id": "second", "url_glob": "https://*/t", "responses": [{}]}
        ]));
        let mut server = Server::new(&rules);
        let ids: Vec<String> =
            (0..2).map(|_| server.select(&post("https://h/t", json!({}))).unwrap().rule).collect();
        assert_eq!(ids, ["rule0", "second"]);
    }

    #[test]
    fn null_members_must_be_absent_and_others_equal() {
        let rules = rules(
            json!([{"form": {"scope": "a b", "claims": null, "n": 1}, "headers": {"a": "1"}, "responses": [{}]}]),
        );
        let answered = |form: Value| Server::new(&rules).select(&post("https://h/t", form)).is_some();
        assert!(answered(json!({"scope": "a b", "n": "1"})));
        assert!(!answered(json!({"scope": "a b", "n": "1", "claims": "{}"})));
        assert!(!answered(json!({"scope": "a", "n": "1"})));
    }

    #[test]
    fn runs_of_slashes_in_paths_are_one() {
        let rules = rules(json!([{"url": "https://h/common//v2.0/x", "responses": [{}]}]));
        assert!(Server::new(&rules).select(&post("https://h/common/v2.0/x", json!({}))).is_some());
        assert!(Server::new(&rules).select(&post("https://h/common/v2.0x", json!({}))).is_none());
    }

    #[test]
    fn a_glob_spans_any_characters() {
        assert!(glob_matches("https://*/a/*/c", "https://h/a/b/b/c"));
        assert!(!glob_matches("https://*/a/*/c", "https://h/a/c"));
        assert!(!glob_matches("https://h/*", "http://h/x"));
        assert!(!glob_matches("ab*ba", "aba"));
    }
}
