//! Whole flows at the offline Entra.
use msal_fixture_authority::{Application, Authority, Certificate, Loopback, Tenant, Throttled};
use msal_proto::cache::InMemoryStore;
use msal_proto::engine::{AssertionFault, ClientAssertion, HttpFault};
use msal_proto::{
    CertificateCredential, ClientCredential, ConfidentialClientApplication, Error, Secret, TokenSource,
};
use msal_ureq::{Client, Transport, TransportOptions};
use std::sync::Arc;
use std::thread;

pub(crate) const KEY: &str = include_str!("../../../../fixtures/keys/app-key.pem");
pub(crate) const CERTIFICATE: &str = include_str!("../../../../fixtures/keys/app-cert.pem");
pub(crate) const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
pub(crate) const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
pub(crate) const SCOPE: [&str; 1] = ["https://graph.microsoft.com/.default"];

fn entra() -> Loopback {
    Loopback::start(authority()).unwrap()
}

pub(crate) fn authority() -> Authority {
    let certificate = Certificate::from_pem(CERTIFICATE).unwrap();
    let application = Application::new(CLIENT_ID).secret("s3cret").certificate(certificate);
    let tenant = Tenant::new(TENANT).domain("contoso.example").application(application);
    let mut authority = Authority::new("https://localhost");
    authority.register(tenant);
    authority
}

fn transport(entra: &Loopback) -> Transport {
    let mut options = TransportOptions::default();
    options.extra_ca = entra.ca_pem().into();
    Transport::new(&options).unwrap()
}

fn app(entra: &Loopback, tenant: &str, credential: ClientCredential) -> ConfidentialClientApplication {
    ConfidentialClientApplication::builder(CLIENT_ID)
        .authority(format!("{}/{tenant}", entra.origin()))
        .client_credential(credential)
        .instance_discovery(false)
        .build()
        .unwrap()
}

fn client(entra: &Loopback, credential: ClientCredential) -> Client<ConfidentialClientApplication> {
    Client::new(app(entra, TENANT, credential)).with_transport(transport(entra))
}

fn secret(text: &str) -> ClientCredential {
    ClientCredential::secret(text).unwrap()
}

fn token_requests(entra: &Loopback) -> usize {
    entra.authority().handled().iter().filter(|handled| handled.path.ends_with("/token")).count()
}

#[test]
fn a_secret_gets_a_token_once_and_the_cache_gives_it_again() {
    let entra = entra();
    let client = client(&entra, secret("s3cret"));
    let first = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    let second = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    assert_eq!(
        (first.token_source, second.token_source),
        (TokenSource::IdentityProvider, TokenSource::Cache)
    );
    assert_eq!(first.access_token, second.access_token);
    assert_eq!(token_requests(&entra), 1);
    assert_eq!(client.run(client.app().remove_tokens_for_client()).unwrap(), 1);
    let third = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    assert_eq!(third.token_source, TokenSource::IdentityProvider);
}

#[test]
fn a_certificate_is_known_by_its_thumbprint_of_either_kind() {
    let entra = entra();
    let computed =
        CertificateCredential::builder(KEY.as_bytes()).public_certificate(CERTIFICATE).build().unwrap();
    let client = client(&entra, ClientCredential::certificate(computed));
    assert!(client.run(client.app().acquire_token_for_client(SCOPE)).is_ok());
    let resolved = client.run(client.app().resolve_authority()).unwrap();
    assert_eq!((resolved.instance.as_str(), resolved.tenant.as_str()), ("localhost", TENANT));
}

#[test]
fn a_tenant_s_domain_is_found_out_before_the_cache_is_asked() {
    let entra = entra();
    let app = app(&entra, "contoso.example", secret("s3cret"));
    let client = Client::new(app).with_transport(transport(&entra));
    client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    let again = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    assert_eq!(again.token_source, TokenSource::Cache);
    assert_eq!(entra.authority().handled().len(), 2, "one document, one token");
}

#[test]
fn the_service_s_own_words_reach_the_program() {
    let entra = entra();
    let client = client(&entra, secret("wrong"));
    let error = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap_err();
    let Error::Service(error) = error else { panic!("{error}") };
    assert_eq!((error.error.as_str(), error.error_codes.as_slice()), ("invalid_client", &[7_000_215][..]));
    assert!(!format!("{error} {error:?}").contains("wrong"));
}

#[test]
fn a_busy_service_is_left_alone() {
    let entra = entra();
    entra.authority().throttle(1, Throttled::TooManyRequests, 60);
    let client = client(&entra, secret("s3cret"));
    for _ in 0..3 {
        let error = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap_err();
        assert!(error.is_retryable(), "{error}");
    }
    assert_eq!(token_requests(&entra), 1, "the others are answered from memory");
    // A program that starts anew knows it too.
    let app = app(&entra, TENANT, secret("s3cret"));
    let next = Client::new(app).with_transport(transport(&entra)).with_state(client.state());
    assert!(next.run(next.app().acquire_token_for_client(SCOPE)).is_err());
    assert_eq!(token_requests(&entra), 1);
}

#[test]
fn the_host_s_assertion_is_asked_for_with_what_it_is_for() {
    let entra = entra();
    let client = client(&entra, ClientCredential::assertion_from_host());
    let unable = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap_err();
    assert_eq!(unable, Error::Unsupported("ClientAssertion"));

    let expected = format!("{}/{TENANT}/oauth2/v2.0/token", entra.origin());
    let client = client.with_client_assertion(move |ask: &ClientAssertion| {
        assert_eq!((ask.client_id.as_str(), ask.token_endpoint.as_str()), (CLIENT_ID, expected.as_str()));
        Ok(Secret::new("not.an.assertion"))
    });
    let refused = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap_err();
    assert!(matches!(refused, Error::Service(_)), "{refused}");

    let client = client.with_client_assertion(|_| Err(AssertionFault("the vault is closed".into())));
    let fault = client.run(client.app().acquire_token_for_client(["api://other/.default"])).unwrap_err();
    assert_eq!(fault.to_string(), "no client assertion was made: the vault is closed");
}

#[test]
fn a_server_that_nobody_vouches_for_gets_nothing() {
    let entra = entra();
    let client = Client::new(app(&entra, TENANT, secret("s3cret")));
    let error = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap_err();
    assert!(matches!(&error, Error::Http(HttpFault::Connect(text)) if text.contains("TLS")), "{error}");
    assert!(entra.authority().handled().is_empty());
}

#[test]
fn threads_share_a_client_and_clients_a_store() {
    let entra = entra();
    let store = Arc::new(InMemoryStore::default());
    let clients = [0, 1].map(|_| client(&entra, secret("s3cret")).with_store(store.clone()));
    let first = &clients[0];
    first.run(first.app().acquire_token_for_client(SCOPE)).unwrap();
    thread::scope(|threads| {
        for client in clients.iter().cycle().take(8) {
            threads.spawn(move || {
                let result = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
                assert_eq!(result.token_source, TokenSource::Cache);
            });
        }
    });
    assert_eq!(token_requests(&entra), 1);
    assert!(store.lock_mut().serialize().contains(r#""AccessToken""#));
}
