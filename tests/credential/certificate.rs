//! Certificates and thumbprints.
use crate::support::{CERTIFICATE, CHAIN, KEY, OTHER_CERTIFICATE, SHA1, SHA256, der};
use base64::{Engine, prelude::BASE64_STANDARD};
use msal_proto::credential::{CertificateCredential, CredentialError, extract_certs};

fn with_certificate(text: &str) -> Result<CertificateCredential, CredentialError> {
    CertificateCredential::builder(KEY.as_bytes()).public_certificate(text).build()
}

fn with_thumbprint(text: &str) -> Result<CertificateCredential, CredentialError> {
    CertificateCredential::builder(KEY.as_bytes()).thumbprint(text).build()
}

fn refused(text: &str) -> String {
    with_certificate(text).unwrap_err().to_string()
}

#[test]
fn crt_10_a_certificate_of_another_key_is_refused() {
    assert_eq!(refused(OTHER_CERTIFICATE), "the certificate does not belong to the private key");
    let other =
        CertificateCredential::builder(KEY.as_bytes()).certificate_der(der(OTHER_CERTIFICATE)).build();
    assert_eq!(other.unwrap_err().to_string(), "the certificate does not belong to the private key");
    assert_eq!(
        refused(include_str!("keys/ec-cert.pem")),
        "the certificate does not belong to the private key"
    );
}

#[test]
fn crt_10_a_thumbprint_of_another_certificate_is_refused() {
    for thumbprint in [&"0".repeat(40), &"0".repeat(64), &SHA1.replace("96", "97")] {
        let builder = CertificateCredential::builder(KEY.as_bytes()).thumbprint(thumbprint);
        let error = builder.public_certificate(CERTIFICATE).build().unwrap_err();
        assert_eq!(error.to_string(), "the certificate is not the one of the thumbprint");
    }
    for thumbprint in [SHA1, SHA256] {
        let builder = CertificateCredential::builder(KEY.as_bytes()).thumbprint(thumbprint);
        builder.public_certificate(CERTIFICATE).build().unwrap();
    }
}

#[test]
fn crt_11_the_first_of_a_chain_is_the_keys_own() {
    with_certificate(CHAIN).unwrap();
    with_certificate(&format!("{CERTIFICATE}{CERTIFICATE}{OTHER_CERTIFICATE}")).unwrap();
    assert_eq!(
        refused(&format!("{OTHER_CERTIFICATE}{CERTIFICATE}")),
        "the certificate of the private key must be the first of the chain"
    );
}

#[test]
fn crt_11_a_chain_has_ten_certificates_at_most() {
    with_certificate(&CERTIFICATE.repeat(10)).unwrap();
    assert_eq!(refused(&CERTIFICATE.repeat(11)), "the certificate has a chain of more than ten");
    assert_eq!(refused(&CERTIFICATE.repeat(100)), "the certificate has a chain of more than ten");
}

#[test]
fn crt_11_what_is_no_certificate_is_refused() {
    let unreadable = "the certificate is no X.509 certificate in PEM, base64 or DER";
    let broken = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    for text in ["", "TUlJQw==", "  TUlJQw== \n", "no base64", broken, &format!("{CERTIFICATE}{broken}")] {
        assert_eq!(refused(text), unreadable, "{text}");
    }
    let der = CertificateCredential::builder(KEY.as_bytes()).certificate_der(*b"nonsense").build();
    assert_eq!(der.unwrap_err().to_string(), unreadable);
}

#[test]
fn crt_12_a_private_key_is_never_sent_as_a_certificate() {
    for text in [KEY.to_owned(), KEY.to_ascii_lowercase()] {
        assert_eq!(with_certificate(&text).unwrap_err(), CredentialError::PrivateKeyAsCertificate);
        assert_eq!(extract_certs(&text).unwrap_err(), CredentialError::PrivateKeyAsCertificate);
    }
    let both = extract_certs(&format!("{KEY}{CERTIFICATE}")).unwrap();
    assert_eq!(both, extract_certs(CERTIFICATE).unwrap());
}

#[test]
fn crt_13_whether_a_certificate_is_in_date_is_the_services_to_say() {
    for certificate in [include_str!("keys/expired-cert.pem"), include_str!("keys/future-cert.pem")] {
        with_certificate(certificate).unwrap();
    }
}

#[test]
fn crt_14_thumbprints_in_the_forms_that_tools_show() {
    let colons = "96:93:9d:ef:d7:a0:62:a3:e4:a6:fa:bb:9b:08:03:55:e1:da:17:f5";
    let dialog = format!("\u{200e}{}", colons.replace(':', " "));
    for text in [SHA1, SHA256, colons, &colons.to_uppercase(), &dialog, &format!(" {SHA1}\r\n")] {
        let builder = CertificateCredential::builder(KEY.as_bytes()).thumbprint(text);
        builder.certificate_der(der(CERTIFICATE)).build().unwrap();
    }
}

#[test]
fn crt_14_what_is_no_thumbprint_is_refused() {
    let texts = ["", "nonsense", &SHA1[1..], &SHA256[2..], &format!("{SHA1}00"), &SHA1.replace('9', "g")];
    for text in texts {
        assert_eq!(with_thumbprint(text).unwrap_err(), CredentialError::Thumbprint, "{text}");
    }
}

#[test]
fn one_of_thumbprint_and_certificate_must_be_there() {
    let error = CertificateCredential::builder(KEY.as_bytes()).build().unwrap_err();
    assert_eq!(error.to_string(), "give the certificate or its thumbprint: the service finds the key by it");
}

#[test]
fn extract_certs_finds_what_msal_finds() {
    let body = |pem: &str| pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n");
    assert_eq!(extract_certs(CERTIFICATE).unwrap(), [body(CERTIFICATE)]);
    assert_eq!(extract_certs(CHAIN).unwrap(), [body(CERTIFICATE), body(OTHER_CERTIFICATE)]);
    assert_eq!(extract_certs(" abc \n").unwrap(), ["abc"]);
    let lower = "-----begin certificate-----\nAA\n-----end certificate-----";
    assert_eq!(extract_certs(lower).unwrap(), ["AA"]);
    let cut_off = format!("{}\n{OTHER_CERTIFICATE}", &CERTIFICATE[..300]);
    assert_eq!(extract_certs(&cut_off).unwrap(), [body(OTHER_CERTIFICATE)]);
}

#[test]
fn a_certificate_without_markers_is_taken() {
    with_certificate(&BASE64_STANDARD.encode(der(CERTIFICATE))).unwrap();
    let lines = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\r\n");
    with_certificate(&format!("  {lines}\r\n")).unwrap();
}
