//! Reading an RSA private key: PEM or DER; PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or encrypted PKCS#8.
use super::{CredentialError, pem};
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{Decode, Reader};
use pkcs8::pkcs5::pbes2::{self, Kdf};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{PrivateKeyInfoRef, SecretDocument};
use rsa::PrivateKey;
use rsa::pkcs1::RsaPrivateKeyRef;

/// Keys of fewer bits are not safe (NIST SP 800-131A), keys of more take too long.
const BITS: core::ops::RangeInclusive<usize> = 2_048..=8_192;
/// The most iterations of PBKDF2, and the most bytes and lanes of scrypt, that are done to open a key.
const PBKDF2_ITERATIONS: u32 = 1_000_000;
const SCRYPT_BYTES: u64 = 64 << 20;
const SCRYPT_LANES: u16 = 16;

const UNREADABLE: CredentialError = CredentialError::PrivateKey(
    "is neither PEM nor DER of PKCS#8 or PKCS#1, or it is damaged (a PFX file: open it with the crate msal-pfx)",
);

const NO_BLOCK: CredentialError =
    CredentialError::PrivateKey("is not in the PEM text: no whole PRIVATE KEY block");
const DAMAGED: CredentialError = CredentialError::PrivateKey("is damaged: its numbers do not fit together");

/// From the bytes of a file.
pub(super) fn read(bytes: &[u8], passphrase: Option<&str>) -> Result<PrivateKey, CredentialError> {
    if bytes.is_empty() {
        return Err(CredentialError::Empty("private key"));
    }
    if pem::contains(bytes, "-----BEGIN ") {
        from_pem(bytes, passphrase)
    } else {
        from_der(bytes, passphrase)
    }
}

/// From the first block whose label is a private key's: a certificate may be in the same file.
fn from_pem(text: &[u8], passphrase: Option<&str>) -> Result<PrivateKey, CredentialError> {
    let block = pem::blocks(text).find(|block| block.ends_with("PRIVATE KEY")).ok_or(NO_BLOCK)?;
    if pem::contains(block.body, "Proc-Type") {
        return Err(CredentialError::TraditionalEncryption);
    }
    if block.is("EC PRIVATE KEY") || block.is("DSA PRIVATE KEY") {
        return Err(CredentialError::NotRsa);
    }
    from_der(&block.decode().ok_or(UNREADABLE)?, passphrase)
}

/// DER has no label, and PEM's need not be right: the structure tells.
fn from_der(der: &[u8], passphrase: Option<&str>) -> Result<PrivateKey, CredentialError> {
    if let Ok((algorithm, ciphertext)) = encrypted(der) {
        return from_encrypted(algorithm, ciphertext, passphrase.ok_or(CredentialError::PassphraseMissing)?);
    }
    let key = match PrivateKeyInfoRef::from_der(der) {
        Ok(info) => from_pkcs8(&info),
        Err(_) => from_pkcs1(der),
    }?;
    if passphrase.is_some() { Err(CredentialError::PassphraseUnexpected) } else { Ok(key) }
}

/// The parts of an encrypted key: what opens it, and what is to be opened (RFC 5958 section 3).
fn encrypted(der: &[u8]) -> pkcs8::der::Result<(AlgorithmIdentifierRef<'_>, &[u8])> {
    AnyRef::from_der(der)?.sequence(|reader| {
        let algorithm = reader.decode()?;
        Ok::<_, pkcs8::der::Error>((algorithm, reader.decode::<&OctetStringRef>()?.as_bytes()))
    })
}

fn from_encrypted(
    algorithm: AlgorithmIdentifierRef<'_>,
    ciphertext: &[u8],
    passphrase: &str,
) -> Result<PrivateKey, CredentialError> {
    if algorithm.oid != pbes2::PBES2_OID {
        return Err(CredentialError::UnknownEncryption);
    }
    let parameters = algorithm.parameters.and_then(|parameters| pbes2::Parameters::try_from(parameters).ok());
    let parameters = parameters.ok_or(CredentialError::UnknownEncryption)?;
    check_cost(&parameters.kdf)?;
    let plain = parameters.decrypt(passphrase, ciphertext).map_err(|_| CredentialError::PassphraseWrong)?;
    // Wiped when it is dropped. With a wrong passphrase the padding is right once in 256 times, the rest is not.
    let plain = SecretDocument::try_from(plain).map_err(|_| CredentialError::PassphraseWrong)?;
    from_pkcs8(&plain.decode_msg().map_err(|_| CredentialError::PassphraseWrong)?)
}

/// The file says how hard it is to open: it must not keep us for hours, or end the process.
fn check_cost(kdf: &Kdf) -> Result<(), CredentialError> {
    let is_bearable = match kdf {
        Kdf::Pbkdf2(pbkdf2) => (1..=PBKDF2_ITERATIONS).contains(&pbkdf2.iteration_count),
        Kdf::Scrypt(scrypt) => {
            let bytes = scrypt.cost_parameter.saturating_mul(128 * u64::from(scrypt.block_size));
            scrypt.cost_parameter > 1 && bytes <= SCRYPT_BYTES && scrypt.parallelization <= SCRYPT_LANES
        }
        _ => false,
    };
    if is_bearable { Ok(()) } else { Err(CredentialError::KeyDerivation) }
}

fn from_pkcs8(info: &PrivateKeyInfoRef<'_>) -> Result<PrivateKey, CredentialError> {
    if info.algorithm.oid != rsa::pkcs1::ALGORITHM_OID {
        return Err(CredentialError::NotRsa);
    }
    from_pkcs1(info.private_key.as_bytes())
}

/// The size is checked first, since the other checks take longer the larger the key is.
fn from_pkcs1(der: &[u8]) -> Result<PrivateKey, CredentialError> {
    let parts = RsaPrivateKeyRef::from_der(der).map_err(|_| UNREADABLE)?;
    let modulus = parts.modulus.as_bytes();
    let unused = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
    let bits = (modulus.len() * 8).saturating_sub(unused);
    if !BITS.contains(&bits) {
        return Err(CredentialError::KeySize { bits });
    }
    // Checks the parts against each other and computes what makes a signature fast.
    PrivateKey::try_from(parts).map_err(|_| DAMAGED)
}
