//! An agent's identity, which proves who it is by a token that its blueprint got for it: three legs, of which the first two
//! mostly come from the cache. Client credentials with an `fmi_path` (RFC 6749 section 4.4), client credentials of the agent
//! with that token as its assertion (RFC 7523 section 2.2), and for a person the grant `user_fic`.
mod call;

pub use call::AcquireTokenForAgent;

use crate::cache::{CacheEntries, CacheRead, MARGIN};
use crate::engine::{Effect, Env, Flow, Next, Reply};
use crate::error::Error;
use crate::flows::{
    AcquireTokenByUserFederatedIdentityCredential, AcquireTokenForClient, ClientCredentials, Silent,
    UserFederatedIdentityCredential,
};
use crate::secret::Secret;
use crate::stages::{Discovery, client_warnings};
use crate::token::{AuthenticationResult, Scopes};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use call::Call;
use serde::{Deserialize, Serialize};

/// For what the tokens of the first two legs are.
const TOKEN_EXCHANGE: &str = "api://AzureADTokenExchange/.default";

/// The flow. Suspended, it may hold tokens of the agent's and refresh tokens of the person's: store it as you would those.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgentIdentity(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding out which tenant a domain is, without which the cache cannot be asked.
    Discovering(Box<Call>, Discovery),
    /// Asking the cache who the person is.
    FindingAccount(Box<Call>),
    /// Asking the cache for what is wanted in the end.
    LookingUp(Box<Call>),
    /// The first leg: the client gets a token for the agent, by which the agent proves who it is.
    GettingAssertion(Box<Call>, Box<ClientCredentials>),
    /// The second leg and the last for the agent itself: it gets a token for the resource.
    GettingToken(Box<Call>, Box<ClientCredentials>),
    /// For a person of whom the cache has a refresh token: the agent redeems it.
    Refreshing(Box<Call>, Box<Silent>),
    /// The second leg for a person: the agent gets the credential that is federated with them.
    GettingCredential(Box<Call>, Box<ClientCredentials>),
    /// The third leg: the agent trades it for the person's tokens.
    Exchanging(Box<Call>, Box<UserFederatedIdentityCredential>),
}

impl AgentIdentity {
    fn begin(call: Call, env: &mut Env<'_>) -> Result<Self, Error> {
        let application = env.application();
        let known = || Discovery::known(env).map(|document| Arc::from(document.tenant.as_str()));
        let (call, realm) = (Box::new(call), application.realm().cloned().or_else(known));
        match realm {
            Some(realm) => call.in_tenant(realm).look_up(env),
            None => Ok(State::Discovering(call, Discovery::start(env))),
        }
        .map(Self)
    }
}

