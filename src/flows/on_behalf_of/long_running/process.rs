//! Going on with a long-running process: a token from the cache, or by the refresh token (RFC 6749 section 6).
use super::super::ACQUIRE_TOKEN_ON_BEHALF_OF;
use super::super::options::{Options, options};
use super::{Holder, LongRunningError, checked};
use crate::authority::TenantDocument;
use crate::cache::{AccessToken, AssertionKey, CacheEntries, CacheRead, MARGIN, RefreshToken, account_of};
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse, Warning};
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store, Stored};
use crate::token::{AuthenticationResult, Scopes};
use alloc::{borrow::ToOwned, boxed::Box, sync::Arc, vec, vec::Vec};
use serde::{Deserialize, Serialize};

const GRANT_TYPE: &str = "refresh_token";

/// See [`acquire_token_in_long_running_on_behalf_of`](crate::ConfidentialClientApplication::acquire_token_in_long_running_on_behalf_of).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenInLongRunningOnBehalfOf {
    client: Fingerprint,
    call: Call,
}

/// The flow. Suspended, it may hold the refresh token: store it as you would that.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LongRunningProcess(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding out which tenant a domain is, without which the cache cannot be asked.
    Discovering(Call, Discovery),
    /// Asking the cache, in this realm.
    LookingUp(Call, Arc<str>),
    /// Finding the token endpoint, after a miss.
    Resolving(Box<Refresh>, Discovery),
    /// Redeeming the refresh token, RFC 6749 section 6.
    Refreshing(Box<Refresh>, Box<Exchange>),
    /// Handing the tokens to the cache.
    Storing(Box<Refresh>, Box<Store>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Call {
    key: Secret,
    options: Options,
}

/// Why the cache did not do, with the numbers of the telemetry header.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum CacheRefresh {
    /// A claims challenge passes by it.
    Claims = 1,
    /// There was no token.
    Absent = 2,
    /// There was one that has ended.
    Expired = 3,
    /// There is one that is due to be refreshed.
    Aging = 4,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Refresh {
    call: Call,
    realm: Arc<str>,
    token: RefreshToken,
    cache_refresh: CacheRefresh,
    /// Still good, but due to be refreshed: what the call gives if that fails.
    in_hand: Option<Arc<AccessToken>>,
}

options!(AcquireTokenInLongRunningOnBehalfOf);

impl AcquireTokenInLongRunningOnBehalfOf {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes, key: &str) -> Self {
        Self { client, call: Call { key: Secret::new(key), options: Options::new(scopes) } }
    }
}

impl Request for AcquireTokenInLongRunningOnBehalfOf {
    type Flow = LongRunningProcess;

    fn start(self, env: &mut Env<'_>) -> Step<LongRunningProcess> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.call.begin(env);
        Step::start(flow, env)
    }
}

