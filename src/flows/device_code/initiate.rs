//! Asking for the codes, RFC 8628 section 3.1.
use super::DeviceFlow;
use crate::authority::{AuthorityError, Elsewhere, TenantDocument};
use crate::client::Fingerprint;
use crate::encoding::uuid4;
use crate::engine::{Effect, Env, Flow, HttpRequest, Next, Reply, Request, Step};
use crate::error::{Error, HttpStatusError, Misuse};
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::stages::{Discovery, add_headers, http_response};
use crate::token::claims::merge_claims_challenge_and_capabilities;
use crate::token::{Scopes, ServiceError};
use alloc::{borrow::ToOwned, boxed::Box, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

const ENDPOINT: &str = "device authorization endpoint";
const MEMBER: &str = "device_authorization_endpoint";

/// See [`initiate_device_flow`](crate::PublicClientApplication::initiate_device_flow).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct InitiateDeviceFlow {
    client: Fingerprint,
    ask: Ask,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ask {
    #[serde(default)]
    at: Elsewhere,
    scopes: Scopes,
    claims_challenge: Option<String>,
}

/// The flow.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceAuthorization(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding the endpoint.
    Resolving(Ask, Discovery),
    /// Asking for the codes, section 3.1.
    Asking { ask: Ask, endpoint: String, correlation_id: String },
}

impl InitiateDeviceFlow {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes) -> Self {
        Self { client, ask: Ask { at: Elsewhere::default(), scopes, claims_challenge: None } }
    }

    /// For another tenant than that of the authority, by its id or domain. Microsoft Entra, External ID and dSTS have
    /// tenants.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.ask.at.tenant = Some(tenant.into());
        self
    }

    /// The claims that a resource demanded: the text of a JSON object. An empty text is none. Give them to
    /// [`acquire_token_by_device_flow`](crate::PublicClientApplication::acquire_token_by_device_flow), too.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.ask.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }
}

impl Request for InitiateDeviceFlow {
    type Flow = DeviceAuthorization;

    fn start(self, env: &mut Env<'_>) -> Step<DeviceAuthorization> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.begin(env);
        Step::start(flow, env)
    }
}

impl InitiateDeviceFlow {
    /// Begins the flow.
    pub(super) fn begin(self, env: &mut Env<'_>) -> Result<DeviceAuthorization, Error> {
        let ask = self.ask;
        ask.form(env)?;
        match Discovery::known_at(env, &ask.at) {
            Some(document) => ask.at(env, &document),
            None => {
                let discovery = Discovery::start_at(env, &ask.at)?;
                Ok(DeviceAuthorization(State::Resolving(ask, discovery)))
            }
        }
    }
}

impl Ask {
    fn form(&self, env: &Env<'_>) -> Result<Vec<(String, Secret)>, Error> {
        let application = env.application();
        let scopes = self.scopes.decorated(application.exclude_scopes())?;
        let challenge = self.claims_challenge.as_deref();
        let claims = merge_claims_challenge_and_capabilities(application.client_capabilities(), challenge)?;
        let mut form = Vec::with_capacity(3);
        form.push(("client_id".to_owned(), Secret::new(&**application.client_id())));
        form.push(("scope".to_owned(), Secret::new(scopes.as_str())));
        form.extend(claims.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        Ok(form)
    }

    fn at(self, env: &mut Env<'_>, document: &TenantDocument) -> Result<DeviceAuthorization, Error> {
        let reason = "is missing: the authority does not offer the device flow";
        let endpoint = document.device_authorization_endpoint.clone();
        let endpoint = endpoint.ok_or(AuthorityError::Document { member: MEMBER, reason })?;
        let correlation_id = uuid4(&env.random("correlation_id")?);
        Ok(DeviceAuthorization(State::Asking { ask: self, endpoint, correlation_id }))
    }
}

impl Flow for DeviceAuthorization {
    type Output = DeviceFlow;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Resolving(_, discovery) => discovery.effect(env),
            State::Asking { ask, endpoint, correlation_id } => {
                // Checked before, but the flow may have been stored where others can write.
                let url = env.application().authority().check_discovery_endpoint(endpoint);
                let url = url.map_err(|reason| AuthorityError::Document { member: MEMBER, reason })?;
                let form = ask.form(env)?;
                let mut headers = Vec::new();
                add_headers(&mut headers, env, correlation_id, &[]);
                Ok(Effect::HttpRequest(HttpRequest::post(url.into(), headers, form)))
            }
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        match self.0 {
            State::Resolving(ask, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => Ok(Next::Need(Self(State::Resolving(ask, discovery)))),
                Next::Done(document) => ask.at(env, &document).map(Next::Need),
            },
            State::Asking { ask, correlation_id, .. } => {
                let response = http_response(reply)?;
                let status = response.status;
                let members = JsonObject::parse(response.body.expose());
                let service =
                    members.as_ref().ok().and_then(|members| ServiceError::read(members, status, None));
                let service = service.map(|mut service| {
                    service.correlation_id.get_or_insert_with(|| correlation_id.clone());
                    Box::new(service)
                });
                match service {
                    Some(service) if status < 500 => return Err(Error::Service(service)),
                    service if status != 200 => {
                        return Err(HttpStatusError { status, retry_at: None, service }.into());
                    }
                    _ => {}
                }
                let members = members.map_err(|fault| Error::malformed(ENDPOINT, fault))?;
                let flow = DeviceFlow::read(&members, correlation_id, env.now());
                let flow = flow.map(|flow| DeviceFlow { tenant: ask.at.tenant, ..flow });
                flow.map(Next::Done).map_err(|violation| Error::malformed(ENDPOINT, violation))
            }
        }
    }
}
