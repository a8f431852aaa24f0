//! The flows of a confidential client.

use msal_proto::engine::{Flow, Request, run};
use msal_proto::{ClientApplication, ConfidentialClientApplication, Error};
use serde_json::Value;

use super::arguments::Arguments;
use super::host::{Host, Person};
use super::{App, Driver, NotRun, outcome};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;

impl Driver {
    pub(super) fn acquire_token_for_client(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let claims_challenge = arguments.text("claims_challenge")?;
        let (data, query) = (arguments.members("data")?, arguments.members("params")?);
        arguments.end()?;
        let result = self.run_confidential(world, client(step)?, |app| {
            let mut request = app.acquire_token_for_client(&scopes);
            if let Some(claims) = claims_challenge {
                request = request.claims_challenge(claims);
            }
            for (name, value) in data {
                request = request.data(name, value);
            }
            for (name, value) in query {
                request = request.query(name, value);
            }
            request
        })?;
        match result {
            Ok(result) => Ok(Outcome::Ok(outcome::result(&result))),
            Err(error) => outcome::failure(&error),
        }
    }

    pub(super) fn remove_tokens_for_client(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        arguments.end()?;
        match self.run_confidential(world, client(step)?, |app| app.remove_tokens_for_client())? {
            Ok(_) => Ok(Outcome::Ok(Value::Null)),
            Err(error) => outcome::failure(&error),
        }
    }

    /// Runs a flow that only confidential clients have.
    fn run_confidential<R: Request>(
        &mut self,
        world: &mut World<'_>,
        client: &str,
        request: impl FnOnce(&ConfidentialClientApplication) -> R,
    ) -> Result<Result<<R::Flow as Flow>::Output, Error>, NotRun> {
        let app = self.clients.get(client).map(|client| &client.app);
        let Some(App::Confidential(app)) = app else {
            return Err(NotRun::Scenario(format!("no confidential client {client} was made")));
        };
        let request = request(app);
        self.run(world, client, |_| request)
    }

    /// Runs a flow of a client to its end.
    pub(super) fn run<R: Request>(
        &mut self,
        world: &mut World<'_>,
        client: &str,
        request: impl FnOnce(&ClientApplication) -> R,
    ) -> Result<Result<<R::Flow as Flow>::Output, Error>, NotRun> {
        self.run_with(world, client, None, request)
    }

    /// The same with somebody in front of the browser.
    pub(super) fn run_with<R: Request>(
        &mut self,
        world: &mut World<'_>,
        client: &str,
        person: Option<&Person<'_>>,
        request: impl FnOnce(&ClientApplication) -> R,
    ) -> Result<Result<<R::Flow as Flow>::Output, Error>, NotRun> {
        let client = self.clients.get(client).ok_or_else(|| format!("the client {client} was not made"))?;
        let state = self.states.entry(client.state.clone()).or_default();
        let cache = self.caches.entry(client.cache.clone()).or_default();
        let mut host = Host::new(world, client, state, cache, &mut self.entropies).with(person);
        let step = request(&client.app).start(&mut msal_proto::engine::Host::env(&mut host));
        let end = run(step, &mut host);
        host.end()?;
        Ok(end)
    }
}

pub(super) fn client(step: &Step) -> Result<&str, NotRun> {
    step.client.as_deref().ok_or_else(|| NotRun::Scenario(format!("{} without client", step.op)))
}
