//! Where a comparison stands: the caches, servers and clients as the accepted steps left them.

mod accept;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::caches::{self, Caches};
use super::model::telemetry::{self, Telemetry};
use crate::fixtures::Fixtures;
use crate::json::{Node, set};
use crate::scenario::{Scenario, Step};
use crate::transcript::{self, Transcript};
use crate::world::{Server, World};

/// The state before a step.
#[derive(Debug)]
pub(crate) struct State<'a> {
    scenario: &'a Scenario,
    world: World<'a>,
    position: usize,
    /// Epoch seconds as the goldens alone would have them.
    plain_clock: i64,
    /// Caches as the accepted expectations left them, as the goldens alone would have, and as ours are.
    expected: Caches,
    plain: Caches,
    ours: Caches,
    server: Server<'a>,
    past: Vec<Past>,
    telemetry: BTreeMap<String, Telemetry>,
    /// Clients whose caches, servers or telemetry a deviation has led away from the golden.
    diverged: BTreeSet<String>,
    /// Clients that a deviation refuses to build.
    unbuilt: BTreeSet<String>,
    /// What the oldest golden reports of the past, by step.
    reports: Vec<Option<Telemetry>>,
}

/// A step that was accepted.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    /// Its position in the scenario.
    pub(crate) position: usize,
    /// What was expected of it.
    pub(crate) step: transcript::Step,
    /// The clock before it.
    pub(crate) clock: i64,
}

/// The client that a step is called on.
#[derive(Clone, Debug)]
pub(crate) struct Client<'a> {
    /// Its name in the scenario.
    pub(crate) name: &'a str,
    /// The step that made it.
    pub(crate) construct: &'a Step,
    /// Its client id.
    pub(crate) client_id: &'a str,
    /// Host of its authority.
    pub(crate) instance: String,
    /// Realm of its cache entries.
    pub(crate) tenant: String,
    /// Where it asks for tokens.
    pub(crate) token_endpoint: String,
}

impl<'a> State<'a> {
    /// The state before the first step.
    pub(crate) fn new(scenario: &'a Scenario, fixtures: &'a Fixtures, goldens: &[Transcript]) -> Self {
        let reports = goldens.first().map(|golden| golden.steps.iter().map(telemetry::reported).collect());
        Self {
            scenario,
            world: World::new(scenario, fixtures),
            position: 0,
            plain_clock: scenario.clock,
            expected: Caches::default(),
            plain: Caches::default(),
            ours: Caches::default(),
            server: Server::new(&scenario.http),
            past: Vec::new(),
            telemetry: BTreeMap::new(),
            diverged: BTreeSet::new(),
            unbuilt: BTreeSet::new(),
            reports: reports.unwrap_or_default(),
        }
    }

    /// Goes to step `position`: a cache that it is the first to use gets its content.
    pub(crate) fn begin(&mut self, position: usize) {
        self.position = position;
        let Some(step) = self.scenario.steps.get(position) else { return };
        let uses_cache = step.op == "construct" || step.op.starts_with("cache.");
        let Some(name) = step.cache().filter(|name| uses_cache && !self.expected.has(name)) else { return };
        let text = self.world.initial_cache(name).ok().flatten();
        let content = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_else(|| json!({}));
        self.set_cache(name, self.world.recognise(content));
    }

    fn set_cache(&mut self, name: &str, content: Value) {
        for caches in [&mut self.expected, &mut self.plain, &mut self.ours] {
            caches.set(name, content.clone());
        }
    }

