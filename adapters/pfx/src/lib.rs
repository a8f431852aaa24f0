//! Reads PFX files (PKCS#12, RFC 7292), in which Windows, Azure Key Vault and OpenSSL keep a certificate with its private key.
//! The core takes keys as PEM or DER; this brings what is in the file into that form.
//!
//! ```
//! use msal_pfx::Pfx;
//! use msal_proto::ClientCredential;
//!
//! # let file = include_bytes!("../tests/files/modern.pfx");
//! let pfx = Pfx::open(file, "the passphrase, or an empty text")?;
//! let credential = ClientCredential::certificate(pfx.credential().build()?);
//!
//! // If the certificate is trusted by its subject and issuer, it goes along with each assertion:
//! let certificate = pfx.credential().public_certificate(pfx.public_certificate()).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Files may be encrypted by PBES2 with AES or 3DES (what OpenSSL 3 and newer Windows write), by SHA-1 with 3DES or with RC2 of
//! 40 bits (what older ones do), or not at all; they may have a MAC of HMAC with SHA-1 or SHA-2, or none. Of the key that this
//! crate holds no copy stays behind when it is dropped; the library that decrypts the file keeps no such promise of its own.
#![forbid(unsafe_code)]
mod algorithm;
mod chain;
mod error;

pub use error::PfxError;
pub use msal_proto;

use msal_proto::CertificateCredential;
use msal_proto::credential::CertificateCredentialBuilder;
use p12_keystore::Pkcs12Archive;
use pem_rfc7468::LineEnding;
use std::fmt;
use zeroize::Zeroizing;

/// A file with ten certificates has some 20,000 bytes. A larger one is not read: each part of it may cost a second.
const LARGEST: usize = 262_144;

/// What a PFX file is for: a private key and its certificate. `Debug` shows no key.
#[derive(Clone)]
pub struct Pfx {
    private_key: Zeroizing<Vec<u8>>,
    /// The key's own first.
    certificates: Vec<Vec<u8>>,
}

impl Pfx {
    /// Reads the bytes of a file. Of several keys the first counts; its certificate is found by the key, wherever it is in
    /// the file. Without a passphrase the text is empty.
    ///
    /// # Errors
    /// [`PfxError`], which tells what to do about it.
    pub fn open(file: &[u8], passphrase: &str) -> Result<Self, PfxError> {
        if file.len() > LARGEST {
            return Err(PfxError::TooLarge);
        }
        let opened = Pkcs12Archive::from_pkcs12(file, passphrase);
        let archive = opened.map_err(|error| PfxError::of(&error, file, passphrase))?;
        let private_key = archive.keys.first().ok_or(PfxError::NoPrivateKey)?.key.as_der().to_vec();
        let private_key = Zeroizing::new(private_key);
        let certificates = chain::of_key(&private_key, &archive.certs)?;
        Ok(Self { private_key, certificates })
    }

    /// Begins a credential with the key and its certificate: assertions are PS256 with `x5t#S256`, or RS256 with `x5t` at
    /// AD FS. No certificate goes along with them, unless [`Pfx::public_certificate`] is added.
    pub fn credential(&self) -> CertificateCredentialBuilder {
        CertificateCredential::builder(&self.private_key).certificate_der(self.certificate())
    }

    /// The key's certificate as PEM, to go along with assertions (`x5c`): of a chain this one alone, as MSAL sends it.
    pub fn public_certificate(&self) -> String {
        // It fails for texts that no address space holds.
        pem_rfc7468::encode_string("CERTIFICATE", LineEnding::LF, self.certificate()).unwrap_or_default()
    }

    /// The private key, DER of PKCS#8 (RFC 5958).
    pub fn private_key(&self) -> &[u8] {
        &self.private_key
    }

    /// The certificates, DER of X.509 (RFC 5280): the key's own, then each one's issuer as far as the file has it. Whatever
    /// else is in the file is left out.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn certificate(&self) -> &[u8] {
        self.certificates.first().map_or(&[], Vec::as_slice)
    }
}

impl fmt::Debug for Pfx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pfx").field("certificates", &self.certificates.len()).finish_non_exhaustive()
    }
}
