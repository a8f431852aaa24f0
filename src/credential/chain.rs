//! Certificates (RFC 5280): finding them in a text, and whose they are.
use super::{CredentialError, pem};
use alloc::{string::String, vec::Vec};
use base64::{Engine, prelude::BASE64_STANDARD};
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{PrivateKey, PublicKey};
use x509_cert::Certificate as X509;
use x509_cert::der::{Decode, Encode};

/// The most certificates that go into an assertion's header.
const LONGEST_CHAIN: usize = 10;

const UNREADABLE: CredentialError =
    CredentialError::Certificate("is no X.509 certificate in PEM, base64 or DER");

/// A certificate of which we know whose key it is for.
pub(super) struct Certificate {
    pub(super) der: Vec<u8>,
    /// None if it is no RSA key that we could use.
    key: Option<PublicKey>,
}

impl Certificate {
    pub(super) fn from_der(der: Vec<u8>) -> Result<Self, CredentialError> {
        let certificate = X509::from_der(&der).map_err(|_| UNREADABLE)?;
        let key = certificate.tbs_certificate().subject_public_key_info().to_der().map_err(|_| UNREADABLE)?;
        Ok(Self { der, key: PublicKey::from_public_key_der(&key).ok() })
    }

    pub(super) fn is_of(&self, key: &PrivateKey) -> bool {
        self.key.as_ref().is_some_and(|own| own.n() == key.n() && own.e() == key.e())
    }

    /// As `x5c` has it (RFC 7515 section 4.1.6).
    pub(super) fn to_base64(&self) -> String {
        BASE64_STANDARD.encode(&self.der)
    }
}

/// All certificates of a text; the first must be the private key's own.
pub(super) fn read(text: &str, key: &PrivateKey) -> Result<Vec<Certificate>, CredentialError> {
    let texts = extract_certs(text)?;
    if texts.len() > LONGEST_CHAIN {
        return Err(CredentialError::Certificate("has a chain of more than ten"));
    }
    let decode = |text: &String| {
        let text: String = text.split_ascii_whitespace().collect();
        Certificate::from_der(BASE64_STANDARD.decode(text).map_err(|_| UNREADABLE)?)
    };
    let chain = texts.iter().map(decode).collect::<Result<Vec<_>, _>>()?;
    check_owner(&chain, key)?;
    Ok(chain)
}

/// Refuses a chain whose first certificate is another key's.
pub(super) fn check_owner(chain: &[Certificate], key: &PrivateKey) -> Result<(), CredentialError> {
    if chain.first().is_some_and(|leaf| leaf.is_of(key)) {
        return Ok(());
    }
    if chain.iter().any(|certificate| certificate.is_of(key)) {
        return Err(CredentialError::Certificate("of the private key must be the first of the chain"));
    }
    Err(CredentialError::Certificate("does not belong to the private key"))
}

/// The certificates in a text, as base64 just as it has them: what is between the markers of each, in whatever case
/// the markers are; the whole text if there are none. MSAL's function of this name.
///
/// # Errors
/// [`CredentialError::PrivateKeyAsCertificate`] if there is no certificate but a private key.
pub fn extract_certs(text: &str) -> Result<Vec<String>, CredentialError> {
    let certificates: Vec<String> = pem::blocks(text.as_bytes())
        .filter(|block| block.is("CERTIFICATE"))
        .filter_map(|block| core::str::from_utf8(block.body).ok())
        .map(|body| body.trim().into())
        .collect();
    if certificates.is_empty() {
        if pem::contains(text.as_bytes(), "PRIVATE KEY") {
            return Err(CredentialError::PrivateKeyAsCertificate);
        }
        return Ok([text.trim().into()].into());
    }
    Ok(certificates)
}
