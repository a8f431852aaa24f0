//! Which application this is, and where it signs in.
use crate::ask::{Answered, Terminal};
use msal_proto::{CertificateCredential, ClientCredential};
use std::error::Error;
use std::fmt;

pub(crate) struct Registration {
    pub(crate) authority: String,
    /// At another OpenID provider than Microsoft Entra.
    pub(crate) is_oidc: bool,
    pub(crate) client_id: String,
    /// None for a public client.
    pub(crate) credential: Option<ClientCredential>,
    /// At the offline Entra, which no cloud knows.
    pub(crate) is_offline: bool,
}

const OFFLINE: &str = "an offline Entra, which runs in this program";
const TENANT: &str = "a tenant of yours";
const OIDC: &str = "another OpenID provider";

const PUBLIC: &str = "none: it is a public client";
const SECRET: &str = "a secret";
const CERTIFICATE: &str = "a certificate, in a PEM file with its private key";

impl Registration {
    /// Asks for it; none is the offline Entra.
    pub(crate) fn ask(terminal: &Terminal) -> Answered<Result<Option<Self>, Box<dyn Error>>> {
        let place = terminal.choose("Where do you want to sign in?", vec![OFFLINE, TENANT, OIDC])?;
        let default = match place {
            OFFLINE => return Ok(Ok(None)),
            TENANT => "https://login.microsoftonline.com/organizations",
            _ => "",
        };
        let authority = terminal.text("The authority's URL", default)?;
        let client_id = terminal.text("The application's (client) id", "")?;
        let credential = match terminal.choose("Its credential", vec![PUBLIC, SECRET, CERTIFICATE])? {
            PUBLIC => Ok(None),
            SECRET => ClientCredential::secret(terminal.secret("The secret")?).map(Some).map_err(Into::into),
            _ => read_certificate(&terminal.text("The PEM file", "")?).map(Some),
        };
        let is_oidc = place == OIDC;
        Ok(credential
            .map(|credential| Some(Self { authority, is_oidc, client_id, credential, is_offline: false })))
    }
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.credential {
            None => "a public client",
            Some(ClientCredential::Secret { .. }) => "a confidential client with a secret",
            Some(_) => "a confidential client with a certificate",
        };
        write!(f, "The application is {}, {kind},\nat {}", self.client_id, self.authority)
    }
}

fn read_certificate(path: &str) -> Result<ClientCredential, Box<dyn Error>> {
    let pem = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    certificate(&pem)
}

/// From one PEM text with the private key and the certificate.
pub(crate) fn certificate(pem: &str) -> Result<ClientCredential, Box<dyn Error>> {
    let certificate = CertificateCredential::builder(pem.as_bytes()).public_certificate(pem).build()?;
    Ok(ClientCredential::certificate(certificate))
}
