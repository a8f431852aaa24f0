//! The `claims` parameter (OpenID Connect Core section 5.5): a resource's challenge and what the client can do.
use crate::error::Error;
use crate::json::JsonObject;
use alloc::{string::String, string::ToString};
use serde_json::{Map, Value, json};

/// Checks a claims challenge: a JSON object, or nothing.
pub(crate) fn check_challenge(challenge: &str) -> Result<(), Error> {
    let object = JsonObject::parse(challenge.as_bytes());
    object.map(|_| ()).map_err(|_| Error::InvalidParameter {
        parameter: "claims_challenge",
        reason: "it must be a JSON object, as the resource's WWW-Authenticate header has it after decoding",
    })
}

/// Merges them into one parameter; none if there is nothing to say. Capabilities go to
/// `access_token.xms_cc.values`, beside what else the challenge asks of the access token.
pub(crate) fn merge_claims_challenge_and_capabilities(
    capabilities: &[String],
    challenge: Option<&str>,
) -> Result<Option<String>, Error> {
    if capabilities.is_empty() {
        return Ok(challenge.map(String::from));
    }
    let wrong = Error::InvalidParameter {
        parameter: "claims_challenge",
        reason: "it must be a JSON object whose access_token is an object too",
    };
    let mut claims: Map<String, Value> = match challenge {
        Some(text) => serde_json::from_str(text).map_err(|_| wrong.clone())?,
        None => Map::new(),
    };
    let access_token = claims.entry("access_token").or_insert_with(|| Value::Object(Map::new()));
    let access_token = access_token.as_object_mut().ok_or(wrong)?;
    access_token.insert("xms_cc".into(), json!({ "values": capabilities }));
    Ok(Some(Value::Object(claims).to_string()))
}
