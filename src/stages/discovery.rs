//! Finding an authority's endpoints: MSAL's instance discovery for a host of no known cloud, then
//! OpenID Connect Discovery 1.0 section 4. The document is remembered for a day.
use super::{http_response, signing_keys};
use crate::authority::{AuthorityError, AuthorityUrl, Elsewhere, InstanceDocument, TenantDocument};
use crate::encoding::encode_form;
use crate::engine::{Effect, Env, Flow, HttpRequest, HttpResponse, Next, Reply};
use crate::error::{Error, HttpStatusError};
use crate::json::JsonObject;
use alloc::{borrow::ToOwned, format, string::String, sync::Arc};
use serde::{Deserialize, Serialize};

const INSTANCE: &str = "instance discovery endpoint";
pub(super) const DOCUMENT: &str = "discovery document";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Discovery {
    /// Of which tenant and cloud, if not the authority's own.
    #[serde(default)]
    at: Elsewhere,
    /// Whether an id token is to come, whose signature may be verified.
    signs_in: bool,
    state: State,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Asking a cloud whether it knows the authority's host.
    ValidatingInstance,
    /// Reading the tenant's document, OpenID Connect Discovery 1.0 section 4.1.
    ReadingDocument { tenant_discovery_endpoint: String },
    /// Fetching the keys by which it signs, RFC 7517 section 5, for a client that verifies signatures.
    FetchingKeys(Arc<TenantDocument>),
}

impl Discovery {
    pub(crate) fn start(env: &Env<'_>) -> Self {
        let state = State::start(env, env.application().authority());
        Self { at: Elsewhere::default(), signs_in: false, state }
    }

    /// The same elsewhere.
    pub(crate) fn start_at(env: &Env<'_>, at: &Elsewhere) -> Result<Self, Error> {
        let state = State::start(env, &*env.application().authority_at(at)?);
        Ok(Self { at: at.clone(), signs_in: false, state })
    }

    /// The same before an id token is asked for: with the keys, if its signature is going to be verified.
    pub(crate) fn start_sign_in(env: &Env<'_>, at: &Elsewhere) -> Result<Self, Error> {
        let state = match Self::known_at(env, at) {
            Some(document) => State::FetchingKeys(document),
            None => State::start(env, &*env.application().authority_at(at)?),
        };
        Ok(Self { at: at.clone(), signs_in: true, state })
    }

    /// What is known without asking: by convention, from the program, or from earlier.
    pub(crate) fn known(env: &Env<'_>) -> Option<Arc<TenantDocument>> {
        Self::known_at(env, Elsewhere::NOWHERE)
    }

    /// The same elsewhere.
    pub(crate) fn known_at(env: &Env<'_>, at: &Elsewhere) -> Option<Arc<TenantDocument>> {
        let application = env.application();
        if let Some(document) = application.document_at(at) {
            return Some(document);
        }
        let authority = application.authority_at(at).ok()?;
        let document = env.state.documents.get(application, &authority, env.now())?;
        // One that was remembered when less was needed of it is read anew.
        let lacks_issuer = application.strict_id_token() && document.issuer().is_err();
        let lacks_keys = application.verify_id_token_signature() && document.jwks_uri().is_err();
        (!lacks_issuer && !lacks_keys).then(|| document.clone())
    }

    /// The same if nothing is missing before an id token is asked for.
    pub(crate) fn known_for_sign_in(env: &Env<'_>, at: &Elsewhere) -> Option<Arc<TenantDocument>> {
        Self::known_at(env, at).filter(|document| has_keys(env, document))
    }
}

impl State {
    fn start(env: &Env<'_>, authority: &AuthorityUrl) -> Self {
        match env.application().instance_discovery_endpoint() {
            Some(_) if authority.needs_validation() => Self::ValidatingInstance,
            _ => Self::ReadingDocument { tenant_discovery_endpoint: authority.discovery_endpoint() },
        }
    }
}

impl Flow for Discovery {
    type Output = Arc<TenantDocument>;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        let application = env.application();
        let authority = application.authority_at(&self.at)?;
        let url = match &self.state {
            State::ValidatingInstance => {
                let endpoint = application.instance_discovery_endpoint();
                let endpoint = endpoint.ok_or(Error::Bug("instance discovery is off"))?;
                let asked = authority.authorization_endpoint_to_validate();
                let query = encode_form([("authorization_endpoint", asked.as_str()), ("api-version", "1.0")]);
                let separator = if endpoint.contains('?') { '&' } else { '?' };
                format!("{endpoint}{separator}{query}")
            }
            State::ReadingDocument { tenant_discovery_endpoint } => {
                // Checked before, but the flow may have been stored where others can write.
                let url = authority.check_discovery_endpoint(tenant_discovery_endpoint);
                let member = "tenant_discovery_endpoint";
                url.map_err(|reason| AuthorityError::Document { member, reason })?.into()
            }
            State::FetchingKeys(document) => return signing_keys::request(env, document.jwks_uri()?),
        };
        Ok(Effect::HttpRequest(HttpRequest::get(url)))
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let application = env.application();
        let authority = application.authority_at(&self.at)?;
        let state = match self.state {
            State::ValidatingInstance => {
                let response = http_response(reply)?;
                if is_invalid_instance(&response) {
                    return Err(AuthorityError::InvalidInstance(authority.instance().to_owned()).into());
                }
                let members = read(&response, &authority, INSTANCE)?;
                let InstanceDocument { tenant_discovery_endpoint } =
                    InstanceDocument::read(&authority, &members)?;
                State::ReadingDocument { tenant_discovery_endpoint }
            }
            State::ReadingDocument { tenant_discovery_endpoint } => {
                let members = read(&http_response(reply)?, &authority, DOCUMENT)?;
                let document = TenantDocument::read(&authority, &tenant_discovery_endpoint, &members)?;
                let document = Arc::new(document);
                let now = env.now();
                env.state.documents.put(application, &authority, document.clone(), now);
                if !self.signs_in || has_keys(env, &document) {
                    return Ok(Next::Done(document));
                }
                State::FetchingKeys(document)
            }
            State::FetchingKeys(document) => {
                // It was checked before, but the flow may have been stored where others can write.
                document.check(&authority)?;
                signing_keys::remember(env, document.jwks_uri()?, reply)?;
                return Ok(Next::Done(document));
            }
        };
        Ok(Next::Need(Self { state, ..self }))
    }
}

/// Whether no keys are needed, or they are remembered.
fn has_keys(env: &Env<'_>, document: &TenantDocument) -> bool {
    let known = || env.state.signing_keys.get(document.jwks_uri().ok()?, env.now());
    !env.application().verify_id_token_signature() || known().is_some()
}

/// Whether a cloud says that it does not know the host; it does so with a 400.
fn is_invalid_instance(response: &HttpResponse) -> bool {
    let members = JsonObject::parse(response.body.expose()).unwrap_or_default();
    response.status < 500 && members.string("error").as_deref() == Some("invalid_instance")
}

/// The object in an answer; else the error that its status is.
pub(super) fn read(
    response: &HttpResponse,
    authority: &AuthorityUrl,
    name: &'static str,
) -> Result<JsonObject, Error> {
    let status = response.status;
    if status == 200 {
        return JsonObject::parse(response.body.expose()).map_err(|fault| Error::malformed(name, fault));
    }
    if (400..500).contains(&status) {
        let (host, tenant) = (authority.instance().to_owned(), authority.tenant().to_owned());
        return Err(AuthorityError::Discovery { host, tenant, status }.into());
    }
    Err(HttpStatusError { status, retry_at: None, service: None }.into())
}
