//! The client assertion on its way into a request (RFC 7523): what it says, how long it is used again, and where it
//! must not be seen. A test is named after the row of the threat catalogue that it holds, where there is one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]
mod claims;
mod entropy;
mod host;
mod leaks;
mod reuse;
mod signature;
mod support;
