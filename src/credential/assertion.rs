//! The client assertion, a JWT that the application signs (RFC 7523 section 3).
use super::{CertificateCredential, CredentialError};
use crate::encoding::base64url;
use crate::engine::{Entropy, UnixTime};
use crate::json::{JsonObject, quote};
use crate::secret::Secret;
use alloc::{format, string::String, vec::Vec};
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use rsa::{pkcs1v15, pss};
use sha2::Sha256;

/// How long an assertion is good for, in seconds.
const LIFETIME: u64 = 600;

/// RFC 7518 section 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSASSA-PKCS1-v1_5.
    Rs256,
    /// RSASSA-PSS with a salt of 32 bytes.
    Ps256,
}

impl CertificateCredential {
    /// Makes one for this audience. `additional` claims replace its own.
    pub(crate) fn assertion(
        &self,
        audience: &str,
        client_id: &str,
        now: UnixTime,
        jti: &str,
        additional: &JsonObject,
        entropy: &Entropy,
    ) -> Result<Secret, CredentialError> {
        let mut claims = JsonObject::default();
        for (name, value) in [("aud", audience), ("iss", client_id), ("sub", client_id), ("jti", jti)] {
            claims.set_string(name, value);
        }
        claims.set_raw("exp", format!("{}", now.saturating_add(LIFETIME)));
        claims.set_raw("iat", format!("{now}"));
        for (name, value) in additional.members() {
            claims.set_raw(name, value.into());
        }
        let message = format!("{}.{}", base64url(self.header()), base64url(text(&claims)));
        let signature = self.sign(message.as_bytes(), entropy)?;
        Ok(Secret::new(format!("{message}.{}", base64url(signature))))
    }

    /// RFC 7515 section 4.1.
    fn header(&self) -> String {
        let mut header = JsonObject::default();
        header.set_string("alg", if self.algorithm == Algorithm::Ps256 { "PS256" } else { "RS256" });
        header.set_string("typ", "JWT");
        header.set_string(self.thumbprint_member(), &base64url(&self.thumbprint));
        if !self.x5c.is_empty() {
            let certificates: Vec<_> = self.x5c.iter().map(|certificate| quote(certificate)).collect();
            header.set_raw("x5c", format!("[{}]", certificates.join(",")));
        }
        text(&header)
    }

    /// Both are blinded with the step's entropy.
    fn sign(&self, message: &[u8], entropy: &Entropy) -> Result<Vec<u8>, CredentialError> {
        let mut rng = entropy.rng("client assertion signature");
        match self.algorithm {
            Algorithm::Rs256 => {
                let key = pkcs1v15::SigningKey::<Sha256>::new(self.key.clone());
                key.try_sign_with_rng(&mut rng, message).map(|signature| signature.to_vec())
            }
            Algorithm::Ps256 => {
                let key = pss::SigningKey::<Sha256>::new(self.key.clone());
                key.try_sign_with_rng(&mut rng, message).map(|signature| signature.to_vec())
            }
        }
        .map_err(|_| CredentialError::Signing)
    }
}

/// An object of texts that are JSON is JSON.
fn text(object: &JsonObject) -> String {
    let members: Vec<_> = object.members().map(|(name, value)| format!("{}:{value}", quote(name))).collect();
    format!("{{{}}}", members.join(","))
}
