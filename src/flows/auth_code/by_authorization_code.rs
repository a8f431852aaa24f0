//! The second half of a sign-in that the program began by itself: MSAL's older call, for those who migrate.
use super::redeem::{ACQUIRE_TOKEN_BY_AUTHORIZATION_CODE, AuthorizationCode, Redemption};
use crate::authority::Elsewhere;
use crate::client::Fingerprint;
use crate::engine::{Env, Request, Step};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::token::Scopes;
use alloc::{boxed::Box, string::String};

/// See [`acquire_token_by_authorization_code`](crate::ClientApplication::acquire_token_by_authorization_code).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenByAuthorizationCode {
    client: Fingerprint,
    redemption: Redemption,
}

impl AcquireTokenByAuthorizationCode {
    pub(crate) fn new(client: Fingerprint, code: Secret, scope: Scopes) -> Self {
        let redemption = Redemption {
            code,
            scope,
            redirect_uri: None,
            code_verifier: None,
            nonce: None,
            max_age: None,
            claims_challenge: None,
            sent_to: None,
            at: Elsewhere::default(),
            routing: None,
            extra: ExtraParameters::default(),
            api_id: ACQUIRE_TOKEN_BY_AUTHORIZATION_CODE,
        };
        Self { client, redemption }
    }

    /// The one of the authorization request, if that had one.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redemption.redirect_uri = Some(uri.into());
        self
    }

    /// The one of the authorization request; the id token must have it.
    pub fn nonce(mut self, nonce: impl Into<Secret>) -> Self {
        self.redemption.nonce = Some(nonce.into()).filter(|nonce| !nonce.expose().is_empty());
        self
    }

    /// The claims that a resource demanded: the text of a JSON object. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.redemption.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// An extra member of the request's body, such as `code_verifier`; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.redemption.extra.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.redemption.extra.add_query(name, value);
        self
    }

    /// All that can be checked before anybody is asked.
    fn check(self, env: &Env<'_>) -> Result<Redemption, Error> {
        if self.redemption.code.expose().is_empty() {
            let reason = "it must be the code that reached the redirect URI";
            return Err(Error::InvalidParameter { parameter: "code", reason });
        }
        self.redemption.extra.check()?;
        let scope = self.redemption.scope.decorated(env.application().exclude_scopes())?;
        Ok(Redemption { scope, ..self.redemption })
    }
}

impl Request for AcquireTokenByAuthorizationCode {
    type Flow = AuthorizationCode;

    fn start(self, env: &mut Env<'_>) -> Step<AuthorizationCode> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.check(env).and_then(|redemption| Box::new(redemption).resolve(env));
        Step::start(flow, env)
    }
}
