//! The counters behind the header `x-client-last-telemetry`, one set a client.
use crate::client::Fingerprint;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// The service reads no more of the header than this, in bytes.
const SIZE_LIMIT: usize = 350;

/// The most clients that are told apart.
const CAPACITY: usize = 1_024;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Telemetry(BTreeMap<Fingerprint, Counters>);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Counters {
    /// Tokens that came from the cache since the last request that went well.
    succeeded: u64,
    failed: Vec<Failure>,
    failure_size: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Failure {
    api_id: u16,
    correlation_id: String,
    error: String,
}

impl Telemetry {
    /// A token came from the cache.
    pub(crate) fn hit_an_access_token(&mut self, client: Fingerprint) {
        let counters = self.counters(client);
        counters.succeeded = counters.succeeded.saturating_add(1);
    }

    /// The service took a request: what was told with it need not be told again.
    pub(crate) fn succeeded(&mut self, client: Fingerprint) {
        self.0.remove(&client);
    }

    /// The service refused a request, or an answer from memory did.
    pub(crate) fn failed(&mut self, client: Fingerprint, api_id: u16, correlation_id: &str, error: &str) {
        let is_code = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        let error: String = error.chars().filter(is_code).take(64).collect();
        let counters = self.counters(client);
        let size = format!(",{api_id},{correlation_id},{error}").len();
        if counters.failure_size + size < SIZE_LIMIT {
            counters.failure_size += size;
            counters.failed.push(Failure { api_id, correlation_id: correlation_id.into(), error });
        }
    }

    /// The header's value.
    pub(crate) fn last(&self, client: Fingerprint) -> String {
        let none = Counters::default();
        let Counters { succeeded, failed, .. } = self.0.get(&client).unwrap_or(&none);
        let requests: Vec<_> =
            failed.iter().map(|failure| format!("{},{}", failure.api_id, failure.correlation_id)).collect();
        let errors: Vec<_> = failed.iter().map(|failure| failure.error.as_str()).collect();
        format!("4|{succeeded}|{}|{}|", requests.join(","), errors.join(","))
    }

    fn counters(&mut self, client: Fingerprint) -> &mut Counters {
        if self.0.len() >= CAPACITY && !self.0.contains_key(&client) {
            self.0.pop_first();
        }
        self.0.entry(client).or_default()
    }
}
