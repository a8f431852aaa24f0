//! The `claims` parameter (OpenID Connect Core section 5.5): a resource's challenge, what the client can do, and what a caller's
//! own client asks for.
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

/// Whether it is the text of a JSON object.
pub(crate) fn check_claims(parameter: &'static str, json: &str) -> Result<(), Error> {
    let reason = "it must be the text of a JSON object (OpenID Connect Core section 5.5)";
    JsonObject::parse(json.as_bytes()).map(drop).map_err(|_| Error::InvalidParameter { parameter, reason })
}

/// Merges claims that are forwarded into the others, object by object; of two values that differ theirs counts.
///
/// # Errors
/// [`Error::InvalidParameter`] if they are not the text of a JSON object.
pub(crate) fn merge_claims(claims: Option<String>, forwarded: &str) -> Result<String, Error> {
    let parameter = "forwarded_client_claims";
    check_claims(parameter, forwarded)?;
    let Some(claims) = claims else { return Ok(forwarded.into()) };
    let reason = "it is nested too deeply";
    let read =
        |text: &str| serde_json::from_str(text).map_err(|_| Error::InvalidParameter { parameter, reason });
    let mut merged: Value = read(&claims)?;
    overlay(&mut merged, read(forwarded)?);
    Ok(merged.to_string())
}

/// As deep as serde_json reads at most.
fn overlay(base: &mut Value, other: Value) {
    match (base, other) {
        (Value::Object(base), Value::Object(other)) => {
            for (name, value) in other {
                match base.get_mut(&name) {
                    Some(own) => overlay(own, value),
                    None => {
                        base.insert(name, value);
                    }
                }
            }
        }
        (base, other) => *base = other,
    }
}
