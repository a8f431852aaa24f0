//! The client credentials grant, RFC 6749 section 4.4: a token for the application itself.
mod call;

pub use call::AcquireTokenForClient;

use crate::cache::{AccessToken, CacheEntries, CacheFault, CacheRead, MARGIN};
use crate::engine::{Effect, Env, Flow, Next, Reply};
use crate::error::{Error, Warning};
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Region, Resolved, Store, Stored, client_warnings};
use crate::token::AuthenticationResult;
use alloc::{borrow::ToOwned, boxed::Box, sync::Arc, vec::Vec};
use call::Call;
use serde::{Deserialize, Serialize};

const GRANT_TYPE: &str = "client_credentials";

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_FOR_CLIENT: u16 = 730;

/// The flow.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientCredentials(State);

/// What comes after a hit is boxed: a flow is moved at each step.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding out which tenant a domain is, without which the cache cannot be asked.
    Discovering(Call, Box<Region>),
    /// Asking the cache, in this realm.
    LookingUp(Call, Arc<str>),
    /// Finding the token endpoint, after a miss.
    Resolving(Box<Miss>, Box<Region>),
    /// Asking the service, RFC 6749 section 4.4.2.
    Exchanging(Box<Miss>, Box<Exchange>),
    /// Handing the token to the cache.
    Storing(Box<Store>),
}

/// The cache did not do.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Miss {
    call: Call,
    /// Kept here: what is remembered of the authority may be gone when the token comes.
    realm: Arc<str>,
    cache_refresh: CacheRefresh,
    /// Still good, but due to be refreshed: what the call gives if that fails.
    in_hand: Option<Arc<AccessToken>>,
    cache_fault: Option<CacheFault>,
}

/// Why the cache did not do, with the numbers of the telemetry header.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum CacheRefresh {
    /// A claims challenge passes by the cache, or the resource turned the token away.
    Claims = 1,
    /// There was no token.
    Absent = 2,
    /// There was one that has ended.
    Expired = 3,
    /// There is one that is due to be refreshed.
    Aging = 4,
}

impl ClientCredentials {
    fn begin(call: Call, env: &mut Env<'_>) -> Result<Self, Error> {
        let at = call.at();
        let realm = match at.tenant {
            None => env.application().realm().cloned(),
            Some(_) => env.application().authority_at(at)?.realm().map(Arc::from),
        };
        let known = || Discovery::known_at(env, at).map(|document| Arc::from(document.tenant.as_str()));
        match realm.or_else(known) {
            Some(realm) => call.look_up(env, realm),
            None => match Region::start(env, at)? {
                Next::Need(region) => Ok(State::Discovering(call, Box::new(region))),
                Next::Done(resolved) => call.look_up(env, Arc::from(resolved.document.tenant.as_str())),
            },
        }
        .map(Self)
    }
}

