//! A certificate with its key as TLS wants it, to show at a handshake (RFC 8705).
use super::{CertificateCredential, CredentialError};
use crate::encoding::{base64url, sha256};
use crate::secret::Secret;
use alloc::{string::String, vec::Vec};
use core::fmt;
use rsa::pkcs8::{EncodePrivateKey, LineEnding};

/// What a transport shows at a TLS handshake. `Debug` shows no key.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientCertificate {
    /// Certificates as DER, the key's own first.
    pub chain: Vec<Vec<u8>>,
    /// The private key as PEM, PKCS#8 (RFC 7468 section 10), which all TLS libraries read.
    pub private_key: Secret,
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}

/// By what requests and tokens name a certificate, its `x5t#S256` (RFC 7515 section 4.1.8): SHA-256 of its DER, base64url
/// without padding.
pub fn x5t_s256(certificate_der: &[u8]) -> String {
    base64url(sha256(certificate_der))
}

impl CertificateCredential {
    /// By what requests and tokens name its certificate; none if only a thumbprint was given, not the certificate.
    pub fn x5t_s256(&self) -> Option<&str> {
        self.x5t_s256.as_deref()
    }

    /// What a transport needs to show it at a TLS handshake.
    ///
    /// # Errors
    /// [`CredentialError::MtlsCertificateMissing`] if only a thumbprint was given, not the certificate.
    pub fn client_certificate(&self) -> Result<ClientCertificate, CredentialError> {
        if self.chain.is_empty() {
            return Err(CredentialError::MtlsCertificateMissing);
        }
        let key = self.key.to_pkcs8_pem(LineEnding::LF).map_err(|_| CredentialError::Signing)?;
        Ok(ClientCertificate { chain: self.chain.clone(), private_key: Secret::new(key.as_str()) })
    }
}
