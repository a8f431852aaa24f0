//! The service's side: the signature is verified by the certificate's public key.
use crate::support::{CERTIFICATE, KEY, SHA1, SHA256, World, app, builder, jwt, member, ps256, rs256};
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::ClientCredential;
use msal_proto::credential::CertificateCredential;
use rsa::pkcs8::DecodePublicKey;
use rsa::signature::Verifier;
use rsa::{PublicKey, pkcs1v15, pss};
use serde_json::json;
use sha2::Sha256;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

fn public_key() -> PublicKey {
    let der = BASE64_STANDARD.decode(body_of_certificate()).unwrap();
    let certificate = Certificate::from_der(&der).unwrap();
    let key = certificate.tbs_certificate().subject_public_key_info().to_der().unwrap();
    PublicKey::from_public_key_der(&key).unwrap()
}

fn base64url_of_hex(hex: &str) -> String {
    let digits: Vec<_> = hex.trim().chars().filter(|c| *c != ':').collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap();
    BASE64_URL_SAFE_NO_PAD.encode(digits.chunks(2).map(byte).collect::<Vec<_>>())
}

fn body_of_certificate() -> String {
    CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect()
}

#[test]
fn crt_21_rs256_with_a_sha_1_thumbprint() {
    let jwt = jwt(&World::default().assertion(&app(rs256())));
    assert_eq!(jwt.header, json!({ "alg": "RS256", "typ": "JWT", "x5t": base64url_of_hex(SHA1) }));
    let signature = pkcs1v15::Signature::try_from(jwt.signature.as_slice()).unwrap();
    let key = pkcs1v15::VerifyingKey::<Sha256>::new(public_key());
    key.verify(jwt.signed.as_bytes(), &signature).unwrap();
    key.verify(b"another", &signature).unwrap_err();
}

#[test]
fn crt_21_ps256_with_a_salt_of_32_bytes_and_a_computed_thumbprint() {
    let jwt = jwt(&World::default().assertion(&app(ps256())));
    let x5t = base64url_of_hex(SHA256);
    let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": x5t, "x5c": [body_of_certificate()] });
    assert_eq!(jwt.header, header);
    let signature = pss::Signature::try_from(jwt.signature.as_slice()).unwrap();
    let verify = |salt| {
        let key = pss::VerifyingKey::<Sha256>::new_with_salt_len(public_key(), salt);
        key.verify(jwt.signed.as_bytes(), &signature)
    };
    verify(32).unwrap();
    for salt in [0, 20, 31, 33, 64] {
        verify(salt).unwrap_err();
    }
}

#[test]
fn x5c_is_clean_base64_of_the_whole_chain() {
    let chain = include_str!("../../fixtures/oracle/fixtures/certs/chain.pem").replace('\n', "\r\n");
    let certificate =
        CertificateCredential::builder(KEY.as_bytes()).public_certificate(chain).build().unwrap();
    let jwt = jwt(&World::default().assertion(&app(ClientCredential::certificate(certificate))));
    let x5c = jwt.header["x5c"].as_array().unwrap();
    assert_eq!(x5c.len(), 2);
    assert_eq!(x5c[0], body_of_certificate());
    for certificate in x5c {
        BASE64_STANDARD.decode(certificate.as_str().unwrap()).unwrap();
    }
}

#[test]
fn each_credential_sends_its_own_members() {
    let names = |credential| {
        let (request, _) = World::default().begin(&builder(credential).build().unwrap()).unwrap();
        ["client_secret", "client_assertion_type", "client_assertion"].map(|name| member(&request, name))
    };
    let kind = || Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned());
    assert_eq!(
        names(ClientCredential::secret("s\u{e9} &=").unwrap()),
        [Some("s\u{e9} &=".into()), None, None]
    );
    assert_eq!(names(ClientCredential::assertion("a.b.c").unwrap()), [None, kind(), Some("a.b.c".into())]);
    let [secret, own_kind, assertion] = names(ps256());
    assert_eq!((secret, own_kind), (None, kind()));
    assert!(assertion.is_some());
}
