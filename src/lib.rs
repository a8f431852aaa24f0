//! The Microsoft Authentication Library (MSAL) as values: every flow is a pure state machine that asks for
//! effects and is resumed with their replies. It never opens a socket, reads a clock, draws randomness, touches a
//! file or looks at an environment variable. What does these things is your program, or one of the adapters.
//!
//! ```text
//!   client (immutable values)            flow (a value)                 host (your program or an adapter)
//!   ConfidentialClientApplication ──▶ Step::HttpRequest(pending) ────▶ sends the request
//!                                        ▲        │ pending.op()        reads and writes the cache
//!                                        │        ▼
//!                                        └─ pending.resume(&mut env, reply) ◀── typed reply
//!                                                     │
//!                                                     ▼
//!                                        Step::Done(Ok(AuthenticationResult) | Err(Error))
//! ```
//!
//! # Where things are
//!
//! | module | what is in it |
//! | --- | --- |
//! | [`engine`] | how any flow runs: effects, steps, [`run`](engine::run) and [`run_async`](engine::run_async); a loop of one's own in ten lines |
//! | [`flows`] | one file a grant, named as its RFC or MSAL names it |
//! | [`authority`] | what a program signs in at: parsing, the clouds, the endpoints |
//! | [`credential`] | how an application proves who it is: secret, certificate, assertion |
//! | [`cache`] | the token cache in the unified schema that all MSALs share |
//! | [`token`] | scopes, results, id tokens, the service's errors |
//! | `transcript` | flows as text and as diagrams, and a host for tests (feature `transcript`) |
//!
//! A program begins with [`ConfidentialClientApplication::builder`] or [`PublicClientApplication::builder`]. Its methods are MSAL's; each gives a
//! [`Request`](engine::Request) that an adapter runs, or that is started and driven by hand.
#![no_std]
#![forbid(unsafe_code)]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod authority;
pub mod cache;
mod client;
#[cfg(feature = "conformance")]
#[doc(hidden)]
pub mod conformance;
pub mod credential;
mod encoding;
pub mod engine;
mod error;
pub mod flows;
pub mod json;
mod secret;
mod stages;
mod state;
mod text;
pub mod token;
#[cfg(feature = "transcript")]
pub mod transcript;
mod wstrust;

pub use authority::{Authority, AuthorityBuilder};
pub use cache::TokenCache;
pub use client::{
    AzureRegion, ClientApplication, ClientApplicationBuilder, ConfidentialClientApplication, Fingerprint,
    PublicClientApplication,
};
pub use credential::{CertificateCredential, ClientCredential};
pub use error::{Error, HttpStatusError, Misuse, Violation, Warning};
pub use secret::{Secret, SecretBytes};
pub use state::ClientState;
pub use token::{
    AuthScheme, AuthenticationResult, IdTokenClaims, IdTokenError, PopAuthScheme, Scopes, ServiceError,
    TokenSource, decode_id_token,
};
pub use wstrust::{WsTrustError, WsTrustFault};

/// This library's version, as the header `x-client-ver` tells the service.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
