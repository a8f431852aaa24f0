//! The application in headless Chromium, over TLS, at the offline Entra: what only a browser does is in it, cookies that
//! travel between sites, forms that post themselves, pages that could run scripts.
//!
//! ```text
//! apt-get install chromium chromium-driver libnss3-tools
//! cargo test -p msal-web-app --test browser -- --ignored
//! ```
#![allow(clippy::unwrap_used, reason = "a test fails so")]
mod application;
mod refusals;
mod sign_in;
mod step_up;
