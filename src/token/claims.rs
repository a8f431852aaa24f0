//! The `claims` parameter (OpenID Connect Core section 5.5): a resource's challenge and what the client can do.
use crate::error::Error;
use crate::json::JsonObject;
use alloc::{string::String, string::ToString};
use serde_json::{Map, Value, json};

/// Merges them into one parameter; none if there is nothing to say. Capabilities go to
/// `access_token.xms_cc.values`, beside what else the challenge asks of the access token.
///
/// # Errors
/// [`Error::InvalidParameter`] if the challenge is not the text of a JSON object.
pub(crate) fn merge_claims_challenge_and_capabilities(
    capabilities: &[String],
    challenge: Option<&str>,
) -> Result<Option<String>, Error> {
    let refused = |reason| Error::InvalidParameter { parameter: "claims_challenge", reason };
    let no_object = || {
        refused("it must be a JSON object, as the resource's WWW-Authenticate header has it after decoding")
    };
    if let Some(text) = challenge {
        JsonObject::parse(text.as_bytes()).map_err(|_| no_object())?;
    }
    if capabilities.is_empty() {
        return Ok(challenge.map(String::from));
    }
    let mut claims: Map<String, Value> = match challenge {
        Some(text) => serde_json::from_str(text).map_err(|_| no_object())?,
        None => Map::new(),
    };
    let access_token = claims.entry("access_token").or_insert_with(|| Value::Object(Map::new()));
    let access_token = access_token.as_object_mut();
    let access_token = access_token.ok_or(refused("its access_token must be a JSON object"))?;
    access_token.insert("xms_cc".into(), json!({ "values": capabilities }));
    Ok(Some(Value::Object(claims).to_string()))
}
