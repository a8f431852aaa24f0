//! Id tokens: what they say, and whether they say it of this sign-in (OpenID Connect Core section 3.1.3.7).
//!
//! A token that comes from the token endpoint over TLS needs no signature (number 6 there); it is verified on request.
mod claims;
mod signature;
#[cfg(test)]
mod tests;

pub use claims::IdTokenClaims;
pub(crate) use signature::SigningKeys;

use crate::encoding::{hex, sha256};
use crate::engine::UnixTime;
use crate::error::{Violation, Warning};
use crate::token::response::TokenResponse;
use alloc::{borrow::Cow, string::String, vec::Vec};
use claims::SKEW;
use serde::{Deserialize, Serialize};
use thiserror::Error as ThisError;

/// In the issuer of an authority of many tenants, where the tenant's id is in that of a token.
const TENANT: &str = "{tenantid}";

/// Why an id token is refused. No text of the token is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum IdTokenError {
    /// It is no JWT, or lacks a claim that every id token has.
    #[error("the id token is malformed: {0}")]
    Malformed(#[from] Violation),
    /// Another issuer than the one that is expected (number 2), to the character.
    #[error(
        "the id token is of another issuer: its iss must be the issuer of the authority's discovery document"
    )]
    Issuer,
    /// It is for another client (numbers 3 to 5), to the character.
    #[error("the id token is for another client: its aud must have this client's id, in the same case")]
    Audience,
    /// What came with a refresh is about somebody else than who had signed in (OpenID Connect Core section 12.2).
    #[error("the tokens that came with the refresh are of another account; nothing of them was kept")]
    Account,
    /// It belongs to another authentication request, or to none (number 11).
    #[error("the id token belongs to another sign-in: its nonce is not the one that was sent; sign in again")]
    Nonce,
    /// The person signed in longer ago than `max_age` allows, or it does not say when (number 13).
    #[error("max_age was asked, but the id token's auth_time is absent or too long ago; sign in again")]
    MaxAge,
    /// Its signature is of no key of the authority's, or of an algorithm other than RS256, PS256 and ES256 (number 6).
    #[error(
        "the id token's signature is not the authority's: it must be RS256, PS256 or ES256 with a key of its jwks_uri"
    )]
    Signature,
    /// It has expired (number 9).
    #[error("the id token has expired; make sure that this machine's time and time zone are right")]
    Expired,
    /// It is not valid yet (RFC 7519 section 4.1.5).
    #[error("the id token is not valid yet; make sure that this machine's time and time zone are right")]
    NotYetValid,
}

/// Reads an id token and checks what is given of `client_id` (its audience), `issuer` and `nonce`; what is not given is
/// not checked.
///
/// `nonce` is compared as it was in the authentication request. An `issuer` with `{tenantid}` in it, as Entra writes it
/// for `common`, stands for the tenant that the token names. As in MSAL, a token that has expired by `now` or is not yet
/// valid, by more than 120 seconds, is read all the same, for the clock of this machine may be wrong: the warnings tell.
/// The signature is not verified: pass only what came from the token endpoint.
///
/// # Errors
/// [`IdTokenError::Malformed`] if it is no JWT of up to 256 KiB, lacks `exp` or a claim that is to be checked, or has a
/// time that is no number; otherwise the check that failed.
pub fn decode_id_token(
    id_token: &str,
    client_id: Option<&str>,
    issuer: Option<&str>,
    nonce: Option<&str>,
    now: UnixTime,
) -> Result<(IdTokenClaims, Vec<Warning>), IdTokenError> {
    let claims = IdTokenClaims::parse(id_token)?;
    check(&claims, client_id, issuer, nonce)?;
    claims.unreadable_times().next().map_or(Ok(()), Err)?;
    let warnings = claims.wrong_times(now).filter_map(warning).collect();
    Ok((claims, warnings))
}

/// What a flow knows of the sign-in that an id token must belong to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Expected<'a> {
    /// The client's id.
    pub(crate) client_id: &'a str,
    /// As it was in the authentication request.
    pub(crate) nonce: Option<&'a str>,
    /// As it was in the authentication request, in seconds.
    pub(crate) max_age: Option<u64>,
    /// The issuer, if it and the token's times are to be checked too.
    pub(crate) strict_issuer: Option<&'a str>,
    /// Who had signed in, as the id token of that time tells it.
    pub(crate) signed_in: Option<&'a SignedIn>,
    /// Whether its signature is going to be verified.
    pub(crate) is_signed: bool,
}

/// Who signed in, by the claims that stay the same when tokens are refreshed (OpenID Connect Core section 12.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignedIn {
    iss: Option<String>,
    sub: Option<String>,
}