impl Flow for LongRunningProcess {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Discovering(_, discovery) | State::Resolving(_, discovery) => discovery.effect(env),
            State::LookingUp(call, _) => {
                let application = env.application();
                Ok(Effect::CacheRead(CacheRead::OnBehalfOf {
                    user_assertion_hash: call.key.clone(),
                    environment: application.environment().clone(),
                    client_id: application.client_id().clone(),
                }))
            }
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
                Ok(Next::Done(document)) => return refresh.redeem(env, &document),
                Err(error) => return refresh.fail(env, error),
            },
            State::Refreshing(refresh, exchange) => {
                let next = exchange.resume(env, reply);
                return refresh.go_on(env, next);
            }
            State::Storing(refresh, store) => match store.resume(env, reply) {
                Ok(Next::Need(store)) => State::Storing(refresh, Box::new(store)),
                Ok(Next::Done(result)) => return Ok(Next::Done(result)),
                Err(error) => return refresh.fail(env, error),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Call {
    fn begin(self, env: &Env<'_>) -> Result<LongRunningProcess, Error> {
        let call = Self { key: checked(&self.key)?, ..self };
        call.options.check(env)?;
        Ok(LongRunningProcess(match call.options.realm(env)? {
            Some(realm) => State::LookingUp(call, realm),
            None => {
                let discovery = Discovery::start_at(env, &call.options.at)?;
                State::Discovering(call, discovery)
            }
        }))
    }

    /// What the cache has of the process. The first access token that is good is it.
    fn look(
        self,
        env: &mut Env<'_>,
        realm: Arc<str>,
        reply: Reply,
    ) -> Result<Next<LongRunningProcess>, Error> {
        let found = match reply.cache_read() {
            Err(Error::Unsupported(_)) => return Err(LongRunningError::NotStarted.into()),
            // To begin again would not mend it.
            found => found?.map_err(Error::Cache)?,
        };
        let key = self.key.expose();
        let holders = Holder::all(key, &found);
        Holder::check(&holders)?;
        if holders.is_empty() {
            return Err(LongRunningError::NotStarted.into());
        }
        let (now, query) = (env.now(), self.options.query(env, &realm, Arc::from(key)));
        let is_answer =
            |token: &&Arc<AccessToken>| token.started_with().is_some() && query.is_answered_by(token);
        let CacheEntries { access_tokens, refresh_tokens, .. } = found;
        let answers: Vec<_> = access_tokens.iter().filter(is_answer).collect();
        let good = answers.iter().find(|token| token.expires_in(now) >= MARGIN).copied();
        let cache_refresh = match good {
            _ if self.options.claims_challenge.is_some() => CacheRefresh::Claims,
            Some(token) if token.refresh_on().is_some_and(|refresh_on| refresh_on < now) => {
                CacheRefresh::Aging
            }
            Some(token) => {
                env.state.telemetry.hit_an_access_token(env.application().fingerprint());
                return Ok(Next::Done(AuthenticationResult::from_cache(token, now, Vec::new())));
            }
            None if answers.iter().any(|token| token.is_expired_for(&self.options.scopes, now)) => {
                CacheRefresh::Expired
            }
            None => CacheRefresh::Absent,
        };
        let in_hand = good.filter(|_| self.options.claims_challenge.is_none()).cloned();
        match (refresh_tokens.into_iter().next(), in_hand) {
            (Some(token), in_hand) => {
                let refresh = Refresh { call: self, realm, token, cache_refresh, in_hand };
                Box::new(refresh).resolve(env)
            }
            (None, Some(token)) => Ok(Next::Done(AuthenticationResult::from_cache(&token, now, Vec::new()))),
            (None, None) => Err(LongRunningError::NotStarted.into()),
        }
    }
}

impl Refresh {
    fn resolve(self: Box<Self>, env: &mut Env<'_>) -> Result<Next<LongRunningProcess>, Error> {
        let at = &self.call.options.at;
        match Discovery::known_for_sign_in(env, at) {
            Some(document) => self.redeem(env, &document),
            None => {
                let discovery = Discovery::start_sign_in(env, at)?;
                Ok(Next::Need(LongRunningProcess(State::Resolving(self, discovery))))
            }
        }
    }

    fn redeem(
        self: Box<Self>,
        env: &mut Env<'_>,
        document: &TenantDocument,
    ) -> Result<Next<LongRunningProcess>, Error> {
        // A refresh token goes back to the name under which it came; the cache knows only names of this cloud.
        let alias = self.token.environment();
        let elsewhere = !alias.eq_ignore_ascii_case(env.application().environment());
        let document = if elsewhere { &document.under(alias).unwrap_or(document.clone()) } else { document };
        let next = self.grant(env).and_then(|grant| Exchange::start(env, document, grant));
        self.go_on(env, next)
    }

    fn grant(&self, env: &Env<'_>) -> Result<Grant, Error> {
        let options = &self.call.options;
        let secret = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let mut form = vec![secret("grant_type", GRANT_TYPE)];
        form.extend(options.extra.data.iter().cloned());
        form.push(("refresh_token".to_owned(), self.token.secret().clone()));
        form.push(secret("scope", options.decorated(env)?.as_str()));
        form.extend(options.claims(env)?.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        Ok(Grant {
            form,
            query: options.extra.query.clone(),
            routing: None,
            correlation_id: None,
            api_id: ACQUIRE_TOKEN_ON_BEHALF_OF,
            cache_refresh: self.cache_refresh as u8,
        })
    }

    fn go_on(
        self: Box<Self>,
        env: &mut Env<'_>,
        next: Result<Next<Exchange>, Error>,
    ) -> Result<Next<LongRunningProcess>, Error> {
        let issued = match next {
            Ok(Next::Need(exchange)) => {
                return Ok(Next::Need(LongRunningProcess(State::Refreshing(self, Box::new(exchange)))));
            }
            Ok(Next::Done(issued)) => issued,
            Err(error) => return self.fail(env, error),
        };
        let Call { key, options } = &self.call;
        let store = options.decorated(env).and_then(|scopes| {
            let asked = Stored::new(GRANT_TYPE, scopes, options.extra.clone().into_cache_members());
            let asked = Stored {
                environment: Some(self.token.environment().clone()),
                renewed: Some(self.token.clone()),
                on_behalf_of: Some(self.assertion_key()),
                ..asked
            };
            Store::start(env, issued, asked)
        });
        match store {
            Ok(store) => {
                let store = store.after(options.query(env, &self.realm, Arc::from(key.expose())), None);
                Ok(Next::Need(LongRunningProcess(State::Storing(self, Box::new(store)))))
            }
            Err(error) => self.fail(env, error),
        }
    }

    /// The same as of the refresh token. Other MSALs do not tell with which assertion they began.
    fn assertion_key(&self) -> AssertionKey {
        let key = self.call.key.expose();
        AssertionKey {
            user_assertion_hash: Arc::from(key),
            started_with: Some(self.token.started_with().map_or_else(|| Arc::from(key), Arc::from)),
            account: account_of(Some(self.token.home_account_id()), key).map(Arc::from),
        }
    }

    /// A token in hand that is still good is better than an error.
    fn fail(self: Box<Self>, env: &mut Env<'_>, error: Error) -> Result<Next<LongRunningProcess>, Error> {
        let Some(token) = self.in_hand else {
            return Err(error);
        };
        let warnings = vec![Warning::RefreshFailed(Box::new(error))];
        Ok(Next::Done(AuthenticationResult::from_cache(&token, env.now(), warnings)))
    }
}
