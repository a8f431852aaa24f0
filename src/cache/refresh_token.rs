//! A refresh token with what a flow must know to use it.
use super::fields::text;
use super::on_behalf_of::STARTED_WITH;
use super::{CredentialType, Entry};
use crate::engine::UnixTime;
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::token::response::seconds;
use alloc::{format, string::String, sync::Arc};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Members that narrow whom it answers, in the spellings of all libraries: it is of somebody on whose behalf another
/// acts, or was issued to extra parameters.
const BINDING: [&[&str]; 2] = [&HASH, &EXTENDED];

const HASH: [&str; 2] = ["user_assertion_hash", "userAssertionHash"];

const EXTENDED: [&str; 4] = ["ext", "ext_cache_key", "ext_cache_key_hash", "additionalCacheKeyComponents"];

/// An entry of the section `RefreshToken`. `Debug` shows no token.
#[derive(Clone)]
pub struct RefreshToken {
    secret: Secret,
    home_account_id: Arc<str>,
    environment: Arc<str>,
    client_id: Arc<str>,
    family_id: Option<Arc<str>>,
    last_modification_time: UnixTime,
    members: JsonObject,
}

impl RefreshToken {
    /// Reads an entry; none if it holds no token, or nobody's.
    pub(super) fn read(members: JsonObject) -> Option<Self> {
        let member = |name| text(members.raw(name)?).filter(|text| !text.is_empty());
        let shared = |name| member(name).map(|text| Arc::<str>::from(&*text));
        let time = seconds(&members, "last_modification_time").and_then(|time| u64::try_from(time).ok());
        Some(Self {
            secret: Secret::new(&*member("secret")?),
            home_account_id: shared("home_account_id")?,
            environment: shared("environment")?,
            client_id: shared("client_id")?,
            family_id: shared("family_id"),
            last_modification_time: UnixTime(time.unwrap_or(0)),
            members,
        })
    }

    /// The token itself.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Whose it is.
    pub fn home_account_id(&self) -> &Arc<str> {
        &self.home_account_id
    }

    /// The authority's host.
    pub fn environment(&self) -> &Arc<str> {
        &self.environment
    }

    /// The application that it was issued to.
    pub fn client_id(&self) -> &Arc<str> {
        &self.client_id
    }

    /// The family of client ids that share it.
    pub fn family_id(&self) -> Option<&Arc<str>> {
        self.family_id.as_ref()
    }

    /// When it came; 0 if the file does not tell.
    pub fn last_modification_time(&self) -> UnixTime {
        self.last_modification_time
    }

    /// Its members as in the file.
    pub fn members(&self) -> &JsonObject {
        &self.members
    }

    /// The entry when the service has given another token in its place, as MSAL's `update_rt`.
    pub(crate) fn renewed(&self, secret: &Secret, now: UnixTime) -> Entry {
        let mut members = self.members.clone();
        members.set_string("secret", secret.expose());
        members.set_string("last_modification_time", &format!("{now}"));
        Entry::Other(CredentialType::RefreshToken, members)
    }

    /// What tells it apart if it is of a long-running process: its key.
    pub(crate) fn user_assertion_hash(&self) -> Option<String> {
        HASH.iter().find_map(|name| self.members.string(name).filter(|hash| !hash.is_empty()))
    }

    /// The digest of the assertion with which the long-running process was begun that it is of.
    pub(crate) fn started_with(&self) -> Option<String> {
        self.members.string(STARTED_WITH)
    }

    /// Whether it is for who asks for just what binds it.
    pub(super) fn is_bound(&self) -> bool {
        BINDING.iter().any(|names| self.has_any(names))
    }

    /// Whether it was issued to extra parameters.
    pub(super) fn is_extended(&self) -> bool {
        self.has_any(&EXTENDED)
    }

    fn has_any(&self, names: &[&str]) -> bool {
        let has_content = |raw: &str| !matches!(raw, "null" | "{}" | "\"\"" | "[]");
        names.iter().any(|name| self.members.raw(name).is_some_and(has_content))
    }
}

impl PartialEq for RefreshToken {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken")
            .field("environment", &self.environment)
            .field("client_id", &self.client_id)
            .field("family_id", &self.family_id)
            .field("last_modification_time", &self.last_modification_time)
            .finish_non_exhaustive()
    }
}

impl Serialize for RefreshToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RefreshToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = Self::read(JsonObject::deserialize(deserializer)?);
        token.ok_or_else(|| D::Error::custom("no refresh token of a cache"))
    }
}
