//! Private keys behind a passphrase.
use crate::support::{CERTIFICATE, der, load, open};
use msal_proto::CertificateCredential;
use msal_proto::credential::CredentialError;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::{Decode, Encode};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters, Pbkdf2Params};

const ENCRYPTED: &str = include_str!("../../fixtures/oracle/fixtures/certs/key-encrypted-pkcs8.pem");
const SCRYPT: &str = include_str!("keys/pbes2-scrypt.pem");

#[test]
fn crt_03_pbes2_with_aes_and_3des_in_pem_and_der() {
    let keys = [
        ENCRYPTED,
        SCRYPT,
        include_str!("keys/pbes2-aes128-sha512.pem"),
        include_str!("keys/pbes2-des3-sha1.pem"),
    ];
    for key in keys {
        for bytes in [key.as_bytes(), &der(key)] {
            let builder = CertificateCredential::builder(bytes).passphrase("passphrase");
            builder.public_certificate(CERTIFICATE).build().unwrap();
        }
    }
}

#[test]
fn crt_04_traditional_encryption_is_refused_with_what_to_do() {
    let key = include_str!("../../fixtures/oracle/fixtures/certs/key-encrypted-traditional.pem");
    for error in [load(key).unwrap_err(), open(key, "passphrase").unwrap_err()] {
        assert_eq!(error, CredentialError::TraditionalEncryption);
        assert!(error.to_string().contains("openssl pkcs8 -topk8"));
    }
}

#[test]
fn crt_04_encryption_before_pbes2_is_refused_with_what_to_do() {
    let key = include_str!("keys/pbe-sha1-3des.pem");
    for bytes in [key.as_bytes(), &der(key)] {
        let error = open(bytes, "passphrase").unwrap_err();
        assert_eq!(error, CredentialError::UnknownEncryption);
        assert!(error.to_string().contains("openssl pkcs8 -topk8"));
    }
}

#[test]
fn crt_05_wrong_and_missing_passphrases() {
    for error in [load(ENCRYPTED).unwrap_err(), open(ENCRYPTED, "").unwrap_err()] {
        assert_eq!(error, CredentialError::PassphraseMissing);
    }
    for key in [ENCRYPTED, SCRYPT] {
        let error = open(key, "canary").unwrap_err();
        assert_eq!(error, CredentialError::PassphraseWrong);
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    // Of this one the padding is right by chance, as once in 256 times; what is in it is no key.
    assert_eq!(open(ENCRYPTED, "wrong 531").unwrap_err(), CredentialError::PassphraseWrong);
}

#[test]
fn a_damaged_key_is_not_called_plain() {
    let mut damaged = der(ENCRYPTED);
    damaged[1] ^= 1;
    assert!(matches!(open(&damaged, "passphrase").unwrap_err(), CredentialError::PrivateKey(_)));
    let last = damaged.len() - 1;
    (damaged[1], damaged[last]) = (der(ENCRYPTED)[1], damaged[last] ^ 1);
    assert_eq!(open(&damaged, "passphrase").unwrap_err(), CredentialError::PassphraseWrong);
}

#[test]
fn crt_09_a_key_that_takes_hours_to_open_is_refused() {
    let der = der(ENCRYPTED);
    for iterations in [0, 1_000_001, 99_999_999] {
        let key = with(&der, |kdf| {
            let Kdf::Pbkdf2(pbkdf2) = kdf else { unreachable!() };
            *pbkdf2 = Pbkdf2Params { iteration_count: iterations, ..*pbkdf2 };
        });
        assert_eq!(open(key, "passphrase").unwrap_err(), CredentialError::KeyDerivation);
    }
}

#[test]
fn crt_09_a_key_that_takes_all_memory_to_open_is_refused() {
    let der = der(SCRYPT);
    // With a cost of 0 the crate that computes it would panic.
    let unbearable = [(0, 8, 1), (1, 8, 1), (1 << 17, 8, 1), (1 << 40, 8, 1), (u64::MAX, 8, 1), (2, 8, 17)];
    for (cost, block, lanes) in unbearable {
        let key = with_scrypt(&der, cost, block, lanes);
        assert_eq!(open(key, "passphrase").unwrap_err(), CredentialError::KeyDerivation, "{cost}");
    }
    // Bearable, but no power of two, or nothing at all: no key comes of it.
    for (cost, block, lanes) in [(3, 8, 1), (2, 0, 1), (2, 8, 0)] {
        let key = with_scrypt(&der, cost, block, lanes);
        assert_eq!(open(key, "passphrase").unwrap_err(), CredentialError::PassphraseWrong, "{cost}");
    }
}

/// The same key with a key derivation that was changed.
fn with(der: &[u8], change: impl Fn(&mut Kdf)) -> Vec<u8> {
    let mut key = EncryptedPrivateKeyInfoRef::from_der(der).unwrap();
    let EncryptionScheme::Pbes2(Parameters { kdf, .. }) = &mut key.encryption_algorithm else {
        unreachable!()
    };
    change(kdf);
    key.to_der().unwrap()
}

fn with_scrypt(der: &[u8], cost: u64, block: u16, lanes: u16) -> Vec<u8> {
    with(der, |kdf| {
        let Kdf::Scrypt(scrypt) = kdf else { unreachable!() };
        (scrypt.cost_parameter, scrypt.block_size, scrypt.parallelization) = (cost, block, lanes);
    })
}
