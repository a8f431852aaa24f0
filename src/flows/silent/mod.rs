//! A token for somebody who has signed in, without troubling them: from the cache, or by a refresh token
//! (RFC 6749 section 6).
mod call;
mod refresh;

pub use call::AcquireTokenSilent;

use crate::authority::TenantDocument;
use crate::cache::{AccessToken, CacheEntries, MARGIN};
use crate::engine::{Effect, Env, Flow, Next, Reply};
use crate::error::{Error, Warning};
use crate::stages::{Discovery, Exchange, Store};
use crate::token::AuthenticationResult;
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use call::Call;
use refresh::Refresh;
use serde::{Deserialize, Serialize};

/// The flow. It yields nothing if nothing is cached that could help. Suspended, it may hold refresh tokens: store it as you
/// would those.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Silent(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding out which tenant a domain is, without which the cache cannot be asked.
    Discovering(Call, Discovery),
    /// Asking the cache, in this realm.
    LookingUp(Call, Arc<str>),
    /// Finding the token endpoint, after a miss.
    Resolving(Box<Refresh>, Discovery),
    /// Redeeming one refresh token after the other, RFC 6749 section 6.
    Refreshing(Box<Refresh>, Box<Exchange>),
    /// Handing the tokens to the cache.
    Storing(Box<Refresh>, Box<Store>),
}

/// Why the cache did not do, with the numbers of the telemetry header.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum CacheRefresh {
    /// It was not to.
    Forced = 1,
    /// There was no token.
    Absent = 2,
    /// There was one that has ended.
    Expired = 3,
    /// There is one that is due to be refreshed.
    Aging = 4,
}

impl Silent {
    fn begin(call: Call, env: &Env<'_>) -> Result<Self, Error> {
        let at = &call.at;
        let realm = match at.tenant {
            None => env.application().realm().cloned(),
            Some(_) => env.application().authority_at(at)?.realm().map(Arc::from),
        };
        let known = || Discovery::known_at(env, at).map(|document| Arc::from(document.tenant.as_str()));
        Ok(Self(match realm.or_else(known) {
            Some(realm) => State::LookingUp(call, realm),
            None => {
                let discovery = Discovery::start_at(env, at)?;
                State::Discovering(call, discovery)
            }
        }))
    }
}

impl Flow for Silent {
    type Output = Option<AuthenticationResult>;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Discovering(_, discovery) | State::Resolving(_, discovery) => discovery.effect(env),
            State::LookingUp(call, realm) => Ok(Effect::CacheRead(call.read(env, realm))),
            State::Refreshing(_, exchange) => exchange.effect(env),
            State::Storing(_, store) => store.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Discovering(call, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Discovering(call, discovery),
                Next::Done(document) => State::LookingUp(call, Arc::from(document.tenant.as_str())),
            },
            State::LookingUp(call, realm) => return call.look(env, realm, reply),
            State::Resolving(refresh, discovery) => match discovery.resume(env, reply) {
                Ok(Next::Need(discovery)) => State::Resolving(refresh, discovery),
                Ok(Next::Done(document)) => return refresh.try_next(env, &document),
                Err(error) => return refresh.fail(env, error),
            },
            State::Refreshing(refresh, exchange) => {
                let next = exchange.resume(env, reply);
                return refresh.go_on(env, next);
            }
            State::Storing(refresh, store) => match store.resume(env, reply) {
                Ok(Next::Need(store)) => State::Storing(refresh, Box::new(store)),
                Ok(Next::Done(result)) => return Ok(Next::Done(Some(result))),
                Err(error) => return refresh.fail(env, error),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Call {
    /// What the cache has. The first access token that is good is it.
    fn look(self, env: &mut Env<'_>, realm: Arc<str>, reply: Reply) -> Result<Next<Silent>, Error> {
        let found = match reply.cache_read() {
            // Without a cache nobody has signed in.
            Err(Error::Unsupported(_)) => return Ok(Next::Done(None)),
            // One that fails is an error: to sign in again would not mend it.
            found => found?.map_err(Error::Cache)?,
        };
        let now = env.now();
        let good = found.access_tokens.iter().find(|token| token.expires_in(now) >= MARGIN);
        if good.is_some_and(|token| self.rejects(token)) {
            // What it can be refreshed with is read then.
            return Ok(Next::Need(Silent(State::LookingUp(self.forced(), realm))));
        }
        let cache_refresh = match good {
            _ if self.passes_by() => CacheRefresh::Forced,
            Some(token) if token.refresh_on().is_some_and(|refresh_on| refresh_on < now) => {
                CacheRefresh::Aging
            }
            Some(token) => {
                env.state.telemetry.hit_an_access_token(env.application().fingerprint());
                return Ok(Next::Done(Some(AuthenticationResult::from_cache(token, now, Vec::new()))));
            }
            None if found.access_tokens.iter().any(|token| token.is_expired_for(&self.scopes, now)) => {
                CacheRefresh::Expired
            }
            None => CacheRefresh::Absent,
        };
        let in_hand = good.cloned();
        Refresh::new(self, realm, cache_refresh, in_hand, &found).begin(env)
    }
}
