//! The device authorization response, RFC 8628 section 3.2.
use crate::authority::strict_https;
use crate::engine::UnixTime;
use crate::error::Violation;
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::token::response::seconds;
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use core::fmt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How often to ask if the service does not say, in seconds (section 3.2).
pub(super) const DEFAULT_INTERVAL: u64 = 5;

/// How long the codes last if the service does not say, in seconds, as MSAL Python has it.
const DEFAULT_LIFETIME: u64 = 1_800;

/// No codes last longer than a day, in seconds.
const LONGEST_LIFETIME: u64 = 86_400;

/// What is kept while the person signs in elsewhere, with MSAL's member names. Show them [`Self::message`], or
/// [`Self::verification_uri`] and [`Self::user_code`], as text and never as markup. Whoever has it gets their tokens: keep it
/// as you would a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceFlow {
    /// What the person enters.
    pub user_code: String,
    /// By which this device asks.
    pub device_code: Secret,
    /// Where the person goes, an https URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_uri: Option<String>,
    /// The same with the code in it, such as for a QR code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_uri_complete: Option<String>,
    /// What to tell the person, in the service's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How long the codes last, in seconds.
    pub expires_in: u64,
    /// How many seconds to wait between two questions.
    pub interval: u64,
    /// When the codes end. 0 ends the asking at the next answer.
    pub expires_at: UnixTime,
    /// When the service was last asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_attempt_at: Option<UnixTime>,
    /// The tenant, if it is another than the authority's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Names the requests in the service's logs.
    #[serde(rename = "_correlation_id")]
    pub correlation_id: String,
    /// What else the service said.
    #[serde(flatten)]
    pub members: BTreeMap<String, Value>,
}

/// Members of the answer that have a place of their own.
const OWN: [&str; 7] = [
    "user_code",
    "device_code",
    "verification_uri",
    "verification_uri_complete",
    "message",
    "expires_in",
    "interval",
];

/// Names that are not the service's to give.
const RESERVED: [&str; 3] = ["expires_at", "latest_attempt_at", "_correlation_id"];

impl DeviceFlow {
    pub(super) fn read(
        members: &JsonObject,
        correlation_id: String,
        now: UnixTime,
    ) -> Result<Self, Violation> {
        let text = |name| members.string(name).filter(|text| !text.is_empty());
        // The person is sent to https alone. An older draft has the other name.
        let uri = |name: &'static str| match text(name) {
            Some(uri) if strict_https(&uri).is_err() => Err(Violation::Member(name)),
            uri => Ok(uri),
        };
        let expires_in = seconds(members, "expires_in").map(|seconds| u64::try_from(seconds).unwrap_or(0));
        let expires_in = expires_in.unwrap_or(DEFAULT_LIFETIME).min(LONGEST_LIFETIME);
        let interval = seconds(members, "interval").and_then(|seconds| u64::try_from(seconds).ok());
        let device_code = members.secret("device_code").filter(|code| !code.expose().is_empty());
        let other = members.members().filter(|(name, _)| !OWN.contains(name) && !RESERVED.contains(name));
        let other = other.filter_map(|(name, raw)| Some((name.to_owned(), serde_json::from_str(raw).ok()?)));
        Ok(Self {
            user_code: text("user_code").ok_or(Violation::Member("user_code"))?,
            device_code: device_code.ok_or(Violation::Member("device_code"))?,
            verification_uri: uri("verification_uri")?.or(uri("verification_url")?),
            verification_uri_complete: uri("verification_uri_complete")?,
            message: text("message"),
            expires_in,
            interval: interval.filter(|interval| *interval > 0).unwrap_or(DEFAULT_INTERVAL),
            expires_at: now.saturating_add(expires_in),
            latest_attempt_at: None,
            tenant: None,
            correlation_id,
            members: other.collect(),
        })
    }
}

/// The codes are not shown: whoever has them can take the sign-in over.
impl fmt::Debug for DeviceFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceFlow")
            .field("verification_uri", &self.verification_uri)
            .field("interval", &self.interval)
            .field("expires_at", &self.expires_at)
            .field("latest_attempt_at", &self.latest_attempt_at)
            .finish_non_exhaustive()
    }
}
