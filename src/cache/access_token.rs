//! An access token with what the cache must know to find it.
use super::bound::Bound;
use super::fields::{ALWAYS, Fields, NAMES, plain};
use super::keys;
use super::on_behalf_of::STARTED_WITH;
use super::unlike::{Text, Unlike};
use crate::engine::UnixTime;
use crate::json::{JsonObject, quote, write_quoted};
use crate::secret::Secret;
use crate::token::Scopes;
use crate::token::response::LONGEST_LIFETIME;
use alloc::{borrow::Cow, boxed::Box, string::String, string::ToString, sync::Arc};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

/// A token that says it came from further ahead than a day is of a wrong clock, in seconds.
const DAY: u64 = 86_400;

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

    /// Whether MSAL tells the service that a token had ended, not that there was none: it is for exactly these scopes, or
    /// has not quite ended.
    pub(crate) fn is_expired_for(&self, scopes: &Scopes, now: UnixTime) -> bool {
        self.target.as_str().eq_ignore_ascii_case(scopes.as_str()) || self.expires_on >= now
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

    /// What tells it apart if it was issued on behalf of somebody: the digest of the assertion, or the key of a
    /// long-running process.
    pub fn user_assertion_hash(&self) -> Option<&Arc<str>> {
        self.bound.as_ref()?.user_assertion_hash.as_ref()
    }

    /// The digest of the assertion with which the long-running process was begun that it is of.
    pub(crate) fn started_with(&self) -> Option<&Arc<str>> {
        self.bound.as_ref()?.started_with.as_ref()
    }

    /// Its members as in the file.
    pub fn members(&self) -> JsonObject {
        let mut text = Zeroizing::new(String::new());
        self.write(&mut text);
        // What is written here is an object.
        JsonObject::parse(text.as_bytes()).unwrap_or_default()
    }

    /// Its key in the file, if that is not the one it would be written under.
    pub(super) fn file_key(&self) -> Option<&str> {
        self.unlike.as_ref()?.key.as_deref()
    }

    /// Reads an entry; none if it is no access token that could be served. `intern` shares texts that many entries
    /// have.
    pub(super) fn read(
        text: &str,
        key: Option<&str>,
        mut intern: impl FnMut(Cow<'_, str>) -> Arc<str>,
    ) -> Option<Self> {
        let fields = Fields::read(text)?;
        let secret = fields.first(&["secret"])?;
        let or_empty = |name| match fields.raw(name) {
            None | Some("null") => Some(Cow::Borrowed("")),
            Some(_) => fields.text(name),
        };
        let (environment, client_id) = (intern(or_empty("environment")?), intern(or_empty("client_id")?));
        let realm = intern(fields.text("realm").unwrap_or_default());
        let token_type = or_empty("token_type")?;
        let token_type = intern(if token_type.is_empty() { Cow::Borrowed("Bearer") } else { token_type });
        let home_account_id = fields.first(&["home_account_id"]).map(&mut intern);
        let target = Scopes::parse(&fields.text("target")?);
        let time = |name| fields.time(name).map(UnixTime);
        let cached_at = time("cached_at");
        let latest = cached_at.map_or(UnixTime(u64::MAX), |at| at.saturating_add(LONGEST_LIFETIME));
        let expires_on = time("expires_on").unwrap_or_default().min(latest);
        let mut token = Self {
            secret: Secret::new(&*secret),
            home_account_id,
            environment,
            client_id,
            realm,
            target,
            token_type,
            cached_at: cached_at.unwrap_or_default(),
            expires_on,
            extended_expires_on: time("extended_expires_on").unwrap_or(expires_on),
            refresh_on: time("refresh_on").filter(|on| on.0 > 0),
            bound: Bound::read(&fields).map(Box::new),
            unlike: None,
        };
        let unlike = Unlike {
            key: key.filter(|key| *key != keys::of_access_token(&token)).map(String::from),
            text: (!token.is_written_so(&fields)).then(|| Text::of(text, &fields)),
        };
        token.unlike = (unlike.key.is_some() || unlike.text.is_some()).then(|| Box::new(unlike));
        Some(token)
    }

    /// Whether [`Self::write`] would give these members again.
    fn is_written_so(&self, fields: &Fields<'_>) -> bool {
        let time = |time: UnixTime| Some(time.to_string());
        let is_same = |(place, name): (usize, &&str)| {
            let Some(raw) = fields.raw(name) else {
                return place >= ALWAYS;
            };
            let own = match *name {
                "target" => return plain(raw) == Some(self.target.as_str()),
                "home_account_id" | "realm" | "environment" | "client_id" => {
                    return raw == "null" || plain(raw).is_some_and(|text| !text.is_empty());
                }
                "user_assertion_hash" => {
                    self.bound.as_ref().and_then(|bound| bound.user_assertion_hash.as_deref()).map(Into::into)
                }
                "cached_at" => time(self.cached_at),
                "expires_on" => time(self.expires_on),
                "extended_expires_on" => time(self.extended_expires_on),
                "refresh_on" => self.refresh_on.and_then(time),
                "token_type" => return plain(raw).is_some_and(|text| !text.is_empty()),
                "credential_type" => return raw == "\"AccessToken\"",
                "key_id" | "ext_cache_key" | STARTED_WITH => {
                    return plain(raw).is_some_and(|text| !text.is_empty());
                }
                _ => return plain(raw).is_some(),
            };
            own.as_deref() == plain(raw)
        };
        fields.is_in_order && NAMES.iter().enumerate().all(is_same)
    }

    /// Writes it as JSON: as it came from a file, else as MSAL Python does.
    pub(super) fn write(&self, out: &mut String) {
        match self.unlike.as_ref().and_then(|unlike| unlike.text.as_ref()) {
            None => self.write_members(out),
            Some(Text::Whole(text)) => out.push_str(text),
            Some(Text::Around(before, after)) => {
                out.push_str(before);
                write_quoted(out, self.secret.expose());
                out.push_str(after);
            }
        }
    }

    fn write_members(&self, out: &mut String) {
        let bound = self.bound.as_deref();
        let mut member = |name: &str, value: &str| {
            out.push_str(if name == "credential_type" { "{\"" } else { ",\"" });
            out.push_str(name);
            out.push_str("\":");
            out.push_str(value);
        };
        member("credential_type", "\"AccessToken\"");
        member("secret", &Zeroizing::new(quote(self.secret.expose())));
        let or_null = |text: &str| if text.is_empty() { "null".into() } else { quote(text) };
        member("home_account_id", &or_null(self.home_account_id.as_deref().unwrap_or_default()));
        member("environment", &or_null(&self.environment));
        member("client_id", &or_null(&self.client_id));
        member("target", &quote(self.target.as_str()));
        member("realm", &or_null(&self.realm));
        let mut text = |name: &str, value: &str| member(name, &quote(value));
        text("token_type", &self.token_type);
        text("cached_at", &self.cached_at.to_string());
        text("expires_on", &self.expires_on.to_string());
        text("extended_expires_on", &self.extended_expires_on.to_string());
        let mut bound_to =
            |name: &str, value: Option<&Arc<str>>| value.into_iter().for_each(|value| text(name, value));
        bound_to("key_id", bound.and_then(|bound| bound.key_id.as_ref()));
        bound_to("ext_cache_key", bound.and_then(|bound| bound.ext_cache_key.as_ref()));
        if let Some(refresh_on) = self.refresh_on {
            text("refresh_on", &refresh_on.to_string());
        }
        let mut bound_to =
            |name: &str, value: Option<&Arc<str>>| value.into_iter().for_each(|value| text(name, value));
        bound_to("user_assertion_hash", bound.and_then(|bound| bound.user_assertion_hash.as_ref()));
        bound_to(STARTED_WITH, bound.and_then(|bound| bound.started_with.as_ref()));
        out.push('}');
    }
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
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let token = Self::read(text.get(), None, |text| Arc::from(&*text));
        token.ok_or_else(|| D::Error::custom("no access token of a cache"))
    }
}
