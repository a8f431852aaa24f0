//! The provider, and clients of it.
use crate::browser::Browser;
use msal_fixture_openid_provider::OpenIdProvider;
use msal_proto::flows::{AuthCodeFlow, InitiateAuthCodeFlow};
use msal_proto::{
    AuthenticationResult, CertificateCredential, ClientApplication, ClientApplicationBuilder,
    ClientCredential, ConfidentialClientApplication, Error, PublicClientApplication,
};
use msal_ureq::{Client, Transport, TransportOptions};
use std::ops::Deref;

pub(crate) const SECRET: &str = "s3cr3t & more/+=";
pub(crate) const SCOPES: [&str; 1] = ["api.read"];
pub(crate) const WEB_REDIRECT_URI: &str = "https://localhost:5443/callback";
pub(crate) const NATIVE_REDIRECT_URI: &str = "http://localhost:8400/callback";

pub(crate) struct Provider(OpenIdProvider);

impl Provider {
    pub(crate) fn start() -> Self {
        Self(OpenIdProvider::start())
    }

    pub(crate) fn issuer(&self) -> &str {
        self.0.issuer()
    }

    pub(crate) fn client<A: Deref<Target = ClientApplication>>(&self, app: Result<A, Error>) -> Client<A> {
        let mut options = TransportOptions::default();
        options.extra_ca = self.0.certificate().into();
        Client::new(app.unwrap()).with_transport(Transport::new(&options).unwrap())
    }

    pub(crate) fn public(&self) -> ClientApplicationBuilder<PublicClientApplication> {
        PublicClientApplication::builder("public-app").oidc_authority(self.issuer())
    }

    pub(crate) fn with_secret(
        &self,
        secret: &str,
    ) -> ClientApplicationBuilder<ConfidentialClientApplication> {
        ConfidentialClientApplication::builder("secret-app")
            .oidc_authority(self.issuer())
            .client_credential(ClientCredential::secret(secret).unwrap())
    }

    pub(crate) fn with_key(
        &self,
        certificate: CertificateCredential,
    ) -> ClientApplicationBuilder<ConfidentialClientApplication> {
        ConfidentialClientApplication::builder("key-app")
            .oidc_authority(self.issuer())
            .client_credential(ClientCredential::certificate(certificate))
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.0.certificate().as_bytes())
    }
}

/// Sends a person to the provider; gives what is kept meanwhile, and what comes back.
pub(crate) fn browse<A: Deref<Target = ClientApplication>>(
    client: &Client<A>,
    browser: &mut Browser,
    redirect_uri: &str,
    ask: impl FnOnce(InitiateAuthCodeFlow) -> InitiateAuthCodeFlow,
) -> (AuthCodeFlow, String) {
    let request = client.app().initiate_auth_code_flow(SCOPES).redirect_uri(redirect_uri);
    let flow = client.run(ask(request)).unwrap();
    let answer = browser.sign_in(&flow.auth_uri, redirect_uri, "alice");
    (flow, answer)
}

/// Signs Alice in with a browser that does not know her.
pub(crate) fn sign_in<A: Deref<Target = ClientApplication>>(
    provider: &Provider,
    client: &Client<A>,
    redirect_uri: &str,
    ask: impl FnOnce(InitiateAuthCodeFlow) -> InitiateAuthCodeFlow,
) -> AuthenticationResult {
    let (flow, answer) = browse(client, &mut provider.browser(), redirect_uri, ask);
    client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap()
}
