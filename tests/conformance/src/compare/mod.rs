//! Comparison of a recorded transcript with goldens: FORMAT.md 2.3, README's rules a to m and its numbered reasons.
//!
//! Each step is compared with what a golden has there, and if that fails with what the golden would have under the
//! reasons to deviate that apply. Every expectation is compared in full.

mod caches;
mod certificate;
mod composed;
mod deviations;
mod difference;
mod discovery;
pub(crate) mod hosts;
mod internals;
mod model;
mod placeholder;
pub mod slashes;
mod state;
mod step;
mod value;
mod version;
mod writes;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::fixtures::Fixtures;
use crate::scenario::Scenario;
use crate::transcript::Transcript;
use placeholder::Bindings;
use state::State;
use version::Versions;

pub use difference::Difference;

/// How a scenario's transcript stands to its goldens.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Equal to a golden, step by step.
    Passed,
    /// Equal under these numbered reasons; the first difference without them.
    Deviates(BTreeSet<u8>, Difference),
    /// Different.
    Failed(Difference),
}

/// Compares what we did with what the goldens have.
pub fn compare(
    scenario: &Scenario,
    fixtures: &Fixtures,
    goldens: Vec<Transcript>,
    ours: &Transcript,
) -> Verdict {
    if goldens.is_empty() {
        return Verdict::Failed(Difference::texts("golden", "a transcript of this scenario", "none given"));
    }
    match Comparison::new(scenario, fixtures, goldens).run(ours) {
        Err(difference) => Verdict::Failed(difference),
        Ok(None) => Verdict::Passed,
        Ok(Some((reasons, difference))) => Verdict::Deviates(reasons, difference),
    }
}

struct Comparison<'a> {
    scenario: &'a Scenario,
    versions: Versions,
    state: State<'a>,
    ledger: discovery::Ledger,
    bindings: Bindings,
    reasons: BTreeSet<u8>,
    /// The first difference from the goldens as they are.
    deviated: Option<Difference>,
}

impl<'a> Comparison<'a> {
    fn new(scenario: &'a Scenario, fixtures: &'a Fixtures, goldens: Vec<Transcript>) -> Self {
        let versions = Versions::new(goldens);
        let state = State::new(scenario, fixtures, versions.goldens());
        Self {
            scenario,
            versions,
            state,
            ledger: discovery::Ledger::default(),
            bindings: Bindings::default(),
            reasons: BTreeSet::new(),
            deviated: None,
        }
    }

    fn run(mut self, ours: &Transcript) -> Result<Option<(BTreeSet<u8>, Difference)>, Difference> {
        let ids =
            |transcript: &Transcript| transcript.steps.iter().map(|step| step.id.clone()).collect::<Vec<_>>();
        let wanted: Vec<String> = self.scenario.steps.iter().map(|step| step.id.clone()).collect();
        for transcript in self.versions.goldens().iter().chain([ours]) {
            if ids(transcript) != wanted {
                return Err(Difference::texts("steps", &wanted.join(" "), &ids(transcript).join(" ")));
            }
        }
        for position in 0..self.scenario.steps.len() {
            self.step(position, ours)?;
        }
        self.caches(ours)?;
        self.derived()?;
        Ok(self.deviated.map(|difference| (self.reasons, difference)))
    }

    fn step(&mut self, position: usize, ours: &Transcript) -> Result<(), Difference> {
        let (Some(step), Some(ours)) = (self.scenario.steps.get(position), ours.steps.get(position)) else {
            return Ok(());
        };
        self.state.begin(position);
        let our = step::prepare(self.scenario, position, ours.clone());
        let expected = self.versions.expected(self.scenario, position);
        let store = self.state.store(position);
        if let Some(first) = expected.first() {
            self.ledger.require(&store, &discovery::split(self.scenario, first.step.effects.clone()).0);
        }
        self.ledger.check(
            &format!("{}.discovery", step.id),
            self.scenario,
            &store,
            self.state.clock(),
            &ours.effects,
        )?;
        let mut first_difference = None;
        for expected in expected {
            let golden = step::prepare(self.scenario, position, expected.step);
            for candidate in deviations::candidates(&self.state, position, &golden.step) {
                let mut attempt = self.bindings.clone();
                let compared = if internals::is_skipped(step) {
                    Ok(())
                } else {
                    step::compare(&self.state, &golden, &candidate.step, &our, &mut attempt)
                };
                match compared {
                    Err(difference) => {
                        first_difference.get_or_insert(difference);
                    }
                    Ok(()) => {
                        if !candidate.reasons.is_empty() {
                            let plain = || {
                                step::compare(
                                    &self.state,
                                    &golden,
                                    &golden.step,
                                    &our,
                                    &mut self.bindings.clone(),
                                )
                            };
                            let difference = first_difference.or_else(|| plain().err());
                            self.deviated = self.deviated.take().or(difference);
                        }
                        self.bindings = attempt;
                        self.reasons.extend(&candidate.reasons);
                        self.versions.lean(self.scenario, position, expected.state);
                        self.state.accept(position, &golden.step, &candidate, &our.step);
                        return Ok(());
                    }
                }
            }
        }
        Err(first_difference.unwrap_or_else(|| Difference::texts(&step.id, "a step", "none")))
    }

    /// The final caches: as in the golden, but for what deviations left out or put in.
    fn caches(&mut self, ours: &Transcript) -> Result<(), Difference> {
        let clock = ours.steps.last().map_or(self.scenario.clock, |step| step.clock);
        let shown = |caches: &mut dyn Iterator<Item = (&String, &Value)>| -> Value {
            let caches =
                caches.map(|(name, cache)| (name.clone(), caches::without_expired(cache.clone(), clock)));
            Value::Object(caches.collect::<Map<_, _>>())
        };
        let golden = self.state.patch(self.versions.caches());
        let golden = shown(&mut golden.iter());
        value::compare("caches", &golden, &shown(&mut ours.caches.iter()), &mut self.bindings)
    }

    /// Placeholders that follow from others, where both occurred.
    fn derived(&self) -> Result<(), Difference> {
        for (name, rule) in self.versions.goldens().iter().flat_map(|golden| &golden.derived) {
            for (how, source) in rule {
                let (Some(ours), Some(source)) = (self.bindings.get(name), self.bindings.get(source)) else {
                    continue;
                };
                let digest = Sha256::digest(source.as_bytes());
                let derived = match how.as_str() {
                    "b64url_sha256" => URL_SAFE_NO_PAD.encode(digest),
                    "sha256_hex" => digest.iter().map(|byte| format!("{byte:02x}")).collect(),
                    other => {
                        return Err(Difference::texts(
                            &format!("derived.{name}"),
                            other,
                            "a derivation not known",
                        ));
                    }
                };
                if derived != ours {
                    return Err(Difference::texts(&format!("derived.{name}"), &derived, ours));
                }
            }
        }
        Ok(())
    }
}
