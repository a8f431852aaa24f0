//! Asking the federation service of the user's organization for a SAML assertion.
use super::call::Call;
use crate::authority::strict_https;
use crate::encoding::uuid4;
use crate::engine::{
    Effect, Env, Flow, HttpContent, HttpRequest, HttpResponse, Method, Next, Reply, UnixTime,
};
use crate::error::{Error, HttpStatusError};
use crate::secret::Secret;
use crate::stages::{default_throttle, http_response};
use crate::wstrust::{
    Endpoint, SecurityToken, SecurityTokenRequest, WsTrustError, is_xml, read_mex, read_response,
};
use alloc::borrow::ToOwned;
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

const METADATA: &str = "metadata of the user's federation service";
const SERVICE: &str = "user's federation service";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Federation {
    username: String,
    password: Secret,
    /// Whom the assertion is for.
    cloud_audience_urn: String,
    state: State,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Reading which endpoints the service has, WS-MetadataExchange.
    ReadingMetadata { federation_metadata_url: String },
    /// Asking for the assertion, WS-Trust 1.3 section 4.
    RequestingSecurityToken(Endpoint),
}

impl Federation {
    /// Begins it; it may end at once, from memory.
    pub(super) fn start(
        env: &mut Env<'_>,
        call: &Call,
        federation_metadata_url: Option<String>,
        federation_active_auth_url: Option<String>,
        cloud_audience_urn: String,
    ) -> Result<Self, Error> {
        let reason = "it has a character that no XML, and so no federation service, takes";
        for (parameter, text) in [("username", &*call.username), ("password", call.password.expose())] {
            if !is_xml(text) {
                return Err(Error::InvalidParameter { parameter, reason });
            }
        }
        let endpoint = match &federation_metadata_url {
            Some(url) => match env.state.federation.endpoint(url, env.now()).cloned() {
                Some(None) => return Err(WsTrustError::NoEndpoint.into()),
                known => known.flatten(),
            },
            None => Some(
                federation_active_auth_url.and_then(Endpoint::of_address).ok_or(WsTrustError::NoEndpoint)?,
            ),
        };
        let federation_metadata_url = federation_metadata_url.unwrap_or_default();
        let federation = Self {
            username: call.username.clone(),
            password: call.password.clone(),
            cloud_audience_urn,
            state: State::ReadingMetadata { federation_metadata_url },
        };
        match endpoint {
            Some(endpoint) => federation.ask(env, endpoint),
            None => Ok(federation),
        }
    }

    /// A service that refused this user not long ago is not asked.
    fn ask(self, env: &mut Env<'_>, endpoint: Endpoint) -> Result<Self, Error> {
        let salt = env.random("throttle")?;
        let key = env.state.throttled.user_key(&endpoint.address, &self.username, || salt);
        if let Some((response, retry_at)) = env.state.throttled.fault(&key, env.now()) {
            read(response, Some(*retry_at))?;
        }
        Ok(Self { state: State::RequestingSecurityToken(endpoint), ..self })
    }

    fn request(&self, env: &mut Env<'_>, endpoint: &Endpoint) -> Result<HttpRequest, Error> {
        let version = endpoint.version().ok_or(WsTrustError::NoEndpoint)?;
        let url = checked("endpoint", &endpoint.address)?;
        let request = SecurityTokenRequest {
            version,
            address: &endpoint.address,
            username: &self.username,
            password: &self.password,
            cloud_audience_urn: &self.cloud_audience_urn,
            message_id: &uuid4(&env.random("message_id")?),
            now: env.now(),
        };
        let headers =
            [("content-type", "application/soap+xml; charset=utf-8"), ("soapaction", version.action())];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let content = HttpContent::Xml(request.envelope());
        Ok(HttpRequest { method: Method::Post, url, headers, content, timeout: None })
    }
}

impl Flow for Federation {
    type Output = SecurityToken;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        Ok(Effect::HttpRequest(match &self.state {
            State::ReadingMetadata { federation_metadata_url } => {
                let url = checked("federation_metadata_url", federation_metadata_url)?;
                HttpRequest { headers: Vec::new(), ..HttpRequest::get(url) }
            }
            State::RequestingSecurityToken(endpoint) => self.request(env, endpoint)?,
        }))
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let response = http_response(reply)?;
        let is_success = (200..300).contains(&response.status);
        match &self.state {
            State::ReadingMetadata { federation_metadata_url } => {
                if !is_success {
                    let status = response.status;
                    return Err(HttpStatusError { status, retry_at: None, service: None }.into());
                }
                let found = read_mex(response.body.expose());
                let found = found.map_err(|violation| Error::malformed(METADATA, violation))?;
                let now = env.now();
                env.state.federation.put_endpoint(federation_metadata_url, found.clone(), now);
                self.ask(env, found.ok_or(WsTrustError::NoEndpoint)?).map(Next::Need)
            }
            State::RequestingSecurityToken(endpoint) => {
                let mut retry_at = None;
                if !is_success {
                    let salt = env.random("throttle")?;
                    let key = env.state.throttled.user_key(&endpoint.address, &self.username, || salt);
                    let (now, seconds) = (env.now(), default_throttle(env));
                    retry_at = env.state.throttled.note_fault(key, &response, now, seconds);
                }
                read(&response, retry_at).map(Next::Done)
            }
        }
    }
}

/// What an answer means. One that is no XML is told by its status, if that is an error.
fn read(response: &HttpResponse, retry_at: Option<UnixTime>) -> Result<SecurityToken, Error> {
    let status = response.status;
    match read_response(status, response.body.expose()) {
        Ok(Err(WsTrustError::Fault(mut fault))) => {
            fault.retry_at = retry_at;
            Err(WsTrustError::Fault(fault).into())
        }
        Ok(read) => Ok(read?),
        Err(_) if !(200..300).contains(&status) => {
            Err(HttpStatusError { status, retry_at, service: None }.into())
        }
        Err(violation) => Err(Error::malformed(SERVICE, violation)),
    }
}

/// Checked before, but the flow may have been stored where others can write: no password leaves without TLS.
fn checked(member: &'static str, url: &str) -> Result<String, WsTrustError> {
    strict_https(url).map(String::from).map_err(|reason| WsTrustError::Address { member, reason })
}
