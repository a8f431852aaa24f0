//! What an interactive call asks for.
use super::Interactive;
use crate::client::Fingerprint;
use crate::engine::{Env, Request, ResponseMode, Step};
use crate::error::{Error, Misuse};
use crate::flows::auth_code::AuthorizationRequest;
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::token::{AuthScheme, Scopes};
use alloc::{boxed::Box, string::String};
use serde::{Deserialize, Serialize};

/// See [`acquire_token_interactive`](crate::PublicClientApplication::acquire_token_interactive).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenInteractive {
    client: Fingerprint,
    ask: Ask,
    auth_scheme: Option<AuthScheme>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ask {
    pub(super) request: AuthorizationRequest,
    /// What the token is for.
    pub(super) scopes: Scopes,
    extra_scopes_to_consent: Scopes,
    pub(super) port: u16,
    pub(super) response_mode: ResponseMode,
    pub(super) timeout: Option<u64>,
    pub(super) extra: ExtraParameters,
}

impl AcquireTokenInteractive {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes) -> Self {
        Self { client, ask: Ask { scopes, ..Ask::default() }, auth_scheme: None }
    }

    /// For another tenant than that of the authority, by its id or domain. Microsoft Entra, External ID and dSTS have
    /// tenants.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.ask.request.at.tenant = Some(tenant.into());
        self
    }

    /// What the service asks of the person, see [`Prompt`](crate::flows::Prompt).
    pub fn prompt(self, prompt: impl Into<String>) -> Self {
        self.parameter("prompt", prompt)
    }

    /// Who is expected to sign in, usually a user principal name.
    pub fn login_hint(mut self, hint: impl Into<String>) -> Self {
        self.ask.request.login_hint = Some(Secret::new(hint.into()));
        self
    }

    /// `consumers`, `organizations` or a tenant's domain: spares the person a page.
    pub fn domain_hint(self, hint: impl Into<String>) -> Self {
        self.parameter("domain_hint", hint)
    }

    /// The claims that a resource demanded: the text of a JSON object. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.ask.request.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// How long the person may take in the browser, in seconds; without it, as long as they like.
    pub fn timeout(mut self, seconds: u64) -> Self {
        self.ask.timeout = Some(seconds);
        self
    }

    /// The port of the redirect URI, for services that know it by its port. Without it, any that is free: Entra then wants
    /// `http://localhost` registered, for mobile and desktop applications.
    pub fn port(mut self, port: u16) -> Self {
        self.ask.port = port;
        self
    }

    /// Scopes that the person is to consent to in passing, of other resources too. The token is not for them; a silent call
    /// gets one that is.
    pub fn extra_scopes_to_consent<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.ask.extra_scopes_to_consent = Scopes::new(scopes);
        self
    }

    /// How long ago the person may have signed in, in seconds. The id token is checked for it.
    pub fn max_age(mut self, seconds: u64) -> Self {
        self.ask.request.max_age = Some(seconds);
        self
    }

    /// How the answer comes; as a posted form, unless the service cannot do that.
    pub fn response_mode(mut self, mode: ResponseMode) -> Self {
        self.ask.response_mode = mode;
        self
    }

    /// For a token that is shown with a proof of possession. It takes the device's broker, without which it is refused.
    pub fn auth_scheme(mut self, scheme: impl Into<AuthScheme>) -> Self {
        self.auth_scheme = Some(scheme.into());
        self
    }

    /// A further parameter of the authorization request, such as `ui_locales` or `acr_values`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.ask.request.parameters.push((name.into(), Secret::new(value.into())));
        self
    }

    /// An extra member of the token request's body, such as `token_type`, `req_cnf` or `key_id`; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.ask.extra.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.ask.extra.add_query(name, value);
        self
    }
}

impl Request for AcquireTokenInteractive {
    type Flow = Interactive;

    fn start(self, env: &mut Env<'_>) -> Step<Interactive> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        if self.auth_scheme.is_some() {
            return Step::Done(Err(AuthScheme::refused()));
        }
        let ask = Box::new(self.with_response_mode());
        let checked = ask.extra.check().and_then(|()| ask.request.check(env)).and_then(|()| ask.scope(env));
        let flow = checked.and_then(|_| Interactive::begin(ask, env));
        Step::start(flow, env)
    }
}

impl AcquireTokenInteractive {
    fn with_response_mode(self) -> Ask {
        let mode = self.ask.response_mode.as_str();
        self.parameter("response_mode", mode).ask
    }
}

impl Ask {
    /// What the person is asked for. Without scopes that is who they are, and nothing that lasts.
    pub(super) fn scope(&self, env: &Env<'_>) -> Result<Scopes, Error> {
        let own = match self.scopes.is_empty() {
            true => Scopes::parse("openid"),
            false => self.scopes.decorated(env.application().exclude_scopes())?,
        };
        Ok(Scopes::new(own.iter().chain(self.extra_scopes_to_consent.iter())))
    }
}
