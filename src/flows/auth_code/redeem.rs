//! Trading a code for tokens, RFC 6749 section 4.1.3 and RFC 7636 section 4.5.
use super::auth_response::{AuthResponse, AuthResponseError};
use super::initiate::AuthCodeFlow;
use crate::authority::TenantDocument;
use crate::client::Fingerprint;
use crate::encoding::from_base64url;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store, Stored};
use crate::token::claims::merge_claims_challenge_and_capabilities;
use crate::token::{AuthenticationResult, Scopes, ServiceError};
use alloc::{borrow::ToOwned, boxed::Box, format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use url::Url;

const GRANT_TYPE: &str = "authorization_code";

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_BY_AUTHORIZATION_CODE: u16 = 832;

/// See [`acquire_token_by_auth_code_flow`](crate::ClientApplication::acquire_token_by_auth_code_flow).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenByAuthCodeFlow {
    client: Fingerprint,
    flow: AuthCodeFlow,
    auth_response: Secret,
    scopes: Option<Scopes>,
    data: Vec<(String, Secret)>,
}

/// The flow.
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
struct Redemption {
    flow: AuthCodeFlow,
    scope: Scopes,
    code: Secret,
    iss: Option<String>,
    /// Where the service keeps the account, to route the request by.
    routing: Option<String>,
    data: Vec<(String, Secret)>,
}

impl AcquireTokenByAuthCodeFlow {
    pub(crate) fn new(client: Fingerprint, flow: AuthCodeFlow, auth_response: Secret) -> Self {
        Self { client, flow, auth_response, scopes: None, data: Vec::new() }
    }

    /// For some of the scopes only that the person was asked for.
    pub fn scopes<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(Scopes::new(scopes)).filter(|scopes| !scopes.is_empty());
        self
    }

    /// An extra member of the request's body; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.data.retain(|(other, _)| *other != name);
        if !value.expose().is_empty() {
            self.data.push((name, value));
        }
        self
    }

    /// All that can be checked before anybody is asked.
    fn check(self, env: &Env<'_>) -> Result<Redemption, Error> {
        let Self { flow, auth_response, scopes, data, .. } = self;
        if flow.state.expose().is_empty() {
            return Err(AuthResponseError::NoFlow.into());
        }
        let response = AuthResponse::parse(auth_response.expose())?;
        if response.state.as_ref() != Some(&flow.state) {
            return Err(AuthResponseError::StateMismatch.into());
        }
        let asked = Scopes::new(&flow.scope);
        let scope = match scopes {
            Some(scopes) => scopes.decorated(env.application().exclude_scopes())?,
            None => asked.clone(),
        };
        if !scope.iter().all(|scope| asked.iter().any(|one| one == scope)) {
            let reason = "they must be some of those that the person was asked for";
            return Err(Error::InvalidParameter { parameter: "scopes", reason });
        }
        let code = response.code.clone().filter(|code| !code.expose().is_empty());
        match (code, response.error()) {
            (Some(_), Some(_)) => Err(AuthResponseError::CodeAndError.into()),
            (None, None) => Err(AuthResponseError::Neither.into()),
            (None, Some(members)) => {
                let error = ServiceError::read(&members, 200, None);
                Err(error.map_or(AuthResponseError::Neither.into(), |error| Error::Service(Box::new(error))))
            }
            (Some(code), None) => {
                let client_info = response.client_info.as_deref().filter(|info| !info.is_empty());
                let routing = client_info.map(anchor_mailbox).transpose()?.flatten();
                Ok(Redemption { flow, scope, code, iss: response.iss, routing, data })
            }
        }
    }
}

impl Request for AcquireTokenByAuthCodeFlow {
    type Flow = AuthorizationCode;

