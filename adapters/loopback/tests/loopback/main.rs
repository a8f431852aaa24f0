//! The receiver through real sockets. Tests that begin with `lpb_`, `brw_` and `cbk_` are rows of the project's catalogue of bad
//! inputs: the loopback listener, the browser's launch, the answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails so"
)]
mod answers;
mod browser;
mod ending;
mod hostile;
mod pages;
mod ports;
mod support;
mod templates;
