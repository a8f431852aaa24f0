//! On behalf of: an application that was called by somebody gets a token to call another in their name. An assertion as an
//! authorization grant, RFC 7523 section 2.1, with `requested_token_use=on_behalf_of`.
//!
//! Tokens are kept apart by the assertion that they were issued to, so that nobody's answers for anybody else.
mod call;
mod long_running;
mod options;

pub use call::AcquireTokenOnBehalfOf;
pub use long_running::{
    AcquireTokenInLongRunningOnBehalfOf, InitiateLongRunningOnBehalfOf, LongRunningError,
    LongRunningInitiation, LongRunningOnBehalfOf, LongRunningProcess, LongRunningStop,
    StopLongRunningOnBehalfOf,
};

use crate::authority::TenantDocument;
use crate::cache::{AccessToken, AssertionKey, CacheEntries, CacheFault, MARGIN, home_account_id_in};
use crate::engine::{Effect, Env, Flow, Next, Reply};
use crate::error::{Error, Warning};
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store, Stored};
use crate::token::AuthenticationResult;
use alloc::{borrow::ToOwned, boxed::Box, sync::Arc, vec, vec::Vec};
use call::Call;
use long_running::Holder;
use serde::{Deserialize, Serialize};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_ON_BEHALF_OF: u16 = 523;

/// MSAL Python asks no cache, and never tells why it did not do.
const NOT_APPLICABLE: u8 = 0;

/// The flow. Suspended, it holds the assertion: store it as you would a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OnBehalfOf(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding out which tenant a domain is, without which the cache cannot be asked.
    Discovering(Call, Discovery),
    /// Asking the cache, in this realm.
    LookingUp(Call, Arc<str>),
    /// Finding the token endpoint, after a miss.
    Resolving(Box<Miss>, Discovery),
    /// Asking the service, RFC 7523 section 2.1.
    Exchanging(Box<Miss>, Box<Exchange>),
    /// Handing the token to the cache.
    Storing(Box<Miss>, Box<Store>),
}

/// The cache did not do.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Miss {
    call: Call,
    /// Kept here: what is remembered of the authority may be gone when the token comes.
    realm: Arc<str>,
    /// Still good, but due to be refreshed: what the call gives if that fails.
    in_hand: Option<Arc<AccessToken>>,
    /// Whose the key is of a long-running process.
    holders: Vec<Holder>,
    cache_fault: Option<CacheFault>,
}

impl OnBehalfOf {
    fn begin(call: Call, env: &mut Env<'_>) -> Result<Self, Error> {
        call.check(env)?;
        Ok(match call.options.realm(env)? {
            Some(realm) => call.look_up(env, realm)?,
            None => {
                let discovery = Discovery::start_at(env, &call.options.at)?;
                Self(State::Discovering(call, discovery))
            }
        })
    }
}

