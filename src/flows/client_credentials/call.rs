//! What a call of this grant asks for, and whether it can be asked.
use super::ClientCredentials;
use crate::cache::{AccessTokenQuery, ext_cache_key};
use crate::client::Fingerprint;
use crate::engine::{Env, Request, Step};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::stages::Region;
use crate::token::Scopes;
use crate::token::claims::merge_claims_challenge_and_capabilities;
use alloc::boxed::Box;
use alloc::{string::String, sync::Arc};
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
    claims_challenge: Option<String>,
    parameters: ExtraParameters,
}

impl AcquireTokenForClient {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes) -> Self {
        Self { client, call: Call { scopes, extras: None } }
    }

    /// The claims that a resource demanded in its `WWW-Authenticate` header: the text of a JSON object. The cache
    /// is then not asked, only written. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.call.extras().claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// An extra member of the request's body, such as `token_type`, `req_cnf`, `key_id` or `fmi_path`; an empty
    /// value is none. A token that was issued to extra members is found again only by a call with the same.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.call.extras().parameters.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query. It does not tell tokens in the cache apart.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.call.extras().parameters.add_query(name, value);
        self
    }
}

impl Request for AcquireTokenForClient {
    type Flow = ClientCredentials;

    fn start(self, env: &mut Env<'_>) -> Step<ClientCredentials> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.call.check(env).and_then(|()| ClientCredentials::begin(self.call, env));
        Step::start(flow, env)
    }
}

impl Call {
    fn extras(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    pub(super) fn claims_challenge(&self) -> Option<&str> {
        self.extras.as_ref()?.claims_challenge.as_deref()
    }

    pub(super) fn data(&self) -> &[(String, Secret)] {
        self.extras.as_ref().map_or(&[], |extras| &extras.parameters.data)
    }

    pub(super) fn query(&self) -> &[(String, String)] {
        self.extras.as_ref().map_or(&[], |extras| &extras.parameters.query)
    }

    pub(super) fn check(&self, env: &Env<'_>) -> Result<(), Error> {
        Region::check(env)?;
        if self.claims_challenge().is_some() {
            self.claims(env)?;
        }
        self.extras.as_ref().map_or(Ok(()), |extras| extras.parameters.check())
    }

    pub(super) fn member(&self, name: &str) -> Option<&Secret> {
        self.extras.as_ref()?.parameters.member(name)
    }

    /// The parameter `claims`.
    pub(super) fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        let capabilities = env.application().client_capabilities();
        merge_claims_challenge_and_capabilities(capabilities, self.claims_challenge())
    }

    pub(super) fn query_for(&self, env: &Env<'_>, realm: &Arc<str>) -> AccessTokenQuery {
        let application = env.application();
        let data = self.data().iter().map(|(name, value)| (name.as_str(), value.expose()));
        AccessTokenQuery {
            home_account_id: None,
            environment: application.environment().clone(),
            client_id: application.client_id().clone(),
            realm: realm.clone(),
            target: self.scopes.clone(),
            key_id: self.member("key_id").map(|key_id| Arc::from(key_id.expose())),
            ext_cache_key: ext_cache_key(data).map(Arc::from),
            user_assertion_hash: None,
        }
    }
}
