//! Acting as a person by a credential that is federated with them: Entra's grant `user_fic`, by which agents act for people.
use crate::authority::{Elsewhere, TenantDocument};
use crate::client::Fingerprint;
use crate::encoding::is_graphic;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::stages::{Discovery, Exchange, Grant, Store, Stored};
use crate::token::{AuthenticationResult, Scopes};
use alloc::{borrow::ToOwned, boxed::Box, format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

const GRANT_TYPE: &str = "user_fic";

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_BY_USER_FIC: u16 = 950;

/// See [`acquire_token_by_user_federated_identity_credential`].
///
/// [`acquire_token_by_user_federated_identity_credential`]:
///     crate::ConfidentialClientApplication::acquire_token_by_user_federated_identity_credential
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenByUserFederatedIdentityCredential {
    client: Fingerprint,
    ask: Ask,
}

/// The flow. Suspended, it holds the assertion: store it as you would a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserFederatedIdentityCredential(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding the token endpoint.
    Resolving(Box<Ask>, Discovery),
    /// Trading the assertion for the person's tokens, as RFC 7521 section 4.1 does.
    Exchanging(Box<Asked>, Box<Exchange>),
    /// Handing the tokens to the cache.
    Storing(Box<Store>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ask {
    assertion: Secret,
    user: FederatedUser,
    scopes: Scopes,
    claims_challenge: Option<String>,
    extra: ExtraParameters,
}

/// What the cache must know of the request.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Asked {
    scopes: Scopes,
    data: Vec<(String, Secret)>,
}

/// Whom the program acts as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FederatedUser {
    /// Their user principal name.
    Username(String),
    /// The id of their object in the directory.
    ObjectId(String),
}

impl AcquireTokenByUserFederatedIdentityCredential {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes, assertion: Secret, user: FederatedUser) -> Self {
        let (claims_challenge, extra) = (None, ExtraParameters::default());
        Self { client, ask: Ask { assertion, user, scopes, claims_challenge, extra } }
    }

    /// The claims that a resource demanded: the text of a JSON object. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.ask.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// Claims that this program's own caller asks for: the text of a JSON object, merged into the parameter `claims`. A token is
    /// found again in the cache only by a call with the same text.
    pub fn forwarded_client_claims(mut self, json: impl Into<Secret>) -> Self {
        self.ask.extra.set_forwarded_client_claims(json);
        self
    }

    /// An extra member of the request's body; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.ask.extra.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.ask.extra.add_query(name, value);
        self
    }
}

impl Request for AcquireTokenByUserFederatedIdentityCredential {
    type Flow = UserFederatedIdentityCredential;

    fn start(self, env: &mut Env<'_>) -> Step<UserFederatedIdentityCredential> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.ask.check(env).and_then(|ask| ask.resolve(env));
        Step::start(flow, env)
    }
}

impl Flow for UserFederatedIdentityCredential {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Resolving(_, discovery) => discovery.effect(env),
            State::Exchanging(_, exchange) => exchange.effect(env),
            State::Storing(store) => store.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Resolving(ask, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Resolving(ask, discovery),
                Next::Done(document) => return ask.exchange(env, &document).map(Next::Need),
            },
            State::Exchanging(asked, exchange) => {
                let next = exchange.resume(env, reply)?;
                return asked.go_on(env, next).map(Next::Need);
            }
            State::Storing(store) => match store.resume(env, reply)? {
                Next::Need(store) => State::Storing(Box::new(store)),
                Next::Done(result) => return Ok(Next::Done(result)),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Ask {
    fn check(self, env: &Env<'_>) -> Result<Self, Error> {
        let (FederatedUser::Username(user) | FederatedUser::ObjectId(user)) = &self.user;
        let inputs = [("assertion", self.assertion.expose()), ("user", user.as_str())];
        if let Some((parameter, _)) = inputs.into_iter().find(|(_, value)| value.is_empty()) {
            return Err(Error::InvalidParameter { parameter, reason: "it is empty" });
        }
        self.extra.check()?;
        self.extra.claims(env.application(), self.claims_challenge.as_deref())?;
        let scopes = self.scopes.decorated(env.application().exclude_scopes())?;
        Ok(Self { scopes, ..self })
    }

    fn resolve(self, env: &mut Env<'_>) -> Result<UserFederatedIdentityCredential, Error> {
        match Discovery::known_for_sign_in(env, Elsewhere::NOWHERE) {
            Some(document) => self.exchange(env, &document),
            None => {
                let discovery = Discovery::start_sign_in(env, Elsewhere::NOWHERE)?;
                Ok(UserFederatedIdentityCredential(State::Resolving(Box::new(self), discovery)))
            }
        }
    }

    fn exchange(
        self,
        env: &mut Env<'_>,
        document: &TenantDocument,
    ) -> Result<UserFederatedIdentityCredential, Error> {
        let claims = self.extra.claims(env.application(), self.claims_challenge.as_deref())?;
        let Self { assertion, user, scopes, extra, .. } = self;
        let mut form = Vec::with_capacity(extra.data.len() + 5);
        form.push(("grant_type".to_owned(), Secret::new(GRANT_TYPE)));
        form.extend(extra.data.iter().cloned());
        form.push(("user_federated_identity_credential".to_owned(), assertion));
        form.push(("scope".to_owned(), Secret::new(scopes.as_str())));
        let (member, user, routing) = match user {
            FederatedUser::Username(name) => ("username", name.clone(), format!("upn:{name}")),
            FederatedUser::ObjectId(id) => ("user_id", id.clone(), format!("Oid:{id}@{}", document.tenant)),
        };
        form.push((member.to_owned(), Secret::new(user)));
        form.extend(claims.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        let grant = Grant {
            form,
            query: extra.query.clone(),
            // A name that no header can have is not told there.
            routing: Some(routing).filter(|routing| is_graphic(routing)),
            correlation_id: None,
            api_id: ACQUIRE_TOKEN_BY_USER_FIC,
            cache_refresh: 0,
        };
        let next = Exchange::start(env, document, grant)?;
        Box::new(Asked { scopes, data: extra.into_cache_members() }).go_on(env, next)
    }
}

impl Asked {
    fn go_on(
        self: Box<Self>,
        env: &mut Env<'_>,
        next: Next<Exchange>,
    ) -> Result<UserFederatedIdentityCredential, Error> {
        Ok(UserFederatedIdentityCredential(match next {
            Next::Need(exchange) => State::Exchanging(self, Box::new(exchange)),
            Next::Done(issued) => {
                let asked = Stored::new(GRANT_TYPE, self.scopes, self.data);
                State::Storing(Box::new(Store::start(env, issued, asked)?))
            }
        }))
    }
}
