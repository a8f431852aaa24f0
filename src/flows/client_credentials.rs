//! The client credentials grant, RFC 6749 section 4.4: a token for the application itself.
use crate::authority::TenantDocument;
use crate::cache::{
    AccessToken, AccessTokenQuery, CacheEntries, CacheFault, CacheRead, MARGIN, ext_cache_key,
};
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse, Warning};
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store};
use crate::token::claims::merge_claims_challenge_and_capabilities;
use crate::token::{AuthenticationResult, Scopes};
use alloc::{borrow::ToOwned, boxed::Box, string::String, sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};

const GRANT_TYPE: &str = "client_credentials";

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_FOR_CLIENT: u16 = 730;

/// What a call to [`acquire_token_for_client`](crate::ConfidentialClientApplication::acquire_token_for_client) asks.
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenForClient {
    client: Fingerprint,
    call: Call,
}

/// The flow.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientCredentials(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding out which tenant a domain is, without which the cache cannot be asked.
    Discovering(Call, Discovery),
    /// Asking the cache, in this realm.
    LookingUp(Call, Arc<str>),
    /// Finding the token endpoint, after a miss.
    Resolving(Miss, Discovery),
    /// Asking the service, RFC 6749 section 4.4.2.
    Exchanging(Miss, Exchange),
    /// Handing the token to the cache.
    Storing(Box<Store>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Call {
    scopes: Scopes,
    claims_challenge: Option<String>,
    data: Vec<(String, Secret)>,
    query: Vec<(String, String)>,
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
    /// A claims challenge passes by the cache.
    Claims = 1,
    /// There was no token.
    Absent = 2,
    /// There was one that has ended.
    Expired = 3,
    /// There is one that is due to be refreshed.
    Aging = 4,
}

impl AcquireTokenForClient {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes) -> Self {
        Self { client, call: Call { scopes, claims_challenge: None, data: Vec::new(), query: Vec::new() } }
    }

    /// The claims that a resource demanded in its `WWW-Authenticate` header: the text of a JSON object. The cache
    /// is then not asked, only written. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.call.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// An extra member of the request's body, such as `token_type`, `req_cnf`, `key_id` or `fmi_path`; an empty
    /// value is none. A token that was issued to extra members is found again only by a call with the same.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), Secret::new(value.into()));
        self.call.data.retain(|(other, _)| *other != name);
        if !value.expose().is_empty() {
            self.call.data.push((name, value));
        }
        self
    }

    /// An extra parameter of the token endpoint's query. It does not tell tokens in the cache apart.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.call.query.push((name.into(), value.into()));
        self
    }
}

impl Request for AcquireTokenForClient {
    type Flow = ClientCredentials;

    fn start(self, env: &mut Env<'_>) -> Step<ClientCredentials> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let state = self.call.check(env).and_then(|()| self.call.begin(env));
        Step::start(state.map(ClientCredentials), env)
    }
}

