//! Whole flows through the public API: what they ask, what they come to, and the promises around them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]
mod client_credentials;
mod driving;
mod faults;
mod get_accounts;
mod id_token;
#[cfg(feature = "log")]
mod log;
mod misuse;
mod refresh_in;
mod remove_tokens_for_client;
mod resolve_authority;
mod secrets;
mod service_errors;
mod support;
mod telemetry;
mod throttling;
mod token_answers;
mod token_cache;
