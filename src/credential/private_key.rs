//! Reading an RSA private key: PEM or DER; PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or encrypted PKCS#8.
use super::{CredentialError, pem};
use pkcs8::der::Decode;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::traits::PublicKeyParts;

/// Keys of fewer bits are not safe (NIST SP 800-131A), keys of more take too long.
const BITS: core::ops::RangeInclusive<usize> = 2_048..=8_192;

const NOT_RSA: CredentialError =
    CredentialError::PrivateKey("is not an RSA key; the service takes only RSA for client assertions");
const UNREADABLE: CredentialError =
    CredentialError::PrivateKey("is neither PEM nor DER of PKCS#8 or PKCS#1, or it is damaged");

/// From the bytes of a file.
pub(super) fn read(bytes: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, CredentialError> {
    if bytes.is_empty() {
        return Err(CredentialError::Empty("private key"));
    }
    let key = match core::str::from_utf8(bytes) {
        Ok(text) if text.contains("-----") => from_pem(text, passphrase),
        _ => from_der(bytes, passphrase),
    }?;
    if !BITS.contains(&key.n().bits_precision().try_into().unwrap_or(0)) {
        return Err(CredentialError::PrivateKey("must have 2048 to 8192 bits"));
    }
    key.validate().map_err(|_| CredentialError::PrivateKey("is not a consistent RSA key"))?;
    Ok(key)
}

/// From the first block whose label is a private key's: a certificate may be in the same file.
fn from_pem(text: &str, passphrase: Option<&[u8]>) -> Result<PrivateKey, CredentialError> {
    let block = pem::blocks(text).find(|block| block.label.to_ascii_uppercase().ends_with("PRIVATE KEY"));
    let block =
        block.ok_or(CredentialError::PrivateKey("is not in the PEM text: no whole PRIVATE KEY block"))?;
    if block.body.contains("Proc-Type") || block.body.contains("DEK-Info") {
        return Err(CredentialError::TraditionalEncryption);
    }
    let der = block.decode().ok_or(UNREADABLE)?;
    match block.label.to_ascii_uppercase().as_str() {
        "RSA PRIVATE KEY" => plain(passphrase).and_then(|()| from_pkcs1(&der)),
        "PRIVATE KEY" => plain(passphrase).and_then(|()| from_pkcs8(&der)),
        "ENCRYPTED PRIVATE KEY" => from_encrypted(&der, passphrase),
        _ => Err(NOT_RSA),
    }
}

/// DER has no label; the structure tells.
fn from_der(der: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, CredentialError> {
    if EncryptedPrivateKeyInfoRef::from_der(der).is_ok() {
        return from_encrypted(der, passphrase);
    }
    plain(passphrase)?;
    if PrivateKeyInfoRef::from_der(der).is_ok() { from_pkcs8(der) } else { from_pkcs1(der) }
}

fn plain(passphrase: Option<&[u8]>) -> Result<(), CredentialError> {
    if passphrase.is_some() { Err(CredentialError::PassphraseUnexpected) } else { Ok(()) }
}

fn from_pkcs1(der: &[u8]) -> Result<PrivateKey, CredentialError> {
    PrivateKey::from_pkcs1_der(der).map_err(|_| UNREADABLE)
}

fn from_pkcs8(der: &[u8]) -> Result<PrivateKey, CredentialError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| UNREADABLE)?;
    if info.algorithm.oid != rsa::pkcs1::ALGORITHM_OID {
        return Err(NOT_RSA);
    }
    PrivateKey::try_from(info).map_err(|_| UNREADABLE)
}

fn from_encrypted(der: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, CredentialError> {
    let passphrase = passphrase.ok_or(CredentialError::PassphraseMissing)?;
    let info = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| {
        CredentialError::PrivateKey("is encrypted in a way that is not PBES2 (RFC 8018); convert it with `openssl pkcs8 -topk8 -v2 aes256`")
    })?;
    let plain = info.decrypt(passphrase).map_err(|_| CredentialError::PassphraseWrong)?;
    from_pkcs8(plain.as_bytes())
}
