//! An access token with what the cache must know to find it.
use crate::engine::UnixTime;
use crate::json::{JsonObject, quote};
use crate::secret::Secret;
use crate::token::Scopes;
use crate::token::response::{LONGEST_LIFETIME, seconds};
use alloc::boxed::Box;
use alloc::{format, string::String, sync::Arc};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A token that says it came from further ahead than a day is of a wrong clock, in seconds.
const DAY: u64 = 86_400;

/// The members that this library writes, in MSAL Python's order.
const MEMBERS: [&str; 15] = [
    "credential_type",
    "secret",
    "home_account_id",
    "environment",
    "client_id",
    "target",
    "realm",
    "token_type",
    "cached_at",
    "expires_on",
    "extended_expires_on",
    "key_id",
    "ext_cache_key",
    "refresh_on",
    "user_assertion_hash",
];

/// An entry of the section `AccessToken`. `Debug` shows no token.
#[derive(Clone)]
pub struct AccessToken {
    pub(super) secret: Secret,
    pub(super) home_account_id: Option<Arc<str>>,
    pub(super) environment: Arc<str>,
    pub(super) client_id: Arc<str>,
    pub(super) realm: Arc<str>,
    pub(super) target: Scopes,
    pub(super) token_type: Arc<str>,
    pub(super) cached_at: UnixTime,
    pub(super) expires_on: UnixTime,
    pub(super) extended_expires_on: UnixTime,
    pub(super) refresh_on: Option<UnixTime>,
    pub(super) bound: Option<Box<Bound>>,
    pub(super) unlike: Option<Box<Unlike>>,
}

/// What narrows whom it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) key_id: Option<Arc<str>>,
    pub(super) ext_cache_key: Option<Arc<str>>,
    pub(super) user_assertion_hash: Option<Arc<str>>,
    /// Another library told it apart in a way that this one does not know.
    pub(super) is_foreign: bool,
}

/// How the entry in the file differs from what this library would write.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Unlike {
    /// Its key in the file.
    pub(super) key: Option<String>,
    /// Members of other names, or of other text.
    members: JsonObject,
    /// By place in [`MEMBERS`], those that it has not.
    missing: u16,
}

impl AccessToken {
    /// The token itself.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Whose it is; none for an application's own.
    pub fn home_account_id(&self) -> Option<&Arc<str>> {
        self.home_account_id.as_ref()
    }

    /// The authority's host.
    pub fn environment(&self) -> &Arc<str> {
        &self.environment
    }

    /// The application that it was issued to.
    pub fn client_id(&self) -> &Arc<str> {
        &self.client_id
    }

    /// The tenant.
    pub fn realm(&self) -> &Arc<str> {
        &self.realm
    }

    /// The scopes that it is good for.
    pub fn target(&self) -> &Scopes {
        &self.target
    }

    /// `Bearer`, unless another was asked for.
    pub fn token_type(&self) -> &Arc<str> {
        &self.token_type
    }

    /// When it came.
    pub fn cached_at(&self) -> UnixTime {
        self.cached_at
    }

    /// When it ends; 0 if the file does not tell.
    pub fn expires_on(&self) -> UnixTime {
        self.expires_on
    }

    /// Seconds until it ends. An entry that came more than a day from now is of a clock that was wrong: it has ended.
    pub fn expires_in(&self, now: UnixTime) -> u64 {
        if self.cached_at > now.saturating_add(DAY) { 0 } else { self.expires_on.since(now) }
    }

    /// From when on it is to be refreshed ahead of its end.
    pub fn refresh_on(&self) -> Option<UnixTime> {
        self.refresh_on
    }

    /// The key that it is bound to.
    pub fn key_id(&self) -> Option<&Arc<str>> {
        self.bound.as_ref()?.key_id.as_ref()
    }

    /// The digest of the extra parameters that it was issued to.
    pub fn ext_cache_key(&self) -> Option<&Arc<str>> {
        self.bound.as_ref()?.ext_cache_key.as_ref()
    }

    /// Its members as in the file.
    pub fn members(&self) -> JsonObject {
        let none = Unlike::default();
        let unlike = self.unlike.as_deref().unwrap_or(&none);
        let mut members = JsonObject::default();
        for (place, name) in MEMBERS.into_iter().enumerate() {
            if let Some(raw) = unlike.members.raw(name) {
                members.set_raw(name, raw.into());
            } else if unlike.missing >> place & 1 == 0
                && let Some(raw) = self.member(name)
            {
                members.set_raw(name, raw);
            }
        }
        for (name, raw) in unlike.members.members().filter(|(name, _)| !MEMBERS.contains(name)) {
            members.set_raw(name, raw.into());
        }
        members
    }

