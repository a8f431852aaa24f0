//! Nothing of a secret shows (SEC-01 to SEC-03).
use crate::support::{CERTIFICATE, KEY, SHA1, der};
use msal_proto::{CertificateCredential, ClientCredential};
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PrivateKeyParts;
use std::fmt::Write;

/// The private numbers of the key, as text may show them.
fn canaries() -> Vec<String> {
    let key = rsa::PrivateKey::from_pkcs8_der(&der(KEY)).unwrap();
    let numbers = [key.d().to_be_bytes(), key.primes()[0].to_be_bytes(), key.primes()[1].to_be_bytes()];
    let mut canaries = Vec::new();
    for number in numbers {
        let some = &number[8..16];
        let list = format!("{some:?}");
        canaries.push(list.trim_matches(['[', ']']).to_owned());
        let hex = some.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        canaries.push(hex);
    }
    canaries.extend(KEY.lines().nth(3).map(|line| line[..16].to_lowercase()));
    canaries
}

fn assert_silent(shown: &str) {
    let shown = shown.to_lowercase();
    for canary in canaries() {
        assert!(!shown.contains(&canary), "{canary} is in {shown}");
    }
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn sec_01_debug_of_credentials_shows_no_secret() {
    let builder = CertificateCredential::builder(KEY.as_bytes()).public_certificate(CERTIFICATE);
    assert_silent(&format!("{builder:?} {builder:#?}"));
    let with_passphrase =
        CertificateCredential::builder(KEY.as_bytes()).passphrase("canary").thumbprint(SHA1);
    assert_silent(&format!("{with_passphrase:?}"));
    let credential = builder.build().unwrap();
    assert_silent(&format!("{credential:?} {credential:#?}"));
    assert_silent(&format!("{:?}", ClientCredential::certificate(credential)));
    assert_silent(&format!("{:?}", ClientCredential::secret("canary").unwrap()));
    assert_silent(&format!("{:?}", ClientCredential::assertion("canary").unwrap()));
}

#[test]
fn sec_03_errors_show_no_secret() {
    let broken = KEY.replacen('A', "!", 1);
    for key in [KEY, &broken, &KEY[..400], &KEY.replace("PRIVATE KEY", "CANARY")] {
        let builder =
            CertificateCredential::builder(key.as_bytes()).passphrase("canary").thumbprint("canary");
        let error = builder.public_certificate(key).build().unwrap_err();
        assert_silent(&format!("{error} {error:?}"));
    }
    let error = ClientCredential::assertion("canary\n").unwrap_err();
    assert_silent(&format!("{error} {error:?}"));
}
