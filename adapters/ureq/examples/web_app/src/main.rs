//! Serves the web application, at an offline Entra of its own or at a tenant of yours:
//!
//! ```text
//! cargo run -p msal-web-app -- \
//!     --authority https://login.microsoftonline.com/contoso.onmicrosoft.com \
//!     --client-id 00001111-aaaa-2222-bbbb-3333cccc4444 --secret TEXT --tls key-and-chain.pem
//! ```
use lexopt::prelude::*;
use msal_ureq::Client;
use msal_ureq::msal_proto::{CertificateCredential, ClientCredential, ConfidentialClientApplication};
use msal_web_app::{ResponseMode, Settings, offline, router, serve};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

const USAGE: &str = "msal-web-app [--port NUMBER] [--response-mode query|form_post] [--scope SCOPE]
    [--authority URL --client-id ID (--cert PEM-FILE | --secret TEXT) --tls PEM-FILE]

Without an authority it starts an offline one. Register the redirect URIs https://localhost:PORT/callback and
https://localhost:PORT/ at yours. The PEM files hold a private key and its certificates.";

/// The command line.
struct Arguments {
    port: u16,
    response_mode: ResponseMode,
    scope: String,
    target: Option<Target>,
}

/// Where to sign in, and as which application.
struct Target {
    authority: String,
    client_id: String,
    credential: ClientCredential,
    tls: Arc<ServerConfig>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Some(Arguments { port, response_mode, scope, target }) = Arguments::parse()? else {
        println!("{USAGE}");
        return Ok(());
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let origin = format!("https://localhost:{}", listener.local_addr()?.port());
    println!("Open {origin}/");
    let Some(Target { authority, client_id, credential, tls }) = target else {
        let entra = offline::start(&origin)?;
        let settings = offline::settings(&entra, origin, scope, response_mode)?;
        println!("and sign in as {} with the password {}.", offline::USERNAME, offline::PASSWORD);
        println!(
            "The browser will warn of certificates: they are made for this run, by nobody that it knows."
        );
        return Ok(serve(listener, entra.tls_config(), router(settings)).await?);
    };
    let app = ConfidentialClientApplication::builder(client_id)
        .authority(&authority)
        .client_credential(credential)
        .app_name("msal-web-app")
        .build()?;
    let settings = Settings { client: Client::new(app), authority, origin, scope, response_mode };
    Ok(serve(listener, tls, router(settings)).await?)
}

impl Arguments {
    /// None for who asks for help.
    fn parse() -> Result<Option<Self>, Box<dyn Error>> {
        let (mut authority, mut client_id, mut credential, mut tls) = (None, None, None, None);
        let (mut port, mut response_mode) = (8443, ResponseMode::Query);
        let mut scope = "User.Read".to_owned();
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("port") => port = arguments.value()?.parse()?,
                Long("response-mode") => {
                    response_mode = ResponseMode::from_name(&arguments.value()?.string()?)
                        .ok_or("a response mode is query or form_post")?;
                }
                Long("scope") => scope = arguments.value()?.string()?,
                Long("authority") => authority = Some(arguments.value()?.string()?),
                Long("client-id") => client_id = Some(arguments.value()?.string()?),
                Long("secret") => credential = Some(ClientCredential::secret(arguments.value()?.string()?)?),
                Long("cert") => {
                    credential = Some(certificate(&std::fs::read_to_string(arguments.value()?)?)?)
                }
                Long("tls") => tls = Some(tls_config(&std::fs::read(arguments.value()?)?)?),
                Long("help") => return Ok(None),
                _ => return Err(argument.unexpected().into()),
            }
        }
        let target = match (authority, client_id, credential, tls) {
            (None, None, None, None) => None,
            (Some(authority), Some(client_id), Some(credential), Some(tls)) => {
                Some(Target { authority, client_id, credential, tls })
            }
            _ => return Err("authority, client id, a credential and TLS belong together, see --help".into()),
        };
        Ok(Some(Self { port, response_mode, scope, target }))
    }
}

/// From one PEM text with the private key and the certificate.
fn certificate(pem: &str) -> Result<ClientCredential, Box<dyn Error>> {
    let certificate = CertificateCredential::builder(pem.as_bytes()).public_certificate(pem).build()?;
    Ok(ClientCredential::certificate(certificate))
}

/// The server's side of TLS, from one PEM text with the private key and the chain.
fn tls_config(pem: &[u8]) -> Result<Arc<ServerConfig>, Box<dyn Error>> {
    let chain = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(pem)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(config.with_no_client_auth().with_single_cert(chain, key)?))
}
