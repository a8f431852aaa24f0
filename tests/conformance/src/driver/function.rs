//! `fn`: functions without a client.

use msal_proto::credential::extract_certs;
use msal_proto::transcript::ScriptedHost;
use msal_proto::{Error, PublicClientApplication, Secret, conformance, decode_id_token};
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::recorded::value;
use super::{NotRun, host, outcome};
use crate::transcript::Outcome;
use crate::world::{World, xml_view};

/// `random` is for what the library would draw.
pub(super) fn call(
    world: &World<'_>,
    random: u64,
    name: &str,
    mut arguments: Arguments,
) -> Result<Outcome, NotRun> {
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
            match conformance::canonicalize(&url) {
                Ok((host, tenant)) => Ok(Outcome::Ok(json!({"url": url, "host": host, "tenant": tenant}))),
                Err(error) => outcome::failure(&error.into()),
            }
        }
        "decode_id_token" => decode(world, arguments),
        "mex" => {
            let xml = arguments.needed_text("xml")?;
            arguments.end()?;
            let found = conformance::mex(&xml);
            let view = |(address, action)| json!({"address": address, "action": action});
            found.map_or_else(failure, |found| Ok(Outcome::Ok(found.map_or(Value::Null, view))))
        }
        "parse_rstr" => {
            let xml = arguments.needed_text("xml")?;
            arguments.end()?;
            let view = |(assertion, token_type): (Secret, String)| json!({"token": assertion.expose(), "type": token_type});
            conformance::parse_rstr(&xml).map_or_else(failure, |token| Ok(Outcome::Ok(view(token))))
        }
        "build_rst" => build_rst(world, random, arguments),
        "merge_claims_challenge_and_capabilities" => merge_claims(arguments),
        name => Err(NotRun::NotBuilt(format!("fn {name}"))),
    }
}

fn build_rst(world: &World<'_>, random: u64, mut arguments: Arguments) -> Result<Outcome, NotRun> {
    let username = arguments.needed_text("username")?;
    let password = Secret::new(arguments.needed_text("password")?);
    let audience = arguments.needed_text("cloud_audience_urn")?;
    let (address, action) =
        (arguments.needed_text("endpoint_address")?, arguments.needed_text("soap_action")?);
    arguments.end()?;
    let message_id = format!("6f1a2b3c-0000-4000-8000-{random:012x}");
    let message = (&*message_id, host::now(world));
    let envelope = conformance::build_rst((&username, &password), &audience, (&address, &action), message);
    envelope.map_or_else(failure, |envelope| Ok(Outcome::Ok(xml_view(envelope.expose()))))
}

fn failure(error: Error) -> Result<Outcome, NotRun> {
    outcome::failure(&error)
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
