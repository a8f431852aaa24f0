//! What a scenario file says: the world, and the calls of the app (FORMAT.md 1).

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::json::Node;

/// One scenario. An unknown member is an error: what is not understood must not pass.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Version of the format, 1.
    pub format: u32,
    /// Equals the file's name.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Epoch seconds at the start.
    pub clock: i64,
    /// Only for libraries that follow at least this version of MSAL Python.
    pub min_version: Option<String>,
    /// The complete environment.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Operating system the library sees; absent: `linux`.
    pub platform: Option<String>,
    /// Host name the library sees.
    pub hostname: Option<String>,
    /// Files beside those of the fixtures.
    #[serde(default)]
    pub files: BTreeMap<String, File>,
    /// Starting content of token caches.
    #[serde(default)]
    pub caches: BTreeMap<String, Cache>,
    /// The scripted servers.
    pub http: Vec<Rule>,
    /// PEM whose public key verifies the assertions that the library signs.
    pub assertion_cert: Option<String>,
    /// A request that nothing matches does not make the case invalid.
    #[serde(default)]
    pub allow_unscripted: bool,
    /// The calls, in order.
    pub steps: Vec<Step>,
}

/// A file of the scripted file system.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its text.
    pub text: Option<String>,
    /// Or its length, all `x`.
    pub size: Option<usize>,
}

/// The starting content of one token cache.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// The serialized cache as JSON.
    pub json: Option<Node>,
    /// Its text.
    pub text: Option<Node>,
    /// A file that holds its text.
    pub file: Option<String>,
}

/// One rule of the scripted servers (FORMAT.md 1.1).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Absent: `rule` and its position.
    pub id: Option<String>,
    /// HTTP method.
    pub method: Option<String>,
    /// Scheme, host, port and path.
    pub url: Option<String>,
    /// The same with `*` for any characters.
    pub url_glob: Option<String>,
    /// Query parameters; `null`: must be absent.
    #[serde(default)]
    pub query: BTreeMap<String, Value>,
    /// Members of the form; `null`: must be absent.
    #[serde(default)]
    pub form: BTreeMap<String, Value>,
    /// Headers with lower-case names; `null`: must be absent.
    #[serde(default)]
    pub headers: BTreeMap<String, Value>,
    /// `none`: the rule stops matching after its last response.
    pub repeat: Option<String>,
    /// Used one after another.
    pub responses: Vec<Response>,
}

/// One scripted response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// 200 if absent.
    pub status: Option<u16>,
    /// Response headers.
    #[serde(default)]
    pub headers: Node,
    /// Body, sent as compact JSON.
    #[serde(default, deserialize_with = "present")]
    pub json: Option<Node>,
    /// Body as text.
    pub text: Option<Node>,
    /// File that holds the body.
    pub file: Option<String>,
    /// `connect`, `timeout` or `read_timeout`: the transport fails.
    pub error: Option<String>,
    /// Seconds the clock moves.
    #[serde(default)]
    pub takes: i64,
}

/// One call (FORMAT.md 1.2).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Absent in the file: `s` and its position.
    #[serde(default)]
    pub id: String,
    /// What is called.
    pub op: String,
    /// On which client.
    pub client: Option<String>,
    /// Kind of the client that `construct` makes.
    pub kind: Option<String>,
    /// Token cache; absent: `main`; `null`: the client's own.
    #[serde(default, deserialize_with = "present")]
    cache: Option<Option<String>>,
    /// Shared `http_cache`.
    pub http_cache: Option<String>,
    /// Arguments, named as MSAL Python names them.
    #[serde(default)]
    pub args: Node,
    /// What the person in front of the browser does.
    pub browser: Option<Browser>,
    /// For `advance`.
    pub seconds: Option<i64>,
    /// For `set_clock`.
    pub clock: Option<i64>,
    /// For `set_env`; `null` unsets.
    #[serde(default)]
    pub env: BTreeMap<String, Option<String>>,
    /// For `mutate`: where.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// For `mutate`: the new value.
    #[serde(default)]
    pub value: Node,
    /// For `fn`: which function.
    pub name: Option<String>,
    /// For `auth_code_receiver`: what is sent to the listener.
    #[serde(default)]
    pub requests: Vec<Node>,
}

/// What the person in front of the browser does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Browser {
    /// The parameters that come back.
    pub response: Option<Node>,
    /// Nothing ever comes back.
    #[serde(default)]
    pub timeout: bool,
    /// Seconds until it comes back.
    #[serde(default)]
    pub takes: i64,
}

impl Scenario {
    /// Reads a scenario file and names its unnamed steps.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// A scenario from its JSON text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut scenario: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if scenario.format != 1 {
            return Err(format!("format {} is not known, only 1", scenario.format));
        }
        for (position, step) in scenario.steps.iter_mut().enumerate() {
            if step.id.is_empty() {
                step.id = format!("s{}", position + 1);
            }
        }
        Ok(scenario)
    }

    /// The step that made `client`, looking back from step number `before`.
    pub fn construct(&self, client: &str, before: usize) -> Option<&Step> {
        self.steps
            .iter()
            .take(before)
            .rev()
            .find(|step| step.op == "construct" && step.client.as_deref() == Some(client))
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.http.iter().enumerate().find(|(position, rule)| rule.id(*position) == id).map(|(_, rule)| rule)
    }
}

impl Step {
    /// The name of the token cache it uses; `None`: the client's own.
    pub fn cache(&self) -> Option<&str> {
        match &self.cache {
            None => Some("main"),
            Some(name) => name.as_deref(),
        }
    }

    /// The text of a plain string argument.
    pub fn text_argument(&self, name: &str) -> Option<&str> {
        self.args.get(name).and_then(Node::as_str)
    }
}

impl Rule {
    /// Its id, given its position in the list.
    pub fn id(&self, position: usize) -> String {
        self.id.clone().unwrap_or_else(|| format!("rule{position}"))
    }
}

/// Tells `null` from absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