    fn start(self, env: &mut Env<'_>) -> Step<AuthorizationCode> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.check(env).and_then(|redemption| Box::new(redemption).resolve(env));
        Step::start(flow, env)
    }
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
    fn resolve(self: Box<Self>, env: &mut Env<'_>) -> Result<AuthorizationCode, Error> {
        match Discovery::known(env).cloned() {
            Some(document) => self.redeem(env, &document),
            None => Ok(AuthorizationCode(State::Resolving(self, Discovery::start(env)))),
        }
    }

    fn redeem(
        self: Box<Self>,
        env: &mut Env<'_>,
        document: &TenantDocument,
    ) -> Result<AuthorizationCode, Error> {
        self.check_issuer(env, document)?;
        let grant = self.grant(env)?;
        let next = Exchange::start(env, document, grant)?;
        self.go_on(env, next)
    }

    /// The answer is of the authority that the person was sent to (RFC 9207 section 2.4, RFC 9700 section 4.4).
    fn check_issuer(&self, env: &Env<'_>, document: &TenantDocument) -> Result<(), Error> {
        let begun_at = Url::parse(&self.flow.auth_uri).ok();
        let is_own = begun_at.is_some_and(|url| {
            let client_id = url.query_pairs().find(|(name, _)| name == "client_id");
            let is_client = client_id.is_some_and(|(_, id)| *id == **env.application().client_id());
            is_client && self.flow.auth_uri.starts_with(document.authorization_endpoint.as_str())
        });
        if !is_own {
            return Err(AuthResponseError::OtherClient.into());
        }
        match (&self.iss, document.known_issuer()) {
            (Some(iss), Some(issuer)) if iss != issuer => Err(AuthResponseError::Issuer.into()),
            (None, Some(_)) if document.tells_issuer => Err(AuthResponseError::Issuer.into()),
            _ => Ok(()),
        }
    }

    fn grant(&self, env: &Env<'_>) -> Result<Grant, Error> {
        let capabilities = env.application().client_capabilities();
        let challenge = self.flow.claims_challenge.as_deref();
        let claims = merge_claims_challenge_and_capabilities(capabilities, challenge)?;
        let secret = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let mut form = Vec::with_capacity(self.data.len() + 6);
        form.push(secret("grant_type", GRANT_TYPE));
        form.extend(self.data.iter().cloned());
        form.push(("code".to_owned(), self.code.clone()));
        form.extend(self.flow.redirect_uri.as_deref().map(|uri| secret("redirect_uri", uri)));
        form.push(secret("scope", self.scope.as_str()));
        form.push(("code_verifier".to_owned(), self.flow.code_verifier.clone()));
        form.extend(claims.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        Ok(Grant {
            form,
            query: Vec::new(),
            routing: self.routing.clone(),
            correlation_id: None,
            api_id: ACQUIRE_TOKEN_BY_AUTHORIZATION_CODE,
            cache_refresh: 0,
        })
    }

    fn go_on(self: Box<Self>, env: &mut Env<'_>, next: Next<Exchange>) -> Result<AuthorizationCode, Error> {
        Ok(AuthorizationCode(match next {
            Next::Need(exchange) => State::Redeeming(self, Box::new(exchange)),
            Next::Done(issued) => {
                let (nonce, max_age) = (Some(self.flow.nonce), self.flow.max_age);
                let asked = Stored { nonce, max_age, ..Stored::new(GRANT_TYPE, self.scope, self.data) };
                State::Storing(Box::new(Store::start(env, issued, asked)?))
            }
        }))
    }
}

/// The header by which the service routes a request to where the account is; none if `client_info` does not tell.
fn anchor_mailbox(client_info: &str) -> Result<Option<String>, AuthResponseError> {
    let info = from_base64url(client_info).and_then(|info| JsonObject::parse(&info).ok());
    let info = info.ok_or(AuthResponseError::ClientInfo)?;
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-._".contains(&c);
    let id = |name| info.string(name).filter(|id| !id.is_empty() && id.bytes().all(is_plain));
    Ok(id("uid").zip(id("utid")).map(|(uid, utid)| format!("Oid:{uid}@{utid}")))
}
