//! Which version counts where goldens of several versions recorded a step differently (README, "Which version").

use std::collections::BTreeMap;

use serde_json::Value;

use super::discovery;
use super::placeholder::{Piece, pieces};
use crate::json::Node;
use crate::scenario::{Scenario, Step};
use crate::transcript::{self, Outcome, Transcript};

/// The goldens of one scenario, oldest first, their placeholders named alike.
#[derive(Debug)]
pub(crate) struct Versions {
    goldens: Vec<Transcript>,
    /// The golden that steps followed where no topic says which one counts.
    leaning: Option<usize>,
}

/// What a step may be expected to do.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// Effects, discovery among them.
    pub(crate) step: transcript::Step,
    /// Which golden the outcome and the writes are from.
    pub(crate) state: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Effects,
    State,
}

impl Versions {
    /// Brings the goldens of a scenario together.
    pub(crate) fn new(mut goldens: Vec<Transcript>) -> Self {
        goldens.sort_by_key(|golden| version_key(&golden.version));
        if let Some((oldest, others)) = goldens.split_first_mut() {
            for (position, other) in others.iter_mut().enumerate() {
                rename(oldest, other, position + 2);
            }
        }
        Self { goldens, leaning: None }
    }

    /// The goldens, oldest first.
    pub(crate) fn goldens(&self) -> &[Transcript] {
        &self.goldens
    }

    /// What step number `position` may do, the preferred first.
    pub(crate) fn expected(&self, scenario: &Scenario, position: usize) -> Vec<Expected> {
        let mut expected: Vec<Expected> = Vec::new();
        for state in self.allowed(scenario, position, Part::State) {
            for effects in self.allowed(scenario, position, Part::Effects) {
                let step =
                    |version: usize| self.goldens.get(version).and_then(|golden| golden.steps.get(position));
                let (Some(of_state), Some(of_effects)) = (step(state), step(effects)) else { continue };
                let step = transcript::Step {
                    effects: of_effects.effects.clone(),
                    clock: of_effects.clock,
                    ..of_state.clone()
                };
                if !expected.iter().any(|other| other.step == step) {
                    expected.push(Expected { step, state });
                }
            }
        }
        expected
    }

    /// Step `position` was as in golden `state`: later steps that differ for the same cause follow it.
    pub(crate) fn lean(&mut self, scenario: &Scenario, position: usize, state: usize) {
        if self.differ(scenario, position, Part::State) {
            self.leaning = Some(state);
        }
    }

    /// The golden whose final caches count.
    pub(crate) fn caches(&self) -> &BTreeMap<String, Value> {
        static NONE: BTreeMap<String, Value> = BTreeMap::new();
        self.goldens.get(self.leaning.unwrap_or(0)).map_or(&NONE, |golden| &golden.caches)
    }

    fn allowed(&self, scenario: &Scenario, position: usize, part: Part) -> Vec<usize> {
        let all: Vec<usize> = (0..self.goldens.len()).collect();
        if !self.differ(scenario, position, part) {
            return all.into_iter().take(1).collect();
        }
        let newest = self.goldens.len().saturating_sub(1);
        match self.topic(scenario, position, part) {
            Some(Which::Oldest) => vec![0],
            Some(Which::Newest) => vec![newest],
            None => self.leaning.map_or(all, |leaning| vec![leaning]),
        }
    }

    fn differ(&self, scenario: &Scenario, position: usize, part: Part) -> bool {
        let views: Vec<_> = self
            .goldens
            .iter()
            .filter_map(|golden| golden.steps.get(position))
            .map(|step| match part {
                Part::Effects => (None, discovery::split(scenario, step.effects.clone()).1, Some(step.clock)),
                Part::State => (Some(comparable(&step.outcome)), step.cache_writes.clone(), None),
            })
            .collect();
        views.windows(2).any(|pair| matches!(pair, [a, b] if a != b))
    }

    fn topic(&self, scenario: &Scenario, position: usize, part: Part) -> Option<Which> {
        let step = scenario.steps.get(position)?;
        let construct = match step.op.as_str() {
            "construct" => Some(step),
            _ => step.client.as_deref().and_then(|client| scenario.construct(client, position)),
        };
        let has = |name: &str| construct.is_some_and(|construct| construct.args.get(name).is_some());
        if construct.is_some_and(|construct| construct.kind.as_deref() == Some("managed_identity")) {
            return Some(Which::Newest);
        }
        match (step.op.as_str(), step.name.as_deref()) {
            ("fn", Some("decode_id_token")) => return Some(Which::Oldest),
            ("fn", Some(name)) if name.contains("managed_identity") => return Some(Which::Newest),
            ("cache.search" | "cache.find" | "auth_code_receiver" | "initiate_device_flow", _) => {
                return Some(Which::Newest);
            }
            ("acquire_token_interactive", _) if part == Part::Effects => return Some(Which::Newest),
            _ => {}
        }
        let regional = has("azure_region") || names_region(scenario);
        if (regional || has("oidc_authority"))
            && (step.op == "construct" || self.builds_differ(scenario, construct))
        {
            return Some(Which::Newest);
        }
        if part == Part::State && self.outcomes_differ(position) && self.has_id_token(scenario, position) {
            return Some(Which::Oldest);
        }
        (regional || mixes_case_of_environment(scenario)).then_some(Which::Newest)
    }

    /// Whether the client was built in one golden and not in another.
    fn builds_differ(&self, scenario: &Scenario, construct: Option<&Step>) -> bool {
        let position =
            construct.and_then(|construct| scenario.steps.iter().position(|step| step.id == construct.id));
        let built = position.into_iter().flat_map(|position| {
            self.goldens
                .iter()
                .filter_map(move |golden| golden.steps.get(position))
                .map(|step| step.outcome.ok().is_some())
        });
        let built: Vec<bool> = built.collect();
        built.windows(2).any(|pair| matches!(pair, [a, b] if a != b))
    }

