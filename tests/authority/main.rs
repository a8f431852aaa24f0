//! Authorities: which addresses are taken, whom a client asks about them, and which answers it believes.
//! A test is named after the row of the threat catalogue that it holds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]
mod documents;
mod instance;
mod kinds;
mod known_authorities;
mod memory;
mod oidc;
mod oidc_documents;
mod supplied_metadata;
mod support;
mod tricks;
mod urls;
