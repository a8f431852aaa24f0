//! The blocking adapter: against the offline Entra over TLS, and its transport against servers that misbehave.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::field_reassign_with_default,
    reason = "a test fails so"
)]
mod client;
mod interactive;
mod kinds;
mod middle_tier;
mod people;
mod region;
mod transport;
mod two_processes;
mod username_password;