    fn outcomes_differ(&self, position: usize) -> bool {
        let steps = self.goldens.iter().filter_map(|golden| golden.steps.get(position));
        let outcomes: Vec<_> = steps.map(|step| comparable(&step.outcome)).collect();
        outcomes.windows(2).any(|pair| matches!(pair, [a, b] if a != b))
    }

    /// Whether the server answered the step with an id token, in each golden.
    fn has_id_token(&self, scenario: &Scenario, position: usize) -> bool {
        let mut steps = self.goldens.iter().filter_map(|golden| golden.steps.get(position));
        steps.all(|step| {
            step.effects.iter().any(|effect| {
                let rule =
                    effect.pointer("/reply/rule").and_then(Value::as_str).and_then(|id| scenario.rule(id));
                let index = effect
                    .pointer("/reply/index")
                    .and_then(Value::as_u64)
                    .and_then(|index| usize::try_from(index).ok());
                let response = rule.zip(index).and_then(|(rule, index)| rule.responses.get(index));
                response
                    .and_then(|response| response.json.as_ref())
                    .is_some_and(|json| json.get("id_token").is_some())
            })
        })
    }
}

enum Which {
    Oldest,
    Newest,
}

/// An outcome without what is not compared.
fn comparable(outcome: &Outcome) -> (Option<&str>, Option<&Value>) {
    (outcome.category(), outcome.ok())
}

fn names_region(scenario: &Scenario) -> bool {
    let set = scenario.steps.iter().flat_map(|step| step.env.keys()).chain(scenario.env.keys());
    set.into_iter().any(|name| name == "MSAL_FORCE_REGION" || name == "REGION_NAME")
}

/// Whether an `environment` in a cache or a query is not in lower case.
fn mixes_case_of_environment(scenario: &Scenario) -> bool {
    let mut mixed = false;
    let mut look = |node: &Node| {
        let environment = node.get("environment").and_then(Node::as_str);
        mixed |=
            environment.is_some_and(|environment| environment.bytes().any(|byte| byte.is_ascii_uppercase()));
    };
    scenario.caches.values().filter_map(|cache| cache.json.as_ref()).for_each(|json| json.walk(&mut look));
    scenario.steps.iter().for_each(|step| step.args.walk(&mut look));
    mixed
}

fn version_key(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// Names the placeholders of `other` as `oldest` names them where both stand in the same place.
fn rename(oldest: &Transcript, other: &mut Transcript, number: usize) {
    let mut names = BTreeMap::new();
    let is_http_get = |effect: &&Value| effect["type"] == "http" && effect["method"] == "GET";
    for (golden, step) in oldest.steps.iter().zip(&other.steps) {
        if let (Some(golden), Some(step)) = (golden.outcome.ok(), step.outcome.ok()) {
            align(golden, step, &mut names);
        }
        let rest = |step: &transcript::Step| {
            step.effects.iter().filter(|effect| !is_http_get(effect)).cloned().collect::<Vec<_>>()
        };
        rest(golden).iter().zip(&rest(step)).for_each(|(golden, effect)| align(golden, effect, &mut names));
    }
    let new_name = |name: &str, kind: &str| -> String {
        let own = || {
            name.trim_end_matches('>').replacen(&format!("<{kind}:"), &format!("<{kind}:v{number}n"), 1) + ">"
        };
        names.get(name).cloned().unwrap_or_else(own)
    };
    for step in &mut other.steps {
        if let Outcome::Ok(value) = &mut step.outcome {
            replace(value, &new_name);
        }
        step.effects.iter_mut().chain(&mut step.cache_writes).for_each(|value| replace(value, &new_name));
    }
    other.caches.values_mut().for_each(|value| replace(value, &new_name));
    let kind = |name: &str| name.trim_start_matches('<').split(':').next().unwrap_or_default().to_owned();
    other.derived = std::mem::take(&mut other.derived)
        .into_iter()
        .map(|(name, rule)| {
            let rule =
                rule.into_iter().map(|(how, source)| (how, new_name(&source, &kind(&source)))).collect();
            (new_name(&name, &kind(&name)), rule)
        })
        .collect();
}

/// Records which placeholders of `other` stand where `golden` has one of the same kind.
fn align(golden: &Value, other: &Value, names: &mut BTreeMap<String, String>) {
    match (golden, other) {
        (Value::String(golden), Value::String(other)) => {
            for pair in pieces(golden).iter().zip(pieces(other)) {
                if let (Piece::Placeholder(wanted, kind, true), Piece::Placeholder(name, other_kind, true)) =
                    pair
                    && *kind == other_kind
                    && !names.values().any(|taken| taken == wanted)
                {
                    names.entry(name.to_owned()).or_insert_with(|| (*wanted).to_owned());
                }
            }
        }
        (Value::Array(golden), Value::Array(other)) => {
            golden.iter().zip(other).for_each(|(golden, other)| align(golden, other, names));
        }
        (Value::Object(golden), Value::Object(other)) => {
            let common = golden.iter().filter_map(|(name, value)| Some((value, other.get(name)?)));
            common.for_each(|(golden, other)| align(golden, other, names));
        }
        _ => {}
    }
}

fn replace(value: &mut Value, new_name: &impl Fn(&str, &str) -> String) {
    match value {
        Value::String(text) => {
            let renamed: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Placeholder(whole, kind, true) => new_name(whole, kind),
                    Piece::Placeholder(whole, ..) | Piece::Literal(whole) => whole.to_owned(),
                })
                .collect();
            *text = renamed;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, new_name)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, new_name)),
        _ => {}
    }
}
