//! What MSAL Python would have done, for the few steps that a deviation leads away from what was recorded.
//!
//! The expectations that are made here are then compared in full, like recorded ones.

pub(crate) mod cache_add;
pub(crate) mod device_code;
pub(crate) mod listener;
pub(crate) mod lookup;
pub(crate) mod request;
pub(crate) mod telemetry;
