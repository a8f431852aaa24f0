//! By what the service finds the certificate, and the signature that goes with it.
use super::CredentialError;
use crate::encoding::{from_hex, sha256};
use alloc::string::String;
use sha1::{Digest, Sha1};

/// RFC 7518 section 3.1, with the header parameter that goes with it (RFC 7515 sections 4.1.7 and 4.1.8).
pub(super) enum Algorithm<'a> {
    /// RSASSA-PKCS1-v1_5.
    Rs256 { x5t: &'a [u8; 20] },
    /// RSASSA-PSS with a salt of 32 bytes.
    Ps256 { x5t_s256: &'a [u8; 32] },
}

/// What is known of a certificate's thumbprint.
pub(super) enum Thumbprint {
    /// The caller's SHA-1, which prevails.
    Sha1([u8; 20]),
    /// SHA-256, and SHA-1 if the certificate is there to compute it.
    Sha256 { sha256: [u8; 32], sha1: Option<[u8; 20]> },
}

impl Thumbprint {
    /// Both of a certificate's DER.
    pub(super) fn of(certificate: &[u8]) -> Self {
        Self::Sha256 { sha256: sha256(certificate), sha1: Some(Sha1::digest(certificate).into()) }
    }

    /// From hexadecimal digits as portals, tools and dialogs show them.
    pub(super) fn parse(text: &str) -> Result<Self, CredentialError> {
        // Windows' dialog copies an invisible left-to-right mark before the digits.
        let is_noise = |c: char| c.is_whitespace() || matches!(c, ':' | '\u{200e}');
        let digits: String = text.chars().filter(|c| !is_noise(*c)).collect();
        let bytes = from_hex(&digits).ok_or(CredentialError::Thumbprint)?;
        if let Ok(sha1) = bytes.as_slice().try_into() {
            return Ok(Self::Sha1(sha1));
        }
        let sha256 = bytes.try_into().map_err(|_| CredentialError::Thumbprint)?;
        Ok(Self::Sha256 { sha256, sha1: None })
    }

    /// Checks a given one against the certificate and takes from that what it lacks.
    pub(super) fn with(self, certificate: &[u8]) -> Result<Self, CredentialError> {
        let is_its = match &self {
            Self::Sha1(given) => Sha1::digest(certificate)[..] == given[..],
            Self::Sha256 { sha256: given, .. } => sha256(certificate) == *given,
        };
        match self {
            _ if !is_its => Err(CredentialError::Certificate("is not the one of the thumbprint")),
            Self::Sha1(_) => Ok(self),
            Self::Sha256 { .. } => Ok(Self::of(certificate)),
        }
    }

    /// SHA-256 wherever it can be; AD FS does not know it.
    pub(super) fn algorithm(&self, is_adfs: bool) -> Result<Algorithm<'_>, CredentialError> {
        match self {
            Self::Sha256 { sha256, .. } if !is_adfs => Ok(Algorithm::Ps256 { x5t_s256: sha256 }),
            Self::Sha1(sha1) | Self::Sha256 { sha1: Some(sha1), .. } => Ok(Algorithm::Rs256 { x5t: sha1 }),
            Self::Sha256 { sha1: None, .. } => Err(CredentialError::Sha1ThumbprintMissing),
        }
    }

    /// The bytes of it that name the certificate.
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha1(sha1) => sha1,
            Self::Sha256 { sha256, .. } => sha256,
        }
    }
}
