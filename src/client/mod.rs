//! What a program holds between flows: who it is and how it proves it. Immutable values.
mod builder;
mod confidential;

pub use builder::ConfidentialClientApplicationBuilder;
pub use confidential::ConfidentialClientApplication;

use crate::authority::AuthorityUrl;
use crate::credential::ClientCredential;
use crate::encoding::{base64url, sha256_of_parts};
use crate::engine::{Entropy, Env, HostFacts, UnixTime};
use crate::error::Warning;
use crate::json::JsonObject;
use crate::state::ClientState;
use alloc::{string::String, sync::Arc, vec::Vec};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Where a cloud says whether it knows a host (MSAL's instance discovery).
const INSTANCE_DISCOVERY: &str = "https://login.microsoftonline.com/common/discovery/instance";

/// The one application behind the typed clients. Lent to every step and never part of a flow, so never stored
/// with one: a credential that was replaced applies as soon as a flow goes on.
#[derive(Debug)]
pub(crate) struct Application {
    client_id: Arc<str>,
    authority: AuthorityUrl,
    environment: Arc<str>,
    /// The realm of its cache entries, where it is known without a document.
    realm: Option<Arc<str>>,
    credential: ClientCredential,
    client_claims: JsonObject,
    client_capabilities: Vec<String>,
    app_name: Option<String>,
    app_version: Option<String>,
    validate_authority: bool,
    instance_discovery: InstanceDiscovery,
    fingerprint: Fingerprint,
}

/// Whether and where an unknown host is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
enum InstanceDiscovery {
    Off,
    At(String),
}

impl Application {
    pub(crate) fn client_id(&self) -> &Arc<str> {
        &self.client_id
    }

    pub(crate) fn authority(&self) -> &AuthorityUrl {
        &self.authority
    }

    pub(crate) fn environment(&self) -> &Arc<str> {
        &self.environment
    }

    pub(crate) fn realm(&self) -> Option<&Arc<str>> {
        self.realm.as_ref()
    }

    pub(crate) fn credential(&self) -> &ClientCredential {
        &self.credential
    }

    pub(crate) fn client_claims(&self) -> &JsonObject {
        &self.client_claims
    }

    pub(crate) fn client_capabilities(&self) -> &[String] {
        &self.client_capabilities
    }

    pub(crate) fn app_name(&self) -> Option<&str> {
        self.app_name.as_deref()
    }

    pub(crate) fn app_version(&self) -> Option<&str> {
        self.app_version.as_deref()
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Where to ask whether the authority's host is known; none if nobody is to be asked.
    pub(crate) fn instance_discovery_endpoint(&self) -> Option<&str> {
        match &self.instance_discovery {
            InstanceDiscovery::At(url) if self.validate_authority && !self.authority.is_known() => Some(url),
            _ => None,
        }
    }

    /// What every result of this client is to be warned of.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        match self.realm() {
            Some(tenant) if matches!(&**tenant, "common" | "organizations") => {
                [Warning::TenantlessAuthority(String::from(&**tenant))].into()
            }
            _ => Vec::new(),
        }
    }

    fn env<'a>(
        &'a self,
        state: &'a mut ClientState,
        facts: &'a HostFacts,
        now: UnixTime,
        entropy: Entropy,
    ) -> Env<'a> {
        Env { application: self, state, facts, now, entropy, drawn: false }
    }
}

/// Tells one client's flows from another's: its kind, authority and client id. A renewed credential changes
/// nothing. Serialized as base64url text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    fn new(kind: &str, authority: &AuthorityUrl, client_id: &str) -> Self {
        Self(sha256_of_parts([kind, authority.as_str(), client_id].map(str::as_bytes)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url(self.0))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64url(self.0))
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| D::Error::custom("not a fingerprint"))
    }
}
