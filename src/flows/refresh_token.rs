//! Taking over a refresh token that another library or an older program had, RFC 6749 section 6.
use crate::authority::{Elsewhere, TenantDocument};
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store, Stored};
use crate::token::{AuthenticationResult, Scopes};
use alloc::{borrow::ToOwned, boxed::Box, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

const GRANT_TYPE: &str = "refresh_token";

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_BY_REFRESH_TOKEN: u16 = 85;

/// The cache was not asked, as the telemetry header counts it.
const FORCE_REFRESH: u8 = 1;

/// See [`acquire_token_by_refresh_token`](crate::ClientApplication::acquire_token_by_refresh_token).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenByRefreshToken {
    client: Fingerprint,
    import: Import,
}

/// The flow. Suspended, it holds the refresh token: store it as you would that.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefreshTokenImport(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding the token endpoint.
    Resolving(Import, Discovery),
    /// Redeeming the refresh token, section 6.
    Redeeming(Asked, Box<Exchange>),
    /// Handing the tokens to the cache, the refresh token among them.
    Storing(Box<Store>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Import {
    refresh_token: Secret,
    scopes: Scopes,
    extra: ExtraParameters,
    #[serde(default)]
    at: Elsewhere,
}

/// What the cache must know of the request.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Asked {
    scopes: Scopes,
    data: Vec<(String, Secret)>,
}

impl AcquireTokenByRefreshToken {
    pub(crate) fn new(client: Fingerprint, refresh_token: Secret, scopes: Scopes) -> Self {
        let (extra, at) = (ExtraParameters::default(), Elsewhere::default());
        Self { client, import: Import { refresh_token, scopes, extra, at } }
    }

    /// For another tenant than that of the authority, by its id or domain. Microsoft Entra, External ID and dSTS have
    /// tenants.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.import.at.tenant = Some(tenant.into());
        self
    }

    /// An extra member of the request's body, such as `token_type`, `req_cnf` or `key_id`; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.import.extra.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.import.extra.add_query(name, value);
        self
    }
}

impl Request for AcquireTokenByRefreshToken {
    type Flow = RefreshTokenImport;

    fn start(self, env: &mut Env<'_>) -> Step<RefreshTokenImport> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.import.resolve(env);
        Step::start(flow, env)
    }
}

impl Flow for RefreshTokenImport {
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
            State::Resolving(import, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Resolving(import, discovery),
                Next::Done(document) => return import.redeem(env, &document).map(Next::Need),
            },
            State::Redeeming(asked, exchange) => {
                let next = exchange.resume(env, reply)?;
                return go_on(env, asked, next).map(Next::Need);
            }
            State::Storing(store) => match store.resume(env, reply)? {
                Next::Need(store) => State::Storing(Box::new(store)),
                Next::Done(result) => return Ok(Next::Done(result)),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Import {
    fn resolve(self, env: &mut Env<'_>) -> Result<RefreshTokenImport, Error> {
        if self.refresh_token.expose().is_empty() {
            return Err(Error::InvalidParameter { parameter: "refresh_token", reason: "it is empty" });
        }
        self.extra.check()?;
        let scopes = self.scopes.decorated(env.application().exclude_scopes())?;
        let import = Self { scopes, ..self };
        match Discovery::known_for_sign_in(env, &import.at) {
            Some(document) => import.redeem(env, &document),
            None => {
                let discovery = Discovery::start_sign_in(env, &import.at)?;
                Ok(RefreshTokenImport(State::Resolving(import, discovery)))
            }
        }
    }

    fn redeem(self, env: &mut Env<'_>, document: &TenantDocument) -> Result<RefreshTokenImport, Error> {
        let Self { refresh_token, scopes, extra: ExtraParameters { data, query, .. }, .. } = self;
        let mut form = Vec::with_capacity(data.len() + 3);
        form.push(("grant_type".to_owned(), Secret::new(GRANT_TYPE)));
        form.extend(data.iter().cloned());
        form.push(("refresh_token".to_owned(), refresh_token));
        form.push(("scope".to_owned(), Secret::new(scopes.as_str())));
        let grant = Grant {
            form,
            query,
            routing: None,
            correlation_id: None,
            api_id: ACQUIRE_TOKEN_BY_REFRESH_TOKEN,
            cache_refresh: FORCE_REFRESH,
        };
        let next = Exchange::start(env, document, grant)?;
        go_on(env, Asked { scopes, data }, next)
    }
}

fn go_on(env: &mut Env<'_>, asked: Asked, next: Next<Exchange>) -> Result<RefreshTokenImport, Error> {
    Ok(RefreshTokenImport(match next {
        Next::Need(exchange) => State::Redeeming(asked, Box::new(exchange)),
        Next::Done(issued) => {
            let asked = Stored::new(GRANT_TYPE, asked.scopes, asked.data);
            State::Storing(Box::new(Store::start(env, issued, asked)?))
        }
    }))
}
