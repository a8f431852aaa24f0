//! The flows of a confidential client.

use msal_proto::engine::{Flow, Request, run};
use msal_proto::flows::FederatedUser;
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
        let fmi_path = arguments.text("fmi_path")?;
        let forwarded = arguments.text("forwarded_client_claims")?;
        arguments.end()?;
        let result = self.run_confidential(world, client(step)?, |app| {
            let mut request = app.acquire_token_for_client(&scopes);
            if let Some(path) = fmi_path {
                request = request.fmi_path(path);
            }
            if let Some(claims) = forwarded {
                request = request.forwarded_client_claims(claims);
            }
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

    pub(super) fn acquire_token_on_behalf_of(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let user_assertion = arguments.needed_text("user_assertion")?;
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let claims_challenge = arguments.text("claims_challenge")?;
        let (data, query) = (arguments.members("data")?, arguments.members("params")?);
        let forwarded = arguments.text("forwarded_client_claims")?;
        arguments.end()?;
        let result = self.run_confidential(world, client(step)?, |app| {
            let mut request = app.acquire_token_on_behalf_of(user_assertion, &scopes);
            if let Some(claims) = claims_challenge {
                request = request.claims_challenge(claims);
            }
            if let Some(claims) = forwarded {
                request = request.forwarded_client_claims(claims);
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
            Err(error) => outcome::unclassified_failure(&error),
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

    pub(super) fn acquire_token_by_user_federated_identity_credential(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let assertion = arguments.text("assertion")?.unwrap_or_default();
        let names = (arguments.text("username")?, arguments.text("user_object_id")?);
        let (claims, forwarded) =
            (arguments.text("claims_challenge")?, arguments.text("forwarded_client_claims")?);
        let data = arguments.members("data")?;
        arguments.end()?;
        let given = |name: Option<String>| name.filter(|name| !name.is_empty());
        let user = match (given(names.0), given(names.1)) {
            (Some(username), None) => FederatedUser::Username(username),
            (None, Some(id)) => FederatedUser::ObjectId(id),
            // A user is one or the other: rule f.
            _ => return Ok(Outcome::error("refused", "FederatedUser", "it is one of two".to_owned())),
        };
        let result = self.run_confidential(world, client(step)?, |app| {
            let mut request =
                app.acquire_token_by_user_federated_identity_credential(&scopes, assertion, user);
            if let Some(claims) = claims {
                request = request.claims_challenge(claims);
            }
            if let Some(claims) = forwarded {
                request = request.forwarded_client_claims(claims);
            }
            data.into_iter().fold(request, |request, (name, value)| request.data(name, value))
        })?;
        match result {
            Ok(result) => Ok(Outcome::Ok(outcome::result(&result))),
            Err(error) => outcome::unclassified_failure(&error),
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
