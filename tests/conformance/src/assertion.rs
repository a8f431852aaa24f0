//! Client assertions that the library signed: decoded, and their signature really verified (FORMAT.md 2.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::signature::Verifier as _;
use rsa::{PublicKey, pkcs1v15, pss};
use serde_json::{Value, json};
use sha2::Sha256;
use x509_cert::Certificate;
use x509_cert::der::{DecodePem as _, Encode as _};

/// Length of the salt of PS256.
const SALT_LENGTH: usize = 32;

/// Whether a text is a JWT whose header names an algorithm that the library signs with.
pub fn is_signed(text: &str) -> bool {
    parts(text).is_some_and(|(header, ..)| matches!(algorithm(&header), Some("RS256" | "PS256")))
}

/// `{"$jwt": {header, claims, signature_verified, volatile}}` of a signed assertion, verified with the public key of
/// the certificate in PEM.
pub fn view(text: &str, certificate: &str) -> Result<Value, String> {
    let (header, claims, signed, signature) = parts(text).ok_or("the assertion is no JWT")?;
    let key = public_key(certificate)?;
    let verified = match algorithm(&header) {
        Some("RS256") => pkcs1v15::Signature::try_from(signature.as_slice()).is_ok_and(|signature| {
            pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(signed, &signature).is_ok()
        }),
        Some("PS256") => pss::Signature::try_from(signature.as_slice()).is_ok_and(|signature| {
            pss::VerifyingKey::<Sha256>::new_with_salt_len(key, SALT_LENGTH)
                .verify(signed, &signature)
                .is_ok()
        }),
        _ => false,
    };
    Ok(json!({"$jwt": {
        "header": header, "claims": claims, "signature_verified": verified,
        "volatile": ["claims.exp", "claims.iat", "claims.jti", "sig"],
    }}))
}

fn algorithm(header: &Value) -> Option<&str> {
    header.get("alg")?.as_str()
}

/// Header, claims, the bytes that are signed, and the signature.
fn parts(text: &str) -> Option<(Value, Value, &[u8], Vec<u8>)> {
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let json = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    Some((json(header)?, json(claims)?, signed.as_bytes(), URL_SAFE_NO_PAD.decode(signature).ok()?))
}

fn public_key(certificate: &str) -> Result<PublicKey, String> {
    let start =
        certificate.find("-----BEGIN CERTIFICATE-----").ok_or("assertion_cert holds no certificate")?;
    let pem = certificate.get(start..).unwrap_or_default();
    let pem = pem.split_inclusive("-----END CERTIFICATE-----").next().unwrap_or_default();
    let certificate = Certificate::from_pem(pem).map_err(|error| format!("assertion_cert: {error}"))?;
    let key = certificate.tbs_certificate().subject_public_key_info();
    let der = key.to_der().map_err(|error| format!("assertion_cert: {error}"))?;
    PublicKey::from_public_key_der(&der).map_err(|error| format!("assertion_cert: {error}"))
}