impl Flow for AgentIdentity {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Discovering(_, discovery) => discovery.effect(env),
            State::FindingAccount(call) => call.account_read(env).map(Effect::CacheRead),
            State::LookingUp(call) => {
                let query = call.query(env)?;
                Ok(Effect::CacheRead(CacheRead::AccessTokens { query, now: env.now() }))
            }
            State::GettingAssertion(_, leg)
            | State::GettingToken(_, leg)
            | State::GettingCredential(_, leg) => leg.effect(env),
            State::Refreshing(_, silent) => silent.effect(env),
            State::Exchanging(_, exchange) => exchange.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Discovering(call, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Discovering(call, discovery),
                Next::Done(document) => call.in_tenant(Arc::from(document.tenant.as_str())).look_up(env)?,
            },
            State::FindingAccount(mut call) => {
                let found = call.read(reply)?;
                match call.find(&found.accounts)? && call.claims_challenge.is_none() {
                    true => State::LookingUp(call),
                    false => call.get_assertion(env)?,
                }
            }
            State::LookingUp(mut call) => {
                let found = call.read(reply)?;
                if let Some(result) = call.serve(env, &found) {
                    return Ok(Next::Done(call.end(result)));
                }
                call.get_assertion(env)?
            }
            State::GettingAssertion(mut call, leg) => match leg.resume(env, reply) {
                Ok(Next::Need(leg)) => State::GettingAssertion(call, Box::new(leg)),
                Ok(Next::Done(result)) => {
                    let assertion = call.take(result)?;
                    call.proven(assertion);
                    call.act(env)?
                }
                Err(error) => return call.fail(env, error).map(Next::Done),
            },
            State::GettingToken(call, leg) => match leg.resume(env, reply)? {
                Next::Need(leg) => State::GettingToken(call, Box::new(leg)),
                Next::Done(result) => return Ok(Next::Done(call.end(result))),
            },
            State::Refreshing(mut call, silent) => match silent.resume(env, reply) {
                Ok(Next::Need(silent)) => State::Refreshing(call, Box::new(silent)),
                Ok(Next::Done(Some(result))) => return Ok(Next::Done(call.end(result))),
                Ok(Next::Done(None)) => call.get_credential(env)?,
                // What a refresh token would have brought, the next legs bring too.
                Err(Error::Cache(fault)) => {
                    call.cache_failed(fault);
                    call.get_credential(env)?
                }
                Err(error) => return Err(error),
            },
            State::GettingCredential(mut call, leg) => match leg.resume(env, reply)? {
                Next::Need(leg) => State::GettingCredential(call, Box::new(leg)),
                Next::Done(result) => {
                    let credential = call.take(result)?;
                    call.exchange(env, credential)?
                }
            },
            State::Exchanging(call, exchange) => match exchange.resume(env, reply)? {
                Next::Need(exchange) => State::Exchanging(call, Box::new(exchange)),
                Next::Done(result) => return Ok(Next::Done(call.end(result))),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Call {
    /// A claims challenge passes by the resource's tokens.
    fn look_up(self: Box<Self>, env: &mut Env<'_>) -> Result<State, Error> {
        match &self.user {
            Some(_) => Ok(State::FindingAccount(self)),
            None if self.claims_challenge.is_none() => Ok(State::LookingUp(self)),
            None => self.get_assertion(env),
        }
    }

    /// What the cache has; one that fails has nothing.
    fn read(&mut self, reply: Reply) -> Result<CacheEntries, Error> {
        match reply.cache_read() {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(fault)) => {
                self.cache_failed(fault);
                Ok(CacheEntries::default())
            }
            Err(Error::Unsupported(_)) => Ok(CacheEntries::default()),
            Err(error) => Err(error),
        }
    }

    /// The first token that is good, unless it is due to be refreshed.
    fn serve(&mut self, env: &mut Env<'_>, found: &CacheEntries) -> Option<AuthenticationResult> {
        let now = env.now();
        let good = found.access_tokens.iter().find(|token| token.expires_in(now) >= MARGIN)?;
        if good.refresh_on().is_some_and(|refresh_on| refresh_on < now) {
            self.keep_in_hand(good);
            return None;
        }
        env.state.telemetry.hit_an_access_token(env.application().fingerprint());
        let warnings = if self.user.is_none() { client_warnings(env, good.realm()) } else { Vec::new() };
        Some(AuthenticationResult::from_cache(good, now, warnings))
    }

    fn get_assertion(self: Box<Self>, env: &mut Env<'_>) -> Result<State, Error> {
        let scopes = Scopes::new([TOKEN_EXCHANGE]);
        let leg = AcquireTokenForClient::new(env.application().fingerprint(), scopes).fmi_path(self.agent());
        Ok(State::GettingAssertion(self, Box::new(leg.begin(env)?)))
    }

    /// Goes on in the agent's name.
    fn act(mut self: Box<Self>, env: &mut Env<'_>) -> Result<State, Error> {
        if self.user.is_none() {
            let leg = AcquireTokenForClient::new(env.application().fingerprint(), self.scopes.clone());
            let leg = leg.claims_challenge(self.claims_challenge.take().unwrap_or_default());
            let leg = leg.acting_as(self.acting_as()?).begin(env)?;
            return Ok(State::GettingToken(self, Box::new(leg)));
        }
        let Some(home_account_id) = self.home_account_id.clone() else {
            return self.get_credential(env);
        };
        let (scopes, claims_challenge) = (self.scopes.clone(), self.claims_challenge.clone());
        let silent = Silent::begin_as(env, self.acting_as()?, home_account_id, scopes, claims_challenge)?;
        Ok(State::Refreshing(self, Box::new(silent)))
    }

    fn get_credential(self: Box<Self>, env: &mut Env<'_>) -> Result<State, Error> {
        let leg = AcquireTokenForClient::new(env.application().fingerprint(), Scopes::new([TOKEN_EXCHANGE]));
        let leg = leg.acting_as(self.acting_as()?).begin(env)?;
        Ok(State::GettingCredential(self, Box::new(leg)))
    }

    fn exchange(mut self: Box<Self>, env: &mut Env<'_>, credential: Secret) -> Result<State, Error> {
        let user = self.user.take().ok_or(Error::Bug("a third leg without a person"))?;
        let (client, scopes) = (env.application().fingerprint(), self.scopes.clone());
        let leg = AcquireTokenByUserFederatedIdentityCredential::new(client, scopes, credential, user);
        let leg = leg.claims_challenge(self.claims_challenge.take().unwrap_or_default());
        let leg = leg.acting_as(self.acting_as()?).begin(env)?;
        Ok(State::Exchanging(self, Box::new(leg)))
    }
}
