//! One request to the token endpoint, RFC 6749 section 3.2, and what its answer means.
//!
//! A request that the service does not want to see again is answered from memory until it may be sent.
use super::authenticate::authenticate;
use super::http_response;
use crate::authority::{AuthorityError, TenantDocument};
use crate::client::ClientApplication;
use crate::credential::ClientCredential;
use crate::encoding::{encode_form, plain_path, uuid4};
use crate::engine::{
    ClientAssertion, Effect, Env, Flow, HttpRequest, HttpResponse, Next, Reply, UnixTime, WaitReason,
};
use crate::error::{Error, HttpStatusError};
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::token::ServiceError;
use alloc::borrow::ToOwned;
use alloc::{boxed::Box, format, string::String, string::ToString, vec::Vec};
use serde::{Deserialize, Serialize};

const TOKEN_ENDPOINT: &str = "token endpoint";

/// How long a busy server is left alone if it does not say, in seconds: by a client that many depend on, and by one that
/// is somebody's own.
const DEFAULT_THROTTLE: (u64, u64) = (5, 60);

/// The grant type of RFC 8628 section 3.4.
pub(crate) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How this library is named to the service.
const SKU: &str = "MSAL.Rust";

/// What is asked for, without who asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    /// The members of the body, `grant_type` among them.
    pub(crate) form: Vec<(String, Secret)>,
    /// Extra members of the token endpoint's query.
    pub(crate) query: Vec<(String, String)>,
    /// The header `X-AnchorMailbox`: where the service keeps the account.
    pub(crate) routing: Option<String>,
    /// That of the call, if it has sent requests before; else one is made.
    pub(crate) correlation_id: Option<String>,
    /// MSAL's number of the call.
    pub(crate) api_id: u16,
    /// Why the cache did not do, as the telemetry header counts it.
    pub(crate) cache_refresh: u8,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Exchange {
    grant: Grant,
    token_endpoint: String,
    /// The one of a region, where the request goes in the other's place.
    #[serde(default)]
    regional_token_endpoint: Option<String>,
    tenant: String,
    /// The one that an id token must have, if that is to be checked.
    issuer: Option<String>,
    /// Where the keys are, if the id token's signature is to be verified.
    jwks_uri: Option<String>,
    correlation_id: String,
    /// The host's, for this one request.
    #[serde(skip)]
    assertion: Option<Secret>,
}

/// A successful answer.
pub(crate) struct Issued {
    pub(crate) members: JsonObject,
    pub(crate) token_endpoint: String,
    pub(crate) tenant: String,
    pub(crate) issuer: Option<String>,
    pub(crate) jwks_uri: Option<String>,
    pub(crate) correlation_id: String,
}

impl Exchange {
    /// Begins one; it may end at once, from memory.
    pub(crate) fn start(
        env: &mut Env<'_>,
        document: &TenantDocument,
        grant: Grant,
    ) -> Result<Next<Self>, Error> {
        Self::start_in_region(env, document, None, grant)
    }

    /// The same at the token endpoint of a region, if there is one.
    pub(crate) fn start_in_region(
        env: &mut Env<'_>,
        document: &TenantDocument,
        regional_token_endpoint: Option<String>,
        grant: Grant,
    ) -> Result<Next<Self>, Error> {
        let correlation_id = match &grant.correlation_id {
            Some(id) => id.clone(),
            None => uuid4(&env.random("correlation_id")?),
        };
        let is_strict = env.application().strict_id_token();
        let issuer = is_strict.then(|| document.issuer().map(ToOwned::to_owned)).transpose()?;
        let is_verified = env.application().verify_id_token_signature();
        let jwks_uri = is_verified.then(|| document.jwks_uri().map(ToOwned::to_owned)).transpose()?;
        let exchange = Self {
            grant,
            token_endpoint: document.token_endpoint.clone(),
            regional_token_endpoint,
            tenant: document.tenant.clone(),
            issuer,
            jwks_uri,
            correlation_id,
            assertion: None,
        };
        exchange.go_on(env)
    }

