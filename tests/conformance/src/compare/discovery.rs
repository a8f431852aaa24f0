//! Rule a: discovery is lazy. GETs of instance metadata and of openid-configuration leave both sides; for hosts that
//! are not in the static table each document is fetched before its endpoints are used, and at most once in 24 hours.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::difference::Difference;
use super::{hosts, slashes};
use crate::json::Node;
use crate::scenario::Scenario;

const DAY: i64 = 86_400;

/// Whether an effect is a GET of instance metadata or of an openid-configuration.
pub(crate) fn is_discovery(scenario: &Scenario, effect: &Value) -> bool {
    let url = text(effect, "url");
    text(effect, "type") == "http"
        && text(effect, "method") == "GET"
        && (url.ends_with("/.well-known/openid-configuration") || is_instance_metadata(scenario, url))
}

fn is_instance_metadata(scenario: &Scenario, url: &str) -> bool {
    let custom = |url: &str| {
        scenario
            .steps
            .iter()
            .any(|step| step.op == "construct" && step.text_argument("instance_discovery") == Some(url))
    };
    url.ends_with("/common/discovery/instance") || custom(url)
}

/// Splits effects into discovery and the rest.
pub(crate) fn split(scenario: &Scenario, effects: Vec<Value>) -> (Vec<Value>, Vec<Value>) {
    effects.into_iter().partition(|effect| is_discovery(scenario, effect))
}

/// The document that a GET asks for: its URL and query.
fn document(effect: &Value) -> String {
    let query = effect.get("query").map(Value::to_string).unwrap_or_default();
    format!("{} {query}", slashes::collapse(text(effect, "url")))
}

/// The host that the document speaks of, which need not be the one that serves it.
fn subject(effect: &Value) -> &str {
    let asked = effect.pointer("/query/authorization_endpoint").and_then(Value::as_str);
    hosts::of(asked.unwrap_or_else(|| text(effect, "url")))
}

fn is_served(effect: &Value) -> bool {
    effect.pointer("/reply/status").and_then(Value::as_u64).is_some_and(|status| (200..300).contains(&status))
}

/// Whether the golden's step failed because of its last GET, about a host of the table, and ours made no such GET: then
/// its outcome is not compared, and nothing may be written.
pub(crate) fn fails_without_us(
    scenario: &Scenario,
    golden_effects: &[Value],
    our_discovery: &[Value],
) -> bool {
    let last = golden_effects.iter().rfind(|effect| text(effect, "type") == "http");
    last.is_some_and(|last| {
        is_discovery(scenario, last)
            && hosts::is_known(subject(last))
            && is_failure(scenario, last)
            && !our_discovery.iter().any(|effect| document(effect) == document(last))
    })
}

/// Whether a GET failed: no 2xx, or a document without what is looked for in it.
fn is_failure(scenario: &Scenario, effect: &Value) -> bool {
    if !is_served(effect) {
        return true;
    }
    let index =
        effect.pointer("/reply/index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
    let rule = effect.pointer("/reply/rule").and_then(Value::as_str).and_then(|id| scenario.rule(id));
    let Some(response) = rule.zip(index).and_then(|(rule, index)| rule.responses.get(index)) else {
        return false;
    };
    let document = match (&response.json, &response.text) {
        (Some(json), _) => json.clone(),
        (None, Some(Node::String(text))) => serde_json::from_str(text).unwrap_or_default(),
        _ => Node::Null,
    };
    let has = |name: &str| document.get(name).is_some();
    match text(effect, "url").ends_with("/.well-known/openid-configuration") {
        true => !has("authorization_endpoint") || !has("token_endpoint"),
        false => !has("metadata") && !has("tenant_discovery_endpoint"),
    }
}

/// What was fetched, for each store of documents (a client, or a shared `http_cache`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    required: BTreeSet<(String, String)>,
    fetched: BTreeMap<(String, String), i64>,
}

impl Ledger {
    /// The golden's discovery in a step: documents of hosts outside the table are required from now on.
    pub(crate) fn require(&mut self, store: &str, golden_discovery: &[Value]) {
        for effect in
            golden_discovery.iter().filter(|effect| is_served(effect) && !hosts::is_known(subject(effect)))
        {
            self.required.insert((store.to_owned(), document(effect)));
        }
    }

