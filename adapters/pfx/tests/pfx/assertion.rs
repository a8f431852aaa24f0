//! What an application that has its key from a PFX file sends.
use crate::{PASSPHRASE, file};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_pfx::Pfx;
use msal_proto::credential::CertificateCredentialBuilder;
use msal_proto::transcript::ScriptedHost;
use msal_proto::{ClientCredential, ConfidentialClientApplication};
use serde_json::Value;

/// The header of the assertion.
fn header(certificate: CertificateCredentialBuilder) -> Value {
    let app = ConfidentialClientApplication::builder("my-app")
        .authority("https://login.microsoftonline.com/contoso.onmicrosoft.com")
        .client_credential(ClientCredential::certificate(certificate.build().unwrap()));
    let mut host = ScriptedHost::new(app.build().unwrap());
    host.answer_discovery();
    host.answer(200, r#"{"token_type":"Bearer","expires_in":3599,"access_token":"AT"}"#);
    host.call(|app| app.acquire_token_for_client(["https://graph.microsoft.com/.default"])).unwrap();
    let form = host.requests.last().unwrap().form();
    let assertion = form.iter().find(|(name, _)| name == "client_assertion").unwrap().1.expose();
    let header = BASE64_URL_SAFE_NO_PAD.decode(assertion.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&header).unwrap()
}

#[test]
fn crt_21_it_is_signed_by_ps256_and_names_the_certificate_by_sha_256() {
    let pfx = Pfx::open(file!("chain.pfx"), PASSPHRASE).unwrap();
    let header = header(pfx.credential());
    assert_eq!(header["alg"], "PS256");
    assert!(header["x5t#S256"].is_string() && header.get("x5t").is_none() && header.get("x5c").is_none());
}

#[test]
fn the_certificate_goes_along_if_it_is_asked_for() {
    let pfx = Pfx::open(file!("chain.pfx"), PASSPHRASE).unwrap();
    let with = header(pfx.credential().public_certificate(pfx.public_certificate()));
    assert_eq!(with["x5c"].as_array().unwrap().len(), 1);
    assert_eq!(with["x5t#S256"], header(pfx.credential())["x5t#S256"]);
}
