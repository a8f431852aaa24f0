//! Reading what reached the redirect URI, RFC 6749 section 4.1.2, against the sign-in that was kept.
use super::auth_response::{AuthResponse, AuthResponseError};
use super::initiate::AuthCodeFlow;
use super::redeem::{ACQUIRE_TOKEN_BY_AUTHORIZATION_CODE, AuthorizationCode, Redemption, SentTo};
use crate::authority::Elsewhere;
use crate::client::Fingerprint;
use crate::encoding::{from_base64url, uuid4};
use crate::engine::{Env, Request, Step};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::stages::Discovery;
use crate::token::id_token::nonce_hash;
use crate::token::{Scopes, ServiceError};
use alloc::{boxed::Box, format, string::String};
use url::Url;

/// See [`acquire_token_by_auth_code_flow`](crate::ClientApplication::acquire_token_by_auth_code_flow).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenByAuthCodeFlow {
    client: Fingerprint,
    flow: AuthCodeFlow,
    auth_response: Secret,
    scopes: Option<Scopes>,
    extra: ExtraParameters,
    api_id: u16,
}

impl AcquireTokenByAuthCodeFlow {
    pub(crate) fn new(client: Fingerprint, flow: AuthCodeFlow, auth_response: Secret) -> Self {
        let (extra, api_id) = (ExtraParameters::default(), ACQUIRE_TOKEN_BY_AUTHORIZATION_CODE);
        Self { client, flow, auth_response, scopes: None, extra, api_id }
    }

    /// As a part of the call of this number.
    pub(in crate::flows) fn within(
        flow: AuthCodeFlow,
        auth_response: Secret,
        extra: ExtraParameters,
        (api_id, env): (u16, &Env<'_>),
    ) -> Self {
        let client = env.application().fingerprint();
        Self { client, flow, auth_response, scopes: None, extra, api_id }
    }

    /// For some of the scopes only that the person was asked for.
    pub fn scopes<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(Scopes::new(scopes)).filter(|scopes| !scopes.is_empty());
        self
    }

    /// Claims that this program's own caller asks for: the text of a JSON object, merged into the parameter `claims`. A token is
    /// found again in the cache only by a call with the same text.
    pub fn forwarded_client_claims(mut self, json: impl Into<Secret>) -> Self {
        self.extra.set_forwarded_client_claims(json);
        self
    }

    /// An extra member of the request's body; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.extra.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra.add_query(name, value);
        self
    }

    /// Begins the flow.
    pub(in crate::flows) fn begin(self, env: &mut Env<'_>) -> Result<AuthorizationCode, Error> {
        let api_id = self.api_id;
        let checked = self.check(env);
        // The next request tells of a refusal, as of one by the token endpoint.
        if let Err(Error::Service(error) | Error::SignInNeeded(error)) = &checked {
            let (client, id) = (env.application().fingerprint(), uuid4(&env.random("correlation_id")?));
            env.state.telemetry.failed(client, api_id, &id, &error.error);
        }
        Box::new(checked?).resolve(env)
    }

    /// All that can be checked before anybody is asked.
    fn check(self, env: &Env<'_>) -> Result<Redemption, Error> {
        let Self { flow, auth_response, scopes, extra, api_id, .. } = self;
        extra.check()?;
        if flow.state.expose().is_empty() {
            return Err(AuthResponseError::NoFlow.into());
        }
        let response = AuthResponse::parse(auth_response.expose())?;
        if response.state.as_ref() != Some(&flow.state) {
            return Err(AuthResponseError::StateMismatch.into());
        }
        if response.is_query && is_form_post(&flow) {
            return Err(AuthResponseError::ResponseMode.into());
        }
        let asked = Scopes::new(&flow.scope);
        let scope = match scopes {
            Some(scopes) => scopes.decorated(env.application().exclude_scopes())?,
            None => asked.clone(),
        };
        if !scope.iter().all(|scope| asked.iter().any(|one| one == scope)) {
            let reason = "they must be some of those that the person was asked for";
            return Err(Error::InvalidParameter { parameter: "scopes", reason });
        }
        let code = response.code.clone().filter(|code| !code.expose().is_empty());
        match (code, response.error()) {
            (Some(_), Some(_)) => Err(AuthResponseError::CodeAndError.into()),
            (None, None) => Err(AuthResponseError::Neither.into()),
            (None, Some(members)) => {
                // An error is the authority's, too, or counts for nothing.
                let sent_to = SentTo { auth_uri: Secret::new(flow.auth_uri), iss: response.iss };
                let at = Elsewhere { tenant: flow.tenant, instance: None };
                Discovery::known_at(env, &at).map_or(Ok(()), |document| sent_to.check(env, &document))?;
                let error = ServiceError::read(&members, 200, None);
                Err(error.map_or(AuthResponseError::Neither.into(), |error| Box::new(error).into_error()))
            }
            (Some(code), None) => {
                let client_info = response.client_info.as_deref().filter(|info| !info.is_empty());
                let routing = client_info.map(anchor_mailbox).transpose()?.flatten();
                let other = response.cloud_instance_host_name.as_deref().filter(|host| !host.is_empty());
                let instance = other.map(|host| cloud_of_the_person(env, host)).transpose()?.flatten();
                let AuthCodeFlow { auth_uri, redirect_uri, code_verifier, nonce, tenant, .. } = flow;
                Ok(Redemption {
                    code,
                    scope,
                    redirect_uri,
                    code_verifier: Some(code_verifier),
                    nonce: Some(Secret::new(nonce_hash(nonce.expose()))),
                    max_age: flow.max_age,
                    claims_challenge: flow.claims_challenge,
                    sent_to: Some(SentTo { auth_uri: Secret::new(auth_uri), iss: response.iss }),
                    at: Elsewhere { tenant, instance },
                    routing,
                    extra,
                    api_id,
                })
            }
        }
    }
}

impl Request for AcquireTokenByAuthCodeFlow {
    type Flow = AuthorizationCode;

    fn start(self, env: &mut Env<'_>) -> Step<AuthorizationCode> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.begin(env);
        Step::start(flow, env)
    }
}

/// The host of the person's cloud, if that is another than the authority's. A client that did not ask for it does not
/// hear of it.
fn cloud_of_the_person(env: &Env<'_>, host: &str) -> Result<Option<String>, AuthResponseError> {
    let application = env.application();
    if !application.is_instance_aware() {
        return Ok(None);
    }
    let other = application.authority().in_cloud(host).map_err(|_| AuthResponseError::CloudInstance)?;
    Ok(application.other_cloud(other.instance()).map(String::from))
}

/// Whether the answer was asked for as a posted form (OAuth 2.0 Form Post Response Mode section 2).
fn is_form_post(flow: &AuthCodeFlow) -> bool {
    let url = Url::parse(&flow.auth_uri).ok();
    let is_it = |url: Url| url.query_pairs().any(|pair| pair == ("response_mode".into(), "form_post".into()));
    url.is_some_and(is_it)
}

/// The header by which the service routes a request to where the account is; none if `client_info` does not tell.
fn anchor_mailbox(client_info: &str) -> Result<Option<String>, AuthResponseError> {
    let info = from_base64url(client_info).and_then(|info| JsonObject::parse(&info).ok());
    let info = info.ok_or(AuthResponseError::ClientInfo)?;
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-._".contains(&c);
    let id = |name| info.string(name).filter(|id| !id.is_empty() && id.bytes().all(is_plain));
    Ok(id("uid").zip(id("utid")).map(|(uid, utid)| format!("Oid:{uid}@{utid}")))
}
