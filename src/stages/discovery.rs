//! Finding an authority's endpoints: MSAL's instance discovery for a host of no known cloud, then
//! OpenID Connect Discovery 1.0 section 4. The document is remembered for a day.
use super::http_response;
use crate::authority::{AuthorityError, InstanceDocument, TenantDocument};
use crate::encoding::encode_form;
use crate::engine::{Effect, Env, Flow, HttpRequest, HttpResponse, Next, Reply};
use crate::error::{Error, HttpStatusError};
use crate::json::JsonObject;
use alloc::{borrow::ToOwned, format, string::String, sync::Arc};
use serde::{Deserialize, Serialize};

const INSTANCE: &str = "instance discovery endpoint";
const DOCUMENT: &str = "discovery document";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Discovery {
    /// Asking a cloud whether it knows the authority's host.
    ValidatingInstance,
    /// Reading the tenant's document, OpenID Connect Discovery 1.0 section 4.1.
    ReadingDocument { tenant_discovery_endpoint: String },
}

impl Discovery {
    pub(crate) fn start(env: &Env<'_>) -> Self {
        match env.application().instance_discovery_endpoint() {
            Some(_) => Self::ValidatingInstance,
            None => {
                let tenant_discovery_endpoint = env.application().authority().discovery_endpoint();
                Self::ReadingDocument { tenant_discovery_endpoint }
            }
        }
    }

    /// What is remembered from earlier.
    pub(crate) fn known<'a>(env: &'a Env<'_>) -> Option<&'a Arc<TenantDocument>> {
        env.state.documents.get(env.application(), env.now())
    }
}

impl Flow for Discovery {
    type Output = TenantDocument;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        let url = match self {
            Self::ValidatingInstance => {
                let application = env.application();
                let endpoint = application.instance_discovery_endpoint();
                let endpoint = endpoint.ok_or(Error::Bug("instance discovery is off"))?;
                let asked = application.authority().authorization_endpoint_to_validate();
                let query = encode_form([("authorization_endpoint", asked.as_str()), ("api-version", "1.0")]);
                let separator = if endpoint.contains('?') { '&' } else { '?' };
                format!("{endpoint}{separator}{query}")
            }
            Self::ReadingDocument { tenant_discovery_endpoint } => {
                // Checked before, but the flow may have been stored where others can write.
                let url = env.application().authority().check_discovery_endpoint(tenant_discovery_endpoint);
                let member = "tenant_discovery_endpoint";
                url.map_err(|reason| AuthorityError::Document { member, reason })?.into()
            }
        };
        Ok(Effect::HttpRequest(HttpRequest::get(url)))
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let response = http_response(reply)?;
        let authority = env.application().authority();
        match self {
            Self::ValidatingInstance => {
                if is_invalid_instance(&response) {
                    return Err(AuthorityError::InvalidInstance(authority.instance().to_owned()).into());
                }
                let members = read(&response, env, INSTANCE)?;
                let InstanceDocument { tenant_discovery_endpoint } =
                    InstanceDocument::read(authority, &members)?;
                Ok(Next::Need(Self::ReadingDocument { tenant_discovery_endpoint }))
            }
            Self::ReadingDocument { tenant_discovery_endpoint } => {
                let members = read(&response, env, DOCUMENT)?;
                let document = TenantDocument::read(authority, &tenant_discovery_endpoint, &members)?;
                let now = env.now();
                env.state.documents.put(env.application(), document.clone(), now);
                Ok(Next::Done(document))
            }
        }
    }
}

/// Whether a cloud says that it does not know the host; it does so with a 400.
fn is_invalid_instance(response: &HttpResponse) -> bool {
    let members = JsonObject::parse(response.body.expose()).unwrap_or_default();
    response.status < 500 && members.string("error").as_deref() == Some("invalid_instance")
}

/// The object in an answer; else the error that its status is.
fn read(response: &HttpResponse, env: &Env<'_>, name: &'static str) -> Result<JsonObject, Error> {
    let status = response.status;
    if status == 200 {
        return JsonObject::parse(response.body.expose()).map_err(|fault| Error::malformed(name, fault));
    }
    if (400..500).contains(&status) {
        let authority = env.application().authority();
        let (host, tenant) = (authority.instance().to_owned(), authority.tenant().to_owned());
        return Err(AuthorityError::Discovery { host, tenant, status }.into());
    }
    Err(HttpStatusError { status, retry_at: None, service: None }.into())
}
