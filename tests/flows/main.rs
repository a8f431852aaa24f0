//! Whole flows through the public API: what they ask, what they come to, and the promises around them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]
mod accounts;
mod auth_code;
mod authorities;
mod client_credentials;
mod device_code;
mod device_sign_in;
mod driving;
mod faults;
mod get_accounts;
mod id_token;
mod id_token_signature;
mod identity;
mod interactive;
#[cfg(feature = "log")]
mod log;
mod misuse;
mod newer_parameters;
mod on_behalf_of;
mod person;
mod readme;
mod refresh_in;
mod refresh_token;
mod refusals;
mod region;
mod remove_tokens_for_client;
mod resolve_authority;
mod secrets;
mod service_errors;
mod signing_service;
mod silent;
mod silent_calls;
mod strict_id_token;
mod support;
mod telemetry;
mod throttling;
mod token_answers;
mod token_cache;
mod transcript;
mod user_federated_identity_credential;
mod username_password;
