//! The keys by which authorities sign id tokens, good for a day.
use super::expiring::Expiring;
use crate::engine::UnixTime;
use crate::token::id_token::SigningKeys;
use serde::{Deserialize, Serialize};

/// 24 hours.
const LIFETIME: u64 = 86_400;

/// By the address where they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct RememberedKeys(Expiring<SigningKeys>);

impl RememberedKeys {
    pub(crate) fn get(&self, jwks_uri: &str, now: UnixTime) -> Option<&SigningKeys> {
        self.0.get(jwks_uri, now)
    }

    pub(crate) fn put(&mut self, jwks_uri: &str, keys: SigningKeys, now: UnixTime) {
        self.0.put(jwks_uri.into(), keys, now, LIFETIME);
    }
}
