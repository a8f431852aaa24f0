//! What an `acquire_token_*` call gives.
use super::{IdTokenClaims, Scopes};
use crate::cache::{AccessToken, Account};
use crate::engine::UnixTime;
use crate::error::Warning;
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::token::response::{TokenResponse, expires_in, refresh_in, seconds};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenSource {
    /// The service issued it for this call.
    IdentityProvider,
    /// It was in the token cache.
    Cache,
}

impl TokenSource {
    /// As MSAL names it: `identity_provider` or `cache`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdentityProvider => "identity_provider",
            Self::Cache => "cache",
        }
    }
}

/// A token and what is known of it (RFC 6749 section 5.1). `Debug` shows no token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthenticationResult {
    /// To send to the protected resource; none where only an id token was issued (B2C, scope `openid`).
    pub access_token: Option<Secret>,
    /// How to send it: `Bearer` unless another was asked for.
    pub token_type: Arc<str>,
    /// Seconds from now until it expires.
    pub expires_in: u64,
    /// When it expires.
    pub expires_on: UnixTime,
    /// Seconds from now until which a resource may take it in an outage.
    pub ext_expires_in: Option<u64>,
    /// From when on the next call refreshes it ahead of its end.
    pub refresh_on: Option<UnixTime>,
    /// What it is good for; from the service it may be less than was asked.
    pub scope: Scopes,
    /// To get other tokens with; the token cache keeps it too.
    pub refresh_token: Option<Secret>,
    /// Who signed in (OpenID Connect Core section 2), as a JWT.
    pub id_token: Option<Secret>,
    /// What the id token says; none for a token from the cache, or if the id token cannot be read.
    pub id_token_claims: Option<Box<IdTokenClaims>>,
    /// Who has signed in, to ask for other tokens with. None for an application's own token, without an id token, and
    /// in silent calls, where the program has it.
    pub account: Option<Box<Account>>,
    /// Whose account it is, as the service codes it.
    pub client_info: Option<Secret>,
    /// The family of client ids that share refresh tokens.
    pub foci: Option<String>,
    /// Where it came from.
    pub token_source: TokenSource,
    /// Names the request in the service's logs; none if there was no request.
    pub correlation_id: Option<String>,
    /// Every member of the service's answer as it came; empty for a token from the cache.
    pub members: JsonObject,
    /// What went wrong beside it.
    pub warnings: Vec<Warning>,
}

impl AuthenticationResult {
    pub(crate) fn from_cache(token: &AccessToken, now: UnixTime, warnings: Vec<Warning>) -> Self {
        Self {
            access_token: Some(token.secret().clone()),
            token_type: token.token_type().clone(),
            expires_in: token.expires_in(now),
            expires_on: token.expires_on(),
            ext_expires_in: None,
            refresh_on: token.refresh_on(),
            scope: token.target().clone(),
            refresh_token: None,
            id_token: None,
            id_token_claims: None,
            account: None,
            client_info: None,
            foci: None,
            token_source: TokenSource::Cache,
            correlation_id: None,
            members: JsonObject::default(),
            warnings,
        }
    }

    pub(crate) fn from_response(
        response: TokenResponse,
        scopes: &Scopes,
        now: UnixTime,
        correlation_id: String,
        id_token_claims: Option<IdTokenClaims>,
        warnings: Vec<Warning>,
    ) -> Self {
        let members = &response.members;
        let expires_in = expires_in(members, now);
        let token = |name| members.secret(name).filter(|token| !token.expose().is_empty());
        let ext_expires_in = seconds(members, "ext_expires_in");
        Self {
            access_token: members.secret("access_token"),
            token_type: members.string("token_type").map_or_else(|| Arc::from("Bearer"), Arc::from),
            expires_in,
            expires_on: now.saturating_add(expires_in),
            ext_expires_in: ext_expires_in.and_then(|seconds| u64::try_from(seconds).ok()),
            refresh_on: refresh_in(members, now).map(|seconds| now.saturating_add(seconds)),
            scope: response.scope(scopes),
            refresh_token: token("refresh_token"),
            id_token: token("id_token"),
            id_token_claims: id_token_claims.map(Box::new),
            account: None,
            client_info: members.secret("client_info"),
            foci: members.string("foci"),
            token_source: TokenSource::IdentityProvider,
            correlation_id: Some(correlation_id),
            warnings,
            members: response.members,
        }
    }
}
