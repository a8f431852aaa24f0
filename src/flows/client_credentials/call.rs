//! What a call of this grant asks for, and whether it can be asked.
use super::ClientCredentials;
use super::binding::Binding;
use crate::authority::Elsewhere;
use crate::cache::{AccessTokenQuery, ExtCacheKey};
use crate::client::Fingerprint;
use crate::engine::{Env, Request, Step};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::stages::{ActingAs, Region};
use crate::token::response::MTLS_POP;
use crate::token::{RejectedToken, Scopes};
use alloc::{borrow::ToOwned, boxed::Box};
use alloc::{string::String, sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};

/// What a call to [`acquire_token_for_client`](crate::ConfidentialClientApplication::acquire_token_for_client) asks.
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenForClient {
    client: Fingerprint,
    call: Call,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) scopes: Scopes,
    /// Most calls have none, and a call is moved often.
    extras: Option<Box<Extras>>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Extras {
    at: Elsewhere,
    claims_challenge: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<RejectedToken>,
    parameters: ExtraParameters,
    /// Who asks, if that is not the program's own client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acting_as: Option<ActingAs>,
    /// To what certificate the token is to be bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    binding: Option<Binding>,
}

impl AcquireTokenForClient {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes) -> Self {
        Self { client, call: Call { scopes, extras: None } }
    }

    /// For another tenant than that of the authority, by its id or domain. Microsoft Entra, External ID and dSTS have
    /// tenants.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.call.extras().at.tenant = Some(tenant.into());
        self
    }

    /// The claims that a resource demanded in its `WWW-Authenticate` header: the text of a JSON object. The cache
    /// is then not asked, only written. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.call.extras().claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// The path of a federated managed identity, in whose name the token is asked for; case counts. A token is found again only
    /// by a call with the same path.
    pub fn fmi_path(self, path: impl Into<Secret>) -> Self {
        self.data("fmi_path", path)
    }

    /// Attribute tokens that the token is to be issued to, in any order. A token is found again only by a call with the same.
    pub fn attribute_tokens<S: AsRef<str>>(self, tokens: impl IntoIterator<Item = S>) -> Self {
        self.data("attribute_tokens", Scopes::new(tokens).as_str())
    }

    /// Claims that this program's own caller asks for: the text of a JSON object, merged into the parameter `claims`. Unlike a
    /// challenge they do not pass by the cache; a token is found again only by a call with the same text.
    pub fn forwarded_client_claims(mut self, json: impl Into<Secret>) -> Self {
        self.call.extras().parameters.set_forwarded_client_claims(json);
        self
    }

    /// Only if the token in the cache is the one that the resource turned away, of which this is SHA-256 in hexadecimal, is a new
    /// one got; else another machine has done so already. With this, a claims challenge does not pass by the cache.
    pub fn access_token_sha256_to_refresh(mut self, sha256: impl Into<String>) -> Self {
        self.call.extras().rejected = Some(RejectedToken::new(sha256));
        self
    }

    /// An extra member of the request's body, such as `token_type`, `req_cnf` or `key_id`; an empty
    /// value is none. A token that was issued to extra members is found again only by a call with the same.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.call.extras().parameters.set_data(name, value);
        self
    }

    /// Whether the token is to be bound to the client's certificate, so that a resource takes it only over a connection with
    /// that certificate (MSAL's mTLS proof of possession, RFC 8705); its type is then `mtls_pop`. The credential is a
    /// certificate, or an assertion from the host that comes with the certificate it is bound to. The authority must name the
    /// tenant. Such a token is found again only by a call for the same certificate.
    pub fn mtls_proof_of_possession(mut self, on: bool) -> Self {
        self.call.extras().binding = on.then_some(Binding::ToBeAsked);
        self
    }

    /// An extra parameter of the token endpoint's query. It does not tell tokens in the cache apart.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.call.extras().parameters.add_query(name, value);
        self
    }

    /// In another client's name.
    pub(in crate::flows) fn acting_as(mut self, acting_as: ActingAs) -> Self {
        self.call.extras().acting_as = Some(acting_as);
        self
    }

    /// Begins it, by itself or as a leg of another flow.
    pub(in crate::flows) fn begin(self, env: &mut Env<'_>) -> Result<ClientCredentials, Error> {
        self.call.check(env)?;
        ClientCredentials::begin(self.call, env)
    }
}

