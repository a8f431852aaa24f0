//! The comparator on the recorded goldens: each equals itself, and no change of one passes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod deviations;
mod driven;
mod goldens;
mod interaction;
mod made_cases;
mod mutations;
mod on_behalf_of;
mod rules;
mod support;
mod world;
