//! A certificate's private key as a credential, and how the service is told which certificate it is.
use super::assertion::Algorithm;
use super::{CredentialError, pem, private_key};
use crate::encoding::{from_hex, sha256};
use crate::secret::{Secret, SecretBytes};
use alloc::{string::String, vec::Vec};
use base64::{Engine, prelude::BASE64_STANDARD};
use core::fmt;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{PrivateKey, PublicKey};
use sha1::{Digest, Sha1};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

/// The most certificates that go into an assertion's header.
const LONGEST_CHAIN: usize = 10;

/// A private key with the thumbprint of its certificate. `Debug` shows no key; the key is overwritten when it is
/// dropped.
pub struct CertificateCredential {
    pub(super) key: PrivateKey,
    pub(super) algorithm: Algorithm,
    /// SHA-1 for RS256, SHA-256 for PS256.
    pub(super) thumbprint: Vec<u8>,
    /// Certificates as base64, the leaf first; empty if they are not sent.
    pub(super) x5c: Vec<String>,
}

impl CertificateCredential {
    /// Begins with the private key: the bytes of a PEM or DER file, PKCS#8, PKCS#1 or encrypted PKCS#8.
    ///
    /// ```
    /// use msal_proto::{CertificateCredential, ClientCredential};
    /// # let (key, certificate) = (include_bytes!("../../fixtures/keys/app-key.pem"), include_str!("../../fixtures/keys/app-cert.pem"));
    /// let certificate = CertificateCredential::builder(key).public_certificate(certificate).build()?;
    /// let credential = ClientCredential::certificate(certificate);
    /// # Ok::<(), msal_proto::Error>(())
    /// ```
    pub fn builder(private_key: &[u8]) -> CertificateCredentialBuilder {
        CertificateCredentialBuilder {
            private_key: SecretBytes::new(private_key),
            passphrase: None,
            thumbprint: None,
            public_certificate: None,
        }
    }

    /// Names it: no two keys have one.
    pub(crate) fn id(&self) -> &[u8] {
        &self.thumbprint
    }

    pub(super) fn thumbprint_member(&self) -> &'static str {
        match self.algorithm {
            Algorithm::Rs256 => "x5t",
            Algorithm::Ps256 => "x5t#S256",
        }
    }
}

impl fmt::Debug for CertificateCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateCredential")
            .field("algorithm", &self.algorithm)
            .field("x5c", &self.x5c.len())
            .finish_non_exhaustive()
    }
}

/// See [`CertificateCredential::builder`].
#[derive(Clone, Debug)]
#[must_use = "nothing is built before `build`"]
pub struct CertificateCredentialBuilder {
    private_key: SecretBytes,
    passphrase: Option<Secret>,
    thumbprint: Option<String>,
    public_certificate: Option<String>,
}

impl CertificateCredentialBuilder {
    /// The passphrase of an encrypted key, UTF-8.
    pub fn passphrase(mut self, passphrase: impl Into<Secret>) -> Self {
        self.passphrase = Some(passphrase.into());
        self
    }

    /// The certificate's thumbprint in hexadecimal digits, as the portal shows it: SHA-1 (then assertions are RS256
    /// with `x5t`) or SHA-256 (PS256 with `x5t#S256`). Blanks, colons and case do not count. Without it, it is
    /// computed from the certificate, as SHA-256.
    pub fn thumbprint(mut self, hexadecimal: impl Into<String>) -> Self {
        self.thumbprint = Some(hexadecimal.into());
        self
    }

    /// The public certificate, or several of a chain with the leaf first, as the text of a PEM file or as bare
    /// base64. They go into each assertion (`x5c`), so that a certificate that was renewed under the same subject
    /// and issuer still works.
    pub fn public_certificate(mut self, text: impl Into<String>) -> Self {
        self.public_certificate = Some(text.into());
        self
    }