impl Request for AcquireTokenForClient {
    type Flow = ClientCredentials;

    fn start(self, env: &mut Env<'_>) -> Step<ClientCredentials> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.begin(env);
        Step::start(flow, env)
    }
}

impl Call {
    fn extras(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    /// Of which tenant, if not the authority's own.
    pub(super) fn at(&self) -> &Elsewhere {
        self.extras.as_ref().map_or(Elsewhere::NOWHERE, |extras| &extras.at)
    }

    pub(super) fn binding(&self) -> Option<&Binding> {
        self.extras.as_ref()?.binding.as_ref()
    }

    pub(super) fn bind_to(&mut self, certificate: Arc<str>) {
        self.extras().binding = Some(Binding::To(certificate));
    }

    /// The certificate, once it is known.
    pub(super) fn bound_to(&self) -> Option<&Arc<str>> {
        match self.binding()? {
            Binding::To(certificate) => Some(certificate),
            Binding::ToBeAsked => None,
        }
    }

    pub(super) fn claims_challenge(&self) -> Option<&str> {
        self.extras.as_ref()?.claims_challenge.as_deref()
    }

    pub(super) fn rejected(&self) -> Option<&RejectedToken> {
        self.extras.as_ref()?.rejected.as_ref()
    }

    pub(super) fn data(&self) -> &[(String, Secret)] {
        self.extras.as_ref().map_or(&[], |extras| &extras.parameters.data)
    }

    pub(super) fn query(&self) -> &[(String, String)] {
        self.extras.as_ref().map_or(&[], |extras| &extras.parameters.query)
    }

    pub(super) fn acting_as(&self) -> Option<&ActingAs> {
        self.extras.as_ref()?.acting_as.as_ref()
    }

    pub(super) fn check(&self, env: &Env<'_>) -> Result<(), Error> {
        Region::check(env)?;
        if self.claims_challenge().is_some() {
            self.claims(env)?;
        }
        self.rejected().map_or(Ok(()), RejectedToken::check)?;
        if self.binding().is_some() {
            self.check_binding(env.application())?;
        }
        self.extras.as_ref().map_or(Ok(()), |extras| extras.parameters.check())
    }

    pub(super) fn member(&self, name: &str) -> Option<&Secret> {
        self.extras.as_ref()?.parameters.member(name)
    }

    /// The parameter `claims`.
    pub(super) fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        match &self.extras {
            Some(extras) => extras.parameters.claims(env.application(), extras.claims_challenge.as_deref()),
            None => ExtraParameters::default().claims(env.application(), None),
        }
    }

    /// What tells its tokens in the cache apart.
    pub(super) fn cache_members(&self) -> Vec<(String, Secret)> {
        let extras = self.extras.as_ref();
        let mut members =
            extras.map_or_else(Vec::new, |extras| extras.parameters.clone().into_cache_members());
        if let Some(certificate) = self.bound_to() {
            let binding = [("token_type", MTLS_POP), ("key_id", certificate)];
            members.extend(binding.map(|(name, value)| (name.to_owned(), Secret::new(value))));
        }
        members
    }

    pub(super) fn query_for(&self, env: &Env<'_>, realm: &Arc<str>) -> AccessTokenQuery {
        let application = env.application();
        let members = self.extras.iter().flat_map(|extras| extras.parameters.cache_members());
        AccessTokenQuery {
            home_account_id: None,
            environment: application.environment().clone(),
            client_id: ActingAs::client_id(self.acting_as(), application).clone(),
            realm: realm.clone(),
            target: self.scopes.clone(),
            key_id: self.bound_to().cloned().or_else(|| Some(Arc::from(self.member("key_id")?.expose()))),
            ext_cache_key: ExtCacheKey::new(members),
            user_assertion_hash: None,
        }
    }
}
