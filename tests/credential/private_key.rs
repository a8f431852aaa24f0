//! Private keys that are not encrypted.
use crate::support::{CERTIFICATE, KEY, SHA1, der, load};
use msal_proto::CertificateCredential;
use msal_proto::credential::CredentialError;

const PKCS1: &str = include_str!("../../fixtures/oracle/fixtures/certs/key-pkcs1.pem");

#[test]
fn crt_01_harmless_text_around_the_key_is_taken() {
    let around =
        format!("Bag Attributes\n    friendlyName: gr\u{fc}n\nKey Attributes: <No Attributes>\n{KEY}\nmore");
    for text in [KEY.replace('\n', "\r\n"), KEY.replace('\n', ""), KEY.trim_end().into(), around] {
        load(&text).unwrap();
    }
    let mut not_utf8 = b"friendlyName: gr\xfcn\n".to_vec();
    not_utf8.extend_from_slice(KEY.as_bytes());
    load(not_utf8).unwrap();
}

#[test]
fn crt_01_a_key_that_is_cut_off_is_refused() {
    for end in (0..KEY.len() - 1).step_by(37) {
        load(&KEY[..end]).unwrap_err();
    }
    let no_block = load(KEY.replace("PRIVATE KEY", "SOMETHING")).unwrap_err();
    assert_eq!(no_block.to_string(), "the private key is not in the PEM text: no whole PRIVATE KEY block");
    assert_eq!(load(CERTIFICATE).unwrap_err(), no_block);
    assert_eq!(load("").unwrap_err(), CredentialError::Empty("private key"));
    for bytes in [b"nonsense".as_slice(), &[0x30, 0x03, 0x02, 0x01], &[0xff; 64]] {
        assert!(matches!(load(bytes).unwrap_err(), CredentialError::PrivateKey(_)));
    }
}

#[test]
fn crt_01_a_block_that_is_cut_off_does_not_hide_the_next() {
    let cut_off = &KEY[..200];
    load(format!("{cut_off}\n{KEY}")).unwrap();
}

#[test]
fn crt_02_key_and_certificate_in_one_file() {
    for text in [format!("{CERTIFICATE}{KEY}"), format!("{KEY}{CERTIFICATE}")] {
        CertificateCredential::builder(text.as_bytes()).public_certificate(&text).build().unwrap();
    }
}

#[test]
fn crt_03_pkcs8_and_pkcs1_in_pem_and_der() {
    for pem in [KEY, PKCS1] {
        CertificateCredential::builder(pem.as_bytes()).public_certificate(CERTIFICATE).build().unwrap();
        CertificateCredential::builder(&der(pem)).public_certificate(CERTIFICATE).build().unwrap();
    }
    // Some tools write the wrong label.
    load(KEY.replace("PRIVATE KEY", "RSA PRIVATE KEY")).unwrap();
    load(PKCS1.replace("RSA PRIVATE KEY", "private key")).unwrap();
}

#[test]
fn crt_05_a_passphrase_for_a_plain_key_is_refused() {
    let build = |passphrase: &str| {
        CertificateCredential::builder(KEY.as_bytes()).passphrase(passphrase).thumbprint(SHA1).build()
    };
    assert_eq!(build("canary").unwrap_err(), CredentialError::PassphraseUnexpected);
    // As from an environment variable that is not set.
    build("").unwrap();
}

#[test]
fn crt_06_other_kinds_of_keys_are_named() {
    let keys =
        [include_str!("keys/ec.pem"), include_str!("keys/ec-sec1.pem"), include_str!("keys/ed25519.pem")];
    for key in keys {
        let error = load(key).unwrap_err();
        assert_eq!(error, CredentialError::NotRsa);
        assert!(error.to_string().contains("not an RSA key"));
    }
}

#[test]
fn crt_07_short_keys_are_refused() {
    assert_eq!(load(include_str!("keys/rsa-512.pem")).unwrap_err(), CredentialError::KeySize { bits: 512 });
    let error = load(include_str!("keys/rsa-1024.pem")).unwrap_err();
    assert_eq!(error.to_string(), "the private key has 1024 bits; it must have 2048 to 8192");
}

#[test]
fn long_keys_and_small_odd_exponents_are_taken() {
    for key in [
        include_str!("keys/rsa-3072.pem"),
        include_str!("keys/rsa-4096.pem"),
        include_str!("keys/rsa-e3.pem"),
    ] {
        load(key).unwrap();
    }
}
