//! What a call of this grant asks for, and whether it can be asked.
use super::OnBehalfOf;
use super::options::{Options, options};
use crate::cache::{AccessToken, AccessTokenQuery, AssertionKey, CacheRead, user_assertion_hash};
use crate::client::Fingerprint;
use crate::engine::{Env, Request, Step};
use crate::error::{Error, Misuse};
use crate::secret::Secret;
use crate::token::Scopes;
use alloc::sync::Arc;
use serde::{Deserialize, Serialize};

/// See [`acquire_token_on_behalf_of`](crate::ConfidentialClientApplication::acquire_token_on_behalf_of).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenOnBehalfOf {
    client: Fingerprint,
    call: Call,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) user_assertion: Secret,
    /// Its digest.
    pub(super) hash: Arc<str>,
    /// Of a long-running process what its tokens are kept under.
    pub(super) key: Option<Secret>,
    pub(super) options: Options,
}

options!(AcquireTokenOnBehalfOf);

impl AcquireTokenOnBehalfOf {
    pub(crate) fn new(client: Fingerprint, user_assertion: Secret, scopes: Scopes) -> Self {
        Self { client, call: Call::new(user_assertion, scopes) }
    }
}

impl Request for AcquireTokenOnBehalfOf {
    type Flow = OnBehalfOf;

    fn start(self, env: &mut Env<'_>) -> Step<OnBehalfOf> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = OnBehalfOf::begin(self.call, env);
        Step::start(flow, env)
    }
}

impl Call {
    pub(super) fn new(user_assertion: Secret, scopes: Scopes) -> Self {
        let hash = Arc::from(user_assertion_hash(user_assertion.expose()));
        Self { user_assertion, hash, key: None, options: Options::new(scopes) }
    }

    pub(super) fn check(&self, env: &Env<'_>) -> Result<(), Error> {
        if self.user_assertion.expose().is_empty() {
            return Err(Error::InvalidParameter { parameter: "user_assertion", reason: "it is empty" });
        }
        self.options.check(env)
    }

    /// What its tokens are kept under.
    fn user_assertion_hash(&self) -> Arc<str> {
        self.key.as_ref().map_or_else(|| self.hash.clone(), |key| Arc::from(key.expose()))
    }

    /// What is asked of the cache. Of a long-running process all that is there, since that tells whose its key is; a
    /// claims challenge passes by what else there is.
    pub(super) fn read(&self, env: &Env<'_>, realm: &Arc<str>) -> CacheRead {
        let AccessTokenQuery { environment, client_id, .. } = self.query(env, realm);
        match &self.key {
            None => CacheRead::AccessTokens { query: self.query(env, realm), now: env.now() },
            Some(key) => CacheRead::OnBehalfOf { user_assertion_hash: key.clone(), environment, client_id },
        }
    }

    pub(super) fn query(&self, env: &Env<'_>, realm: &Arc<str>) -> AccessTokenQuery {
        self.options.query(env, realm, self.user_assertion_hash())
    }

    /// Whether a token that the cache gave is for this assertion. The key of somebody's process may be another's digest.
    pub(super) fn is_own(&self, token: &AccessToken, query: &AccessTokenQuery) -> bool {
        let is_by_own = token.started_with().map(|started_with| *started_with == self.hash);
        match self.key {
            None => is_by_own.unwrap_or(true),
            Some(_) => is_by_own == Some(true) && query.is_answered_by(token),
        }
    }

    /// What the tokens are to be kept under.
    pub(super) fn assertion_key(&self) -> AssertionKey {
        AssertionKey {
            user_assertion_hash: self.user_assertion_hash(),
            started_with: self.key.as_ref().map(|_| self.hash.clone()),
            account: None,
        }
    }
}
