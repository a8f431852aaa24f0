//! Gets a token for an application and gets it again from the cache.
//!
//! Without arguments it signs in at an offline Entra of its own, over TLS, with a certificate. With a tenant of yours:
//!
//! ```text
//! cargo run -p msal-ureq --example quickstart -- \
//!     --authority https://login.microsoftonline.com/contoso.onmicrosoft.com --client-id 00001111-aaaa-2222-bbbb-3333cccc4444 \
//!     --cert key-and-certificate.pem --scope https://graph.microsoft.com/.default
//! ```
use lexopt::prelude::*;
use msal_fixture_authority::{Application, Authority, Certificate, Loopback, Tenant};
use msal_proto::engine::{Host, Request};
use msal_proto::transcript::{self, Transcript};
use msal_proto::{CertificateCredential, ClientCredential, ConfidentialClientApplication};
use msal_ureq::{Client, Transport, TransportOptions};
use std::error::Error;

const KEY: &str = include_str!("../../../fixtures/keys/app-key.pem");
const CERTIFICATE: &str = include_str!("../../../fixtures/keys/app-cert.pem");
const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
const SCOPE: &str = "https://graph.microsoft.com/.default";
const USAGE: &str =
    "quickstart [--authority URL --client-id ID (--cert PEM-FILE | --secret TEXT) [--scope SCOPE]]";

/// Where to sign in, and as whom.
struct Target {
    authority: String,
    client_id: String,
    credential: ClientCredential,
    scope: String,
    transport: Transport,
    /// Serves until it is dropped.
    offline: Option<Loopback>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let target = match Target::from_arguments()? {
        Some(target) => target,
        None => Target::offline()?,
    };
    let app = ConfidentialClientApplication::builder(target.client_id)
        .authority(target.authority)
        .client_credential(target.credential)
        .instance_discovery(target.offline.is_none())
        .app_name("quickstart")
        .build()?;
    let client = Client::new(app).with_transport(target.transport);
    for call in ["first", "second"] {
        let mut host = client.host();
        let request = client.app().acquire_token_for_client([&target.scope]);
        let step = request.start(&mut host.env());
        let mut transcript = Transcript::default();
        let result = transcript::run(step, &mut host, &mut transcript);
        println!("The {call} call\n\n{transcript}");
        let result = result?;
        let token = result.access_token.as_ref().ok_or("no access token was issued")?;
        let start: String = token.expose().chars().take(12).collect();
        println!("token {start}… for {} s, source: {}\n", result.expires_in, result.token_source.as_str());
    }
    Ok(())
}

impl Target {
    /// An Entra of our own, which knows one application by its certificate.
    fn offline() -> Result<Self, Box<dyn Error>> {
        let application = Application::new(CLIENT_ID).certificate(Certificate::from_pem(CERTIFICATE)?);
        let mut authority = Authority::new("https://localhost");
        authority.register(Tenant::new(TENANT).application(application));
        let offline = Loopback::start(authority)?;
        let extra_ca = offline.ca_pem().into();
        let mut options = TransportOptions::default();
        options.extra_ca = extra_ca;
        Ok(Self {
            authority: format!("{}/{TENANT}", offline.origin()),
            client_id: CLIENT_ID.into(),
            credential: certificate(&format!("{KEY}{CERTIFICATE}"))?,
            scope: SCOPE.into(),
            transport: Transport::new(&options)?,
            offline: Some(offline),
        })
    }

    /// None without arguments.
    fn from_arguments() -> Result<Option<Self>, Box<dyn Error>> {
        let (mut authority, mut client_id, mut credential) = (None, None, None);
        let mut scope = SCOPE.to_owned();
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("authority") => authority = Some(arguments.value()?.string()?),
                Long("client-id") => client_id = Some(arguments.value()?.string()?),
                Long("secret") => credential = Some(ClientCredential::secret(arguments.value()?.string()?)?),
                Long("cert") => {
                    credential = Some(certificate(&std::fs::read_to_string(arguments.value()?)?)?)
                }
                Long("scope") => scope = arguments.value()?.string()?,
                Long("help") => return Err(USAGE.into()),
                _ => return Err(argument.unexpected().into()),
            }
        }
        let (authority, client_id, credential) = match (authority, client_id, credential) {
            (None, None, None) => return Ok(None),
            (Some(authority), Some(client_id), Some(credential)) => (authority, client_id, credential),
            _ => return Err(format!("authority, client id and a credential belong together\n{USAGE}").into()),
        };
        let transport = Transport::default();
        Ok(Some(Self { authority, client_id, credential, scope, transport, offline: None }))
    }
}

/// From one PEM text with the private key and the certificate.
fn certificate(pem: &str) -> Result<ClientCredential, Box<dyn Error>> {
    let certificate = CertificateCredential::builder(pem.as_bytes()).public_certificate(pem).build()?;
    Ok(ClientCredential::certificate(certificate))
}