impl Flow for ClientCredentials {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Discovering(_, discovery) | State::Resolving(_, discovery) => discovery.effect(env),
            State::LookingUp(call, realm) => {
                Ok(Effect::CacheRead(CacheRead::AccessTokens(call.query_for(env, realm))))
            }
            State::Exchanging(_, exchange) => exchange.effect(env),
            State::Storing(store) => store.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Discovering(call, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Discovering(call, discovery),
                Next::Done(document) => call.look_up(env, Arc::from(document.tenant))?,
            },
            State::LookingUp(call, realm) => return call.read(env, realm, reply),
            State::Resolving(miss, discovery) => match discovery.resume(env, reply) {
                Ok(Next::Need(discovery)) => State::Resolving(miss, discovery),
                Ok(Next::Done(document)) => return miss.exchange(env, &document),
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
    fn check(&self, env: &Env<'_>) -> Result<(), Error> {
        let refused = |parameter, reason| Err(Error::InvalidParameter { parameter, reason });
        if self.claims_challenge.is_some() {
            self.claims(env)?;
        }
        if self.member("scope").is_some() {
            return refused("data", "scope has a parameter of its own, scopes");
        }
        if self.member("claims").is_some() {
            return refused("data", "claims has a parameter of its own, claims_challenge");
        }
        if self.member("token_type").is_some_and(|token_type| token_type.expose() == "ssh-cert") {
            if self.member("req_cnf").is_none() {
                return refused("data", "an ssh-cert needs req_cnf, the public key as a JWK (RFC 7517)");
            }
            if self.member("key_id").is_none() {
                return refused("data", "an ssh-cert needs key_id, the name of the key in req_cnf");
            }
        }
        Ok(())
    }

    fn member(&self, name: &str) -> Option<&Secret> {
        self.data.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    fn token_type(&self) -> &str {
        self.member("token_type").map_or("Bearer", Secret::expose)
    }

    /// The parameter `claims`.
    fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        let capabilities = env.application().client_capabilities();
        merge_claims_challenge_and_capabilities(capabilities, self.claims_challenge.as_deref())
    }

    fn begin(self, env: &mut Env<'_>) -> Result<State, Error> {
        match realm(env) {
            Some(realm) => self.look_up(env, realm),
            None => Ok(State::Discovering(self, Discovery::start(env))),
        }
    }

    /// A claims challenge passes by the cache.
    fn look_up(self, env: &mut Env<'_>, realm: Arc<str>) -> Result<State, Error> {
        if self.claims_challenge.is_none() {
            return Ok(State::LookingUp(self, realm));
        }
        match self.miss(realm, CacheRefresh::Claims, None, None).resolve(env)? {
            Next::Need(flow) => Ok(flow.0),
            Next::Done(_) => Err(Error::Bug("a token without a request")),
        }
    }

    fn query_for(&self, env: &Env<'_>, realm: &Arc<str>) -> AccessTokenQuery {
        let application = env.application();
        let data = self.data.iter().map(|(name, value)| (name.as_str(), value.expose()));
        AccessTokenQuery {
            home_account_id: None,
            environment: application.environment().clone(),
            client_id: application.client_id().clone(),
            realm: realm.clone(),
            target: self.scopes.clone(),
            key_id: self.member("key_id").map(|key_id| Arc::from(key_id.expose())),
            ext_cache_key: ext_cache_key(data).map(Arc::from),
            user_assertion_hash: None,
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
        let good = found.access_tokens.iter().find(|token| token.expires_in(now) >= MARGIN);
        let cache_refresh = match good {
            Some(token) if token.refresh_on().is_some_and(|refresh_on| refresh_on < now) => {
                CacheRefresh::Aging
            }
            Some(token) => {
                env.state.telemetry.hit_an_access_token(env.application().fingerprint());
                return Ok(Next::Done(AuthenticationResult::from_cache(
                    token,
                    now,
                    env.application().warnings(),
                )));
            }
            None if found.access_tokens.is_empty() => CacheRefresh::Absent,
            None => CacheRefresh::Expired,
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
        match Discovery::known(env).cloned() {
            Some(document) => self.exchange(env, &document),
            None => {
                let discovery = Discovery::start(env);
                Ok(Next::Need(ClientCredentials(State::Resolving(self, discovery))))
            }
        }
    }

    fn exchange(
        self,
        env: &mut Env<'_>,
        document: &TenantDocument,
    ) -> Result<Next<ClientCredentials>, Error> {
        let next = self.grant(env).and_then(|grant| Exchange::start(env, document, grant));
        self.go_on(env, next)
    }

    /// Section 4.4.2.
    fn grant(&self, env: &Env<'_>) -> Result<Grant, Error> {
        let call = &self.call;
        let claims = call.claims(env)?;
        let mut form = Vec::with_capacity(call.data.len() + 3);
        form.push(("grant_type".to_owned(), Secret::new(GRANT_TYPE)));
        form.extend(call.data.iter().cloned());
        if !call.scopes.is_empty() {
            form.push(("scope".to_owned(), Secret::new(call.scopes.as_str())));
        }
        form.extend(claims.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        Ok(Grant {
            form,
            query: call.query.clone(),
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
                return Ok(Next::Need(ClientCredentials(State::Exchanging(self, exchange))));
            }
            Ok(Next::Done(issued)) => {
                let query = self.call.query_for(env, &self.realm);
                let grant = (GRANT_TYPE, self.call.data.clone());
                Store::start(env, issued, query, grant, self.call.token_type(), self.cache_fault.clone())
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
        let mut warnings = env.application().warnings();
        warnings.push(Warning::RefreshFailed(Box::new(error)));
        Ok(Next::Done(AuthenticationResult::from_cache(&token, env.now(), warnings)))
    }
}

/// The realm of this client's cache entries, if it is known without asking.
fn realm(env: &Env<'_>) -> Option<Arc<str>> {
    let known = env.application().realm().cloned();
    known.or_else(|| Discovery::known(env).map(|document| Arc::from(document.tenant.as_str())))
}
