//! Hostile connections to the listener of a sign-in, for its tests and for the program of this name. Each has the row of the
//! project's catalogue of bad inputs that it comes from: LPB are those of the listener, CBK those of the answer.
#![forbid(unsafe_code)]
mod client;
mod requests;
mod round;

pub use client::{Client, form_post, post};
pub use requests::{Hostile, ORIGIN, STATE, hostile};
pub use round::{Failure, round};
