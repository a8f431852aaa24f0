//! What outlives a flow, tokens aside.
mod assertions;
mod documents;
mod expiring;
mod federation;
mod signing_keys;
mod telemetry;
mod throttled;

use alloc::string::String;
use assertions::Assertions;
use documents::Documents;
use federation::Federation;
use serde::{Deserialize, Serialize};
use signing_keys::RememberedKeys;
use telemetry::Telemetry;
use throttled::Throttled;

pub(crate) use federation::Realm;

/// What clients learn from one flow to the next: discovery documents, signing keys and where users with a password sign in
/// (24 hours), answers that say "not now", telemetry counters, the client assertion that is still good, and the Azure region
/// of this machine.
///
/// The host owns it, lends it for the length of one step, and may store it or share it among clients. It is bounded, losing
/// it is harmless, and what is serialized holds neither an assertion nor the region nor anything whose key was made of a secret. Store it
/// where nobody else can write: what it tells of an authority is believed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientState {
    pub(crate) documents: Documents,
    pub(crate) signing_keys: RememberedKeys,
    pub(crate) federation: Federation,
    pub(crate) throttled: Throttled,
    pub(crate) telemetry: Telemetry,
    #[serde(skip)]
    pub(crate) assertions: Assertions,
    /// The Azure region that this machine is in, or why it is not known. Not stored: that may be read by another machine.
    #[serde(skip)]
    pub(crate) detected_region: Option<Result<String, &'static str>>,
    /// The digest of the last entropy: the same again is no entropy.
    #[serde(skip)]
    pub(crate) last_entropy: Option<[u8; 32]>,
}
