//! The keys and certificates of the tests.
use msal_proto::CertificateCredential;
use msal_proto::credential::CredentialError;

/// A key, its certificate and that one's thumbprints.
pub(crate) const KEY: &str = include_str!("../../fixtures/oracle/fixtures/certs/key.pem");
pub(crate) const CERTIFICATE: &str = include_str!("../../fixtures/oracle/fixtures/certs/cert.pem");
pub(crate) const SHA1: &str = "96939DEFD7A062A3E4A6FABB9B080355E1DA17F5";
pub(crate) const SHA256: &str = "1318492AE846C3C717263FDDBE5B9632BFE31733E4FE898094A58550151B8115";
/// A certificate of another key.
pub(crate) const OTHER_CERTIFICATE: &str = include_str!("../../fixtures/oracle/fixtures/certs/ca.pem");
/// Both, the key's own first.
pub(crate) const CHAIN: &str = include_str!("../../fixtures/oracle/fixtures/certs/chain.pem");

/// Builds a credential of a key alone.
pub(crate) fn load(key: impl AsRef<[u8]>) -> Result<CertificateCredential, CredentialError> {
    CertificateCredential::builder(key.as_ref()).thumbprint(SHA1).build()
}

/// Builds a credential of an encrypted key.
pub(crate) fn open(
    key: impl AsRef<[u8]>,
    passphrase: &str,
) -> Result<CertificateCredential, CredentialError> {
    CertificateCredential::builder(key.as_ref()).passphrase(passphrase).thumbprint(SHA1).build()
}

/// The bytes between the markers of the first block.
pub(crate) fn der(pem: &str) -> Vec<u8> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let body: String = pem.lines().skip(1).take_while(|line| !line.starts_with('-')).collect();
    BASE64_STANDARD.decode(body).unwrap()
}