impl Flow for ClientCredentials {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Discovering(_, region) | State::Resolving(_, region) => region.effect(env),
            State::LookingUp(call, realm) => {
                let query = call.query_for(env, realm);
                Ok(Effect::CacheRead(CacheRead::AccessTokens { query, now: env.now() }))
            }
            State::Exchanging(_, exchange) => exchange.effect(env),
            State::Storing(store) => store.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Discovering(call, region) => match region.resume(env, reply)? {
                Next::Need(region) => State::Discovering(call, Box::new(region)),
                Next::Done(resolved) => call.look_up(env, Arc::from(resolved.document.tenant.as_str()))?,
            },
            State::LookingUp(call, realm) => return call.read(env, realm, reply),
            State::Resolving(miss, region) => match region.resume(env, reply) {
                Ok(Next::Need(region)) => State::Resolving(miss, Box::new(region)),
                Ok(Next::Done(resolved)) => return miss.exchange(env, resolved),
                Err(error) => return miss.fail(env, error),
            },
            State::Exchanging(miss, exchange) => {
                let next = exchange.resume(env, reply);
                return miss.go_on(env, next);
            }
            State::Storing(store) => match store.resume(env, reply)? {
                Next::Need(store) => State::Storing(Box::new(store)),
                Next::Done(result) => return Ok(Next::Done(result)),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Call {
    /// A claims challenge passes by the cache.
    fn look_up(self, env: &mut Env<'_>, realm: Arc<str>) -> Result<State, Error> {
        if self.claims_challenge().is_none() || self.rejected().is_some() {
            return Ok(State::LookingUp(self, realm));
        }
        match self.miss(realm, CacheRefresh::Claims, None, None).resolve(env)? {
            Next::Need(flow) => Ok(flow.0),
            Next::Done(_) => Err(Error::Bug("a token without a request")),
        }
    }

    /// What the cache has. The first token that is good is it.
    fn read(
        self,
        env: &mut Env<'_>,
        realm: Arc<str>,
        reply: Reply,
    ) -> Result<Next<ClientCredentials>, Error> {
        let (found, cache_fault) = match reply.cache_read() {
            Ok(Ok(found)) => (found, None),
            Ok(Err(fault)) => (CacheEntries::default(), Some(fault)),
            Err(Error::Unsupported(_)) => (CacheEntries::default(), None),
            Err(error) => return Err(error),
        };
        let now = env.now();
        let is_rejected = |token: &AccessToken| self.rejected().is_some_and(|rejected| rejected.is(token));
        let good = found.access_tokens.iter().find(|token| token.expires_in(now) >= MARGIN);
        let (good, was_rejected) =
            (good.filter(|token| !is_rejected(token)), good.is_some_and(|token| is_rejected(token)));
        let cache_refresh = match good {
            Some(token) if token.refresh_on().is_some_and(|refresh_on| refresh_on < now) => {
                CacheRefresh::Aging
            }
            Some(token) => {
                env.state.telemetry.hit_an_access_token(env.application().fingerprint());
                return Ok(Next::Done(AuthenticationResult::from_cache(
                    token,
                    now,
                    client_warnings(env, &realm),
                )));
            }
            None if was_rejected => CacheRefresh::Claims,
            None if found.access_tokens.iter().any(|token| token.is_expired_for(&self.scopes, now)) => {
                CacheRefresh::Expired
            }
            None => CacheRefresh::Absent,
        };
        let in_hand = good.cloned();
        self.miss(realm, cache_refresh, in_hand, cache_fault).resolve(env)
    }

    fn miss(
        self,
        realm: Arc<str>,
        cache_refresh: CacheRefresh,
        in_hand: Option<Arc<AccessToken>>,
        cache_fault: Option<CacheFault>,
    ) -> Miss {
        Miss { call: self, realm, cache_refresh, in_hand, cache_fault }
    }
}

impl Miss {
    fn resolve(self, env: &mut Env<'_>) -> Result<Next<ClientCredentials>, Error> {
        match Region::start(env, self.call.at()) {
            Ok(Next::Done(resolved)) => self.exchange(env, resolved),
            Ok(Next::Need(region)) => {
                Ok(Next::Need(ClientCredentials(State::Resolving(Box::new(self), Box::new(region)))))
            }
            Err(error) => self.fail(env, error),
        }
    }

    fn exchange(self, env: &mut Env<'_>, resolved: Resolved) -> Result<Next<ClientCredentials>, Error> {
        let Resolved { document, regional_token_endpoint } = resolved;
        let grant = self.grant(env);
        let next =
            grant.and_then(|grant| Exchange::start_in_region(env, &document, regional_token_endpoint, grant));
        self.go_on(env, next)
    }

    /// Section 4.4.2.
    fn grant(&self, env: &Env<'_>) -> Result<Grant, Error> {
        let call = &self.call;
        let claims = call.claims(env)?;
        let mut form = Vec::with_capacity(call.data().len() + 3);
        form.push(("grant_type".to_owned(), Secret::new(GRANT_TYPE)));
        form.extend(call.data().iter().cloned());
        if !call.scopes.is_empty() {
            form.push(("scope".to_owned(), Secret::new(call.scopes.as_str())));
        }
        form.extend(claims.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        Ok(Grant {
            form,
            query: call.query().to_vec(),
            routing: None,
            correlation_id: None,
            api_id: ACQUIRE_TOKEN_FOR_CLIENT,
            cache_refresh: self.cache_refresh as u8,
        })
    }

    fn go_on(
        self,
        env: &mut Env<'_>,
        next: Result<Next<Exchange>, Error>,
    ) -> Result<Next<ClientCredentials>, Error> {
        let store = match next {
            Ok(Next::Need(exchange)) => {
                return Ok(Next::Need(ClientCredentials(State::Exchanging(
                    Box::new(self),
                    Box::new(exchange),
                ))));
            }
            Ok(Next::Done(issued)) => {
                let query = self.call.query_for(env, &self.realm);
                let asked = Stored::new(GRANT_TYPE, self.call.scopes.clone(), self.call.cache_members());
                Store::start(env, issued, asked).map(|store| store.after(query, self.cache_fault.clone()))
            }
            Err(error) => Err(error),
        };
        match store {
            Ok(store) => Ok(Next::Need(ClientCredentials(State::Storing(Box::new(store))))),
            Err(error) => self.fail(env, error),
        }
    }

    /// A token in hand that is still good is better than an error.
    fn fail(self, env: &mut Env<'_>, error: Error) -> Result<Next<ClientCredentials>, Error> {
        let Some(token) = self.in_hand else {
            return Err(error);
        };
        let mut warnings = client_warnings(env, &self.realm);
        warnings.push(Warning::RefreshFailed(Box::new(error)));
        Ok(Next::Done(AuthenticationResult::from_cache(&token, env.now(), warnings)))
    }
}
