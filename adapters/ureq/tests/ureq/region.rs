//! Tokens from the token service of a region: which name means which machine is for the test to say.
use crate::client::{CERTIFICATE, CLIENT_ID, KEY, SCOPE, TENANT, authority};
use msal_fixture_authority::Loopback;
use msal_proto::{
    AzureRegion, CertificateCredential, ClientCredential, ConfidentialClientApplication, TokenSource, Warning,
};
use msal_ureq::{Client, Transport};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error, config::Config};

/// Every name and address is this machine; the metadata service is at a port of its own.
#[derive(Debug)]
struct ThisMachine {
    metadata_service: Option<SocketAddr>,
}

impl Resolver for ThisMachine {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.empty();
        addresses.push(match uri.host() {
            Some("169.254.169.254") => self.metadata_service.ok_or(Error::HostNotFound)?,
            _ => (Ipv4Addr::LOCALHOST, uri.port_u16().ok_or(Error::HostNotFound)?).into(),
        });
        Ok(addresses)
    }
}

fn entra() -> Loopback {
    let mut authority = authority();
    authority.region("westus2");
    Loopback::start(authority).unwrap()
}

fn client(
    entra: &Loopback,
    region: AzureRegion,
    metadata_service: Option<SocketAddr>,
) -> Client<ConfidentialClientApplication> {
    let roots = parse_pem(entra.ca_pem().as_bytes()).filter_map(|item| match item.unwrap() {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    let tls = TlsConfig::builder().root_certs(RootCerts::from(roots.collect::<Vec<_>>())).build();
    let config = Agent::config_builder().tls_config(tls).proxy(None).build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), ThisMachine { metadata_service });

    let certificate = CertificateCredential::builder(KEY.as_bytes()).public_certificate(CERTIFICATE).build();
    let app = ConfidentialClientApplication::builder(CLIENT_ID)
        .authority(format!("{}/{TENANT}", entra.origin()))
        .client_credential(ClientCredential::certificate(certificate.unwrap()))
        .instance_discovery(false)
        .azure_region(region);
    Client::new(app.build().unwrap()).with_transport(Transport::from_agent(agent))
}

/// What was asked, each with the region that was asked.
fn handled(entra: &Loopback) -> Vec<String> {
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let authority = entra.authority();
    let handled = authority.handled().iter();
    handled.map(|one| format!("{} {}", one.region.as_deref().unwrap_or("-"), last(&one.path))).collect()
}

#[test]
fn a_token_comes_from_the_region_once_and_the_cache_gives_it_again() {
    let entra = entra();
    let client = client(&entra, "westus2".into(), None);
    let first = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    let second = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    assert_eq!(
        (first.token_source, second.token_source),
        (TokenSource::IdentityProvider, TokenSource::Cache)
    );
    assert_eq!(handled(&entra), ["- openid-configuration", "westus2 openid-configuration", "westus2 token"]);
}

/// Answers one request as Azure's instance metadata service; yields what it was sent.
fn metadata_service(body: &'static str) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            let mut part = [0; 1_024];
            let read = stream.read(&mut part).unwrap();
            request.push_str(str::from_utf8(&part[..read]).unwrap());
        }
        let length = body.len();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
            .unwrap();
        request
    });
    (address, server)
}

#[test]
fn the_metadata_service_tells_the_region() {
    let entra = entra();
    let (address, server) = metadata_service(r#"{"location":"westus2","name":"vm"}"#);
    let client = client(&entra, AzureRegion::AttemptRegionDiscovery, Some(address));
    let result = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    assert!(result.warnings.is_empty());
    assert_eq!(handled(&entra).last().unwrap(), "westus2 token");
    let asked = server.join().unwrap().to_ascii_lowercase();
    assert!(
        asked.starts_with("get /metadata/instance/compute?api-version=2021-02-01 http/1.1\r\n"),
        "{asked}"
    );
    assert!(asked.contains("\r\nmetadata: true\r\n") && asked.contains("\r\nhost: 169.254.169.254\r\n"));
}

#[test]
fn without_a_metadata_service_the_global_endpoint_serves() {
    let entra = entra();
    let client = client(&entra, AzureRegion::AttemptRegionDiscovery, None);
    let result = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    assert!(matches!(result.warnings[..], [Warning::RegionNotDetected(_)]), "{:?}", result.warnings);
    assert_eq!(handled(&entra), ["- openid-configuration", "- token"]);
}
