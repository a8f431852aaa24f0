//! What is wrong with a credential. No text of it holds a part of a key, a secret or a passphrase.
use thiserror::Error as ThisError;

/// Why a credential cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum CredentialError {
    /// There is nothing in it.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// A client assertion cannot be sent.
    #[error("the client assertion {0}")]
    Assertion(&'static str),
    /// The private key cannot be read.
    #[error("the private key {0}")]
    PrivateKey(&'static str),
    /// The key is of another kind, such as an elliptic curve's.
    #[error("the private key is not an RSA key; the service takes only RSA for client assertions")]
    NotRsa,
    /// The key is too short to be safe, or too long to be of use.
    #[error("the private key has {bits} bits; it must have 2048 to 8192")]
    KeySize {
        /// The bits of its modulus.
        bits: usize,
    },
    /// The key is encrypted and there is no passphrase.
    #[error("the private key is encrypted: give its passphrase")]
    PassphraseMissing,
    /// The passphrase does not open the key.
    #[error("the passphrase does not open the private key, or the key is damaged")]
    PassphraseWrong,
    /// The key is not encrypted.
    #[error("a passphrase was given, but the private key is not encrypted: leave it out")]
    PassphraseUnexpected,
    /// The key is encrypted as OpenSSL did before PKCS#8.
    #[error(
        "the private key has the traditional encryption (Proc-Type: 4,ENCRYPTED); \
         convert it with `openssl pkcs8 -topk8 -v2 aes256 -in old.pem -out new.pem`"
    )]
    TraditionalEncryption,
    /// The key's encryption is none that is supported.
    #[error(
        "the private key is encrypted otherwise than by PBES2 with AES or 3DES (RFC 8018); \
         convert it with `openssl pkcs8 -topk8 -v2 aes256 -in old.pem -out new.pem`"
    )]
    UnknownEncryption,
    /// To open the key would take too long, or too much memory.
    #[error(
        "the private key's passphrase is stretched too far (over 1000000 iterations of PBKDF2, or scrypt of over \
         64 MiB); convert it with `openssl pkcs8 -topk8 -v2 aes256 -in old.pem -out new.pem`"
    )]
    KeyDerivation,
    /// The certificate cannot be used.
    #[error("the certificate {0}")]
    Certificate(&'static str),
    /// The text is a private key where a certificate is expected.
    #[error("a private key was given where the public certificate is expected")]
    PrivateKeyAsCertificate,
    /// The thumbprint is no thumbprint.
    #[error("the thumbprint must be 40 (SHA-1) or 64 (SHA-256) hexadecimal digits")]
    Thumbprint,
    /// Nothing says which certificate the key is of.
    #[error("give the certificate or its thumbprint: the service finds the key by it")]
    ThumbprintMissing,
    /// AD FS knows certificates by SHA-1 alone.
    #[error(
        "AD FS asks for the certificate's SHA-1 thumbprint: give it, or the certificate to compute it from"
    )]
    Sha1ThumbprintMissing,
    /// Mutual TLS needs the certificate itself.
    #[error(
        "mutual TLS needs the certificate, not its thumbprint alone: give it with public_certificate or certificate_der"
    )]
    MtlsCertificateMissing,
    /// The host made an assertion that is bound to no certificate, or to another than before.
    #[error("the client assertion {0}")]
    TokenBinding(&'static str),
    /// The signature failed.
    #[error("the private key does not sign: it is damaged")]
    Signing,
}
