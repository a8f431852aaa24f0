//! The scripted world that a library is driven in: clock, environment, files, servers, the values of earlier steps,
//! and the record of what the library did.
//!
//! A driver begins a step, resolves its arguments, answers the library's effects from here (each answer records its
//! effect) and finishes the step with the outcome.

mod directive;
mod host;
mod http;
mod record;
mod server;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fixtures::Fixtures;
use crate::json::Node;
use crate::scenario::{Scenario, Step};
use crate::transcript::{self, Outcome};

pub use directive::LibraryObject;
pub use host::{BrowserReply, PORT};
pub use http::{HttpReply, HttpRequest, TransportFault};
pub use server::{Selected, Server};

use record::Record;

pub(crate) use http::{multimap, split_url, xml_view};

/// The state of the scripted world.
#[derive(Debug)]
pub struct World<'a> {
    /// What the world is made from.
    pub scenario: &'a Scenario,
    /// Files that the scenario names.
    pub fixtures: &'a Fixtures,
    /// Epoch seconds.
    pub clock: i64,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    server: Server<'a>,
    results: BTreeMap<String, Value>,
    /// Strings that the scenario built, and the directive that each came from.
    built: BTreeMap<String, Value>,
    callables: Vec<(Vec<Node>, usize)>,
    auth_uri: Option<String>,
    /// The request that is being answered, for `$req`.
    request: Option<Value>,
    record: Record,
    steps: Vec<transcript::Step>,
}

impl<'a> World<'a> {
    /// The world as the scenario begins.
    pub fn new(scenario: &'a Scenario, fixtures: &'a Fixtures) -> Self {
        Self {
            scenario,
            fixtures,
            clock: scenario.clock,
            env: scenario.env.clone(),
            server: Server::new(&scenario.http),
            results: BTreeMap::new(),
            built: BTreeMap::new(),
            callables: Vec::new(),
            auth_uri: None,
            request: None,
            record: Record::default(),
            steps: Vec::new(),
        }
    }

    /// The operating system that the library sees.
    pub fn platform(&self) -> &str {
        self.scenario.platform.as_deref().unwrap_or("linux")
    }

    /// The text that token cache `name` starts with, if the scenario gives one. Call it at the cache's first use.
    pub fn initial_cache(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(content) = self.scenario.caches.get(name) else { return Ok(None) };
        if let Some(text) = &content.text {
            return Ok(self.resolve(text)?.as_str().map(str::to_owned));
        }
        match (&content.file, &content.json) {
            (Some(file), _) => self.fixtures.text(file).map(Some),
            (None, Some(json)) => Ok(Some(self.resolve(json)?.to_text())),
            (None, None) => Ok(None),
        }
    }

    /// Keeps what the library returned from step `id`, as JSON, for `$ref` and `mutate` (rule i).
    ///
    /// Set it again when a later step gives back a changed value, as with device flows.
    pub fn set_result(&mut self, id: &str, value: Value) {
        self.results.insert(id.to_owned(), value);
    }

    /// Does a step that is the world's own: clock, environment, or the app changing a value. `None`: not such a step.
    pub fn control(&mut self, step: &Step) -> Result<Option<Outcome>, String> {
        match step.op.as_str() {
            "advance" => self.clock += step.seconds.unwrap_or(0),
            "set_clock" => self.clock = step.clock.ok_or("set_clock without clock")?,
            "set_env" => {
                for (name, value) in &step.env {
                    match value {
                        Some(value) => self.env.insert(name.clone(), value.clone()),
                        None => self.env.remove(name),
                    };
                }
            }
            "mutate" => {
                let value = self.resolve_value(&step.value)?;
                self.mutate(step.reference.as_deref().ok_or("mutate without ref")?, value)?;
            }
            _ => return Ok(None),
        }
        Ok(Some(Outcome::Ok(Value::Null)))
    }

    fn mutate(&mut self, reference: &str, value: Value) -> Result<(), String> {
        let (path, member) = reference.rsplit_once('.').ok_or("mutate needs a member")?;
        let mut parts = path.split('.');
        let mut node = parts.next().and_then(|id| self.results.get_mut(id));
        for part in parts {
            node = node.and_then(|node| match node {
                Value::Array(items) => {
                    part.parse::<usize>().ok().and_then(|position| items.get_mut(position))
                }
                other => other.get_mut(part),
            });
        }
        let object =
            node.and_then(Value::as_object_mut).ok_or_else(|| format!("mutate: nothing at {reference}"))?;
        object.insert(member.to_owned(), value);
        Ok(())
    }
}
