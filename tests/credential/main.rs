//! Credentials: what is taken, what is refused and with which words. Tests bear the names of the rows of the
//! security catalogue that they hold.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::unreachable,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, and may look at the clock"
)]
mod assertion;
mod certificate;
mod encrypted_key;
mod leaks;
mod numbers;
mod private_key;
mod support;
