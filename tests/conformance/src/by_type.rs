//! Rule f: what the library's types exclude is answered `refused`, from the table `by-type.toml`.

use serde::Deserialize;
use serde_json::Value;

use crate::compare::hosts;
use crate::json::Node;
use crate::scenario::{Scenario, Step};

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByType {
    refused: Vec<Row>,
}

/// One call, or one kind of argument, that cannot be said.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    ops: Vec<String>,
    kinds: Option<Vec<String>>,
    argument: Option<String>,
    #[serde(default)]
    is: Is,
    platform: Option<String>,
    #[serde(default)]
    known_authority: bool,
    reason: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Is {
    Text,
    True,
    #[default]
    Given,
    #[serde(rename = "no_text")]
    NoText,
}

impl ByType {
    /// The project's table.
    pub fn read() -> Result<Self, String> {
        Self::parse(include_str!("../by-type.toml"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| format!("by-type.toml: {error}"))
    }

    /// Why the types refuse step number `position`, if they do.
    pub fn refuses(&self, scenario: &Scenario, position: usize) -> Option<&str> {
        let step = scenario.steps.get(position)?;
        let construct = match step.op.as_str() {
            "construct" => Some(step),
            _ => step.client.as_deref().and_then(|client| scenario.construct(client, position)),
        };
        self.refused.iter().find(|row| row.applies(scenario, step, construct)).map(|row| row.reason.as_str())
    }
}

impl Row {
    fn applies(&self, scenario: &Scenario, step: &Step, construct: Option<&Step>) -> bool {
        let kind = construct.and_then(|construct| construct.kind.as_deref());
        let authority = construct.and_then(|construct| construct.text_argument("authority"));
        self.ops.contains(&step.op)
            && self
                .kinds
                .as_ref()
                .is_none_or(|kinds| kind.is_some_and(|kind| kinds.iter().any(|known| known == kind)))
            && self
                .platform
                .as_deref()
                .is_none_or(|platform| platform == scenario.platform.as_deref().unwrap_or("linux"))
            && (!self.known_authority
                || authority.is_none_or(|authority| hosts::is_known(hosts::of(authority))))
            && self
                .argument
                .as_ref()
                .is_none_or(|name| step.args.get(name).is_some_and(|argument| self.is.holds(argument)))
    }
}

impl Is {
    fn holds(self, argument: &Node) -> bool {
        match self {
            Self::Text => argument.as_str().is_some(),
            Self::True => argument.to_value() == Value::Bool(true),
            Self::Given => *argument != Node::Null,
            Self::NoText => *argument != Node::Null && argument.as_str().is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reason(kind: &str, op: &str, args: Value) -> bool {
        let scenario = json!({
            "format": 1, "name": "n", "title": "t", "clock": 0, "http": [],
            "steps": [
                {"op": "construct", "client": "a", "kind": kind, "args": if op == "construct" { args.clone() } else { json!({}) }},
                {"op": op, "client": "a", "kind": kind, "args": args}
            ]
        });
        let scenario = Scenario::parse(&scenario.to_string()).unwrap();
        ByType::read().unwrap().refuses(&scenario, 1).is_some()
    }

    #[test]
    fn what_types_exclude_is_refused_and_nothing_else() {
        assert!(reason("confidential", "acquire_token_for_client", json!({"scopes": "a b"})));
        assert!(!reason("confidential", "acquire_token_for_client", json!({"scopes": ["a b"]})));
        assert!(reason(
            "confidential",
            "acquire_token_for_client",
            json!({"scopes": [], "force_refresh": true})
        ));
        assert!(!reason(
            "confidential",
            "acquire_token_for_client",
            json!({"scopes": [], "force_refresh": false})
        ));
        assert!(!reason("public", "acquire_token_silent", json!({"scopes": [], "force_refresh": true})));
        assert!(reason("confidential", "acquire_token_for_client", json!({"scopes": [], "fmi_path": 1})));
        assert!(!reason("confidential", "acquire_token_for_client", json!({"scopes": [], "fmi_path": "1"})));
        assert!(!reason("confidential", "acquire_token_for_client", json!({"scopes": [], "fmi_path": null})));
        assert!(reason("public", "construct", json!({"client_credential": "x"})));
        assert!(!reason("confidential", "construct", json!({"client_credential": "x"})));
        assert!(reason("confidential", "construct", json!({"allow_broker": true})));
        assert!(!reason("public", "construct", json!({"allow_broker": true})));
        let scopes = json!({"scopes": ["a"]});
        for op in ["acquire_token_interactive", "initiate_device_flow", "acquire_token_by_device_flow"] {
            assert!(reason("confidential", op, scopes.clone()), "{op}");
            assert!(!reason("public", op, scopes.clone()), "{op}");
        }
        for op in ["acquire_token_for_client", "acquire_token_on_behalf_of", "remove_tokens_for_client"] {
            assert!(reason("public", op, scopes.clone()), "{op}");
            assert!(!reason("confidential", op, scopes.clone()), "{op}");
        }
        let extra = |extra| json!({"scopes": [], "extra_scopes_to_consent": extra});
        assert!(reason("public", "acquire_token_interactive", extra(json!("a b"))));
        assert!(!reason("public", "acquire_token_interactive", extra(json!(["a", "b"]))));
    }

    #[test]
    fn a_missing_package_is_missing_only_where_the_broker_would_be_used() {
        let linux = |authority: &str| {
            reason("public", "construct", json!({"enable_broker_on_linux": true, "authority": authority}))
        };
        assert!(linux("https://login.microsoftonline.com/t"));
        assert!(!linux("https://adfs.contoso.example/adfs"));
    }
}
