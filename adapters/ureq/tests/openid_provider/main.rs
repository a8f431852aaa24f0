//! The flows at a real OpenID provider that is not of this project, over TLS: `fixtures/openid-provider`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails so")]
mod browser;
mod client_authentication;
mod device_code;
mod provider;
mod refresh;
mod sign_in;
