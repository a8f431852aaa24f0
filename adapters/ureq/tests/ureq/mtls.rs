//! Real mutual TLS with the offline Entra, at its second port (RFC 8705).
use crate::client::{CERTIFICATE, CLIENT_ID, KEY, SCOPE, TENANT, transport};
use msal_fixture_authority::{Application, Authority, Certificate, Loopback, Tenant};
use msal_proto::engine::{ClientAssertion, ClientSignedAssertion, HttpFault, UnixTime};
use msal_proto::transcript::ScriptedHost;
use msal_proto::{
    AuthenticationResult, CertificateCredential, ClientApplicationBuilder, ClientCredential,
    ConfidentialClientApplication, Error, Secret, TokenSource, decode_id_token,
};
use msal_ureq::Client;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

/// Of the certificate in `fixtures/keys`, as OpenSSL computes it.
const X5T_S256: &str = "UA1-QOWg2kcdg7y4tmCyDw8zvjxf_3NSTZZDXbXKPJ0";

fn entra(application: Application) -> Loopback {
    let mut authority = Authority::new("https://localhost");
    authority.register(Tenant::new(TENANT).application(application));
    Loopback::start(authority).unwrap().with_mtls().unwrap()
}

fn registered() -> Application {
    Application::new(CLIENT_ID).certificate(Certificate::from_pem(CERTIFICATE).unwrap())
}

fn credential() -> CertificateCredential {
    CertificateCredential::builder(KEY.as_bytes()).public_certificate(CERTIFICATE).build().unwrap()
}

type Builder = ClientApplicationBuilder<ConfidentialClientApplication>;

fn client(
    entra: &Loopback,
    credential: ClientCredential,
    change: impl FnOnce(Builder) -> Builder,
) -> Client<ConfidentialClientApplication> {
    let app = ConfidentialClientApplication::builder(CLIENT_ID)
        .authority(format!("{}/{TENANT}", entra.origin()))
        .client_credential(credential)
        .instance_discovery(false);
    Client::new(change(app).build().unwrap()).with_transport(transport(entra))
}

fn bound(client: &Client<ConfidentialClientApplication>) -> Result<AuthenticationResult, Error> {
    client.run(client.app().acquire_token_for_client(SCOPE).mtls_proof_of_possession(true))
}

/// To which certificate the token is bound.
fn binding(result: &AuthenticationResult) -> Value {
    let token = result.access_token.as_ref().unwrap().expose();
    let (claims, _) = decode_id_token(token, None, None, None, UnixTime(0)).unwrap();
    claims.members.get::<Value>("cnf").map_or(Value::Null, |cnf| cnf["x5t#S256"].clone())
}

#[test]
fn a_certificate_gets_a_token_that_is_bound_to_it() {
    let entra = entra(registered());
    let client = client(&entra, ClientCredential::certificate(credential()), |app| app);
    let result = bound(&client).unwrap();
    assert_eq!((&*result.token_type, binding(&result)), ("mtls_pop", X5T_S256.into()));
    assert_eq!(bound(&client).unwrap().token_source, TokenSource::Cache);
    let bearer = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    assert_eq!((&*bearer.token_type, binding(&bearer)), ("Bearer", Value::Null));
    assert_eq!(bearer.token_source, TokenSource::IdentityProvider);
}

#[test]
fn one_that_is_not_registered_is_refused() {
    let entra = entra(Application::new(CLIENT_ID).secret("s3cret"));
    let client = client(&entra, ClientCredential::certificate(credential()), |app| app);
    let error = bound(&client).unwrap_err();
    assert!(matches!(&error, Error::Service(error) if error.error_codes == [500_181]), "{error}");
}

#[test]
fn a_certificate_over_mtls_goes_beside_the_assertion() {
    let entra = entra(registered());
    let client = client(&entra, ClientCredential::certificate(credential()), |app| {
        app.send_certificate_over_mtls(true)
    });
    let result = client.run(client.app().acquire_token_for_client(SCOPE)).unwrap();
    assert_eq!((&*result.token_type, binding(&result)), ("Bearer", Value::Null));
}

