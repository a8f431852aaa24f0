//! The token cache through its public API. Names of tests begin with the row of the threat catalogue that they hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
mod accounts;
mod add;
mod bound;
mod change;
mod conflicts;
mod extended_key;
mod file;
mod find;
mod golden;
mod json;
mod keys;
mod model;
mod on_behalf_of;
mod owners_model;
mod peers;
mod preserve;
mod search;
mod sign_out;
mod silent;
mod store;
mod support;
