//! What an id token says (OpenID Connect Core section 2).
use super::IdTokenError;
use crate::encoding::from_base64url;
use crate::engine::UnixTime;
use crate::error::Violation;
use crate::json::JsonObject;
use crate::token::response::seconds;
use alloc::{string::String, vec::Vec};
use core::fmt;
use serde_json::Value;
use zeroize::Zeroizing;

/// No id token is longer, in bytes.
const LONGEST: usize = 256 * 1024;

/// How far the clocks of the service and of this machine may differ, in seconds.
pub(super) const SKEW: u64 = 120;

/// The claims of an id token. Unless the client verifies signatures, it is to be trusted as far as the
/// connection that it came by.
///
/// A claim that is absent, or of another type than it should be, is none here and as it came in `members`. `Debug`
/// shows the names alone, for the values are about a person.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdTokenClaims {
    /// For whom it was issued, client ids; one or several.
    pub aud: Vec<String>,
    /// Who issued it.
    pub iss: Option<String>,
    /// The person, by an id that is unique with this issuer. Entra gives each application another.
    pub sub: Option<String>,
    /// When it expires.
    pub exp: Option<UnixTime>,
    /// When it was issued.
    pub iat: Option<UnixTime>,
    /// From when on it is valid.
    pub nbf: Option<UnixTime>,
    /// When the person signed in.
    pub auth_time: Option<UnixTime>,
    /// The nonce of the authentication request.
    pub nonce: Option<String>,
    /// The client that it was issued to, if there are several audiences.
    pub azp: Option<String>,
    /// The tenant that the person signed in to.
    pub tid: Option<String>,
    /// The person, by the id that is the same for all applications of a tenant.
    pub oid: Option<String>,
    /// A name to show, often a mail address. It can change: no key to anything.
    pub preferred_username: Option<String>,
    /// The user principal name, where ADFS or version 1 of Entra's tokens has it.
    pub upn: Option<String>,
    /// The person's full name, to show.
    pub name: Option<String>,
    /// All claims as they came.
    pub members: JsonObject,
}

impl IdTokenClaims {
    /// Reads the middle one of a JWT's three parts (RFC 7519 section 7.2). The header says nothing that counts here.
    pub(super) fn parse(id_token: &str) -> Result<Self, IdTokenError> {
        if id_token.len() > LONGEST {
            return Err(Violation::TooLarge.into());
        }
        let mut parts = id_token.split('.');
        let (_, Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Violation::Jwt.into());
        };
        let payload = Some(payload).filter(|payload| !payload.contains('=')).and_then(from_base64url);
        let payload = Zeroizing::new(payload.ok_or(Violation::Jwt)?);
        let members = JsonObject::parse(&payload).map_err(Violation::Json)?;
        Ok(Self {
            aud: audiences(&members),
            iss: members.string("iss"),
            sub: members.string("sub"),
            exp: time(&members, "exp"),
            iat: time(&members, "iat"),
            nbf: time(&members, "nbf"),
            auth_time: time(&members, "auth_time"),
            nonce: members.string("nonce"),
            azp: members.string("azp"),
            tid: members.string("tid"),
            oid: members.string("oid"),
            preferred_username: members.string("preferred_username"),
            upn: members.string("upn"),
            name: members.string("name"),
            members,
        })
    }

    /// All that is wrong with its times; a difference of [`SKEW`] is not.
    pub(super) fn wrong_times(&self, now: UnixTime) -> impl Iterator<Item = IdTokenError> {
        let nbf = self.nbf.filter(|nbf| *nbf > now.saturating_add(SKEW));
        let exp = self.exp.filter(|exp| *exp < now.saturating_sub(SKEW));
        let times = [nbf.map(|_| IdTokenError::NotYetValid), exp.map(|_| IdTokenError::Expired)];
        times.into_iter().flatten().chain(self.unreadable_times())
    }

    /// Its times that are there and no times. These are not as good as absent.
    pub(super) fn unreadable_times(&self) -> impl Iterator<Item = IdTokenError> {
        let times = [("exp", self.exp), ("nbf", self.nbf), ("iat", self.iat)];
        let unreadable =
            times.into_iter().filter(|(name, time)| time.is_none() && self.members.contains(name));
        unreadable.map(|(name, _)| Violation::Member(name).into())
    }
}

impl fmt::Debug for IdTokenClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IdTokenClaims").field(&self.members).finish()
    }
}

/// RFC 7519 section 4.1.3: a string or a list of them.
fn audiences(members: &JsonObject) -> Vec<String> {
    let text = |audience| if let Value::String(text) = audience { Some(text) } else { None };
    match members.get("aud") {
        Some(Value::Array(audiences)) => audiences.into_iter().filter_map(text).collect(),
        audience => audience.and_then(text).into_iter().collect(),
    }
}

/// Numbers in strings and with fractions are times too; before 1970 is 1970.
fn time(members: &JsonObject, name: &str) -> Option<UnixTime> {
    seconds(members, name).map(|seconds| UnixTime(u64::try_from(seconds).unwrap_or(0)))
}
