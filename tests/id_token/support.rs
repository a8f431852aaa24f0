//! Tokens with a canary in each part, and how they are read.
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::engine::UnixTime;
use msal_proto::{IdTokenClaims, IdTokenError, Warning, decode_id_token};
use serde_json::{Value, json};

pub(crate) const CLIENT_ID: &str = "22222222-2222-2222-2222-222222222222";
pub(crate) const TENANT: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const ISSUER: &str = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0";
pub(crate) const NOW: u64 = 1_700_000_000;

/// The claims of a good token.
pub(crate) fn good() -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT_ID, "sub": "canary-sub", "exp": NOW + 3600, "iat": NOW - 300, "nbf": NOW - 300,
        "nonce": "canary-nonce", "tid": TENANT, "oid": "canary-oid", "name": "canary-name",
        "preferred_username": "canary@contoso.example"
    })
}

/// A good token's claims but for this one; `null` takes it out.
pub(crate) fn good_but(name: &str, value: Value) -> Value {
    let mut claims = good();
    let members = claims.as_object_mut().unwrap();
    match value {
        Value::Null => members.remove(name),
        value => members.insert(name.into(), value),
    };
    claims
}

/// A token with this payload.
pub(crate) fn jwt_of(payload: impl AsRef<[u8]>) -> String {
    format!("canary-header.{}.canary-signature", BASE64_URL_SAFE_NO_PAD.encode(payload))
}

pub(crate) fn jwt(claims: &Value) -> String {
    jwt_of(claims.to_string())
}

/// Reads a token and checks all that can be checked.
pub(crate) fn decode(id_token: &str) -> Result<(IdTokenClaims, Vec<Warning>), IdTokenError> {
    let now = UnixTime(NOW);
    let end = decode_id_token(id_token, Some(CLIENT_ID), Some(ISSUER), Some("canary-nonce"), now);
    let said = match &end {
        Ok(end) => format!("{end:?}"),
        Err(error) => format!("{error} {error:?}"),
    };
    assert!(!said.contains("canary") && !said.contains("contoso"), "{said}");
    end
}

/// The same of claims.
pub(crate) fn decode_claims(claims: &Value) -> Result<(IdTokenClaims, Vec<Warning>), IdTokenError> {
    decode(&jwt(claims))
}

/// Why these claims are refused.
pub(crate) fn refused(claims: &Value) -> IdTokenError {
    decode_claims(claims).err().unwrap_or_else(|| panic!("accepted: {claims}"))
}
