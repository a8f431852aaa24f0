//! Where the passwords of users are checked, good for a day: by their cloud, or by a federation service.
use super::expiring::Expiring;
use crate::encoding::{base64url, sha256};
use crate::engine::UnixTime;
use crate::wstrust::Endpoint;
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// 24 hours.
const LIFETIME: u64 = 86_400;

/// By hashes of the addresses that were asked: those of user realm discovery have the user's name in them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Federation {
    realms: Expiring<Realm>,
    /// Hosts that have no user realm discovery.
    without_realms: Expiring<()>,
    /// By the address of the metadata; none where no endpoint takes a user name and a password.
    endpoints: Expiring<Option<Endpoint>>,
}

/// Where a user's password is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Realm {
    /// By the authority itself.
    Managed,
    /// By the federation service of the user's organization.
    Federated {
        /// Where its metadata are; https.
        federation_metadata_url: Option<String>,
        /// Where to ask it if there are none; https.
        federation_active_auth_url: Option<String>,
        /// For whom the assertion must be.
        cloud_audience_urn: String,
    },
}

impl Federation {
    pub(crate) fn realm(&self, host: &str, url: &str, now: UnixTime) -> Option<Realm> {
        let without = self.without_realms.get(host, now).map(|()| Realm::Managed);
        without.or_else(|| self.realms.get(&key(url), now).cloned())
    }

    pub(crate) fn put_realm(&mut self, url: &str, realm: Realm, now: UnixTime) {
        self.realms.put(key(url), realm, now, LIFETIME);
    }

    pub(crate) fn put_without_realms(&mut self, host: &str, now: UnixTime) {
        self.without_realms.put(host.into(), (), now, LIFETIME);
    }

    pub(crate) fn endpoint(&self, url: &str, now: UnixTime) -> Option<&Option<Endpoint>> {
        self.endpoints.get(&key(url), now)
    }

    pub(crate) fn put_endpoint(&mut self, url: &str, endpoint: Option<Endpoint>, now: UnixTime) {
        self.endpoints.put(key(url), endpoint, now, LIFETIME);
    }
}

fn key(url: &str) -> String {
    base64url(sha256(url))
}
