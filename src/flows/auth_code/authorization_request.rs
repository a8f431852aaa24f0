//! The authorization request, RFC 6749 section 4.1.1 and OpenID Connect Core section 3.1.2.1.
use super::AuthCodeFlow;
use crate::authority::{Elsewhere, TenantDocument};
use crate::encoding::{base64url, encode_form, sha256};
use crate::engine::Env;
use crate::error::Error;
use crate::secret::Secret;
use crate::token::Scopes;
use crate::token::claims::merge_claims_challenge_and_capabilities;
use crate::token::id_token::nonce_hash;
use alloc::{borrow::ToOwned, format, string::String, string::ToString, vec::Vec};
use serde::{Deserialize, Serialize};

/// What the service asks of the person (OpenID Connect Core section 3.1.2.1). Several are separated by a blank.
#[derive(Debug)]
#[non_exhaustive]
pub struct Prompt;

impl Prompt {
    /// Nothing: if the person would have to do something, it is an error.
    pub const NONE: &'static str = "none";
    /// To sign in anew.
    pub const LOGIN: &'static str = "login";
    /// To consent.
    pub const CONSENT: &'static str = "consent";
    /// To choose an account.
    pub const SELECT_ACCOUNT: &'static str = "select_account";
    /// To make a new account.
    pub const CREATE: &'static str = "create";
}

/// What a person is asked for, but for the scopes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::flows) struct AuthorizationRequest {
    /// Of which tenant, if not the authority's own.
    #[serde(default)]
    pub(in crate::flows) at: Elsewhere,
    pub(in crate::flows) redirect_uri: Option<String>,
    pub(super) state: Option<Secret>,
    pub(in crate::flows) claims_challenge: Option<String>,
    pub(in crate::flows) max_age: Option<u64>,
    pub(in crate::flows) login_hint: Option<Secret>,
    /// Further parameters as they are sent.
    pub(in crate::flows) parameters: Vec<(String, Secret)>,
}

/// Parameters that have a method, or that this library answers for.
const OWN: [&str; 15] = [
    "claims",
    "client_id",
    "client_info",
    "code_challenge",
    "code_challenge_method",
    "instance_aware",
    "login_hint",
    "max_age",
    "nonce",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "X-AnchorMailbox",
    "request",
];

impl AuthorizationRequest {
    /// Whether it can be sent.
    pub(in crate::flows) fn check(&self, env: &Env<'_>) -> Result<(), Error> {
        self.claims(env)?;
        check_parameters(&self.parameters, &OWN)
    }

    fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        let capabilities = env.application().client_capabilities();
        merge_claims_challenge_and_capabilities(capabilities, self.claims_challenge.as_deref())
    }

    /// The sign-in with all that protects it.
    pub(in crate::flows) fn flow(
        self,
        env: &mut Env<'_>,
        document: &TenantDocument,
        scope: &Scopes,
    ) -> Result<AuthCodeFlow, Error> {
        let random = |env: &mut Env<'_>, label| Ok::<_, Error>(Secret::new(base64url(env.random(label)?)));
        let claims = self.claims(env)?;
        let code_verifier = random(env, "code_verifier")?;
        let nonce = random(env, "nonce")?;
        let state = match self.state {
            Some(state) => state,
            None => random(env, "state")?,
        };
        let mut query: Vec<(&str, String)> = Vec::with_capacity(16);
        query.push(("client_id", env.application().client_id().to_string()));
        query.push(("response_type", "code".to_owned()));
        query.push(("scope", scope.as_str().to_owned()));
        query.extend(self.redirect_uri.clone().map(|uri| ("redirect_uri", uri)));
        query.push(("state", state.expose().to_owned()));
        query.push(("nonce", nonce_hash(nonce.expose())));
        query.push(("code_challenge", base64url(sha256(code_verifier.expose()))));
        query.push(("code_challenge_method", "S256".to_owned()));
        query.push(("client_info", "1".to_owned()));
        if env.application().is_instance_aware() {
            query.push(("instance_aware", "true".to_owned()));
        }
        query.extend(claims.map(|claims| ("claims", claims)));
        query.extend(self.max_age.map(|seconds| ("max_age", seconds.to_string())));
        // The service routes the request by it.
        let hint = self.login_hint.as_ref().map(Secret::expose);
        let named = hint.filter(|hint| !hint.is_empty());
        query.extend(named.map(|hint| ("X-AnchorMailbox", format!("UPN:{hint}"))));
        query.extend(hint.map(|hint| ("login_hint", hint.to_owned())));
        query.extend(self.parameters.iter().map(|(name, value)| (name.as_str(), value.expose().to_owned())));
        Ok(AuthCodeFlow {
            auth_uri: authorization_uri(document, query.iter().map(|(name, value)| (*name, value.as_str()))),
            state,
            redirect_uri: self.redirect_uri,
            scope: scope.iter().map(ToOwned::to_owned).collect(),
            code_verifier,
            nonce,
            max_age: self.max_age,
            claims_challenge: self.claims_challenge,
            tenant: self.at.tenant,
        })
    }
}

/// The address that a person is sent to.
pub(super) fn authorization_uri<'a>(
    document: &TenantDocument,
    query: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let endpoint = &document.authorization_endpoint;
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{separator}{}", encode_form(query))
}

/// Each parameter is given once (RFC 6749 section 3.1), and by its own method if it has one.
pub(super) fn check_parameters(parameters: &[(String, Secret)], own: &[&str]) -> Result<(), Error> {
    let mut names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let is_twice = names.windows(2).any(|pair| matches!(pair, [one, next] if one == next));
    if is_twice || names.iter().any(|name| own.contains(name)) {
        let reason = "a parameter is given twice, or has a method of its own";
        return Err(Error::InvalidParameter { parameter: "parameter", reason });
    }
    Ok(())
}
