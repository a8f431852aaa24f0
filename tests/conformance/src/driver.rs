//! Drives the library: the only part of the runner that calls it.
//!
//! [`Driver::step`] does one step of a scenario through the library's public API, answers its effects from the
//! [`World`] and says how it ended. The driver keeps what outlives a step: clients, their state, token caches.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;

/// Why a step could not be run.
#[derive(Clone, Debug, PartialEq)]
pub enum NotRun {
    /// The library has no such operation yet.
    NotBuilt(String),
    /// The scenario is wrong, or a file that it names is missing.
    Scenario(String),
}

impl From<String> for NotRun {
    fn from(error: String) -> Self {
        Self::Scenario(error)
    }
}

/// The clients and token caches of one scenario.
#[derive(Debug, Default)]
pub struct Driver {}

impl Driver {
    /// Does one step. An operation that the library does not have is [`NotRun::NotBuilt`].
    pub fn step(&mut self, _world: &mut World<'_>, step: &Step) -> Result<Outcome, NotRun> {
        Err(NotRun::NotBuilt(match &step.name {
            Some(name) => format!("{} {name}", step.op),
            None => step.op.clone(),
        }))
    }

    /// What the named token caches that were used hold at the end, as their serialization parsed.
    pub fn caches(self) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }
}