    /// Sends, unless the host's assertion is still to come or the answer is remembered.
    fn go_on(self, env: &mut Env<'_>) -> Result<Next<Self>, Error> {
        if self.needs_assertion(env) || env.state.throttled.is_empty() {
            return Ok(Next::Need(self));
        }
        let request = self.request(env)?;
        let salt = env.random("throttle")?;
        let keys = env.state.throttled.keys(&request, || salt);
        match env.state.throttled.answer(&keys, env.now()).cloned() {
            Some((response, retry_at)) => self.read(env, &response, Some(retry_at)),
            None => Ok(Next::Need(self)),
        }
    }

    fn needs_assertion(&self, env: &Env<'_>) -> bool {
        matches!(env.application().credential(), Some(ClientCredential::AssertionFromHost))
            && self.assertion.is_none()
    }

    /// The request with fresh client authentication.
    fn request(&self, env: &mut Env<'_>) -> Result<HttpRequest, Error> {
        let mut url = self.regional_token_endpoint.as_ref().unwrap_or(&self.token_endpoint).clone();
        if !self.grant.query.is_empty() {
            let query = self.grant.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            url = format!("{url}{}{}", if url.contains('?') { '&' } else { '?' }, encode_form(query));
        }
        let application = env.application();
        self.check_token_endpoint(application)?;
        let mut form = Vec::with_capacity(self.grant.form.len() + 4);
        form.push(("client_id".to_owned(), Secret::new(&**application.client_id())));
        form.push(("client_info".to_owned(), Secret::new("1")));
        authenticate(&mut form, env, &self.token_endpoint, self.assertion.as_ref())?;
        // What the caller says of a member prevails.
        for (name, value) in &self.grant.form {
            form.retain(|(own, _)| own != name);
            form.push((name.clone(), value.clone()));
        }
        Ok(HttpRequest::post(url, self.headers(env), form))
    }

    /// A flow may have been stored where others can write: no credential leaves for another host.
    fn check_token_endpoint(&self, application: &ClientApplication) -> Result<(), AuthorityError> {
        let (authority, host) = (application.authority(), application.environment());
        if let Some(url) = &self.regional_token_endpoint {
            let checked = authority.check_regional_endpoint(url);
            checked.map_err(|reason| AuthorityError::Document { member: "token_endpoint", reason })?;
        }
        if [authority.as_str(), &self.token_endpoint].iter().all(|url| plain_path(url, host).is_some()) {
            return Ok(());
        }
        let checked = authority.check_discovery_endpoint(&self.token_endpoint);
        checked.map(drop).map_err(|reason| AuthorityError::Document { member: "token_endpoint", reason })
    }

    fn headers(&self, env: &Env<'_>) -> Vec<(String, String)> {
        let current = format!("4|{},{}|", self.grant.api_id, self.grant.cache_refresh);
        let last = env.state.telemetry.last(env.application().fingerprint());
        let telemetry = [("x-client-current-telemetry", &*current), ("x-client-last-telemetry", &*last)];
        let mut headers = Vec::with_capacity(12);
        headers.push(("accept".to_owned(), "application/json".to_owned()));
        add_headers(&mut headers, env, &self.correlation_id, &telemetry);
        let routing = self.grant.routing.clone();
        headers.extend(routing.map(|routing| ("x-anchormailbox".to_owned(), routing)));
        headers
    }

    /// Whether the same is asked again and again (RFC 8628 section 3.4): a refusal says nothing of the next question.
    fn is_polled(&self) -> bool {
        let mut members = self.grant.form.iter();
        members.any(|(name, value)| name == "grant_type" && value.expose() == DEVICE_CODE)
    }

