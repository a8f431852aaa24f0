//! What a program holds between flows: who it is and how it proves it. Immutable values.
mod application;
mod authority_options;
mod azure_region;
mod builder;
mod confidential;
mod public;

pub use application::ClientApplication;
pub use azure_region::AzureRegion;
pub use builder::ClientApplicationBuilder;
pub use confidential::ConfidentialClientApplication;
pub use public::PublicClientApplication;

pub(crate) use azure_region::NOT_A_NAME;

use crate::authority::AuthorityUrl;
use crate::encoding::{base64url, sha256_of_parts};
use alloc::string::String;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Where a cloud says whether it knows a host (MSAL's instance discovery).
const INSTANCE_DISCOVERY: &str = "https://login.microsoftonline.com/common/discovery/instance";

/// Tells one client's flows from another's: its kind, authority and client id. A renewed credential changes
/// nothing. Serialized as base64url text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    fn new(kind: &str, authority: &AuthorityUrl, client_id: &str) -> Self {
        Self(sha256_of_parts([kind, &*authority.id(), client_id].map(str::as_bytes)))
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
