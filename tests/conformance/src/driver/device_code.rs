//! The device flow.

use msal_proto::flows::DeviceFlow;
use msal_proto::{Error, HttpStatusError, ServiceError};
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::confidential::client;
use super::{App, Driver, NotRun, outcome};
use crate::json::Node;
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;

impl Driver {
    pub(super) fn initiate_device_flow(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let claims_challenge = arguments.text("claims_challenge")?.unwrap_or_default();
        arguments.end()?;
        let request = match self.public(step)? {
            App::Public(app) => app.initiate_device_flow(&scopes).claims_challenge(claims_challenge),
            App::Confidential(_) => return Err(NotRun::Scenario("only public clients have it".to_owned())),
        };
        match self.run(world, client(step)?, |_| request)? {
            Ok(flow) => Ok(Outcome::Ok(json!(flow))),
            Err(Error::Service(error)) => refused_flow(world, *error),
            // Whatever the status.
            Err(Error::HttpStatus(HttpStatusError { service: Some(error), .. })) => {
                refused_flow(world, *error)
            }
            Err(error) => outcome::unclassified_failure(&error),
        }
    }

    pub(super) fn acquire_token_by_device_flow(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let flow = arguments.take("flow").unwrap_or_default();
        let claims_challenge = arguments.text("claims_challenge")?;
        let once = match arguments.take("exit_condition") {
            None => false,
            Some(condition) if condition == json!({"$always": true}) => true,
            Some(_) => return Err(arguments.not_built("another exit_condition")),
        };
        arguments.end()?;
        // What the service refused is no flow.
        let Ok(flow) = serde_json::from_value::<DeviceFlow>(flow) else {
            return Ok(Outcome::error("malformed", "DeviceFlow", "it is no flow".to_owned()));
        };
        let request = match self.public(step)? {
            App::Public(app) => app.acquire_token_by_device_flow(flow),
            App::Confidential(_) => return Err(NotRun::Scenario("only public clients have it".to_owned())),
        };
        let request = request.once(once).claims_challenge(claims_challenge.unwrap_or_default());
        match self.run(world, client(step)?, |_| request)? {
            Ok(result) => Ok(Outcome::Ok(outcome::result(&result))),
            // MSAL returns what the service said last, and changes the flow that it was given.
            Err(Error::DevicePending(pending)) => {
                let given = step.args.get("flow").and_then(|flow| flow.get("$ref")).and_then(Node::as_str);
                given.into_iter().for_each(|id| world.set_result(id, json!(pending.flow)));
                outcome::unclassified_failure(&Error::Service(Box::new(pending.error)))
            }
            Err(error) => outcome::unclassified_failure(&error),
        }
    }

    /// The client of a flow that only public clients have.
    pub(super) fn public(&self, step: &Step) -> Result<&App, NotRun> {
        let client = client(step)?;
        let app = self.clients.get(client).map(|client| &client.app);
        app.ok_or_else(|| NotRun::Scenario(format!("the client {client} was not made")))
    }
}

/// MSAL makes a flow of a refusal, too.
fn refused_flow(world: &World<'_>, error: ServiceError) -> Result<Outcome, NotRun> {
    let id = error.correlation_id.clone();
    let mut shown = match outcome::unclassified_failure(&Error::Service(Box::new(error)))? {
        Outcome::Ok(Value::Object(shown)) => shown,
        outcome => return Ok(outcome),
    };
    shown.entry("interval").or_insert(json!(5));
    let expires_in = shown.entry("expires_in").or_insert(json!(1_800)).as_i64().unwrap_or(0);
    shown.insert("expires_at".to_owned(), json!(world.clock + expires_in));
    shown.insert("_correlation_id".to_owned(), json!(id));
    Ok(Outcome::Ok(Value::Object(shown)))
}
