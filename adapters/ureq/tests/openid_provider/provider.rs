//! The provider, and clients of it.
use crate::browser::Browser;
use msal_proto::flows::{AuthCodeFlow, InitiateAuthCodeFlow};
use msal_proto::{
    AuthenticationResult, CertificateCredential, ClientApplication, ClientApplicationBuilder,
    ClientCredential, ConfidentialClientApplication, Error, PublicClientApplication,
};
use msal_ureq::{Client, Transport, TransportOptions};
use pem_rfc7468::LineEnding;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::ops::Deref;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub(crate) const SECRET: &str = "s3cr3t & more/+=";
pub(crate) const SCOPES: [&str; 1] = ["api.read"];
pub(crate) const WEB_REDIRECT_URI: &str = "https://localhost:5443/callback";
pub(crate) const NATIVE_REDIRECT_URI: &str = "http://localhost:8400/callback";

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/openid-provider");

/// A process of its own, which is killed when this is dropped, and ends by itself if this process does.
pub(crate) struct Provider {
    process: Child,
    pub(crate) issuer: String,
    certificate: String,
}

impl Provider {
    pub(crate) fn start() -> Self {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let pem = |label, der: &[u8]| pem_rfc7468::encode_string(label, LineEnding::LF, der).unwrap();
        let certificate = pem("CERTIFICATE", own.cert.der());
        let key = pem("PRIVATE KEY", &own.signing_key.serialize_der());
        // npm's Node.js before the system's, which may be too old; npm 9 links to none of its programs.
        let own =
            ["x64", "arm64"].map(|cpu| PathBuf::from(format!("{FOLDER}/node_modules/node-linux-{cpu}/bin")));
        let system = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(own.into_iter().chain(env::split_paths(&system))).unwrap();
        let mut process = Command::new("node")
            .env("PATH", path)
            .arg("server.mjs")
            .current_dir(FOLDER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("node does not start: {error}"));
        let tls = serde_json::json!({ "key": key, "certificate": certificate });
        // If it has ended by now, it says no issuer.
        let _ = writeln!(process.stdin.as_mut().unwrap(), "{tls}");
        let mut issuer = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut issuer).unwrap();
        let provider = Self { process, issuer: issuer.trim().to_owned(), certificate };
        assert!(!provider.issuer.is_empty(), "no server: was `npm ci` run in fixtures/openid-provider?");
        provider
    }

    pub(crate) fn client<A: Deref<Target = ClientApplication>>(&self, app: Result<A, Error>) -> Client<A> {
        let mut options = TransportOptions::default();
        options.extra_ca = self.certificate.clone().into();
        Client::new(app.unwrap()).with_transport(Transport::new(&options).unwrap())
    }

    pub(crate) fn public(&self) -> ClientApplicationBuilder<PublicClientApplication> {
        PublicClientApplication::builder("public-app").oidc_authority(&self.issuer)
    }

    pub(crate) fn with_secret(
        &self,
        secret: &str,
    ) -> ClientApplicationBuilder<ConfidentialClientApplication> {
        ConfidentialClientApplication::builder("secret-app")
            .oidc_authority(&self.issuer)
            .client_credential(ClientCredential::secret(secret).unwrap())
    }

    pub(crate) fn with_key(
        &self,
        certificate: CertificateCredential,
    ) -> ClientApplicationBuilder<ConfidentialClientApplication> {
        ConfidentialClientApplication::builder("key-app")
            .oidc_authority(&self.issuer)
            .client_credential(ClientCredential::certificate(certificate))
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.certificate.as_bytes())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
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