    /// Reads and checks all of it.
    ///
    /// # Errors
    /// [`CredentialError`], which tells what is wrong with which part.
    pub fn build(self) -> Result<CertificateCredential, CredentialError> {
        let passphrase = self.passphrase.as_ref().map(|passphrase| passphrase.expose().as_bytes());
        let key = private_key::read(self.private_key.expose(), passphrase)?;
        let certificates =
            self.public_certificate.as_deref().map(read_chain).transpose()?.unwrap_or_default();
        if let Some(leaf) = certificates.first() {
            check_pair(&key, &certificates, leaf)?;
        }
        let (algorithm, thumbprint) = match (&self.thumbprint, certificates.first()) {
            (Some(given), _) => read_thumbprint(given)?,
            (None, Some(leaf)) => (Algorithm::Ps256, sha256(&leaf.der).to_vec()),
            (None, None) => return Err(CredentialError::ThumbprintMissing),
        };
        let x5c = certificates.iter().map(|certificate| BASE64_STANDARD.encode(&certificate.der)).collect();
        let is_other = |leaf: &ChainLink| !thumbprint_is_of(&thumbprint, leaf);
        if self.thumbprint.is_some() && certificates.first().is_some_and(is_other) {
            return Err(CredentialError::Certificate("is not the one of the thumbprint"));
        }
        Ok(CertificateCredential { key, algorithm, thumbprint, x5c })
    }
}

/// One certificate of a chain.
struct ChainLink {
    der: Vec<u8>,
    key: Option<PublicKey>,
}

fn read_chain(text: &str) -> Result<Vec<ChainLink>, CredentialError> {
    let certificates = extract_certs(text)?;
    if certificates.len() > LONGEST_CHAIN {
        return Err(CredentialError::Certificate("has a chain of more than ten"));
    }
    certificates.iter().map(|text| read_certificate(text)).collect()
}

fn read_certificate(base64: &str) -> Result<ChainLink, CredentialError> {
    let unreadable = CredentialError::Certificate("is no X.509 certificate in PEM or base64");
    let text: String = base64.split_whitespace().collect();
    let der = BASE64_STANDARD.decode(text).map_err(|_| unreadable)?;
    let certificate = Certificate::from_der(&der).map_err(|_| unreadable)?;
    let spki = certificate.tbs_certificate().subject_public_key_info().to_der().map_err(|_| unreadable)?;
    Ok(ChainLink { der, key: PublicKey::from_public_key_der(&spki).ok() })
}

/// The leaf's key is the private key's.
fn check_pair(key: &PrivateKey, chain: &[ChainLink], leaf: &ChainLink) -> Result<(), CredentialError> {
    let is_own = |link: &ChainLink| link.key.as_ref().is_some_and(|public| public.n() == key.n());
    if is_own(leaf) {
        return Ok(());
    }
    if chain.iter().any(is_own) {
        return Err(CredentialError::Certificate(
            "chain does not begin with the private key's own certificate",
        ));
    }
    Err(CredentialError::Certificate("does not belong to the private key"))
}

fn read_thumbprint(text: &str) -> Result<(Algorithm, Vec<u8>), CredentialError> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
    let bytes = from_hex(&digits).ok_or(CredentialError::Thumbprint)?;
    match bytes.len() {
        20 => Ok((Algorithm::Rs256, bytes)),
        32 => Ok((Algorithm::Ps256, bytes)),
        _ => Err(CredentialError::Thumbprint),
    }
}

fn thumbprint_is_of(thumbprint: &[u8], certificate: &ChainLink) -> bool {
    match thumbprint.len() {
        20 => Sha1::digest(&certificate.der)[..] == *thumbprint,
        _ => sha256(&certificate.der)[..] == *thumbprint,
    }
}

/// The certificates in a text, as base64 the way it has it: what is between the markers of each, in whatever case the
/// markers are; the whole text if there are none.
///
/// # Errors
/// [`CredentialError::PrivateKeyAsCertificate`] if there is no certificate but a private key.
pub fn extract_certs(text: &str) -> Result<Vec<String>, CredentialError> {
    let certificates: Vec<_> = pem::blocks(text)
        .filter(|block| block.label.eq_ignore_ascii_case("CERTIFICATE"))
        .map(|block| block.body.trim().into())
        .collect();
    if !certificates.is_empty() {
        return Ok(certificates);
    }
    if text.to_ascii_uppercase().contains("PRIVATE KEY") {
        return Err(CredentialError::PrivateKeyAsCertificate);
    }
    Ok([text.trim().into()].into())
}
