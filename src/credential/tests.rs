//! What is signed and how.
use super::assertion::{AssertionClaims, sign};
use super::thumbprint::Algorithm;
use super::{CertificateCredential, CredentialError};
use crate::engine::{Entropy, UnixTime};
use crate::json::JsonObject;
use alloc::{string::String, vec::Vec};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use core::convert::Infallible;
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::{Pkcs1v15Sign, Pss};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const KEY: &[u8] = include_bytes!("../../fixtures/oracle/fixtures/certs/key.pem");
const CERTIFICATE: &str = include_str!("../../fixtures/oracle/fixtures/certs/cert.pem");
const SHA1: &str = "96939DEFD7A062A3E4A6FABB9B080355E1DA17F5";
const SHA256: &str = "1318492AE846C3C717263FDDBE5B9632BFE31733E4FE898094A58550151B8115";
/// What MSAL Python writes for that certificate, without the padding.
const X5T: &str = "lpOd79egYqPkpvq7mwgDVeHaF_U";
const X5T_S256: &str = "ExhJKuhGw8cXJj_dvluWMr_jFzPk_omAlKWFUBUbgRU";

fn entropy(first: u8) -> Entropy {
    Entropy::new(core::array::from_fn(|i| first ^ i as u8)).unwrap()
}

fn sign_with(credential: &CertificateCredential, is_adfs: bool, additional: &str, seed: u8) -> String {
    let additional = &JsonObject::parse(additional.as_bytes()).unwrap();
    let claims = AssertionClaims {
        audience: "https://login.example/token",
        client_id: "client",
        now: UnixTime(1_700_000_000),
        jti: "jti",
        additional,
    };
    credential.sign_assertion(&claims, is_adfs, false, &entropy(seed)).unwrap().expose().into()
}

/// Header, claims, signature.
fn read(assertion: &str) -> (Value, Value, Vec<u8>) {
    let parts: Vec<_> =
        assertion.split('.').map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    let [header, claims, signature] = parts.try_into().unwrap();
    (serde_json::from_slice(&header).unwrap(), serde_json::from_slice(&claims).unwrap(), signature)
}

/// A header, after its signature was verified by the algorithm that it names.
fn verified(credential: &CertificateCredential, is_adfs: bool) -> Value {
    let assertion = sign_with(credential, is_adfs, "{}", 1);
    let (header, _, signature) = read(&assertion);
    let digest = Sha256::digest(assertion.rsplit_once('.').unwrap().0);
    let key = credential.key.as_public_key();
    match header["alg"].as_str() {
        Some("RS256") => key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &signature).unwrap(),
        Some("PS256") => key.verify(Pss::<Sha256>::new(), &digest, &signature).unwrap(),
        other => panic!("{other:?}"),
    }
    header
}

#[test]
fn crt_21_rs256_for_a_sha_1_thumbprint_and_for_adfs() {
    let builder = CertificateCredential::builder(KEY).thumbprint(SHA1);
    let rs256 = json!({"alg": "RS256", "typ": "JWT", "x5t": X5T});
    let alone = builder.clone().build().unwrap();
    assert_eq!(verified(&alone, false), rs256);
    assert_eq!(verified(&alone, true), rs256);
    // A SHA-1 thumbprint prevails over the certificate, which is sent.
    let both = builder.public_certificate(CERTIFICATE).build().unwrap();
    let x5c: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(verified(&both, false), json!({"alg": "RS256", "typ": "JWT", "x5t": X5T, "x5c": [x5c]}));
}

#[test]
fn crt_21_ps256_for_a_computed_thumbprint_and_for_sha_256() {
    let x5c: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let computed = CertificateCredential::builder(KEY).public_certificate(CERTIFICATE).build().unwrap();
    let ps256 = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": X5T_S256, "x5c": [x5c]});
    assert_eq!(verified(&computed, false), ps256);
    let rs256 = json!({"alg": "RS256", "typ": "JWT", "x5t": X5T, "x5c": [x5c]});
    assert_eq!(verified(&computed, true), rs256);

    let given = CertificateCredential::builder(KEY).thumbprint(SHA256).build().unwrap();
    let ps256 = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": X5T_S256});
    assert_eq!(verified(&given, false), ps256);
    assert!(matches!(given.thumbprint.algorithm(true), Err(CredentialError::Sha1ThumbprintMissing)));
}

#[test]
fn a_certificate_in_der_is_not_sent() {
    let body: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::prelude::BASE64_STANDARD.decode(body).unwrap();
    let credential = CertificateCredential::builder(KEY).certificate_der(der).build().unwrap();
    assert_eq!(verified(&credential, false), json!({"alg": "PS256", "typ": "JWT", "x5t#S256": X5T_S256}));
    assert_eq!(verified(&credential, true), json!({"alg": "RS256", "typ": "JWT", "x5t": X5T}));
}

