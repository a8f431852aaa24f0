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
mod id_token;
mod id_token_signature;
#[cfg(feature = "log")]
mod log;
mod misuse;
mod readme;
mod refresh_in;
mod remove_tokens_for_client;
mod resolve_authority;
mod secrets;
mod service_errors;
mod silent_calls;
mod support;
mod telemetry;
mod throttling;
mod token_answers;
mod token_cache;
mod transcript;