impl Flow for OnBehalfOf {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Discovering(_, discovery) | State::Resolving(_, discovery) => discovery.effect(env),
            State::LookingUp(call, realm) => Ok(Effect::CacheRead(call.read(env, realm))),
            State::Exchanging(_, exchange) => exchange.effect(env),
            State::Storing(_, store) => store.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Discovering(call, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Discovering(call, discovery),
                Next::Done(document) => {
                    return call.look_up(env, Arc::from(document.tenant.as_str())).map(Next::Need);
                }
            },
            State::LookingUp(call, realm) => return call.look(env, realm, reply),
            State::Resolving(miss, discovery) => match discovery.resume(env, reply) {
                Ok(Next::Need(discovery)) => State::Resolving(miss, discovery),
                Ok(Next::Done(document)) => return miss.exchange(env, &document),
                Err(error) => return miss.fail(env, error),
            },
            State::Exchanging(miss, exchange) => {
                let next = exchange.resume(env, reply);
                return miss.go_on(env, next);
            }
            State::Storing(miss, store) => match store.resume(env, reply) {
                Ok(Next::Need(store)) => State::Storing(miss, Box::new(store)),
                Ok(Next::Done(result)) => return Ok(Next::Done(result)),
                Err(error) => return miss.fail(env, error),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Call {
    /// A claims challenge passes by the cache, but for whose a key is.
    fn look_up(self, env: &mut Env<'_>, realm: Arc<str>) -> Result<OnBehalfOf, Error> {
        if self.options.claims_challenge.is_none() || self.key.is_some() {
            return Ok(OnBehalfOf(State::LookingUp(self, realm)));
        }
        let miss = Miss { call: self, realm, in_hand: None, holders: Vec::new(), cache_fault: None };
        match Box::new(miss).resolve(env)? {
            Next::Need(flow) => Ok(flow),
            Next::Done(_) => Err(Error::Bug("a token without a request")),
        }
    }

    /// What the cache has. The first token that is good is it.
    fn look(self, env: &mut Env<'_>, realm: Arc<str>, reply: Reply) -> Result<Next<OnBehalfOf>, Error> {
        let (found, cache_fault) = match reply.cache_read() {
            Ok(Ok(found)) => (found, None),
            Ok(Err(fault)) => (CacheEntries::default(), Some(fault)),
            Err(Error::Unsupported(_)) => (CacheEntries::default(), None),
            Err(error) => return Err(error),
        };
        let (now, query) = (env.now(), self.query(env, &realm));
        let is_good = |token: &&Arc<AccessToken>| {
            self.options.claims_challenge.is_none()
                && token.expires_in(now) >= MARGIN
                && self.is_own(token, &query)
        };
        let good = found.access_tokens.iter().find(is_good);
        if let Some(token) = good
            && token.refresh_on().is_none_or(|refresh_on| refresh_on >= now)
        {
            env.state.telemetry.hit_an_access_token(env.application().fingerprint());
            return Ok(Next::Done(AuthenticationResult::from_cache(token, now, Vec::new())));
        }
        let in_hand = good.cloned();
        let holders = self.key.as_ref().map(|key| Holder::all(key.expose(), &found)).unwrap_or_default();
        Box::new(Miss { call: self, realm, in_hand, holders, cache_fault }).resolve(env)
    }
}

impl Miss {
    fn resolve(self: Box<Self>, env: &mut Env<'_>) -> Result<Next<OnBehalfOf>, Error> {
        let at = &self.call.options.at;
        match Discovery::known_for_sign_in(env, at) {
            Some(document) => self.exchange(env, &document),
            None => {
                let discovery = Discovery::start_sign_in(env, at)?;
                Ok(Next::Need(OnBehalfOf(State::Resolving(self, discovery))))
            }
        }
    }

    fn exchange(
        self: Box<Self>,
        env: &mut Env<'_>,
        document: &TenantDocument,
    ) -> Result<Next<OnBehalfOf>, Error> {
        let next = self.grant(env).and_then(|grant| Exchange::start(env, document, grant));
        self.go_on(env, next)
    }

    /// RFC 7523 section 2.1.
    fn grant(&self, env: &Env<'_>) -> Result<Grant, Error> {
        let Call { user_assertion, options, .. } = &self.call;
        let secret = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let mut form = vec![secret("grant_type", GRANT_TYPE)];
        form.extend(options.extra.data.iter().cloned());
        form.push(("assertion".to_owned(), user_assertion.clone()));
        form.push(secret("requested_token_use", "on_behalf_of"));
        form.push(secret("scope", options.decorated(env)?.as_str()));
        form.extend(options.claims(env)?.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        Ok(Grant {
            form,
            query: options.extra.query.clone(),
            routing: None,
            correlation_id: None,
            api_id: ACQUIRE_TOKEN_ON_BEHALF_OF,
            cache_refresh: NOT_APPLICABLE,
        })
    }

    fn go_on(
        self: Box<Self>,
        env: &mut Env<'_>,
        next: Result<Next<Exchange>, Error>,
    ) -> Result<Next<OnBehalfOf>, Error> {
        let issued = match next {
            Ok(Next::Need(exchange)) => {
                return Ok(Next::Need(OnBehalfOf(State::Exchanging(self, Box::new(exchange)))));
            }
            Ok(Next::Done(issued)) => issued,
            Err(error) => return self.fail(env, error),
        };
        let holder = Holder::new(home_account_id_in(&issued.members), &self.call.hash);
        let holders: Vec<_> = self.holders.iter().cloned().chain([holder]).collect();
        let store = self.call.options.decorated(env).and_then(|scopes| {
            let asked = Stored::new(GRANT_TYPE, scopes, self.call.options.extra.clone().into_cache_members());
            let account = Holder::account(&holders).map(Arc::from);
            let key = AssertionKey { account, ..self.call.assertion_key() };
            Store::start(env, issued, Stored { on_behalf_of: Some(key), ..asked })
        });
        match store {
            Ok(store) => {
                Holder::check(&holders)?;
                let store = store.after(self.call.query(env, &self.realm), self.cache_fault.clone());
                Ok(Next::Need(OnBehalfOf(State::Storing(self, Box::new(store)))))
            }
            Err(error) => self.fail(env, error),
        }
    }

    /// A token in hand that is still good is better than an error.
    fn fail(self: Box<Self>, env: &mut Env<'_>, error: Error) -> Result<Next<OnBehalfOf>, Error> {
        let Some(token) = self.in_hand else {
            return Err(error);
        };
        let warnings = vec![Warning::RefreshFailed(Box::new(error))];
        Ok(Next::Done(AuthenticationResult::from_cache(&token, env.now(), warnings)))
    }
}
