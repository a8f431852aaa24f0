//! What is of no use, and how a program learns why: the row CRT-09.
use crate::{PASSPHRASE, file};
use msal_pfx::{Pfx, PfxError};
use msal_proto::credential::CredentialError;

fn refused(file: &[u8], passphrase: &str) -> PfxError {
    let error = Pfx::open(file, passphrase).unwrap_err();
    let said = format!("{error} {error:?} {error:#?}");
    assert!(passphrase.is_empty() || !said.contains(passphrase), "{said}");
    error
}

#[test]
fn crt_09_a_wrong_passphrase() {
    for file in
        [file!("modern.pfx"), file!("3des.pfx"), file!("rc2-40.pfx"), file!("plain.pfx"), file!("no-mac.pfx")]
    {
        for wrong in ["canary-passphrase", "The passphrase, or an empty text", "\u{1f511}\u{1f511}"] {
            let error = refused(file, wrong);
            assert_eq!(error, PfxError::PassphraseWrong, "{wrong}");
        }
    }
    assert_eq!(refused(file!("modern-empty.pfx"), "canary-passphrase"), PfxError::PassphraseWrong);
}

#[test]
fn crt_05_no_passphrase_where_there_is_one() {
    for file in [file!("modern.pfx"), file!("3des.pfx"), file!("rc2-40.pfx"), file!("plain.pfx")] {
        assert_eq!(refused(file, ""), PfxError::PassphraseMissing);
    }
}

#[test]
fn crt_09_no_key_and_no_certificate() {
    assert_eq!(refused(file!("no-key.pfx"), PASSPHRASE), PfxError::NoPrivateKey);
    assert_eq!(refused(file!("no-certificate.pfx"), PASSPHRASE), PfxError::NoCertificate);
}

#[test]
fn crt_06_07_a_key_that_the_service_does_not_take() {
    assert_eq!(refused(file!("elliptic.pfx"), PASSPHRASE), CredentialError::NotRsa.into());
    assert_eq!(refused(file!("short.pfx"), PASSPHRASE), CredentialError::KeySize { bits: 1_024 }.into());
}

#[test]
fn crt_09_a_passphrase_that_is_stretched_too_far() {
    assert_eq!(refused(file!("million.pfx"), PASSPHRASE), PfxError::KeyDerivation);
}

#[test]
fn an_algorithm_that_is_not_supported_is_named() {
    let files = [
        (file!("pbe-sha1-rc4-128.pfx"), "SHA-1 with RC4 of 128 bits"),
        (file!("pbe-sha1-rc2-128.pfx"), "SHA-1 with RC2 of 128 bits"),
        (file!("pbe-sha1-2des.pfx"), "SHA-1 with 3DES of two keys"),
        (file!("camellia.pfx"), "an algorithm of the number 1.2.392.200011.61.1.1.1.4"),
        (file!("mac-md5.pfx"), "a MAC of MD5"),
    ];
    for (file, name) in files {
        assert_eq!(refused(file, PASSPHRASE), PfxError::UnsupportedAlgorithm(name.into()));
    }
}

#[test]
fn a_mac_that_openssl_writes_on_request_is_named() {
    // The number of SHA-256 in the file's end, which is its MAC, as that of PBMAC1 (RFC 9579), which is as long.
    let (sha_256, pbmac1) =
        ([0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1], [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 14]);
    let mut file = file!("modern.pfx").to_vec();
    let at = file.windows(9).rposition(|window| window == sha_256).unwrap();
    file[at..at + 9].copy_from_slice(&pbmac1);
    assert_eq!(refused(&file, PASSPHRASE), PfxError::UnsupportedAlgorithm("PBMAC1".into()));
}

#[test]
fn what_is_no_pfx_file() {
    let files: [&[u8]; 7] = [
        b"",
        b"\0",
        b"PK\x03\x04",
        b"-----BEGIN CERTIFICATE-----",
        file!("leaf.pem"),
        file!("leaf.key.pem"),
        &[0x30; 64],
    ];
    for file in files {
        assert_eq!(refused(file, PASSPHRASE), PfxError::Unreadable);
    }
    assert_eq!(refused(&[0x30; 262_145], PASSPHRASE), PfxError::TooLarge);
}

#[test]
fn sec_01_no_key_shows() {
    let pfx = Pfx::open(file!("chain.pfx"), PASSPHRASE).unwrap();
    assert_eq!(format!("{pfx:?}"), "Pfx { certificates: 3, .. }");
}
