//! The application by its requests alone, without a browser: sessions, forms, answers that are not what they should be.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails so")]
mod answers;
mod forms;
mod sessions;
mod visitor;
