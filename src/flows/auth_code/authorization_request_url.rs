//! The first half of a sign-in without what protects it: MSAL's older call, for those who migrate.
use super::authorization_request::{authorization_uri, check_parameters};
use crate::authority::TenantDocument;
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use crate::secret::Secret;
use crate::stages::Discovery;
use crate::token::Scopes;
use crate::token::claims::merge_claims_challenge_and_capabilities;
use alloc::{borrow::ToOwned, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// See [`get_authorization_request_url`](crate::ClientApplication::get_authorization_request_url).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct GetAuthorizationRequestUrl {
    client: Fingerprint,
    ask: Ask,
}

/// The flow: a request at most, none if the authority's document is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequestUrl {
    ask: Ask,
    discovery: Discovery,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ask {
    scopes: Scopes,
    response_type: String,
    claims_challenge: Option<String>,
    parameters: Vec<(String, Secret)>,
}

impl GetAuthorizationRequestUrl {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes) -> Self {
        let response_type = "code".to_owned();
        Self { client, ask: Ask { scopes, response_type, claims_challenge: None, parameters: Vec::new() } }
    }

    /// `code`, the default, or what else the service answers with (OAuth 2.0 Multiple Response Types). This library reads
    /// codes alone.
    pub fn response_type(mut self, response_type: impl Into<String>) -> Self {
        self.ask.response_type = response_type.into();
        self
    }

    /// The claims that a resource demanded: the text of a JSON object. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.ask.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// A parameter of the authorization request as it is sent: `redirect_uri`, `state`, `nonce`, `prompt`, `login_hint`,
    /// `domain_hint` or another.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.ask.parameters.push((name.into(), Secret::new(value.into())));
        self
    }
}

impl Request for GetAuthorizationRequestUrl {
    type Flow = AuthorizationRequestUrl;

    fn start(self, env: &mut Env<'_>) -> Step<AuthorizationRequestUrl> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let Self { ask, .. } = self;
        if let Err(error) = ask.check(env) {
            return Step::Done(Err(error));
        }
        match Discovery::known(env) {
            Some(document) => Step::Done(ask.url(env, &document)),
            None => {
                let discovery = Discovery::start(env);
                Step::new(AuthorizationRequestUrl { ask, discovery }, env)
            }
        }
    }
}

impl Flow for AuthorizationRequestUrl {
    type Output = String;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        self.discovery.effect(env)
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let Self { ask, discovery } = self;
        Ok(match discovery.resume(env, reply)? {
            Next::Need(discovery) => Next::Need(Self { ask, discovery }),
            Next::Done(document) => Next::Done(ask.url(env, &document)?),
        })
    }
}

/// Parameters that have a method, or that this library answers for.
const OWN: [&str; 4] = ["claims", "client_id", "response_type", "scope"];

impl Ask {
    fn check(&self, env: &Env<'_>) -> Result<(), Error> {
        self.scopes.decorated(env.application().exclude_scopes())?;
        self.claims(env)?;
        check_parameters(&self.parameters, &OWN)
    }

    fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        let capabilities = env.application().client_capabilities();
        merge_claims_challenge_and_capabilities(capabilities, self.claims_challenge.as_deref())
    }

    fn url(&self, env: &Env<'_>, document: &TenantDocument) -> Result<String, Error> {
        let application = env.application();
        let scope = self.scopes.decorated(application.exclude_scopes())?;
        let claims = self.claims(env)?;
        let own = [
            ("client_id", &**application.client_id()),
            ("response_type", &self.response_type),
            ("scope", scope.as_str()),
        ];
        let claims = claims.as_deref().map(|claims| ("claims", claims));
        let further = self.parameters.iter().map(|(name, value)| (name.as_str(), value.expose()));
        Ok(authorization_uri(document, own.into_iter().chain(claims).chain(further)))
    }
}
