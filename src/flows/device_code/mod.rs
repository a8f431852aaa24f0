//! The device authorization grant, RFC 8628: signing in on another device than the one that asks.
//!
//! It is two flows with a person between them. The first gets a code for the person to enter elsewhere; the second asks
//! again and again whether they have. A third does both, and has the program show the code in between.
mod device_flow;
mod initiate;
mod last_answer;
mod poll;
mod sign_in;

pub use device_flow::DeviceFlow;
pub use initiate::{DeviceAuthorization, InitiateDeviceFlow};
pub use poll::{AcquireTokenByDeviceFlow, DeviceCode, DevicePending};
pub use sign_in::{AcquireTokenByDeviceCode, DeviceSignIn};
