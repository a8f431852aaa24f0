//! The discovery documents of tenants, good for a day.
use super::expiring::Expiring;
use crate::authority::{AuthorityUrl, TenantDocument};
use crate::client::ClientApplication;
use crate::engine::UnixTime;
use alloc::{string::String, sync::Arc};
use serde::{Deserialize, Serialize};

/// 24 hours.
const LIFETIME: u64 = 86_400;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Documents(Expiring<Arc<TenantDocument>>);

impl Documents {
    pub(crate) fn get(
        &self,
        application: &ClientApplication,
        authority: &AuthorityUrl,
        now: UnixTime,
    ) -> Option<&Arc<TenantDocument>> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&key(application, authority), now)
    }

    pub(crate) fn put(
        &mut self,
        application: &ClientApplication,
        authority: &AuthorityUrl,
        document: Arc<TenantDocument>,
        now: UnixTime,
    ) {
        self.0.put(key(application, authority), document, now, LIFETIME);
    }
}

/// A host that one client did not have validated is not validated for another, and what one vouches for another may not.
fn key(application: &ClientApplication, authority: &AuthorityUrl) -> String {
    let endpoint = application.instance_discovery_endpoint().unwrap_or_default();
    [&authority.id(), endpoint, authority.trust().id()].join(" ")
}
