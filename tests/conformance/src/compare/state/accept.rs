//! How an accepted step moves the state on.

use serde_json::{Value, json};

use super::super::deviations::Candidate;
use super::{Past, State};
use crate::scenario::Step;
use crate::transcript;

impl State<'_> {
    /// Takes a step as accepted.
    pub(crate) fn accept(
        &mut self,
        position: usize,
        golden: &transcript::Step,
        accepted: &Candidate,
        ours: &transcript::Step,
    ) {
        let Some(step) = self.scenario.steps.get(position) else { return };
        let expected = &accepted.step;
        golden.cache_writes.iter().for_each(|write| self.plain.apply(write));
        expected.cache_writes.iter().for_each(|write| self.expected.apply(write));
        ours.cache_writes.iter().for_each(|write| self.ours.apply(write));
        for effect in &expected.effects {
            if let Some(rule) = effect.pointer("/reply/rule").and_then(Value::as_str) {
                self.server.count(rule);
            }
        }
        if let Some(client) = step.client.as_deref() {
            let correlation = self.correlation(client);
            let mut telemetry = self.telemetry(client);
            telemetry.follow(self.scenario, expected, &correlation);
            self.telemetry.insert(client.to_owned(), telemetry);
            if !accepted.follows_golden {
                self.diverged.insert(client.to_owned());
            }
            if step.op == "construct" {
                self.unbuilt.remove(client);
                if golden.outcome.ok().is_some() && expected.outcome.ok().is_none() {
                    self.unbuilt.insert(client.to_owned());
                }
            }
        }
        if let Some(value) = expected.outcome.ok() {
            self.world.set_result(&step.id, value.clone());
        }
        self.past.push(Past { position, step: expected.clone(), clock: self.world.clock });
        // A clock step sets the same clock that the transcript has; a change of a value has no other trace.
        let _ = self.world.control(step);
        self.world.clock = expected.clock;
        self.plain_clock = golden.clock;
        if step.op == "cache.deserialize" && expected.outcome.ok().is_some() {
            self.deserialize(step);
        }
    }

    fn deserialize(&mut self, step: &Step) {
        let state = step.args.get("state").map_or(Some(Value::Null), |state| self.resolve(state));
        let content = match state {
            Some(Value::String(text)) if !text.is_empty() => serde_json::from_str(&text).ok(),
            Some(_) => Some(json!({})),
            None => None,
        };
        if let Some((name, content)) = step.cache().zip(content) {
            self.set_cache(name, content);
        }
    }
}
