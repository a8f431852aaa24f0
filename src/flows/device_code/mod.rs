//! The device authorization grant, RFC 8628: signing in on another device than the one that asks.
//!
//! It is two flows with a person between them. The first gets a code for the person to enter elsewhere; the second asks
//! again and again whether they have.
mod device_flow;
mod initiate;
mod poll;

pub use device_flow::DeviceFlow;
pub use initiate::{DeviceAuthorization, InitiateDeviceFlow};
pub use poll::{AcquireTokenByDeviceFlow, DeviceCode, DevicePending};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
