//! What is asked for with a user's name and password.
use super::UsernamePassword;
use crate::authority::Elsewhere;
use crate::client::Fingerprint;
use crate::engine::{Env, Request, Step};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::token::claims::merge_claims_challenge_and_capabilities;
use crate::token::{AuthScheme, Scopes};
use alloc::{boxed::Box, string::String};
use serde::{Deserialize, Serialize};

/// See [`acquire_token_by_username_password`](crate::ClientApplication::acquire_token_by_username_password).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenByUsernamePassword {
    client: Fingerprint,
    call: Call,
    auth_scheme: Option<AuthScheme>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) username: String,
    pub(super) password: Secret,
    pub(super) scopes: Scopes,
    pub(super) claims_challenge: Option<String>,
    pub(super) extra: ExtraParameters,
    pub(super) at: Elsewhere,
}

impl AcquireTokenByUsernamePassword {
    pub(crate) fn new(client: Fingerprint, username: String, password: Secret, scopes: Scopes) -> Self {
        let (extra, at) = (ExtraParameters::default(), Elsewhere::default());
        let call = Call { username, password, scopes, claims_challenge: None, extra, at };
        Self { client, call, auth_scheme: None }
    }

    /// For another tenant than that of the authority, by its id or domain. Microsoft Entra, External ID and dSTS have
    /// tenants.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.call.at.tenant = Some(tenant.into());
        self
    }

    /// The claims that a resource demanded in its `WWW-Authenticate` header: the text of a JSON object. An empty text is
    /// none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.call.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// For a token that is shown with a proof of possession. It takes the device's broker, without which it is refused.
    pub fn auth_scheme(mut self, scheme: impl Into<AuthScheme>) -> Self {
        self.auth_scheme = Some(scheme.into());
        self
    }

    /// An extra member of the body of the token request, such as `token_type`, `req_cnf` or `key_id`; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.call.extra.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.call.extra.add_query(name, value);
        self
    }
}

impl Request for AcquireTokenByUsernamePassword {
    type Flow = UsernamePassword;

    fn start(self, env: &mut Env<'_>) -> Step<UsernamePassword> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        if self.auth_scheme.is_some() {
            return Step::Done(Err(AuthScheme::refused()));
        }
        let checked = self.call.check(env);
        let flow = checked.and_then(|call| UsernamePassword::begin(Box::new(call), env));
        Step::start(flow, env)
    }
}

impl Call {
    /// All that can be checked before anybody is asked.
    fn check(self, env: &Env<'_>) -> Result<Self, Error> {
        let refused = |parameter, reason| Err(Error::InvalidParameter { parameter, reason });
        // It goes into a path, where these two would be steps, and into a header.
        if matches!(self.username.as_str(), "" | "." | "..") || self.username.contains(char::is_control) {
            return refused("username", "it must be the name to sign in with, such as ada@contoso.com");
        }
        if self.password.expose().is_empty() {
            return refused("password", "it is empty");
        }
        self.extra.check()?;
        self.claims(env)?;
        let scopes = self.scopes.decorated(env.application().exclude_scopes())?;
        Ok(Self { scopes, ..self })
    }

    /// The parameter `claims`.
    pub(super) fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        let capabilities = env.application().client_capabilities();
        merge_claims_challenge_and_capabilities(capabilities, self.claims_challenge.as_deref())
    }
}