#[test]
fn crt_15_claims_are_the_protocols_in_whole_seconds() {
    let credential = CertificateCredential::builder(KEY).thumbprint(SHA1).build().unwrap();
    let (_, claims, _) = read(&sign_with(&credential, false, "{}", 1));
    let expected = json!({
        "aud": "https://login.example/token", "iss": "client", "sub": "client", "jti": "jti",
        "iat": 1_700_000_000, "exp": 1_700_000_600,
    });
    assert_eq!(claims, expected);
}

#[test]
fn crt_20_claims_of_the_program_replace_and_add() {
    let credential = CertificateCredential::builder(KEY).thumbprint(SHA1).build().unwrap();
    let additional =
        r#"{"client_ip": "1.2.3.4", "sub": "other", "aud": ["x"], "big": 1234567890123456789012}"#;
    let assertion = sign_with(&credential, false, additional, 1);
    let (_, claims, _) = read(&assertion);
    assert_eq!(claims["client_ip"], "1.2.3.4");
    assert_eq!(claims["sub"], "other");
    assert_eq!(claims["iss"], "client");
    assert_eq!(claims["aud"], json!(["x"]));
    let text = assertion.split('.').nth(1).map(|text| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("1234567890123456789012"));
    assert_eq!(text.matches("\"sub\"").count(), 1);
}

#[test]
fn crt_22_a_wrong_signature_is_not_given_out() {
    let key = include_bytes!("../../tests/credential/keys/composite-factor.pem");
    for thumbprint in [SHA1, SHA256] {
        let credential = CertificateCredential::builder(key).thumbprint(thumbprint).build().unwrap();
        let algorithm = credential.thumbprint.algorithm(false).unwrap();
        let signature = sign(&credential.key, &algorithm, b"message", &mut entropy(1).rng("test"));
        assert_eq!(signature, Err(CredentialError::Signing));
    }
}

#[test]
fn an_assertion_depends_on_nothing_but_its_inputs() {
    let rs256 = CertificateCredential::builder(KEY).thumbprint(SHA1).build().unwrap();
    // PKCS#1 v1.5 has no salt: blinding does not change the signature.
    assert_eq!(sign_with(&rs256, false, "{}", 1), sign_with(&rs256, false, "{}", 2));
    let ps256 = CertificateCredential::builder(KEY).thumbprint(SHA256).build().unwrap();
    assert_eq!(sign_with(&ps256, false, "{}", 1), sign_with(&ps256, false, "{}", 1));
    assert_ne!(sign_with(&ps256, false, "{}", 1), sign_with(&ps256, false, "{}", 2));
}

#[test]
fn ids_differ_where_assertions_do() {
    let builder = || CertificateCredential::builder(KEY);
    let other = include_bytes!("../../fixtures/keys/app-key.pem");
    let credentials = [
        builder().thumbprint(SHA1).build(),
        builder().thumbprint(SHA256).build(),
        builder().thumbprint(SHA1).public_certificate(CERTIFICATE).build(),
        builder().public_certificate(CERTIFICATE).build(),
        CertificateCredential::builder(other).thumbprint(SHA1).build(),
    ];
    let mut ids: Vec<_> = credentials.iter().map(|credential| credential.as_ref().unwrap().id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

/// Counts what a signer draws.
struct Counting<R>(R, usize);

impl<R: TryRng<Error = Infallible>> TryRng for Counting<R> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.1 += 4;
        self.0.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.1 += 8;
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.1 += bytes.len();
        self.0.try_fill_bytes(bytes)
    }
}

impl<R: TryCryptoRng<Error = Infallible>> TryCryptoRng for Counting<R> {}

/// An unblinded signature draws nothing (RS256) or the 32 bytes of its salt (PS256).
#[test]
fn blinding_is_used() {
    let credential = CertificateCredential::builder(KEY).thumbprint(SHA1).build().unwrap();
    for algorithm in [Algorithm::Rs256 { x5t: &[0; 20] }, Algorithm::Ps256 { x5t_s256: &[0; 32] }] {
        for seed in 0..4 {
            let mut rng = Counting(entropy(seed).rng("test"), 0);
            sign(&credential.key, &algorithm, b"message", &mut rng).unwrap();
            assert!(rng.1 > 256, "{} bytes", rng.1);
        }
    }
}

#[test]
fn smm_15_nearly_constant_entropy_neither_hangs_nor_unblinds() {
    let credential = CertificateCredential::builder(KEY).thumbprint(SHA1).build().unwrap();
    for (byte, last) in [(0x00, 1), (0xff, 0xfe)] {
        let mut bytes = [byte; 32];
        bytes[31] = last;
        let mut rng = Counting(Entropy::new(bytes).unwrap().rng("test"), 0);
        sign(&credential.key, &Algorithm::Rs256 { x5t: &[0; 20] }, b"message", &mut rng).unwrap();
        assert!((257..4_096).contains(&rng.1), "{} bytes", rng.1);
    }
}
