//! The record of a step while it runs, and the transcript when all have run.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::World;
use crate::normalise;
use crate::scenario::Step;
use crate::transcript::{self, Outcome, Transcript};

/// What the current step has done so far.
#[derive(Debug, Default)]
pub(super) struct Record {
    effects: Vec<Value>,
    cache_writes: Vec<Value>,
}

impl Record {
    pub(super) fn effect(&mut self, effect: Value) {
        self.effects.push(effect);
    }

    pub(super) fn write(&mut self, write: Value) {
        self.cache_writes.push(write);
    }

    pub(super) fn sleep(&mut self, seconds: i64) {
        match self.effects.last_mut() {
            Some(last) if last["type"] == "sleep" => {
                last["seconds"] = json!(last["seconds"].as_i64().unwrap_or(0) + seconds);
            }
            _ => self.effects.push(json!({"type": "sleep", "seconds": seconds})),
        }
    }
}

impl World<'_> {
    /// Ends a step: what was recorded since the last one becomes its record, normalised as FORMAT.md 2.1 has it.
    pub fn finish_step(&mut self, step: &Step, outcome: Outcome) -> Result<(), String> {
        let record = std::mem::take(&mut self.record);
        let certificate = self.scenario.assertion_cert.as_deref().unwrap_or("fixtures/certs/cert.pem");
        let mut effects = record.effects;
        for effect in &mut effects {
            normalise::effect(effect, || self.fixtures.text(certificate))?;
        }
        let outcome = match outcome {
            Outcome::Ok(value) => Outcome::Ok(normalise::outcome(&step.op, value)),
            error @ Outcome::Error(_) => error,
        };
        self.steps.push(transcript::Step {
            id: step.id.clone(),
            op: step.op.clone(),
            outcome,
            effects,
            cache_writes: record.cache_writes,
            logs: Vec::new(),
            clock: self.clock,
        });
        Ok(())
    }

    /// Ends the run: the transcript, given what the named token caches hold.
    pub fn finish(self, caches: BTreeMap<String, Value>) -> Transcript {
        let built = |value: Value| normalise::built(value, &self.built);
        let step = |step: transcript::Step| transcript::Step {
            outcome: match step.outcome {
                Outcome::Ok(value) => Outcome::Ok(built(value)),
                error @ Outcome::Error(_) => error,
            },
            effects: step.effects.into_iter().map(built).collect(),
            cache_writes: step.cache_writes.into_iter().map(built).collect(),
            ..step
        };
        Transcript {
            format: 1,
            scenario: self.scenario.name.clone(),
            library: "msal-proto".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            steps: self.steps.into_iter().map(step).collect(),
            caches: caches.into_iter().map(|(name, cache)| (name, built(cache))).collect(),
            derived: BTreeMap::new(),
        }
    }

    /// A value with the strings that this world has built so far shown as their directives.
    pub(crate) fn recognise(&self, value: Value) -> Value {
        normalise::built(value, &self.built)
    }
}
