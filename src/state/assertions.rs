//! The client assertions that are still good. They are never serialized.
use super::expiring::Expiring;
use crate::engine::UnixTime;
use crate::secret::Secret;
use alloc::string::String;

/// An assertion is made for ten minutes and used again until a minute before its end, in seconds.
const REUSED_FOR: u64 = 540;

#[derive(Clone, Debug, Default)]
pub(crate) struct Assertions(Expiring<Secret>);

impl Assertions {
    pub(crate) fn get(&self, key: &str, now: UnixTime) -> Option<&Secret> {
        self.0.get(key, now)
    }

    pub(crate) fn put(&mut self, key: String, assertion: Secret, now: UnixTime) {
        self.0.put(key, assertion, now, REUSED_FOR);
    }
}
