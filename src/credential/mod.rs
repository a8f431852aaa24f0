//! How an application proves who it is (RFC 6749 section 2.3, RFC 7521 section 4.2).
mod assertion;
mod certificate;
mod chain;
mod client_certificate;
mod error;
mod pem;
mod private_key;
#[cfg(test)]
mod tests;
mod thumbprint;

pub(crate) use assertion::AssertionClaims;
pub use certificate::{CertificateCredential, CertificateCredentialBuilder};
pub use chain::extract_certs;
pub use client_certificate::{ClientCertificate, x5t_s256};
pub use error::CredentialError;

use crate::secret::Secret;
use alloc::sync::Arc;

/// The longest client assertion, in bytes.
const LONGEST_ASSERTION: usize = 65_536;

/// One of the ways to prove it. Cheap to clone; `Debug` shows no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ClientCredential {
    /// A client secret. Made by [`ClientCredential::secret`].
    #[non_exhaustive]
    Secret(Secret),
    /// A certificate's private key, with which this library signs assertions (RFC 7523).
    #[non_exhaustive]
    Certificate(Arc<CertificateCredential>),
    /// A ready-made assertion. Made by [`ClientCredential::assertion`].
    #[non_exhaustive]
    Assertion(Secret),
    /// The host makes an assertion for each request, by the effect
    /// [`ClientAssertion`](crate::engine::ClientAssertion): a workload identity, a key in a vault.
    AssertionFromHost,
}

impl ClientCredential {
    /// A client secret, as the portal shows it once.
    ///
    /// # Errors
    /// [`CredentialError::Empty`]
    pub fn secret(secret: impl Into<Secret>) -> Result<Self, CredentialError> {
        let secret = secret.into();
        if secret.expose().is_empty() {
            return Err(CredentialError::Empty("client secret"));
        }
        Ok(Self::Secret(secret))
    }

    /// A certificate with its private key.
    pub fn certificate(certificate: CertificateCredential) -> Self {
        Self::Certificate(Arc::new(certificate))
    }

    /// An assertion that somebody else signed, a JWT (RFC 7523 section 2.2). It is sent until it no longer works:
    /// where it can be made anew, [`ClientCredential::assertion_from_host`] is better.
    ///
    /// # Errors
    /// [`CredentialError::Empty`], [`CredentialError::Assertion`]
    pub fn assertion(assertion: impl Into<Secret>) -> Result<Self, CredentialError> {
        let assertion = assertion.into();
        Self::check_assertion(assertion.expose())?;
        Ok(Self::Assertion(assertion))
    }

    /// Assertions that the host makes, one for each request.
    pub fn assertion_from_host() -> Self {
        Self::AssertionFromHost
    }

    /// Whether a text may be sent as an assertion; what it says is the service's to judge.
    pub(crate) fn check_assertion(assertion: &str) -> Result<(), CredentialError> {
        if assertion.is_empty() {
            return Err(CredentialError::Empty("client assertion"));
        }
        if assertion.len() > LONGEST_ASSERTION {
            return Err(CredentialError::Assertion("is over 65536 bytes long"));
        }
        if !assertion.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialError::Assertion("has a character that is not visible ASCII"));
        }
        Ok(())
    }
}
