//! The blocking adapter: against the offline Entra over TLS, and its transport against servers that misbehave.
mod client;
mod transport;
