//! The signature of an id token (OpenID Connect Core section 3.1.3.7, number 6), against the issuer's keys (RFC 7517).
use crate::encoding::from_base64url;
use crate::error::Violation;
use crate::json::JsonObject;
use crate::token::IdTokenError;
use alloc::{boxed::Box, string::String, vec::Vec};
use p256::ecdsa::signature::Verifier;
use p256::elliptic_curve::sec1::FromSec1Point;
use rsa::pkcs1v15;
use rsa::{BoxedUint, PublicKey, pss};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::Sha256;

/// The most keys of a set that count.
const MOST: usize = 64;

/// RSA keys of fewer bits are not safe (RFC 7518 section 3.3), keys of more take too long.
const RSA_BITS: core::ops::RangeInclusive<usize> = 2_048..=8_192;

/// The keys by which an authority signs, as far as they can verify an id token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct SigningKeys(Vec<SigningKey>);

/// One of them, with the members of RFC 7517 and RFC 7518 section 6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SigningKey {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The algorithms that are verified (RFC 7518 section 3.1). Neither `none` nor one whose key is a secret is among them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

impl SigningKeys {
    /// Reads a key set (RFC 7517 section 5). A key that cannot verify an id token is passed by.
    ///
    /// # Errors
    /// [`Violation::Member`] if there is no list of keys.
    pub(crate) fn read(members: &JsonObject) -> Result<Self, Violation> {
        let keys: Vec<Box<RawValue>> = members.get("keys").ok_or(Violation::Member("keys"))?;
        let key = |key: &RawValue| {
            let members = JsonObject::parse(key.get().as_bytes()).ok()?;
            let key = SigningKey {
                kty: members.string("kty")?,
                kid: members.string("kid"),
                alg: members.string("alg"),
                usage: members.string("use"),
                crv: members.string("crv"),
                n: members.string("n"),
                e: members.string("e"),
                x: members.string("x"),
                y: members.string("y"),
            };
            key.is_good().then_some(key)
        };
        Ok(Self(keys.iter().filter_map(|one| key(one)).take(MOST).collect()))
    }

    /// Whether the id token has the signature of one of these keys. If not, newer keys may have made it.
    ///
    /// # Errors
    /// [`IdTokenError::Signature`] if no key can verify it, newer ones neither: by its algorithm or its form.
    pub(crate) fn verify(&self, id_token: &str) -> Result<bool, IdTokenError> {
        let (message, signature) = id_token.rsplit_once('.').ok_or(IdTokenError::Signature)?;
        let signature = from_base64url(signature).ok_or(IdTokenError::Signature)?;
        let header = message.split('.').next().and_then(from_base64url);
        let header =
            header.and_then(|header| JsonObject::parse(&header).ok()).ok_or(IdTokenError::Signature)?;
        let algorithm = Algorithm::of(&header).ok_or(IdTokenError::Signature)?;
        let kid = header.string("kid");
        let mut named = self.0.iter().filter(|key| key.is_for(algorithm, kid.as_deref()));
        Ok(named.any(|key| key.verifies(algorithm, message.as_bytes(), &signature) == Some(true)))
    }
}

impl Algorithm {
    /// None also if the header demands what is not known here (RFC 7515 section 4.1.11).
    fn of(header: &JsonObject) -> Option<Self> {
        match header.string("alg")?.as_str() {
            _ if header.contains("crit") => None,
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }
}

impl SigningKey {
    fn is_good(&self) -> bool {
        match self.kty.as_str() {
            "RSA" => self.rsa().is_some(),
            "EC" => self.p256().is_some(),
            _ => false,
        }
    }

    /// Without a `kid` in the header, each key of the kind may be it.
    fn is_for(&self, algorithm: Algorithm, kid: Option<&str>) -> bool {
        let is_of_kind = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => self.kty == "RSA",
            Algorithm::Es256 => self.kty == "EC",
        };
        let is_named = kid.is_none_or(|kid| self.kid.as_deref() == Some(kid));
        let may_verify = self.usage.as_deref().is_none_or(|usage| usage == "sig");
        is_of_kind && is_named && may_verify && self.alg.as_deref().is_none_or(|alg| alg == algorithm.name())
    }

    /// None if the key is no good.
    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Option<bool> {
        Some(match algorithm {
            Algorithm::Rs256 => {
                let signature = pkcs1v15::Signature::try_from(signature).ok()?;
                pkcs1v15::VerifyingKey::<Sha256>::new(self.rsa()?).verify(message, &signature).is_ok()
            }
            Algorithm::Ps256 => {
                let signature = pss::Signature::try_from(signature).ok()?;
                pss::VerifyingKey::<Sha256>::new(self.rsa()?).verify(message, &signature).is_ok()
            }
            Algorithm::Es256 => {
                let signature = p256::ecdsa::Signature::from_slice(signature).ok()?;
                self.p256()?.verify(message, &signature).is_ok()
            }
        })
    }

    /// RFC 7518 section 6.3.1.
    fn rsa(&self) -> Option<PublicKey> {
        let number = |text: Option<&str>, most| {
            let bytes = from_base64url(text?).filter(|bytes| bytes.len() <= most)?;
            Some(BoxedUint::from_be_slice_vartime(&bytes))
        };
        let (n, e) = (number(self.n.as_deref(), RSA_BITS.end() / 8)?, number(self.e.as_deref(), 8)?);
        PublicKey::new_with_size_limits(n, e, RSA_BITS).ok()
    }

    /// RFC 7518 section 6.2.1.
    fn p256(&self) -> Option<p256::ecdsa::VerifyingKey> {
        if self.crv.as_deref() != Some("P-256") {
            return None;
        }
        let coordinate = |text: Option<&str>| <[u8; 32]>::try_from(from_base64url(text?)?).ok();
        let (x, y) = (coordinate(self.x.as_deref())?, coordinate(self.y.as_deref())?);
        let point = p256::Sec1Point::from_affine_coordinates(&x.into(), &y.into(), false);
        let key = p256::PublicKey::from_sec1_point(&point).into_option()?;
        Some(p256::ecdsa::VerifyingKey::from(key))
    }
}
