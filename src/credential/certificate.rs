//! A certificate's private key as a credential, and how the service is told which certificate it is.
use super::thumbprint::Thumbprint;
use super::{CredentialError, chain, private_key, x5t_s256};
use crate::encoding::sha256_of_parts;
use crate::secret::{Secret, SecretBytes};
use alloc::{string::String, vec::Vec};
use core::fmt;
use rsa::PrivateKey;
use rsa::traits::PublicKeyParts;

/// A private key with the thumbprint of its certificate. `Debug` shows no key; the key is overwritten when it is
/// dropped.
pub struct CertificateCredential {
    pub(super) key: PrivateKey,
    pub(super) thumbprint: Thumbprint,
    /// Certificates as base64, the key's own first; empty if they are not sent.
    pub(super) x5c: Vec<String>,
    /// As DER, the key's own first; empty if only a thumbprint was given.
    pub(super) chain: Vec<Vec<u8>>,
    pub(super) x5t_s256: Option<String>,
    id: [u8; 32],
}

impl CertificateCredential {
    /// Begins with the private key: the bytes of a PEM or DER file, PKCS#8, PKCS#1 or encrypted PKCS#8, RSA of 2048
    /// to 8192 bits. A PEM file may hold the certificate too.
    ///
    /// ```
    /// use msal_proto::{CertificateCredential, ClientCredential};
    /// # let key = include_bytes!("../../fixtures/keys/app-key.pem");
    /// # let certificate = include_str!("../../fixtures/keys/app-cert.pem");
    /// let certificate = CertificateCredential::builder(key).public_certificate(certificate).build()?;
    /// let credential = ClientCredential::certificate(certificate);
    /// # Ok::<(), msal_proto::Error>(())
    /// ```
    pub fn builder(private_key: &[u8]) -> CertificateCredentialBuilder {
        CertificateCredentialBuilder {
            private_key: SecretBytes::new(private_key),
            passphrase: None,
            thumbprint: None,
            certificate: None,
            public_certificate: None,
        }
    }

    /// Tells it from others: an assertion made with one is not to be used for another.
    pub(crate) fn id(&self) -> &[u8] {
        &self.id
    }
}

impl fmt::Debug for CertificateCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateCredential").field("x5c", &self.x5c.len()).finish_non_exhaustive()
    }
}

/// See [`CertificateCredential::builder`].
#[derive(Clone)]
#[must_use = "nothing is built before `build`"]
pub struct CertificateCredentialBuilder {
    private_key: SecretBytes,
    passphrase: Option<Secret>,
    thumbprint: Option<String>,
    certificate: Option<Vec<u8>>,
    public_certificate: Option<String>,
}

/// Nothing was checked yet: a private key may have been given for the certificate.
impl fmt::Debug for CertificateCredentialBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateCredentialBuilder").finish_non_exhaustive()
    }
}

impl CertificateCredentialBuilder {
    /// The passphrase of an encrypted key, UTF-8. An empty one counts as none.
    pub fn passphrase(mut self, passphrase: impl Into<Secret>) -> Self {
        self.passphrase = Some(passphrase.into()).filter(|passphrase| !passphrase.expose().is_empty());
        self
    }

    /// The certificate's thumbprint in hexadecimal digits, as the portal shows it: SHA-1 (then assertions are RS256
    /// with `x5t`) or SHA-256 (PS256 with `x5t#S256`). Blanks, colons and case do not count. Without it, it is
    /// computed from the certificate: SHA-256, and SHA-1 for AD FS.
    pub fn thumbprint(mut self, hexadecimal: impl Into<String>) -> Self {
        self.thumbprint = Some(hexadecimal.into());
        self
    }

    /// The certificate as DER, to compute the thumbprint from. It is not sent.
    pub fn certificate_der(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.certificate = Some(der.into());
        self
    }

    /// The public certificate, or up to ten of a chain with the private key's own first, as the text of a PEM file
    /// or one as bare base64. They go into each assertion (`x5c`), so that a certificate that was renewed under the
    /// same subject and issuer is recognised.
    pub fn public_certificate(mut self, text: impl Into<String>) -> Self {
        self.public_certificate = Some(text.into());
        self
    }

    /// Reads and checks all of it. Whether the certificate is in date is for the service to say.
    ///
    /// # Errors
    /// [`CredentialError`], which tells what is wrong with which part.
    pub fn build(self) -> Result<CertificateCredential, CredentialError> {
        let passphrase = self.passphrase.as_ref().map(Secret::expose);
        let key = private_key::read(self.private_key.expose(), passphrase)?;
        let chain = match self.public_certificate {
            Some(text) => chain::read(&text, &key)?,
            None => Vec::new(),
        };
        let x5c: Vec<_> = chain.iter().map(chain::Certificate::to_base64).collect();
        let own = self.certificate.map(chain::Certificate::from_der).transpose()?;
        if let Some(own) = &own {
            chain::check_owner(core::slice::from_ref(own), &key)?;
        }
        let mut chain: Vec<_> = chain.into_iter().map(|certificate| certificate.der).collect();
        match own {
            Some(own) if chain.first() != Some(&own.der) => chain = [own.der].into(),
            _ => {}
        }
        let own = chain.first();
        let given = self.thumbprint.as_deref().map(Thumbprint::parse).transpose()?;
        let thumbprint = match (given, own) {
            (Some(given), Some(own)) => given.with(own)?,
            (Some(given), None) => given,
            (None, Some(own)) => Thumbprint::of(own),
            (None, None) => return Err(CredentialError::ThumbprintMissing),
        };
        let modulus = key.n().to_be_bytes();
        let parts = [&*modulus, thumbprint.as_bytes()];
        let id = sha256_of_parts(parts.into_iter().chain(x5c.iter().map(String::as_bytes)));
        let x5t_s256 = own.map(|own| x5t_s256(own));
        Ok(CertificateCredential { key, thumbprint, x5c, chain, x5t_s256, id })
    }
}