    /// The scenario.
    pub(crate) fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// The step that is compared now.
    pub(crate) fn step(&self) -> Option<&'a Step> {
        self.scenario.steps.get(self.position)
    }

    /// By how much a deviation has set the clock on.
    pub(crate) fn delay(&self) -> i64 {
        self.world.clock - self.plain_clock
    }

    /// Epoch seconds before the step.
    pub(crate) fn clock(&self) -> i64 {
        self.world.clock
    }

    /// The caches as expected before the step.
    pub(crate) fn expected(&self) -> &Caches {
        &self.expected
    }

    /// Our caches before the step.
    pub(crate) fn ours(&self) -> &Caches {
        &self.ours
    }

    /// The steps that were accepted, oldest first.
    pub(crate) fn past(&self) -> &[Past] {
        &self.past
    }

    /// The servers before the step.
    pub(crate) fn server(&self) -> Server<'a> {
        self.server.clone()
    }

    /// Whether a deviation has led the client away from the golden.
    pub(crate) fn is_diverged(&self, client: &str) -> bool {
        self.diverged.contains(client)
    }

    /// Whether a deviation has changed what is cached.
    pub(crate) fn caches_differ(&self) -> bool {
        self.expected != self.plain
    }

    /// Whether a deviation refused to build the client.
    pub(crate) fn is_unbuilt(&self, client: &str) -> bool {
        self.unbuilt.contains(client)
    }

    /// What the client's next request reports of the past.
    pub(crate) fn telemetry(&self, client: &str) -> Telemetry {
        self.telemetry.get(client).cloned().unwrap_or_default()
    }

    /// The correlation id of the current step as a later report of the golden names it, if it failed unseen.
    pub(crate) fn correlation(&self, client: &str) -> String {
        let known = self.telemetry(client).failures.len();
        let of_client = |position: usize| {
            self.scenario.steps.get(position).is_some_and(|step| step.client.as_deref() == Some(client))
        };
        let later = self.reports.iter().enumerate().skip(self.position + 1);
        let mut reports =
            later.filter(|(position, _)| of_client(*position)).filter_map(|(_, report)| report.as_ref());
        let failure = reports.next().and_then(|report| report.failures.get(known));
        failure.map_or_else(|| "<uuid>".to_owned(), |failure| failure.correlation.clone())
    }

    /// An argument of the current step as a value; `None` where it is absent or cannot be known.
    pub(crate) fn argument(&self, name: &str) -> Option<Value> {
        self.resolve(self.step()?.args.get(name)?)
    }

    /// A node of the scenario as the value that it stands for now.
    pub(crate) fn resolve(&self, node: &Node) -> Option<Value> {
        let mut world = World::new(self.scenario, self.world.fixtures);
        for past in &self.past {
            if let Some(value) = past.step.outcome.ok() {
                world.set_result(&past.step.id, value.clone());
            }
            // As the app changed it.
            let step = self.scenario.steps.get(past.position).filter(|step| step.op == "mutate");
            world.clock = past.clock;
            step.and_then(|step| world.control(step).ok());
        }
        world.clock = self.world.clock;
        world.resolve_value(node).ok()
    }

    /// The body of a scripted response as it is received at `clock`, its built strings shown as directives.
    pub(crate) fn reply(&self, response: &crate::scenario::Response, clock: i64) -> Option<Value> {
        let mut world = World::new(self.scenario, self.world.fixtures);
        world.clock = clock;
        let body = world.body(response).ok()?;
        serde_json::from_str(&body).ok().map(|value| world.recognise(value))
    }

    /// The body of a scripted response as it is received now.
    pub(crate) fn text(&self, response: &crate::scenario::Response) -> Option<String> {
        let mut world = World::new(self.scenario, self.world.fixtures);
        world.clock = self.world.clock;
        world.body(response).ok()
    }

    /// The client of step `position`.
    pub(crate) fn client(&self, position: usize) -> Option<Client<'a>> {
        let step = self.scenario.steps.get(position)?;
        let name = step.client.as_deref()?;
        let construct = self.scenario.construct(name, position)?;
        let built = self.past.iter().rev().find(|past| past.step.id == construct.id)?;
        let authority = built.step.outcome.ok()?.get("authority")?;
        let text = |name: &str| authority.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let client_id = construct.text_argument("client_id")?;
        let (instance, tenant) = (text("instance"), text("tenant"));
        Some(Client { name, construct, client_id, instance, tenant, token_endpoint: text("token_endpoint") })
    }

    /// What the client of step `position` keeps its documents and throttled answers in.
    pub(crate) fn store(&self, position: usize) -> String {
        let Some(step) = self.scenario.steps.get(position) else { return String::new() };
        let Some(client) = step.client.as_deref() else { return String::new() };
        let construct =
            if step.op == "construct" { Some((position, step)) } else { self.construct(client, position) };
        match construct {
            Some((_, Step { http_cache: Some(shared), .. })) => format!("http_cache {shared}"),
            // A client that is made again keeps nothing of its namesake.
            Some((made_at, _)) => format!("client {client} {made_at}"),
            None => format!("client {client}"),
        }
    }

    fn construct(&self, client: &str, before: usize) -> Option<(usize, &'a Step)> {
        let construct = self.scenario.construct(client, before)?;
        let position = self.scenario.steps.iter().position(|step| step.id == construct.id)?;
        Some((position, construct))
    }

    /// Effects with the positions of responses that the servers are at, once a deviation has moved them.
    pub(crate) fn with_reply_indices(&self, effects: &[Value]) -> Vec<Value> {
        let client = self.step().and_then(|step| step.client.as_deref());
        if !client.is_some_and(|client| self.is_diverged(client)) {
            return effects.to_vec();
        }
        let mut server = self.server();
        let moved = |effect: &Value| {
            let mut effect = effect.clone();
            let rule = effect.pointer("/reply/rule").and_then(Value::as_str).map(str::to_owned);
            if let Some(index) = rule.and_then(|rule| server.count(&rule)) {
                set(&mut effect, &["reply", "index"], json!(index));
            }
            effect
        };
        effects.iter().map(moved).collect()
    }

    /// The golden's final caches with what deviations left out or put in.
    pub(crate) fn patch(&self, golden: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        let mut patched = golden.clone();
        for (name, cache) in &mut patched {
            let (Some(plain), Some(expected)) = (self.plain.content(name), self.expected.content(name))
            else {
                continue;
            };
            if plain != expected {
                *cache = caches::patch(cache, plain, expected);
            }
        }
        patched
    }
}
