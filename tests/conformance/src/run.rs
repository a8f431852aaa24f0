//! Runs a scenario: each step through the world, the table of excluded arguments, or the driver.

use std::collections::BTreeSet;

use crate::by_type::ByType;
use crate::driver::{Driver, NotRun};
use crate::fixtures::Fixtures;
use crate::scenario::Scenario;
use crate::transcript::{Outcome, Transcript};
use crate::world::World;

/// The transcript of a scenario.
pub fn run(scenario: &Scenario, fixtures: &Fixtures, by_type: &ByType) -> Result<Transcript, NotRun> {
    let mut world = World::new(scenario, fixtures);
    let mut driver = Driver::default();
    let mut built: BTreeSet<&str> = BTreeSet::new();
    for (position, step) in scenario.steps.iter().enumerate() {
        let client = step.client.as_deref();
        let outcome = if let Some(outcome) = world.control(step)? {
            outcome
        } else if step.op != "construct" && client.is_some_and(|client| !built.contains(client)) {
            // Rule l.
            Outcome::error("malformed", "NotBuilt", "the client was not built")
        } else if let Some(reason) = by_type.refuses(scenario, position) {
            Outcome::error("refused", "ByType", reason)
        } else {
            driver.step(&mut world, step)?
        };
        if let ("construct", Some(client)) = (step.op.as_str(), client) {
            match outcome {
                Outcome::Ok(_) => built.insert(client),
                Outcome::Error(_) => built.remove(client),
            };
        }
        world.finish_step(step, outcome)?;
    }
    Ok(world.finish(driver.caches()))
}