    /// What this library writes of a member, as JSON text.
    fn member(&self, name: &str) -> Option<String> {
        let bound = self.bound.as_deref();
        let text = |text: &Arc<str>| quote(text);
        let time = |time: UnixTime| format!("\"{time}\"");
        match name {
            "credential_type" => Some("\"AccessToken\"".into()),
            "secret" => Some(quote(self.secret.expose())),
            "home_account_id" => Some(self.home_account_id.as_ref().map_or_else(|| "null".into(), text)),
            "environment" => Some(text(&self.environment)),
            "client_id" => Some(text(&self.client_id)),
            "target" => Some(quote(self.target.as_str())),
            "realm" if self.realm.is_empty() => Some("null".into()),
            "realm" => Some(text(&self.realm)),
            "token_type" => Some(text(&self.token_type)),
            "cached_at" => Some(time(self.cached_at)),
            "expires_on" => Some(time(self.expires_on)),
            "extended_expires_on" => Some(time(self.extended_expires_on)),
            "refresh_on" => self.refresh_on.map(time),
            "key_id" => bound?.key_id.as_ref().map(text),
            "ext_cache_key" => bound?.ext_cache_key.as_ref().map(text),
            "user_assertion_hash" => bound?.user_assertion_hash.as_ref().map(text),
            _ => None,
        }
    }

    /// Reads an entry; none if it is no access token that could be served. `intern` shares texts that many entries
    /// have.
    pub(super) fn from_members(
        members: &JsonObject,
        key: Option<&str>,
        mut intern: impl FnMut(String) -> Arc<str>,
    ) -> Option<Self> {
        let mut text = |name: &str| members.string(name).map(&mut intern);
        let secret = members.secret("secret").filter(|secret| !secret.expose().is_empty())?;
        let (environment, client_id) = (text("environment")?, text("client_id")?);
        let realm = text("realm").unwrap_or_default();
        let token_type = text("token_type").unwrap_or_else(|| Arc::from("Bearer"));
        let home_account_id = text("home_account_id").filter(|home| !home.is_empty());
        let target = Scopes::parse(&members.string("target")?);
        let time = |name| seconds(members, name).and_then(|time| u64::try_from(time).ok()).map(UnixTime);
        let cached_at = time("cached_at");
        let latest = cached_at.map_or(UnixTime(u64::MAX), |at| at.saturating_add(LONGEST_LIFETIME));
        let expires_on = time("expires_on").unwrap_or_default().min(latest);
        let mut token = Self {
            secret,
            home_account_id,
            environment,
            client_id,
            realm,
            target,
            token_type,
            cached_at: cached_at.unwrap_or_default(),
            expires_on,
            extended_expires_on: time("extended_expires_on").unwrap_or(expires_on),
            refresh_on: time("refresh_on"),
            bound: Bound::read(members).map(Box::new),
            unlike: None,
        };
        token.unlike = token.compare(members, key).map(Box::new);
        Some(token)
    }

    /// Notes what `members` have that would not be written so.
    fn compare(&self, members: &JsonObject, key: Option<&str>) -> Option<Unlike> {
        let mut unlike = Unlike {
            key: key.filter(|key| *key != super::keys::of_access_token(self)).map(String::from),
            ..Unlike::default()
        };
        for (place, name) in MEMBERS.into_iter().enumerate() {
            let (own, theirs) = (self.member(name), members.raw(name));
            match theirs {
                Some(raw) if own.as_deref() != Some(raw) => unlike.members.set_raw(name, raw.into()),
                None if own.is_some() => unlike.missing |= 1 << place,
                _ => {}
            }
        }
        for (name, raw) in members.members().filter(|(name, _)| !MEMBERS.contains(name)) {
            unlike.members.set_raw(name, raw.into());
        }
        (unlike != Unlike::default()).then_some(unlike)
    }
}

impl Bound {
    /// Key ids have four spellings, and each library its own member for extra parameters.
    fn read(members: &JsonObject) -> Option<Self> {
        let text = |name| members.string(name).filter(|text| !text.is_empty()).map(Arc::<str>::from);
        let key_id = ["key_id", "kid", "keyid", "keyId"].into_iter().find_map(text);
        let ext_cache_key = text("ext_cache_key");
        let hash = ["user_assertion_hash", "userAssertionHash"].into_iter().find_map(text);
        let foreign = ["ext", "ext_cache_key_hash", "additionalCacheKeyComponents", "requestedClaimsHash"];
        let is_foreign =
            ext_cache_key.is_none() && foreign.into_iter().any(|name| has_content(members, name));
        let bound = Self {
            key_id,
            ext_cache_key,
            user_assertion_hash: hash.map(|hash| Arc::from(hash.trim_end_matches('='))),
            is_foreign,
        };
        (bound != Self::default()).then_some(bound)
    }
}

pub(super) fn has_content(members: &JsonObject, name: &str) -> bool {
    members.raw(name).is_some_and(|raw| !matches!(raw, "null" | "{}" | "\"\"" | "[]"))
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        self.members() == other.members()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("environment", &self.environment)
            .field("client_id", &self.client_id)
            .field("realm", &self.realm)
            .field("target", &self.target)
            .field("expires_on", &self.expires_on)
            .finish_non_exhaustive()
    }
}

impl Serialize for AccessToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AccessToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = JsonObject::deserialize(deserializer)?;
        let token = Self::from_members(&members, None, Arc::from);
        token.ok_or_else(|| D::Error::custom("no access token of a cache"))
    }
}
