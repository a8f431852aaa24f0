//! Redeeming refresh tokens: which of them, in which order, and when to stop.
use super::call::Call;
use super::{AccessToken, CacheEntries, CacheRefresh, Silent, State, TenantDocument, Warning};
use crate::cache::RefreshToken;
use crate::encoding::{is_graphic, uuid4};
use crate::engine::{Env, Next};
use crate::error::Error;
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store, Stored};
use crate::token::id_token::SignedIn;
use crate::token::{AuthenticationResult, ServiceError};
use alloc::{
    borrow::ToOwned, boxed::Box, collections::VecDeque, format, string::String, sync::Arc, vec::Vec,
};
use serde::{Deserialize, Serialize};

const GRANT_TYPE: &str = "refresh_token";

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_SILENT: u16 = 84;

/// The one family of client ids that there is.
const FAMILY: &str = "1";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Refresh {
    call: Call,
    realm: Arc<str>,
    cache_refresh: CacheRefresh,
    /// Still good, but due to be refreshed: what the call gives if that fails.
    in_hand: Option<Arc<AccessToken>>,
    /// As the id token of this realm tells it: another realm has another issuer by right.
    signed_in: Option<SignedIn>,
    /// One for all attempts.
    correlation_id: Option<String>,
    left: VecDeque<Attempt>,
    /// What is on its way.
    current: Option<Attempt>,
    #[serde(skip)]
    last_error: Option<Box<ServiceError>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Attempt {
    token: RefreshToken,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Reason {
    /// The client is new here and may be of the family; if not, the service says `client_mismatch`.
    MaybeFamily,
    /// The client is of the token's family.
    Family,
    /// The token is the client's own.
    Own,
}

impl Refresh {
    pub(super) fn new(
        call: Call,
        realm: Arc<str>,
        cache_refresh: CacheRefresh,
        in_hand: Option<Arc<AccessToken>>,
        found: &CacheEntries,
    ) -> Self {
        let of_family = |reason| {
            let is_of = |token: &&RefreshToken| token.family_id().is_some_and(|id| &**id == FAMILY);
            let tokens = found.refresh_tokens.iter().filter(is_of);
            tokens.cloned().map(|token| Attempt { token, reason }).collect::<Vec<_>>()
        };
        let of_realm = |members: &&JsonObject| {
            members.string("realm").is_some_and(|own| own.eq_ignore_ascii_case(&realm))
        };
        let id_token = found.id_tokens.iter().find(of_realm).and_then(|members| members.secret("secret"));
        let family = match found.app_metadata.first() {
            None => of_family(Reason::MaybeFamily),
            Some(metadata) if metadata.family_id.as_deref() == Some(FAMILY) => of_family(Reason::Family),
            Some(_) => Vec::new(),
        };
        let mut left = VecDeque::from(family);
        left.extend(found.refresh_tokens.iter().cloned().map(|token| Attempt { token, reason: Reason::Own }));
        Self {
            call,
            realm,
            cache_refresh,
            in_hand,
            signed_in: id_token.and_then(|id_token| SignedIn::read(id_token.expose())),
            correlation_id: None,
            left,
            current: None,
            last_error: None,
        }
    }

    pub(super) fn begin(mut self, env: &mut Env<'_>) -> Result<Next<Silent>, Error> {
        let own = env.application().client_id();
        self.left.retain(|attempt| {
            attempt.reason != Reason::Own || attempt.token.client_id().eq_ignore_ascii_case(own)
        });
        if self.left.is_empty() {
            return Ok(Next::Done(self.in_hand(env, None)));
        }
        Box::new(self).resolve(env)
    }

    /// Finds the token endpoint for the next refresh token.
    fn resolve(self: Box<Self>, env: &mut Env<'_>) -> Result<Next<Silent>, Error> {
        // A flow that was stored meanwhile asks nobody for what it has no use for.
        if self.left.is_empty() {
            return self.give_up(env);
        }
        match Discovery::known_for_sign_in(env, &self.call.at) {
            Some(document) => self.try_next(env, &document),
            None => {
                let discovery = Discovery::start_sign_in(env, &self.call.at)?;
                Ok(Next::Need(Silent(State::Resolving(self, discovery))))
            }
        }
    }

    /// The next refresh token, or the end.
    pub(super) fn try_next(
        mut self: Box<Self>,
        env: &mut Env<'_>,
        document: &TenantDocument,
    ) -> Result<Next<Silent>, Error> {
        let Some(attempt) = self.left.pop_front() else {
            return self.give_up(env);
        };
        // A refresh token goes back to the name under which it came; the cache knows only names of this cloud.
        let alias = attempt.token.environment();
        let elsewhere = !alias.eq_ignore_ascii_case(&self.call.environment(env));
        let document = if elsewhere { &document.under(alias).unwrap_or(document.clone()) } else { document };
        let grant = match self.grant(env, &attempt) {
            Ok(grant) => grant,
            Err(error) => return self.fail(env, error),
        };
        self.current = Some(attempt);
        let next = Exchange::start(env, document, grant);
        self.go_on(env, next)
    }

    fn grant(&mut self, env: &mut Env<'_>, attempt: &Attempt) -> Result<Grant, Error> {
        let correlation_id = match self.correlation_id.take() {
            Some(id) => id,
            None => uuid4(&env.random("correlation_id")?),
        };
        self.correlation_id = Some(correlation_id.clone());
        let scopes = self.call.scopes.decorated(env.application().exclude_scopes())?;
        let secret = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let mut form = Vec::with_capacity(self.call.extra.data.len() + 4);
        form.push(secret("grant_type", GRANT_TYPE));
        form.extend(self.call.extra.data.iter().cloned());
        form.push(("refresh_token".to_owned(), attempt.token.secret().clone()));
        form.push(secret("scope", scopes.as_str()));
        form.extend(self.call.claims(env)?.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        Ok(Grant {
            form,
            query: self.call.extra.query.clone(),
            routing: anchor_mailbox(&self.call.home_account_id),
            correlation_id: Some(correlation_id),
            api_id: ACQUIRE_TOKEN_SILENT,
            cache_refresh: self.cache_refresh as u8,
        })
    }

    pub(super) fn go_on(
        mut self: Box<Self>,
        env: &mut Env<'_>,
        next: Result<Next<Exchange>, Error>,
    ) -> Result<Next<Silent>, Error> {
        match next {
            Ok(Next::Need(exchange)) => Ok(Next::Need(Silent(State::Refreshing(self, Box::new(exchange))))),
            Ok(Next::Done(issued)) => {
                let scopes = match self.call.scopes.decorated(env.application().exclude_scopes()) {
                    Ok(scopes) => scopes,
                    Err(error) => return self.fail(env, error),
                };
                let asked = Stored::new(GRANT_TYPE, scopes, self.call.extra.clone().into_cache_members());
                let query = self.call.query(env, &self.realm);
                let renewed = self.current.take().map(|attempt| attempt.token);
                let environment = renewed.as_ref().map(|token| token.environment().clone());
                match Store::start(
                    env,
                    issued,
                    Stored { renewed, environment, signed_in: self.signed_in.clone(), ..asked },
                ) {
                    Ok(store) => {
                        // What was not tried is not needed any more.
                        self.left.clear();
                        let store = Box::new(store.after(query, None));
                        Ok(Next::Need(Silent(State::Storing(self, store))))
                    }
                    Err(error) => self.fail(env, error),
                }
            }
            // The service refused this refresh token; the next may do.
            Err(Error::Service(error) | Error::SignInNeeded(error)) => {
                let reason = self.current.take().map(|attempt| attempt.reason);
                if reason == Some(Reason::MaybeFamily) {
                    if is_client_mismatch(&error) {
                        self.left.retain(|attempt| attempt.reason != Reason::MaybeFamily);
                    }
                } else {
                    self.last_error = Some(error);
                }
                self.resolve(env)
            }
            Err(error) => self.fail(env, error),
        }
    }

    /// No refresh token did.
    fn give_up(mut self: Box<Self>, env: &mut Env<'_>) -> Result<Next<Silent>, Error> {
        match self.last_error.take() {
            Some(error) => self.fail(env, error.into_error()),
            None => Ok(Next::Done(self.in_hand(env, None))),
        }
    }

    /// A token in hand that is still good is better than an error.
    pub(super) fn fail(self: Box<Self>, env: &mut Env<'_>, error: Error) -> Result<Next<Silent>, Error> {
        let is_folded = self.call.folds_errors && matches!(error, Error::Service(_) | Error::SignInNeeded(_));
        match self.in_hand {
            Some(_) => Ok(Next::Done(self.in_hand(env, Some(error)))),
            None if is_folded => Ok(Next::Done(None)),
            None => Err(error),
        }
    }

    fn in_hand(&self, env: &Env<'_>, error: Option<Error>) -> Option<AuthenticationResult> {
        let warnings = error.map(|error| Warning::RefreshFailed(Box::new(error))).into_iter().collect();
        let token = self.in_hand.as_ref()?;
        Some(AuthenticationResult::from_cache(token, env.now(), warnings))
    }
}

/// The service says so of a client that is of no family.
fn is_client_mismatch(error: &ServiceError) -> bool {
    let info: Option<Vec<String>> = error.members.get("error_additional_info");
    info.is_some_and(|info| info.iter().any(|info| info == "client_mismatch"))
}

/// The header by which the service routes a request to where the account is.
fn anchor_mailbox(home_account_id: &str) -> Option<String> {
    is_graphic(home_account_id).then(|| format!("Oid:{}", home_account_id.replace('.', "@")))
}
