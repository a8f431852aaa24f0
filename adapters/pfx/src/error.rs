//! Why a file is of no use. No text of it holds a part of the file or of its passphrase.
use crate::algorithm;
use der::ErrorKind;
use msal_proto::credential::CredentialError;
use p12_keystore::error::Error as Fault;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PfxError {
    /// It is no PFX file.
    #[error("the file is no PFX file (PKCS#12 in DER), or it is damaged")]
    Unreadable,
    /// It has more bytes than any that holds a key and its certificates.
    #[error("the file has over 262144 bytes, which is more than a key and its certificates take")]
    TooLarge,
    /// It is encrypted and there is no passphrase.
    #[error("the file has a passphrase: give it")]
    PassphraseMissing,
    /// The passphrase does not open it.
    #[error("the passphrase does not open the file, or the file is damaged")]
    PassphraseWrong,
    /// There is no private key in it.
    #[error("the file has no private key; export it with the key (`openssl pkcs12 -export -inkey key.pem`)")]
    NoPrivateKey,
    /// There is no certificate in it that belongs to the key.
    #[error("the file has no certificate that belongs to its private key")]
    NoCertificate,
    /// It is encrypted, or authenticated, by other means than those that this crate knows.
    #[error(
        "the file is protected by {0}, which is not supported; write it anew with \
         `openssl pkcs12 -in old.pfx -legacy -nodes | openssl pkcs12 -export -out new.pfx`"
    )]
    UnsupportedAlgorithm(String),
    /// To open it would take too long, or too much memory.
    #[error(
        "the file stretches its passphrase too far (over 1000000 iterations), or says not how far; write it anew with \
         `openssl pkcs12 -in old.pfx -nodes | openssl pkcs12 -export -out new.pfx`"
    )]
    KeyDerivation,
    /// The key, or a certificate, cannot be used as a credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
}

impl PfxError {
    pub(crate) fn of(fault: &Fault, file: &[u8], passphrase: &str) -> Self {
        match fault {
            Fault::MacError(_) if passphrase.is_empty() => Self::PassphraseMissing,
            Fault::MacError(_) | Fault::Pkcs5Error(_) | Fault::UnpadError | Fault::InvalidLength => {
                Self::PassphraseWrong
            }
            // No passphrase has characters of more than 16 bits (RFC 7292 appendix B.1).
            Fault::DerError(_) if passphrase.chars().any(|c| c > '\u{ffff}') => Self::PassphraseWrong,
            Fault::DerError(error) => match error.kind() {
                ErrorKind::OidUnknown { oid } => Self::UnsupportedAlgorithm(algorithm::name(&oid)),
                _ => Self::Unreadable,
            },
            Fault::UnsupportedEncryptionScheme | Fault::UnsupportedMacAlgorithm => {
                Self::UnsupportedAlgorithm(algorithm::unsupported_in(file))
            }
            Fault::InvalidParameters => Self::KeyDerivation,
            Fault::InvalidPrivateKey => CredentialError::PrivateKey("is not PKCS#8").into(),
            Fault::UnsupportedCertificateType | Fault::X509Error(_) => {
                CredentialError::Certificate("is no X.509 certificate").into()
            }
            _ => Self::Unreadable,
        }
    }
}
