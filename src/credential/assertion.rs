//! The client assertion, a JWT that the application signs (RFC 7523 section 3).
use super::thumbprint::Algorithm;
use super::{CertificateCredential, CredentialError};
use crate::encoding::{base64url, sha256};
use crate::engine::{Entropy, UnixTime};
use crate::json::{JsonObject, quote};
use crate::secret::Secret;
use alloc::{format, string::String, vec::Vec};
use base64::{Engine, prelude::BASE64_STANDARD};
use rsa::rand_core::TryCryptoRng;
use rsa::{Pkcs1v15Sign, PrivateKey};
use sha2::Sha256;

/// How long an assertion is good for, in seconds.
const LIFETIME: u64 = 600;

/// What an assertion says (RFC 7523 section 3). It is the application's own: issuer and subject are the client.
pub(crate) struct AssertionClaims<'a> {
    /// The token endpoint.
    pub(crate) audience: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) now: UnixTime,
    /// Fresh for each assertion.
    pub(crate) jti: &'a str,
    /// Claims of the program; they replace those above.
    pub(crate) additional: &'a JsonObject,
}

impl AssertionClaims<'_> {
    fn to_json(&self) -> String {
        let mut claims = JsonObject::default();
        let Self { audience, client_id, now, jti, additional } = self;
        for (name, value) in [("aud", audience), ("iss", client_id), ("sub", client_id), ("jti", jti)] {
            claims.set_string(name, value);
        }
        claims.set_raw("exp", format!("{}", now.saturating_add(LIFETIME)));
        claims.set_raw("iat", format!("{now}"));
        for (name, value) in additional.members() {
            claims.set_raw(name, value.into());
        }
        to_json(&claims)
    }
}

impl CertificateCredential {
    /// Signs these claims, blinded with the step's entropy. `sends_x5c` sends the certificate along in any case.
    pub(crate) fn sign_assertion(
        &self,
        claims: &AssertionClaims<'_>,
        is_adfs: bool,
        sends_x5c: bool,
        entropy: &Entropy,
    ) -> Result<Secret, CredentialError> {
        let algorithm = self.thumbprint.algorithm(is_adfs)?;
        let message =
            format!("{}.{}", base64url(self.header(&algorithm, sends_x5c)), base64url(claims.to_json()));
        let signature =
            sign(&self.key, &algorithm, message.as_bytes(), &mut entropy.rng("client assertion"))?;
        Ok(Secret::new(format!("{message}.{}", base64url(signature))))
    }

    /// RFC 7515 section 4.1.
    fn header(&self, algorithm: &Algorithm<'_>, sends_x5c: bool) -> String {
        let mut header = JsonObject::default();
        let (name, thumbprint_name, thumbprint) = match algorithm {
            Algorithm::Rs256 { x5t } => ("RS256", "x5t", x5t.as_slice()),
            Algorithm::Ps256 { x5t_s256 } => ("PS256", "x5t#S256", x5t_s256.as_slice()),
        };
        header.set_string("alg", name);
        header.set_string("typ", "JWT");
        header.set_string(thumbprint_name, &base64url(thumbprint));
        let own = self.chain.first().filter(|_| sends_x5c && self.x5c.is_empty());
        let own = own.map(|own| BASE64_STANDARD.encode(own));
        if !self.x5c.is_empty() || own.is_some() {
            let certificates: Vec<_> =
                self.x5c.iter().chain(&own).map(|certificate| quote(certificate)).collect();
            header.set_raw("x5c", format!("[{}]", certificates.join(",")));
        }
        to_json(&header)
    }
}

/// RSA's methods that take no generator would not blind.
pub(super) fn sign(
    key: &PrivateKey,
    algorithm: &Algorithm<'_>,
    message: &[u8],
    rng: &mut impl TryCryptoRng,
) -> Result<Vec<u8>, CredentialError> {
    let signature = match algorithm {
        Algorithm::Rs256 { .. } => key.sign_with_rng(rng, Pkcs1v15Sign::new::<Sha256>(), &sha256(message)),
        Algorithm::Ps256 { .. } => key.pss_sign_with_rng::<Sha256, _>(rng, message),
    };
    signature.map_err(|_| CredentialError::Signing)
}

/// An object of texts that are JSON is JSON.
fn to_json(object: &JsonObject) -> String {
    let members: Vec<_> = object.members().map(|(name, value)| format!("{}:{value}", quote(name))).collect();
    format!("{{{}}}", members.join(","))
}