    /// Our effects of a step, in order, discovery among them.
    pub(crate) fn check(
        &mut self,
        path: &str,
        scenario: &Scenario,
        store: &str,
        clock: i64,
        ours: &[Value],
    ) -> Result<(), Difference> {
        // Reason 23: a known host on another port is asked about, which no golden does.
        let is_asked_about = |effect: &Value| {
            let asked = is_instance_metadata(scenario, text(effect, "url"));
            asked
                && scenario.steps.iter().any(|step| {
                    let authority = step.text_argument("authority").unwrap_or_default();
                    step.op == "construct" && hosts::is_known_on_another_port(authority)
                })
        };
        for effect in ours.iter().filter(|effect| text(effect, "type") == "http") {
            if !is_discovery(scenario, effect) {
                self.check_use(path, store, effect)?;
                continue;
            }
            let is_unscripted = effect.pointer("/reply/unscripted").is_some();
            if is_unscripted && !scenario.allow_unscripted && !is_asked_about(effect) {
                return Err(Difference::texts(path, "only scripted requests", &document(effect)));
            }
            if is_served(effect) && !hosts::is_known(subject(effect)) {
                let key = (store.to_owned(), document(effect));
                if self.fetched.get(&key).is_some_and(|before| clock - before < DAY) {
                    return Err(Difference::texts(path, "a document at most once in 24 hours", &key.1));
                }
                self.fetched.insert(key, clock);
            }
        }
        Ok(())
    }

    fn check_use(&self, path: &str, store: &str, effect: &Value) -> Result<(), Difference> {
        let missing = self.required.iter().find(|key| key.0 == store && !self.fetched.contains_key(*key));
        match missing {
            None => Ok(()),
            Some((_, document)) => {
                let ours = format!("{} without it", text(effect, "url"));
                Err(Difference::texts(path, &format!("{document} fetched first"), &ours))
            }
        }
    }
}

fn text<'a>(effect: &'a Value, name: &str) -> &'a str {
    effect.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn get(url: &str, status: u16) -> Value {
        json!({"type": "http", "method": "GET", "url": url, "query": {}, "reply": {"rule": "r", "index": 0, "status": status}})
    }

    fn post(url: &str) -> Value {
        json!({"type": "http", "method": "POST", "url": url, "query": {}, "reply": {"rule": "t", "index": 0, "status": 200}})
    }

    fn scenario() -> Scenario {
        let text = json!({
            "format": 1, "name": "n", "title": "t", "clock": 0, "http": [],
            "steps": [{"op": "construct", "args": {"instance_discovery": "https://own.example/instance"}}]
        });
        Scenario::parse(&text.to_string()).unwrap()
    }

    const OTHER: &str = "https://login.other.example/t/v2.0/.well-known/openid-configuration";
    const KNOWN: &str = "https://login.microsoftonline.com/t/v2.0/.well-known/openid-configuration";

    #[test]
    fn only_discovery_is_taken_out() {
        let scenario = scenario();
        assert!(is_discovery(&scenario, &get(OTHER, 200)));
        assert!(is_discovery(
            &scenario,
            &get("https://login.microsoftonline.com/common/discovery/instance", 200)
        ));
        assert!(is_discovery(&scenario, &get("https://own.example/instance", 200)));
        assert!(!is_discovery(&scenario, &get("https://login.microsoftonline.com/common/userrealm/a", 200)));
        assert!(!is_discovery(&scenario, &post(OTHER)));
    }

    #[test]
    fn documents_of_other_hosts_come_first_and_once_a_day() {
        let scenario = scenario();
        let token = post("https://login.other.example/t/token");
        let mut ledger = Ledger::default();
        ledger.require("app", &[get(OTHER, 200), get(KNOWN, 200)]);
        assert!(ledger.clone().check("s", &scenario, "app", 0, std::slice::from_ref(&token)).is_err());
        assert!(ledger.clone().check("s", &scenario, "app", 0, &[get(OTHER, 500), token.clone()]).is_err());
        ledger.check("s", &scenario, "app", 0, &[get(OTHER, 200), token.clone()]).unwrap();
        ledger.check("s", &scenario, "app", 1, &[token]).unwrap();
        assert!(ledger.clone().check("s", &scenario, "app", DAY - 1, &[get(OTHER, 200)]).is_err());
        ledger.clone().check("s", &scenario, "app", DAY, &[get(OTHER, 200)]).unwrap();
        ledger.check("s", &scenario, "app", 2, &[get(KNOWN, 200), get(KNOWN, 200)]).unwrap();
    }

    #[test]
    fn an_unscripted_document_is_a_difference() {
        let mut unscripted = get(KNOWN, 200);
        unscripted["reply"] = json!({"unscripted": true});
        assert!(Ledger::default().check("s", &scenario(), "app", 0, &[unscripted]).is_err());
    }

    #[test]
    fn a_golden_fails_without_us_only_through_a_get_that_we_do_not_make() {
        let scenario = scenario();
        let failed = [post("https://h/t"), get(KNOWN, 500)];
        assert!(fails_without_us(&scenario, &failed, &[]));
        assert!(!fails_without_us(&scenario, &failed, &[get(KNOWN, 500)]));
        assert!(!fails_without_us(&scenario, &[get(KNOWN, 500), post("https://h/t")], &[]));
        assert!(!fails_without_us(&scenario, &[get(KNOWN, 200)], &[]));
        assert!(!fails_without_us(&scenario, &[get(OTHER, 500)], &[]), "other hosts must be asked");
    }
}
