//! Signing a user in with a name and a password (RFC 6749 section 4.3). The password goes to whoever checks it: to the
//! authority, or to the federation service of the user's organization, whose SAML assertion is then redeemed (RFC 7522).
mod call;
mod federation;
mod user_realm;

pub use call::AcquireTokenByUsernamePassword;

use crate::authority::TenantDocument;
use crate::encoding::uuid4;
use crate::engine::{Effect, Env, Flow, Next, Reply};
use crate::error::Error;
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store, Stored};
use crate::state::Realm;
use crate::token::AuthenticationResult;
use alloc::borrow::ToOwned;
use alloc::{boxed::Box, format, string::String, sync::Arc, vec::Vec};
use call::Call;
use federation::Federation;
use serde::{Deserialize, Serialize};

/// RFC 6749 section 4.3.2.
const PASSWORD: &str = "password";

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_BY_USERNAME_PASSWORD: u16 = 301;

/// The flow. Suspended, it may hold the user's password: store it as you would that.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UsernamePassword(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding the token endpoint.
    Resolving(Box<Call>, Discovery),
    /// Asking who checks the password: user realm discovery.
    DiscoveringRealm(Box<SignIn>),
    /// Asking the federation service for a SAML assertion, WS-Trust.
    Federating(Box<SignIn>, Box<Federation>),
    /// Redeeming the password, RFC 6749 section 4.3.2, or the assertion, RFC 7522 section 2.1.
    Redeeming(Box<Stored>, Box<Exchange>),
    /// Handing the tokens to the cache.
    Storing(Box<Store>),
}

/// A call whose authority is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SignIn {
    call: Call,
    document: Arc<TenantDocument>,
    /// One for all requests to the authority.
    correlation_id: String,
}

impl UsernamePassword {
    fn begin(call: Box<Call>, env: &mut Env<'_>) -> Result<Self, Error> {
        match Discovery::known_for_sign_in(env, &call.at) {
            Some(document) => SignIn::begin(*call, document, env),
            None => {
                let discovery = Discovery::start_sign_in(env, &call.at)?;
                Ok(Self(State::Resolving(call, discovery)))
            }
        }
    }
}

impl Flow for UsernamePassword {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Resolving(_, discovery) => discovery.effect(env),
            State::DiscoveringRealm(sign_in) => {
                user_realm::request(env, &sign_in.call.username, &sign_in.correlation_id)
            }
            State::Federating(_, federation) => federation.effect(env),
            State::Redeeming(_, exchange) => exchange.effect(env),
            State::Storing(store) => store.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Resolving(call, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Resolving(call, discovery),
                Next::Done(document) => return SignIn::begin(*call, document, env).map(Next::Need),
            },
            State::DiscoveringRealm(sign_in) => {
                let realm = user_realm::read(env, &sign_in.call.username, reply)?;
                return sign_in.at(realm, env).map(Next::Need);
            }
            State::Federating(sign_in, federation) => match federation.resume(env, reply)? {
                Next::Need(federation) => State::Federating(sign_in, Box::new(federation)),
                Next::Done(token) => {
                    let assertion = ("assertion".to_owned(), token.encoded());
                    let redeemed = sign_in.redeem(token.grant_type()?, [assertion].into(), None, env);
                    return redeemed.map(Next::Need);
                }
            },
            State::Redeeming(stored, exchange) => {
                let next = exchange.resume(env, reply)?;
                return go_on(env, stored, next).map(Next::Need);
            }
            State::Storing(store) => match store.resume(env, reply)? {
                Next::Need(store) => State::Storing(Box::new(store)),
                Next::Done(result) => return Ok(Next::Done(result)),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl SignIn {
    fn begin(
        call: Call,
        document: Arc<TenantDocument>,
        env: &mut Env<'_>,
    ) -> Result<UsernamePassword, Error> {
        let correlation_id = uuid4(&env.random("correlation_id")?);
        let sign_in = Box::new(Self { call, document, correlation_id });
        match user_realm::known(env, &sign_in.call.username)? {
            Some(realm) => sign_in.at(realm, env),
            None => Ok(UsernamePassword(State::DiscoveringRealm(sign_in))),
        }
    }

    /// Goes to whoever checks the password.
    fn at(self: Box<Self>, realm: Realm, env: &mut Env<'_>) -> Result<UsernamePassword, Error> {
        match realm {
            Realm::Managed => {
                let Call { username, password, .. } = &self.call;
                let routing = format!("upn:{username}");
                let form = [
                    ("username".to_owned(), Secret::new(username.as_str())),
                    (PASSWORD.to_owned(), password.clone()),
                ];
                self.redeem(PASSWORD, form.into(), Some(routing), env)
            }
            Realm::Federated { federation_metadata_url, federation_active_auth_url, cloud_audience_urn } => {
                let (metadata, active) = (federation_metadata_url, federation_active_auth_url);
                let federation = Federation::start(env, &self.call, metadata, active, cloud_audience_urn)?;
                Ok(UsernamePassword(State::Federating(self, Box::new(federation))))
            }
        }
    }

    fn redeem(
        self,
        grant_type: &'static str,
        members: Vec<(String, Secret)>,
        routing: Option<String>,
        env: &mut Env<'_>,
    ) -> Result<UsernamePassword, Error> {
        let claims = self.call.claims(env)?;
        let Self { call: Call { username, scopes, extra, .. }, document, correlation_id } = self;
        let mut form = Vec::with_capacity(extra.data.len() + members.len() + 3);
        form.push(("grant_type".to_owned(), Secret::new(grant_type)));
        form.extend(extra.data.iter().cloned());
        form.extend(members);
        form.push(("scope".to_owned(), Secret::new(scopes.as_str())));
        form.extend(claims.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        let grant = Grant {
            form,
            query: extra.query,
            routing,
            correlation_id: Some(correlation_id),
            api_id: ACQUIRE_TOKEN_BY_USERNAME_PASSWORD,
            cache_refresh: 0,
        };
        let stored = Stored { username: Some(username), ..Stored::new(grant_type, scopes, extra.data) };
        let next = Exchange::start(env, &document, grant)?;
        go_on(env, Box::new(stored), next)
    }
}

fn go_on(env: &mut Env<'_>, stored: Box<Stored>, next: Next<Exchange>) -> Result<UsernamePassword, Error> {
    Ok(UsernamePassword(match next {
        Next::Need(exchange) => State::Redeeming(stored, Box::new(exchange)),
        Next::Done(issued) => State::Storing(Box::new(Store::start(env, issued, *stored)?)),
    }))
}
