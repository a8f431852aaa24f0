//! The members of one entry as they stand in its text, without a copy.
use super::on_behalf_of::STARTED_WITH;
use alloc::borrow::Cow;
use core::fmt;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How many of [`NAMES`] this library writes in an access token; it writes them in their order, MSAL Python's.
pub(super) const WRITTEN: usize = 16;

/// How many of these every access token has that this library writes.
pub(super) const ALWAYS: usize = 11;

/// The members that mean something here.
pub(super) const NAMES: [&str; 26] = [
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
    STARTED_WITH,
    // Other libraries' spellings.
    "kid",
    "keyid",
    "keyId",
    "userAssertionHash",
    "ext",
    "ext_cache_key_hash",
    "additionalCacheKeyComponents",
    "requestedClaimsHash",
    "requested_claims_hash",
    "resource",
];

/// The text of each member of [`NAMES`].
pub(super) struct Fields<'a> {
    raw: [Option<&'a str>; NAMES.len()],
    /// The members are some of those that this library writes, in their order.
    pub(super) is_in_order: bool,
}

/// A member's name; it is borrowed unless it has escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Name<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl<'a> Fields<'a> {
    /// Reads an entry; none if it is no object, or if a name that counts occurs twice in it.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        let place = NAMES.iter().position(|own| *own == name)?;
        self.raw.get(place).copied().flatten()
    }

    /// Whether it has a member that may narrow whom a token answers: one that not every token has.
    pub(super) fn may_bind(&self) -> bool {
        let may = |(name, raw): (&&str, &Option<&str>)| raw.is_some() && *name != "refresh_on";
        NAMES.iter().zip(&self.raw).skip(ALWAYS).any(may)
    }

    /// A string member; none if it is absent or no string.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        text(self.raw(name)?)
    }

    /// The first of these that is a string with something in it.
    pub(super) fn first(&self, names: &[&str]) -> Option<Cow<'a, str>> {
        names.iter().find_map(|name| self.text(name).filter(|text| !text.is_empty()))
    }

    /// A time in seconds: digits, in a string or not. Saturates.
    pub(super) fn time(&self, name: &str) -> Option<u64> {
        let raw = self.raw(name)?;
        let digits = plain(raw).unwrap_or(raw);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().unwrap_or(u64::MAX))
    }
}

/// The string that is written just so: no character of it is escaped.
pub(super) fn plain(raw: &str) -> Option<&str> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

/// The string that JSON text stands for.
pub(super) fn text(raw: &str) -> Option<Cow<'_, str>> {
    match plain(raw) {
        Some(plain) => Some(Cow::Borrowed(plain)),
        None => serde_json::from_str(raw).ok().map(Cow::Owned),
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an entry")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Fields { raw: [None; NAMES.len()], is_in_order: true };
                let mut next = 0;
                while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    let is_next = NAMES.get(next).is_some_and(|own| *own == name.0);
                    let place =
                        if is_next { Some(next) } else { NAMES.iter().position(|own| *own == name.0) };
                    fields.is_in_order &= place.is_some_and(|place| (next..WRITTEN).contains(&place));
                    let Some(place) = place else { continue };
                    next = place + 1;
                    let before = fields.raw.get_mut(place).and_then(|slot| slot.replace(value.get()));
                    if before.is_some() {
                        return Err(serde::de::Error::custom("a member occurs twice"));
                    }
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Members)
    }
}
