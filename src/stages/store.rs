//! Checking what was issued and handing it to the cache: the last stage of a flow. What passes the checks is not lost,
//! whatever the cache does; of what does not, nothing is written but the refresh token that took another's place.
use super::client_warnings;
use super::exchange::Issued;
use super::signing_keys;
use crate::cache::{
    AccessTokenQuery, AssertionKey, CacheChange, CacheFault, CredentialType, Entry, RefreshToken, TokenEvent,
    home_account_id_of,
};
use crate::engine::{CacheWrite, Effect, Env, Flow, Next, Reply, UnixTime};
use crate::error::{Error, Violation, Warning};
use crate::secret::Secret;
use crate::token::id_token::{Expected, SignedIn, check_id_token};
use crate::token::response::TokenResponse;
use crate::token::{AuthenticationResult, IdTokenClaims, IdTokenError, Scopes};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};

/// What was asked for, as far as the cache must know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) scopes: Scopes,
    pub(crate) grant_type: String,
    /// Extra members of the request's body.
    pub(crate) data: Vec<(String, Secret)>,
    /// Under which name of the cloud the entries go, if that is not the authority's.
    pub(crate) environment: Option<Arc<str>>,
    /// As it was sent with the sign-in; the id token must have it.
    pub(crate) nonce: Option<Secret>,
    /// As the sign-in was asked for, in seconds; the id token must tell that it was kept.
    pub(crate) max_age: Option<u64>,
    /// The refresh token that was redeemed; one that comes back takes its place. Its account is there, or was removed
    /// meanwhile: it is not made anew.
    pub(crate) renewed: Option<RefreshToken>,
    /// Whose it is, as the id token in the cache tells it.
    pub(crate) signed_in: Option<SignedIn>,
    /// On whose behalf it is.
    pub(crate) on_behalf_of: Option<AssertionKey>,
    /// The user name that was typed, for an account without another.
    pub(crate) username: Option<String>,
}

