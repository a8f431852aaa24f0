//! Sending a person to sign in, RFC 6749 section 4.1.1 and OpenID Connect Core section 3.1.2.1.
use super::authorization_request::AuthorizationRequest;
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::secret::Secret;
use crate::stages::Discovery;
use crate::token::Scopes;
use alloc::{string::String, vec::Vec};
use core::fmt;
use serde::{Deserialize, Serialize};

/// See [`initiate_auth_code_flow`](crate::ClientApplication::initiate_auth_code_flow).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct InitiateAuthCodeFlow {
    client: Fingerprint,
    scopes: Scopes,
    request: AuthorizationRequest,
}

/// What is kept while the person signs in, with MSAL's member names. It ties the answer to this sign-in: keep it as you
/// would a password, and use it once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthCodeFlow {
    /// Where the person is to go.
    pub auth_uri: String,
    /// What comes back with the answer (RFC 6749 section 10.12).
    pub state: Secret,
    /// Where the answer comes to; none if the service knows.
    pub redirect_uri: Option<String>,
    /// What is asked for, the reserved scopes among it.
    pub scope: Vec<String>,
    /// RFC 7636 section 4.1.
    pub code_verifier: Secret,
    /// Its hash comes back in the id token (OpenID Connect Core section 15.5.2).
    pub nonce: Secret,
    /// How long ago the person may have signed in, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    /// The claims that the token is asked for with, too.
    #[serde(default)]
    pub claims_challenge: Option<String>,
    /// The tenant, if it is another than the authority's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// The address is shown without its query: the state is in it, and who is expected.
impl fmt::Debug for AuthCodeFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthCodeFlow")
            .field("auth_uri", &self.auth_uri.split('?').next())
            .field("redirect_uri", &self.redirect_uri)
            .field("scope", &self.scope)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

/// The flow: a request at most, none if the authority's document is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Initiation {
    scopes: Scopes,
    request: AuthorizationRequest,
    discovery: Discovery,
}

impl InitiateAuthCodeFlow {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes) -> Self {
        Self { client, scopes, request: AuthorizationRequest::default() }
    }

    /// For another tenant than that of the authority, by its id or domain. Microsoft Entra, External ID and dSTS have
    /// tenants.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.request.at.tenant = Some(tenant.into());
        self
    }

    /// Where the answer is to come, as registered. Without it, the service takes the one that is.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.request.redirect_uri = Some(uri.into());
        self
    }

    /// A state of the program's own; without it, one is made.
    pub fn state(mut self, state: impl Into<Secret>) -> Self {
        self.request.state = Some(state.into()).filter(|state| !state.expose().is_empty());
        self
    }

    /// What the service asks of the person, see [`Prompt`](super::Prompt).
    pub fn prompt(self, prompt: impl Into<String>) -> Self {
        self.parameter("prompt", prompt)
    }

    /// Who is expected to sign in, usually a user principal name.
    pub fn login_hint(mut self, hint: impl Into<String>) -> Self {
        self.request.login_hint = Some(Secret::new(hint.into()));
        self
    }

    /// `consumers`, `organizations` or a tenant's domain: spares the person a page.
    pub fn domain_hint(self, hint: impl Into<String>) -> Self {
        self.parameter("domain_hint", hint)
    }

    /// The claims that a resource demanded: the text of a JSON object. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.request.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// How long ago the person may have signed in, in seconds. The id token is checked for it.
    pub fn max_age(mut self, seconds: u64) -> Self {
        self.request.max_age = Some(seconds);
        self
    }

    /// `form_post` or `query`, the default (OAuth 2.0 Multiple Response Types section 2.1).
    pub fn response_mode(self, mode: impl Into<String>) -> Self {
        self.parameter("response_mode", mode)
    }

    /// A further parameter of the authorization request, such as `ui_locales`, `acr_values` or `id_token_hint`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.parameters.push((name.into(), Secret::new(value.into())));
        self
    }
}

impl Request for InitiateAuthCodeFlow {
    type Flow = Initiation;

    fn start(self, env: &mut Env<'_>) -> Step<Initiation> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let Self { scopes, request, .. } = self;
        let scopes = request.check(env).and_then(|()| scopes.decorated(env.application().exclude_scopes()));
        let scopes = match scopes {
            Ok(scopes) => scopes,
            Err(error) => return Step::Done(Err(error)),
        };
        match Discovery::known_at(env, &request.at) {
            Some(document) => Step::Done(request.flow(env, &document, &scopes)),
            None => {
                let discovery = Discovery::start_at(env, &request.at);
                Step::start(discovery.map(|discovery| Initiation { scopes, request, discovery }), env)
            }
        }
    }
}

impl Flow for Initiation {
    type Output = AuthCodeFlow;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        self.discovery.effect(env)
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let Self { scopes, request, discovery } = self;
        Ok(match discovery.resume(env, reply)? {
            Next::Need(discovery) => Next::Need(Self { scopes, request, discovery }),
            Next::Done(document) => Next::Done(request.flow(env, &document, &scopes)?),
        })
    }
}