impl SignedIn {
    /// None of a text that is no id token.
    pub(crate) fn read(id_token: &str) -> Option<Self> {
        let IdTokenClaims { iss, sub, .. } = IdTokenClaims::parse(id_token).ok()?;
        Some(Self { iss, sub })
    }

    fn check(&self, claims: &IdTokenClaims) -> Result<(), IdTokenError> {
        let is_other = |own: &Option<String>, other: &Option<String>| own.is_some() && own != other;
        if is_other(&self.iss, &claims.iss) {
            return Err(IdTokenError::Issuer);
        }
        if is_other(&self.sub, &claims.sub) { Err(IdTokenError::Account) } else { Ok(()) }
    }
}

/// The id token of an answer, and what is odd about it. An answer without one is not refused, as in MSAL.
///
/// Garbage costs no good token that is beside it, but where the sign-in is to be proved by it.
pub(crate) fn check_id_token(
    response: &TokenResponse,
    expected: &Expected<'_>,
    now: UnixTime,
) -> Result<(Option<IdTokenClaims>, Vec<Warning>), IdTokenError> {
    let members = &response.members;
    if !members.contains("id_token") {
        return Ok((None, Vec::new()));
    }
    let id_token = members.secret("id_token").ok_or(IdTokenError::Malformed(Violation::Jwt));
    let claims = match id_token.and_then(|id_token| IdTokenClaims::parse(id_token.expose())) {
        Ok(claims) => claims,
        Err(error) => {
            let is_needed = [expected.nonce, expected.strict_issuer].iter().any(Option::is_some)
                || expected.max_age.is_some()
                || expected.is_signed
                || !members.contains("access_token");
            let warnings = Vec::from([Warning::MalformedMember("id_token")]);
            return if is_needed { Err(error) } else { Ok((None, warnings)) };
        }
    };
    check(&claims, Some(expected.client_id), expected.strict_issuer, expected.nonce)?;
    expected.signed_in.map_or(Ok(()), |signed_in| signed_in.check(&claims))?;
    if let Some(max_age) = expected.max_age {
        let latest = claims.auth_time.map(|auth_time| auth_time.saturating_add(max_age));
        if latest.is_none_or(|latest| latest < now.saturating_sub(SKEW)) {
            return Err(IdTokenError::MaxAge);
        }
    }
    if expected.strict_issuer.is_some() {
        claims.wrong_times(now).next().map_or(Ok(()), Err)?;
    }
    let warnings = claims.wrong_times(now).filter_map(warning).collect();
    Ok((Some(claims), warnings))
}

/// How a nonce is sent (OpenID Connect Core section 15.5.2): SHA-256 in lower-case hexadecimal, as MSAL has it.
pub(crate) fn nonce_hash(nonce: &str) -> String {
    hex(&sha256(nonce))
}

/// The checks that are errors wherever they are made.
fn check(
    claims: &IdTokenClaims,
    client_id: Option<&str>,
    issuer: Option<&str>,
    nonce: Option<&str>,
) -> Result<(), IdTokenError> {
    if let Some(issuer) = issuer {
        needs(claims, "iss")?;
        let issuer = match (&claims.tid, issuer.contains(TENANT)) {
            (Some(tid), true) => Cow::Owned(issuer.replace(TENANT, tid)),
            _ => Cow::Borrowed(issuer),
        };
        if claims.iss.as_deref() != Some(&*issuer) {
            return Err(IdTokenError::Issuer);
        }
    }
    if let Some(client_id) = client_id {
        needs(claims, "aud")?;
        let is_shared = claims.aud.len() > 1 && claims.members.contains("azp");
        let is_ours = |client: &str| client == client_id;
        if !claims.aud.iter().any(|aud| is_ours(aud))
            || is_shared && !claims.azp.as_deref().is_some_and(is_ours)
        {
            return Err(IdTokenError::Audience);
        }
    }
    needs(claims, "exp")?;
    // Hashes tell by the time that comparing them takes nothing of where the nonces differ.
    if let Some(nonce) = nonce
        && claims.nonce.as_deref().map(sha256) != Some(sha256(nonce))
    {
        return Err(IdTokenError::Nonce);
    }
    Ok(())
}

fn needs(claims: &IdTokenClaims, name: &'static str) -> Result<(), IdTokenError> {
    if claims.members.contains(name) { Ok(()) } else { Err(Violation::Member(name).into()) }
}

/// What is wrong with a token's times, where it is no error.
fn warning(error: IdTokenError) -> Option<Warning> {
    match error {
        IdTokenError::Expired => Some(Warning::IdTokenExpired),
        IdTokenError::NotYetValid => Some(Warning::IdTokenNotYetValid),
        IdTokenError::Malformed(Violation::Member(name)) => Some(Warning::MalformedMember(name)),
        _ => None,
    }
}
