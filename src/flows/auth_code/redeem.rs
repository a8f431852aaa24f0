//! Trading a code for tokens, RFC 6749 section 4.1.3 and RFC 7636 section 4.5.
use super::auth_response::AuthResponseError;
use crate::authority::{Elsewhere, TenantDocument};
use crate::engine::{Effect, Env, Flow, Next, Reply};
use crate::error::Error;
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store, Stored};
use crate::token::{AuthenticationResult, Scopes};
use alloc::{borrow::ToOwned, boxed::Box, string::String, sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};
use url::Url;

const GRANT_TYPE: &str = "authorization_code";

/// MSAL's number of this call in the telemetry header.
pub(super) const ACQUIRE_TOKEN_BY_AUTHORIZATION_CODE: u16 = 832;

/// The same of the call that opens the browser by itself.
pub(in crate::flows) const ACQUIRE_TOKEN_INTERACTIVE: u16 = 169;

/// The flow. Suspended, it may hold the code and its verifier: store it as you would a password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationCode(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding the token endpoint, in a process that does not know it.
    Resolving(Box<Redemption>, Discovery),
    /// Trading the code for tokens, section 4.1.3.
    Redeeming(Box<Redemption>, Box<Exchange>),
    /// Handing the tokens to the cache.
    Storing(Box<Store>),
}

/// A code with what belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Redemption {
    pub(super) code: Secret,
    pub(super) scope: Scopes,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_verifier: Option<Secret>,
    /// As it was sent; the id token must have it.
    pub(super) nonce: Option<Secret>,
    pub(super) max_age: Option<u64>,
    pub(super) claims_challenge: Option<String>,
    /// Whom the person was sent to, if that is known.
    pub(super) sent_to: Option<SentTo>,
    /// Of which tenant and cloud, if not the authority's own.
    #[serde(default)]
    pub(super) at: Elsewhere,
    /// Where the service keeps the account, to route the request by.
    pub(super) routing: Option<String>,
    pub(super) extra: ExtraParameters,
    /// Of the call, for the telemetry header.
    pub(super) api_id: u16,
}

/// Whom the person was sent to, and who says that they answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SentTo {
    pub(super) auth_uri: Secret,
    pub(super) iss: Option<String>,
}

impl Flow for AuthorizationCode {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Resolving(_, discovery) => discovery.effect(env),
            State::Redeeming(_, exchange) => exchange.effect(env),
            State::Storing(store) => store.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Resolving(redemption, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Resolving(redemption, discovery),
                Next::Done(document) => return redemption.redeem(env, &document).map(Next::Need),
            },
            State::Redeeming(redemption, exchange) => {
                let next = exchange.resume(env, reply)?;
                return redemption.go_on(env, next).map(Next::Need);
            }
            State::Storing(store) => match store.resume(env, reply)? {
                Next::Need(store) => State::Storing(Box::new(store)),
                Next::Done(result) => return Ok(Next::Done(result)),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Redemption {
    /// Begins the flow.
    pub(super) fn resolve(self: Box<Self>, env: &mut Env<'_>) -> Result<AuthorizationCode, Error> {
        match Discovery::known_for_sign_in(env, &self.at) {
            Some(document) => self.redeem(env, &document),
            None => {
                let discovery = Discovery::start_sign_in(env, &self.at)?;
                Ok(AuthorizationCode(State::Resolving(self, discovery)))
            }
        }
    }

    fn redeem(
        self: Box<Self>,
        env: &mut Env<'_>,
        document: &TenantDocument,
    ) -> Result<AuthorizationCode, Error> {
        let check = |sent_to: &SentTo| match self.at.instance {
            None => sent_to.check(env, document),
            Some(_) => sent_to.check_of_another_cloud(env, &self.at),
        };
        self.sent_to.iter().try_for_each(check)?;
        let grant = self.grant(env)?;
        let next = Exchange::start(env, document, grant)?;
        self.go_on(env, next)
    }

    fn grant(&self, env: &Env<'_>) -> Result<Grant, Error> {
        let claims = self.extra.claims(env.application(), self.claims_challenge.as_deref())?;
        let secret = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let mut form = Vec::with_capacity(self.extra.data.len() + 6);
        form.push(secret("grant_type", GRANT_TYPE));
        form.extend(self.extra.data.iter().cloned());
        form.push(("code".to_owned(), self.code.clone()));
        form.extend(self.redirect_uri.as_deref().map(|uri| secret("redirect_uri", uri)));
        form.push(secret("scope", self.scope.as_str()));
        form.extend(self.code_verifier.clone().map(|verifier| ("code_verifier".to_owned(), verifier)));
        form.extend(claims.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        Ok(Grant {
            form,
            query: self.extra.query.clone(),
            routing: self.routing.clone(),
            correlation_id: None,
            api_id: self.api_id,
            cache_refresh: 0,
        })
    }

    fn go_on(self: Box<Self>, env: &mut Env<'_>, next: Next<Exchange>) -> Result<AuthorizationCode, Error> {
        Ok(AuthorizationCode(match next {
            Next::Need(exchange) => State::Redeeming(self, Box::new(exchange)),
            Next::Done(issued) => {
                let Self { nonce, max_age, scope, extra, at, .. } = *self;
                let environment = at.instance.map(Arc::from);
                let asked = Stored {
                    nonce,
                    max_age,
                    environment,
                    ..Stored::new(GRANT_TYPE, scope, extra.into_cache_members())
                };
                State::Storing(Box::new(Store::start(env, issued, asked)?))
            }
        }))
    }
}

impl SentTo {
    /// The answer is of the authority that the person was sent to (RFC 9207 section 2.4, RFC 9700 section 4.4).
    pub(super) fn check(&self, env: &Env<'_>, document: &TenantDocument) -> Result<(), Error> {
        let query = self.auth_uri.expose().strip_prefix(document.authorization_endpoint.as_str());
        let is_own = self.is_of_client(env) && query.is_some_and(|query| query.starts_with(['?', '&']));
        if !is_own {
            return Err(AuthResponseError::OtherClient.into());
        }
        match (&self.iss, document.known_issuer()) {
            (Some(iss), Some(issuer)) if iss != issuer => Err(AuthResponseError::Issuer.into()),
            (None, Some(_)) if document.tells_issuer => Err(AuthResponseError::Issuer.into()),
            _ => Ok(()),
        }
    }

    /// The same where the answer says that the person is of another cloud than they were sent to. The document of where
    /// they were sent to need not be known here; its host has to be.
    fn check_of_another_cloud(&self, env: &Env<'_>, at: &Elsewhere) -> Result<(), Error> {
        let own = Elsewhere { instance: None, ..at.clone() };
        if let Some(document) = Discovery::known_at(env, &own) {
            return self.check(env, &document);
        }
        let endpoint = self.auth_uri.expose().split('?').next().unwrap_or_default();
        let authority = env.application().authority_at(&own)?;
        let is_own = self.is_of_client(env) && authority.check_endpoint(authority.url(), endpoint).is_ok();
        if is_own { Ok(()) } else { Err(AuthResponseError::OtherClient.into()) }
    }

    fn is_of_client(&self, env: &Env<'_>) -> bool {
        Url::parse(self.auth_uri.expose()).is_ok_and(|url| {
            let client_id = url.query_pairs().find(|(name, _)| name == "client_id");
            client_id.is_some_and(|(_, id)| *id == **env.application().client_id())
        })
    }
}
