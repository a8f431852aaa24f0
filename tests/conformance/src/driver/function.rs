//! `fn`: functions without a client.

use msal_proto::conformance::canonicalize;
use msal_proto::credential::extract_certs;
use msal_proto::transcript::ScriptedHost;
use msal_proto::{Error, PublicClientApplication, decode_id_token};
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::recorded::value;
use super::{NotRun, host, outcome};
use crate::transcript::Outcome;
use crate::world::World;

pub(super) fn call(world: &World<'_>, name: &str, mut arguments: Arguments) -> Result<Outcome, NotRun> {
    match name {
        "extract_certs" => {
            let text = arguments.needed_text("text")?;
            arguments.end()?;
            match extract_certs(&text) {
                Ok(certificates) => Ok(Outcome::Ok(json!(certificates))),
                Err(error) => outcome::failure(&error.into()),
            }
        }
        "canonicalize" => {
            let url = arguments.needed_text("url")?;
            arguments.end()?;
            match canonicalize(&url) {
                Ok((host, tenant)) => Ok(Outcome::Ok(json!({"url": url, "host": host, "tenant": tenant}))),
                Err(error) => outcome::failure(&error.into()),
            }
        }
        "decode_id_token" => decode(world, arguments),
        "merge_claims_challenge_and_capabilities" => merge_claims(arguments),
        name => Err(NotRun::NotBuilt(format!("fn {name}"))),
    }
}

/// As a person is sent to sign in with them.
fn merge_claims(mut arguments: Arguments) -> Result<Outcome, NotRun> {
    let capabilities = arguments.texts("capabilities")?.unwrap_or_default();
    let challenge = arguments.text("claims_challenge")?.unwrap_or_default();
    arguments.end()?;
    let client = PublicClientApplication::builder("client").client_capabilities(capabilities).build();
    let mut host = ScriptedHost::new(client.map_err(|error| NotRun::Scenario(error.to_string()))?);
    host.answer_discovery();
    let flow = host.call(|app| app.initiate_auth_code_flow(["scope"]).claims_challenge(challenge));
    match flow {
        Ok(flow) => {
            let url = url::Url::parse(&flow.auth_uri).map_err(|error| NotRun::Scenario(error.to_string()))?;
            let claims = url.query_pairs().find(|(name, _)| name == "claims").map(|(_, claims)| claims);
            Ok(Outcome::Ok(claims.map_or(Value::Null, |claims| json!({"$json": parsed(&claims)}))))
        }
        Err(error) => outcome::failure(&error),
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn decode(world: &World<'_>, mut arguments: Arguments) -> Result<Outcome, NotRun> {
    let id_token = arguments.needed_text("id_token")?;
    let (client_id, issuer) = (arguments.text("client_id")?, arguments.text("issuer")?);
    let nonce = arguments.text("nonce")?;
    let now = host::unix_time(arguments.seconds("now")?.unwrap_or(world.clock));
    arguments.end()?;
    match decode_id_token(&id_token, client_id.as_deref(), issuer.as_deref(), nonce.as_deref(), now) {
        Ok((claims, _)) => Ok(Outcome::Ok(value(&claims.members))),
        Err(error) => outcome::failure(&Error::IdToken(error)),
    }
}