/// An assertion says itself what it is bound to; without the certificate no connection is made.
#[test]
fn an_assertion_of_the_host_s_is_bound_to_the_certificate_that_is_shown() {
    let entra = entra(registered());
    let made = Arc::new(Mutex::new(Vec::new()));
    let make = {
        let (made, authority) = (Arc::clone(&made), format!("{}/{TENANT}", entra.origin()));
        move |ask: &ClientAssertion| {
            assert!(ask.binds_certificate);
            let assertion = assertion_bound_to_itself(&authority, &ask.token_endpoint);
            made.lock().unwrap().push(());
            let assertion = ClientSignedAssertion::from(assertion);
            Ok(assertion.bound_to(&credential().client_certificate().unwrap().chain[0]))
        }
    };
    let without = client(&entra, ClientCredential::assertion_from_host(), |app| app);
    let without = without.with_client_assertion(make.clone());
    let error = bound(&without).unwrap_err();
    assert!(
        matches!(&error, Error::Http(HttpFault::Other(text)) if text.contains("client certificate")),
        "{error}"
    );

    let client = client(&entra, ClientCredential::assertion_from_host(), |app| app);
    let client = client.with_client_assertion(make).with_client_certificate(credential());
    let result = bound(&client).unwrap();
    assert_eq!((&*result.token_type, binding(&result)), ("mtls_pop", X5T_S256.into()));
    made.lock().unwrap().clear();
    assert_eq!(bound(&client).unwrap().token_source, TokenSource::Cache);
    assert_eq!(made.lock().unwrap().len(), 1, "which certificate it is now must be asked");
}

#[test]
fn a_server_that_asks_for_no_certificates_issues_nothing_that_is_bound() {
    let mut authority = Authority::new("https://localhost");
    authority.register(Tenant::new(TENANT).application(registered()));
    let entra = Loopback::start(authority).unwrap();
    let client = client(&entra, ClientCredential::certificate(credential()), |app| app);
    let error = bound(&client).unwrap_err();
    assert!(error.to_string().contains("takes no TLS client certificates"), "{error}");
    assert_eq!(crate::client::token_requests(&entra), 0);
}

/// An exponent of 3 is good for assertions, and refused by rustls.
#[test]
fn a_certificate_that_tls_does_not_take_is_an_error() {
    let key = include_bytes!("../../../../tests/credential/keys/rsa-e3.pem");
    let certificate = include_str!("../../../../tests/credential/keys/rsa-e3-cert.pem");
    let entra = entra(registered());
    let credential = CertificateCredential::builder(key).public_certificate(certificate).build().unwrap();
    let client = client(&entra, ClientCredential::certificate(credential), |app| app);
    let error = bound(&client).unwrap_err();
    let text = "TLS does not take the client certificate";
    assert!(matches!(&error, Error::Http(HttpFault::Other(why)) if why.contains(text)), "{error}");
}

/// What the library signs, with `cnf` among its claims (RFC 7800), caught on its way.
fn assertion_bound_to_itself(authority: &str, token_endpoint: &str) -> Secret {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let claims = format!(r#"{{"cnf":{{"x5t#S256":"{X5T_S256}"}},"jti":"{}"}}"#, since.as_nanos());
    let app = ConfidentialClientApplication::builder(CLIENT_ID)
        .authority(authority)
        .client_credential(ClientCredential::certificate(credential()))
        .client_claims(claims)
        .instance_discovery(false)
        .build()
        .unwrap();
    let mut host = ScriptedHost::new(app);
    let document =
        format!(r#"{{"authorization_endpoint":"{token_endpoint}","token_endpoint":"{token_endpoint}"}}"#);
    host.now = UnixTime(since.as_secs());
    host.answer(200, document);
    // Nobody answers the request for a token, but it was made.
    host.call(|app| app.acquire_token_for_client(SCOPE)).unwrap_err();
    let request = host.requests.pop().unwrap();
    let mut form = request.form().iter().cloned();
    form.find(|(name, _)| name == "client_assertion").unwrap().1
}
