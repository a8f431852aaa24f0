//! People sign in with msal-ureq in headless Chromium, over TLS: what only a browser does is in it, forms that post
//! themselves from https to this machine, the headers by which the listener knows whom it hears, other pages that interfere.
//!
//! ```text
//! apt-get install chromium chromium-driver libnss3-tools npm
//! npm ci --prefix fixtures/openid-provider
//! cargo test -p msal-ureq-chromium -- --ignored
//! ```
#![allow(clippy::unwrap_used, clippy::panic, clippy::field_reassign_with_default, reason = "a test fails so")]
mod device_code;
mod entra;
mod interactive;
mod openid_provider;
mod other_pages;
mod program;
mod refusals;
