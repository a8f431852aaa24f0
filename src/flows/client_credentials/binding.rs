//! A token that is bound to a TLS client certificate: MSAL's mTLS proof of possession, after RFC 8705 section 3.
use super::call::Call;
use super::{ClientCredentials, State};
use crate::authority::{AuthorityError, TenantDocument};
use crate::client::ClientApplication;
use crate::credential::{ClientCredential, CredentialError};
use crate::engine::{ClientAssertion, Effect, Env, Next, Reply};
use crate::error::Error;
use crate::stages::Region;
use alloc::{boxed::Box, string::String, string::ToString, sync::Arc};
use serde::{Deserialize, Serialize};

/// Members of the request that tell what a token is bound to.
const OWN_MEMBERS: [&str; 3] = ["token_type", "req_cnf", "key_id"];

/// To what the token is to be bound.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Binding {
    /// To the certificate with which the host's next assertion comes.
    ToBeAsked,
    /// To this one, by its thumbprint.
    To(Arc<str>),
}

/// For which request the host is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Asking {
    token_endpoint: String,
    tenant: String,
}

impl Call {
    /// Whether such a token can be had by this client.
    pub(super) fn check_binding(&self, application: &ClientApplication) -> Result<(), Error> {
        let authority = application.authority_at(self.at())?;
        let tenant = authority.tenant();
        if ["common", "organizations", "consumers"].iter().any(|many| tenant.eq_ignore_ascii_case(many)) {
            return Err(AuthorityError::TenantMissing(tenant.into()).into());
        }
        if OWN_MEMBERS.iter().any(|name| self.member(name).is_some()) {
            let reason = "what the token is bound to is said by mtls_proof_of_possession";
            return Err(Error::InvalidParameter { parameter: "data", reason });
        }
        match application.credential() {
            Some(ClientCredential::Certificate(own)) if own.x5t_s256().is_some() => {}
            Some(ClientCredential::Certificate(_)) => {
                return Err(CredentialError::MtlsCertificateMissing.into());
            }
            Some(ClientCredential::AssertionFromHost) => {}
            _ => {
                let reason = "the credential must be a certificate, or an assertion from the host";
                return Err(Error::InvalidParameter { parameter: "mtls_proof_of_possession", reason });
            }
        }
        Ok(application.authority().check_mtls()?)
    }

    /// The client's own certificate is known; for the host's it takes the token endpoint.
    pub(super) fn bind(mut self, env: &mut Env<'_>) -> Result<ClientCredentials, Error> {
        if let Some(ClientCredential::Certificate(own)) = env.application().credential() {
            let certificate = own.x5t_s256().ok_or(CredentialError::MtlsCertificateMissing)?;
            self.bind_to(Arc::from(certificate));
            return ClientCredentials::look_up(self, env);
        }
        Ok(ClientCredentials(match Region::start(env, self.at())? {
            Next::Need(region) => State::Discovering(self, Box::new(region)),
            Next::Done(resolved) => self.ask_for_binding(&resolved.document),
        }))
    }

    pub(super) fn ask_for_binding(self, document: &TenantDocument) -> State {
        let (token_endpoint, tenant) = (document.token_endpoint.clone(), document.tenant.clone());
        State::Binding(self, Asking { token_endpoint, tenant })
    }

    /// The host's certificate. Its assertion is not kept: the request may be far off, and is not made on a hit.
    pub(super) fn bound(mut self, env: &mut Env<'_>, asked: &Asking, reply: Reply) -> Result<State, Error> {
        let made = reply.client_assertion()??;
        ClientCredential::check_assertion(made.assertion.expose())?;
        let certificate = made.token_binding_certificate.filter(|certificate| is_thumbprint(certificate));
        let missing = CredentialError::TokenBinding(
            "came without the certificate that it is bound to, which mtls_proof_of_possession needs",
        );
        self.bind_to(certificate.ok_or(missing)?.into());
        self.look_up(env, Arc::from(asked.tenant.as_str()))
    }
}

impl Asking {
    pub(super) fn effect(&self, env: &Env<'_>) -> Effect {
        Effect::ClientAssertion(ClientAssertion {
            client_id: env.application().client_id().to_string(),
            token_endpoint: self.token_endpoint.clone(),
            tenant: self.tenant.clone(),
            binds_certificate: true,
        })
    }
}

/// SHA-256 in base64url: 43 characters.
fn is_thumbprint(text: &str) -> bool {
    let is_of_it = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    text.len() == 43 && text.bytes().all(is_of_it)
}
