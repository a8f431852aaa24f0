//! Id tokens through `decode_id_token`. A test is named after the rows IDT of the threat catalogue that it holds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]
mod checks;
mod claims;
mod form;
mod support;
