//! Handing a token to the cache. The last stage of a flow: nothing that fails here loses the token.
use super::exchange::Issued;
use crate::cache::{AccessTokenQuery, CacheChange, CacheFault, TokenEvent};
use crate::engine::{CacheWrite, Effect, Env, Flow, Next, Reply, UnixTime};
use crate::error::{Error, Warning};
use crate::secret::Secret;
use crate::token::AuthenticationResult;
use crate::token::response::TokenResponse;
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Store {
    response: TokenResponse,
    /// Where the cache was asked; what has expired there is removed on the way.
    query: AccessTokenQuery,
    data: Vec<(String, Secret)>,
    grant_type: String,
    token_endpoint: String,
    correlation_id: String,
    obtained_at: UnixTime,
    cache_fault: Option<CacheFault>,
}

impl Store {
    /// Checks what was issued; nothing is written of an answer that is refused.
    pub(crate) fn start(
        env: &Env<'_>,
        issued: Issued,
        query: AccessTokenQuery,
        grant: (&str, Vec<(String, Secret)>),
        asked_type: &str,
        cache_fault: Option<CacheFault>,
    ) -> Result<Self, Error> {
        let Issued { members, token_endpoint, correlation_id } = issued;
        let response = TokenResponse::read(members, asked_type)?;
        let (grant_type, data) = (grant.0.into(), grant.1);
        let obtained_at = env.now();
        Ok(Self {
            response,
            query,
            data,
            grant_type,
            token_endpoint,
            correlation_id,
            obtained_at,
            cache_fault,
        })
    }

    fn change(&self) -> CacheChange {
        let data = self.data.iter().map(|(name, value)| (name.as_str(), value.expose()));
        let event = TokenEvent {
            client_id: &self.query.client_id,
            scope: self.response.scope(&self.query.target),
            token_endpoint: Some(&self.token_endpoint),
            environment: Some(&self.query.environment),
            response: Some(&self.response.members),
            grant_type: Some(&self.grant_type),
            data: data.collect(),
            ..TokenEvent::default()
        };
        event.change(self.obtained_at).purging(&self.query, self.obtained_at)
    }

    /// The token, with what went wrong beside it.
    fn result(self, env: &Env<'_>, written: Option<Warning>) -> AuthenticationResult {
        let mut warnings = env.application().warnings();
        warnings.extend(self.response.warnings());
        warnings.extend(self.cache_fault.map(Warning::CacheRead));
        warnings.extend(written);
        let scopes = &self.query.target;
        AuthenticationResult::from_response(
            self.response,
            scopes,
            self.obtained_at,
            self.correlation_id,
            warnings,
        )
    }
}

impl Flow for Store {
    type Output = AuthenticationResult;

    fn effect(&self, _: &mut Env<'_>) -> Result<Effect, Error> {
        Ok(Effect::CacheWrite(CacheWrite { change: self.change() }))
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let warning = match reply.cache_write() {
            Ok(Ok(())) => None,
            Ok(Err(fault)) => Some(Warning::CacheWrite(fault)),
            Err(Error::Unsupported(_)) => Some(Warning::NoCache),
            Err(error) => return Err(error),
        };
        Ok(Next::Done(self.result(env, warning)))
    }
}