    /// An answer that says "not now" is the answer to the same request for a while.
    fn remember(&self, env: &mut Env<'_>, response: &HttpResponse) -> Result<Option<UnixTime>, Error> {
        let request = self.request(env)?;
        let salt = env.random("throttle")?;
        let keys = env.state.throttled.keys(&request, || salt);
        Ok(env.state.throttled.note(keys, response, env.now(), default_throttle(env)))
    }

    /// What an answer means, RFC 6749 sections 5.1 and 5.2.
    fn read(
        self,
        env: &mut Env<'_>,
        response: &HttpResponse,
        retry_at: Option<UnixTime>,
    ) -> Result<Next<Self>, Error> {
        let client = env.application().fingerprint();
        let status = response.status;
        let members = JsonObject::parse(response.body.expose());
        let service = members.as_ref().ok().and_then(|members| ServiceError::read(members, status, retry_at));
        if status >= 500 {
            return Err(HttpStatusError { status, retry_at, service: service.map(Box::new) }.into());
        }
        if let Some(error) = service {
            if !is_pending(&error) {
                env.state.telemetry.failed(client, self.grant.api_id, &self.correlation_id, &error.error);
            }
            return Err(Box::new(error).into_error());
        }
        if status != 200 {
            return Err(HttpStatusError { status, retry_at, service: None }.into());
        }
        let members = members.map_err(|fault| Error::malformed(TOKEN_ENDPOINT, fault))?;
        env.state.telemetry.succeeded(client);
        let Self { token_endpoint, tenant, issuer, jwks_uri, correlation_id, .. } = self;
        Ok(Next::Done(Issued { members, token_endpoint, tenant, issuer, jwks_uri, correlation_id }))
    }
}

/// What MSAL sends with each request of a grant, and what the call adds.
pub(crate) fn add_headers(
    headers: &mut Vec<(String, String)>,
    env: &Env<'_>,
    correlation_id: &str,
    further: &[(&str, &str)],
) {
    let application = env.application();
    let own = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("client-request-id", correlation_id),
        ("x-client-sku", SKU),
        ("x-client-ver", crate::VERSION),
        ("x-client-os", env.facts.platform()),
    ];
    let app = [("x-app-name", application.app_name()), ("x-app-ver", application.app_version())];
    let app = app.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let all = own.into_iter().chain(further.iter().copied());
    let all = all.chain([("x-ms-lib-capability", "retry-after, h429")]).chain(app);
    headers.extend(all.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

/// How many seconds a busy server is left alone if it does not say.
pub(crate) fn default_throttle(env: &Env<'_>) -> u64 {
    let (confidential, public) = DEFAULT_THROTTLE;
    if env.application().credential().is_some() { confidential } else { public }
}

/// Whether it asks to be asked again: it is neither remembered nor counted as a failure.
fn is_pending(error: &ServiceError) -> bool {
    WaitReason::of_device_flow(&error.error).is_some()
}

impl Flow for Exchange {
    type Output = Issued;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        if self.needs_assertion(env) {
            return Ok(Effect::ClientAssertion(ClientAssertion {
                client_id: env.application().client_id().to_string(),
                token_endpoint: self.token_endpoint.clone(),
                tenant: self.tenant.clone(),
            }));
        }
        self.request(env).map(Effect::HttpRequest)
    }

    fn resume(mut self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        // The credential may have become another while a token was on its way.
        if self.needs_assertion(env) && !matches!(reply, Reply::HttpRequest(_)) {
            let assertion = reply.client_assertion()??;
            ClientCredential::check_assertion(assertion.expose())?;
            self.assertion = Some(assertion);
            return self.go_on(env);
        }
        let response = http_response(reply)?;
        let is_error = !(200..300).contains(&response.status);
        let is_remembered = is_error && (response.status != 400 || !self.is_polled());
        let retry_at = if is_remembered { self.remember(env, &response)? } else { None };
        self.read(env, &response, retry_at)
    }
}
