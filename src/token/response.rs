//! What a token endpoint answers (RFC 6749 section 5.1).
use super::Scopes;
use crate::encoding::is_graphic;
use crate::engine::UnixTime;
use crate::error::{Error, Violation, Warning};
use crate::json::JsonObject;
use alloc::string::String;
use serde::{Deserialize, Serialize};

const TOKEN_ENDPOINT: &str = "token endpoint";

/// No lifetime is longer than ten years of 365 days, in seconds.
pub(crate) const LONGEST_LIFETIME: u64 = 315_360_000;

/// What a token is taken to last if the server does not say, in seconds.
const DEFAULT_LIFETIME: u64 = 600;

/// A successful answer, checked: it brings a token, and what it brings can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenResponse {
    pub(crate) members: JsonObject,
}

impl TokenResponse {
    /// Checks an answer that has no `error`. The token is of the type that was asked for, or one that the service bound to
    /// nothing.
    pub(crate) fn read(members: JsonObject, asked_type: &str) -> Result<Self, Error> {
        let malformed = |violation| Error::Malformed { source_name: TOKEN_ENDPOINT, violation };
        // No number: other parsers call this no JSON.
        if members.raw("expires_in").is_some_and(|raw| raw.parse().is_ok_and(f64::is_infinite)) {
            return Err(malformed(Violation::Member("expires_in")));
        }
        if members.contains("access_token") {
            let token = members.secret("access_token").filter(|token| is_token(token.expose()));
            token.ok_or(malformed(Violation::Member("access_token")))?;
        } else if members.secret("id_token").is_none_or(|token| token.expose().is_empty()) {
            return Err(malformed(Violation::Member("access_token")));
        }
        if members.contains("token_type") {
            let token_type: String = members.get("token_type").ok_or(malformed(Violation::TokenType))?;
            if ![asked_type, "Bearer"].iter().any(|known| token_type.eq_ignore_ascii_case(known)) {
                return Err(malformed(Violation::TokenType));
            }
        }
        Ok(Self { members })
    }

    /// Optional members that cannot be used: a token is never lost for one.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = Warning> {
        let wrong = |name: &&str| {
            let is_text = matches!(*name, "refresh_token" | "scope");
            let usable = if is_text {
                self.members.secret(name).is_some()
            } else {
                seconds(&self.members, name).is_some()
            };
            self.members.contains(name) && !usable
        };
        let optional = ["expires_in", "ext_expires_in", "refresh_in", "refresh_token", "scope"];
        optional.into_iter().filter(move |name| wrong(name)).map(Warning::MalformedMember)
    }

    /// What was granted: what the answer says, else what was asked for.
    pub(crate) fn scope(&self, asked: &Scopes) -> Scopes {
        self.members.string("scope").map_or_else(|| asked.clone(), |scope| Scopes::parse(&scope))
    }
}

/// How long the access token lasts, in seconds.
pub(crate) fn expires_in(members: &JsonObject, now: UnixTime) -> u64 {
    let expires_on =
        || Some(u64::try_from(seconds(members, "expires_on")?).unwrap_or(0).saturating_sub(now.0));
    let expires_in = seconds(members, "expires_in").map(|seconds| u64::try_from(seconds).unwrap_or(0));
    expires_in.or_else(expires_on).map_or(DEFAULT_LIFETIME, |seconds| seconds.min(LONGEST_LIFETIME))
}

/// In how many seconds the access token is to be refreshed; none if that is absent, unusable, or after its end.
pub(crate) fn refresh_in(members: &JsonObject, now: UnixTime) -> Option<u64> {
    let refresh_in = u64::try_from(seconds(members, "refresh_in")?).unwrap_or(0);
    (refresh_in <= expires_in(members, now)).then_some(refresh_in)
}

/// `%x20-7E`, at least one (RFC 6749 appendix A.12); without the blank, which no token has.
fn is_token(text: &str) -> bool {
    !text.is_empty() && is_graphic(text)
}

/// A number of seconds as servers write it: a number, whose fraction is cut off, or digits in a string.
/// Saturates.
pub(crate) fn seconds(members: &JsonObject, name: &str) -> Option<i64> {
    let raw = members.raw(name)?;
    let text = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw);
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let value = digits.bytes().fold(0i64, |value, digit| {
            value.saturating_mul(10).saturating_add(i64::from(digit.wrapping_sub(b'0')))
        });
        return Some(if negative { -value } else { value });
    }
    // The cast of a float saturates, and no infinite one comes out of JSON.
    let value: f64 = raw.parse().ok().filter(|value: &f64| value.is_finite())?;
    Some(value as i64)
}