impl Stored {
    pub(crate) fn new(grant_type: &str, scopes: Scopes, data: Vec<(String, Secret)>) -> Self {
        Self {
            scopes,
            grant_type: grant_type.into(),
            data,
            environment: None,
            nonce: None,
            max_age: None,
            renewed: None,
            signed_in: None,
            on_behalf_of: None,
            username: None,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Store {
    response: TokenResponse,
    asked: Stored,
    /// Where the cache was asked; what has expired there is removed on the way.
    purge: Option<AccessTokenQuery>,
    token_endpoint: String,
    tenant: String,
    /// The one that the id token must have, if that is checked.
    issuer: Option<String>,
    /// Where the keys are, if its signature is verified.
    jwks_uri: Option<String>,
    correlation_id: String,
    obtained_at: UnixTime,
    cache_fault: Option<CacheFault>,
    state: State,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Writing the refresh token alone: the one before it may be spent, and what comes next may fail.
    KeepingRefreshToken { jwks_uri: String },
    /// Fetching newer keys, for no known one has signed the id token (RFC 7517 section 4.5).
    FetchingKeys { jwks_uri: String },
    /// Writing what was issued.
    Writing,
}

impl Store {
    /// Checks what was issued; nothing is written of an answer that is refused.
    pub(crate) fn start(env: &Env<'_>, issued: Issued, asked: Stored) -> Result<Self, Error> {
        let Issued { members, token_endpoint, tenant, issuer, jwks_uri, correlation_id } = issued;
        let token_type = asked.data.iter().find(|(name, _)| name == "token_type");
        let token_type = token_type.map_or("Bearer", |(_, token_type)| token_type.expose());
        let response = TokenResponse::read(members, token_type)?;
        let obtained_at = env.now();
        let (purge, cache_fault) = (None, None);
        let mut store = Self {
            response,
            asked,
            purge,
            token_endpoint,
            tenant,
            issuer,
            jwks_uri,
            correlation_id,
            obtained_at,
            cache_fault,
            state: State::Writing,
        };
        store.check_account()?;
        store.check_options(env)?;
        store.check_id_token(env)?;
        if let Some(jwks_uri) = store.jwks_uri.clone()
            && !store.is_signed(env)?
        {
            store.state = match store.renewal() {
                Some(_) => State::KeepingRefreshToken { jwks_uri },
                None => State::FetchingKeys { jwks_uri },
            };
        }
        Ok(store)
    }

    /// What a refresh token gives is of its own account.
    fn check_account(&self) -> Result<(), IdTokenError> {
        let Some(renewed) = &self.asked.renewed else {
            return Ok(());
        };
        let own = match &self.asked.on_behalf_of {
            None => Some(&**renewed.home_account_id()),
            Some(key) => key.account.as_deref(),
        };
        match home_account_id_of(&self.response.members) {
            Some(id) if own.is_none_or(|own| !id.eq_ignore_ascii_case(own)) => Err(IdTokenError::Account),
            _ => Ok(()),
        }
    }

    fn check_id_token(&self, env: &Env<'_>) -> Result<(Option<IdTokenClaims>, Vec<Warning>), IdTokenError> {
        let expected = Expected {
            client_id: env.application().client_id(),
            nonce: self.asked.nonce.as_ref().map(Secret::expose),
            max_age: self.asked.max_age,
            strict_issuer: self.issuer.as_deref(),
            signed_in: self.asked.signed_in.as_ref(),
            is_signed: self.jwks_uri.is_some(),
        };
        check_id_token(&self.response, &expected, self.obtained_at)
    }

    /// A flow that was stored meanwhile has what its client asks for by now; a code brings an id token
    /// (OpenID Connect Core section 3.1.3.3).
    fn check_options(&self, env: &Env<'_>) -> Result<(), IdTokenError> {
        let application = env.application();
        let (is_strict, is_verified) =
            (application.strict_id_token(), application.verify_id_token_signature());
        if is_strict && self.issuer.is_none() {
            return Err(IdTokenError::Issuer);
        }
        if is_verified && self.jwks_uri.is_none() {
            return Err(IdTokenError::Signature);
        }
        let is_absent = !self.response.members.contains("id_token");
        if (is_strict || is_verified) && is_absent && self.asked.grant_type == "authorization_code" {
            return Err(Violation::Member("id_token").into());
        }
        Ok(())
    }

    /// The refresh token that takes the redeemed one's place.
    fn renewal(&self) -> Option<Entry> {
        let next = self.response.members.secret("refresh_token").filter(|next| !next.expose().is_empty())?;
        Some(self.asked.renewed.as_ref()?.renewed(&next, self.obtained_at))
    }

    /// False if the keys that are known do not tell.
    fn is_signed(&self, env: &Env<'_>) -> Result<bool, IdTokenError> {
        match (&self.jwks_uri, self.response.members.secret("id_token")) {
            (Some(jwks_uri), Some(id_token)) => match env.state.signing_keys.get(jwks_uri, env.now()) {
                Some(keys) => keys.verify(id_token.expose()),
                None => Ok(false),
            },
            _ => Ok(true),
        }
    }

    /// After the cache was asked, where, and what went wrong with it.
    pub(crate) fn after(self, query: AccessTokenQuery, cache_fault: Option<CacheFault>) -> Self {
        Self { purge: Some(query), cache_fault, ..self }
    }

    fn change(&self, env: &Env<'_>) -> CacheChange {
        let data = self.asked.data.iter().map(|(name, value)| (name.as_str(), value.expose()));
        let application = env.application();
        let event = TokenEvent {
            client_id: application.client_id(),
            scope: self.response.scope(&self.asked.scopes),
            token_endpoint: Some(&self.token_endpoint),
            realm: Some(&self.tenant),
            environment: Some(self.asked.environment.as_ref().unwrap_or(application.environment())),
            response: Some(&self.response.members),
            grant_type: Some(&self.asked.grant_type),
            data: data.collect(),
            username: self.asked.username.as_deref(),
            skip_account_creation: self.asked.renewed.is_some(),
            on_behalf_of: self.asked.on_behalf_of.as_ref(),
            ..TokenEvent::default()
        };
        let mut change = event.change(self.obtained_at);
        if self.asked.renewed.is_some() {
            change.puts.retain(|entry| entry.credential_type() != CredentialType::RefreshToken);
            change.puts.extend(self.renewal());
        }
        match &self.purge {
            Some(partition) => change.purging(partition, self.obtained_at),
            None => change,
        }
    }

    /// The end, whatever became of the write.
    fn written(self, env: &Env<'_>, reply: Reply) -> Result<AuthenticationResult, Error> {
        let warning = match reply.cache_write() {
            Ok(Ok(())) => None,
            Ok(Err(fault)) => Some(Warning::CacheWrite(fault)),
            Err(Error::Unsupported(_)) => Some(Warning::NoCache),
            Err(error) => return Err(error),
        };
        Ok(self.result(env, warning))
    }

    /// The token, with what went wrong beside it.
    fn result(self, env: &Env<'_>, written: Option<Warning>) -> AuthenticationResult {
        // Only an application's own token needs a tenant of its own.
        let is_own = self.asked.grant_type == "client_credentials";
        let mut warnings = if is_own { client_warnings(env, &self.tenant) } else { Vec::new() };
        // It passed before the cache was asked.
        let (id_token_claims, odd) = self.check_id_token(env).unwrap_or_default();
        let account = id_token_claims.is_some().then(|| self.change(env).account()).flatten();
        warnings.extend(self.response.warnings());
        warnings.extend(odd);
        warnings.extend(self.cache_fault.map(Warning::CacheRead));
        warnings.extend(written);
        let scopes = &self.asked.scopes;
        let result = AuthenticationResult::from_response(
            self.response,
            scopes,
            self.obtained_at,
            self.correlation_id,
            id_token_claims,
            warnings,
        );
        AuthenticationResult { account: account.map(Box::new), ..result }
    }
}

impl Flow for Store {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        let change = match &self.state {
            State::KeepingRefreshToken { .. } => {
                CacheChange { puts: self.renewal().into_iter().collect(), ..CacheChange::default() }
            }
            State::FetchingKeys { jwks_uri } => return signing_keys::request(env, jwks_uri),
            State::Writing => self.change(env),
        };
        Ok(Effect::CacheWrite(CacheWrite { change: change.into() }))
    }

    fn resume(mut self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        match self.state {
            // A cache that does not take it is told of with the last write.
            State::KeepingRefreshToken { jwks_uri } => self.state = State::FetchingKeys { jwks_uri },
            State::FetchingKeys { jwks_uri } => {
                signing_keys::remember(env, &jwks_uri, reply)?;
                self.state = State::Writing;
                if !self.is_signed(env)? {
                    return Err(IdTokenError::Signature.into());
                }
            }
            State::Writing => return self.written(env, reply).map(Next::Done),
        }
        Ok(Next::Need(self))
    }
}
