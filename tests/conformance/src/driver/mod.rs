//! Drives the library: the only part of the runner that calls it.
//!
//! [`Driver::step`] does one step of a scenario through the library's public API, answers its effects from the
//! [`World`] and says how it ended. The driver keeps what outlives a step: clients, their state, token caches.

mod accounts;
mod arguments;
mod auth_code;
mod cache;
mod confidential;
mod construct;
mod device_code;
mod function;
mod host;
mod interactive;
mod outcome;
mod receiver;
mod recorded;
mod silent;
mod username_password;

use std::collections::BTreeMap;
use std::ops::Deref;

use msal_proto::{ClientApplication, ClientState, ConfidentialClientApplication, PublicClientApplication};
use serde_json::Value;

use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;
use arguments::Arguments;
use host::Entropies;
use recorded::Recorded;

/// Why a step could not be run.
#[derive(Clone, Debug, PartialEq)]
pub enum NotRun {
    /// The library has no such operation yet.
    NotBuilt(String),
    /// The scenario is wrong, or a file that it names is missing.
    Scenario(String),
}

impl From<String> for NotRun {
    fn from(error: String) -> Self {
        Self::Scenario(error)
    }
}

/// The clients and token caches of one scenario.
#[derive(Debug, Default)]
pub struct Driver {
    clients: BTreeMap<String, Client>,
    /// By name; each client that shares none has its own, under its own name.
    states: BTreeMap<Owned, ClientState>,
    caches: BTreeMap<Owned, Recorded>,
    entropies: Entropies,
}

/// Whose something is that outlives a step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owned {
    /// Named in the scenario; clients share it.
    Shared(String),
    /// Of the client of this name.
    Client(String),
}

/// A client with what it was made from.
#[derive(Debug)]
struct Client {
    app: App,
    state: Owned,
    cache: Owned,
    /// The `$callable` that makes its assertions.
    assertion: Option<usize>,
}

/// A client of either kind.
#[derive(Debug)]
enum App {
    Confidential(ConfidentialClientApplication),
    Public(PublicClientApplication),
}

impl Deref for App {
    type Target = ClientApplication;

    fn deref(&self) -> &ClientApplication {
        match self {
            Self::Confidential(app) => app,
            Self::Public(app) => app,
        }
    }
}

impl Driver {
    /// Does one step. An operation that the library does not have is [`NotRun::NotBuilt`].
    pub fn step(&mut self, world: &mut World<'_>, step: &Step) -> Result<Outcome, NotRun> {
        let outcome = self.call(world, step)?;
        if let Some(value) = outcome.ok() {
            world.set_result(&step.id, value.clone());
        }
        Ok(outcome)
    }

    fn call(&mut self, world: &mut World<'_>, step: &Step) -> Result<Outcome, NotRun> {
        let arguments = Arguments::of(world, step)?;
        match step.op.as_str() {
            "construct" if matches!(step.kind.as_deref(), Some("confidential" | "public")) => {
                self.construct(world, step, arguments)
            }
            "acquire_token_for_client" => self.acquire_token_for_client(world, step, arguments),
            "acquire_token_by_user_federated_identity_credential" => {
                self.acquire_token_by_user_federated_identity_credential(world, step, arguments)
            }
            "acquire_token_on_behalf_of" => self.acquire_token_on_behalf_of(world, step, arguments),
            "remove_tokens_for_client" => self.remove_tokens_for_client(world, step, arguments),
            "initiate_auth_code_flow" => self.initiate_auth_code_flow(world, step, arguments),
            "acquire_token_by_auth_code_flow" => self.acquire_token_by_auth_code_flow(world, step, arguments),
            "get_authorization_request_url" => self.get_authorization_request_url(world, step, arguments),
            "acquire_token_by_authorization_code" => {
                self.acquire_token_by_authorization_code(world, step, arguments)
            }
            "initiate_device_flow" => self.initiate_device_flow(world, step, arguments),
            "acquire_token_by_device_flow" => self.acquire_token_by_device_flow(world, step, arguments),
            "acquire_token_interactive" => self.acquire_token_interactive(world, step, arguments),
            "acquire_token_silent" => self.acquire_token_silent(world, step, arguments, false),
            "acquire_token_silent_with_error" => self.acquire_token_silent(world, step, arguments, true),
            "get_accounts" => self.get_accounts(world, step, arguments),
            "remove_account" => self.remove_account(world, step, arguments),
            "acquire_token_by_refresh_token" => self.acquire_token_by_refresh_token(world, step, arguments),
            "acquire_token_by_username_password" => {
                self.acquire_token_by_username_password(world, step, arguments)
            }
            "auth_code_receiver" => Self::auth_code_receiver(world, step, arguments),
            "fn" => {
                let name = step.name.as_deref().unwrap_or_default();
                function::call(world, self.entropies.count(), name, arguments)
            }
            op => match op.strip_prefix("cache.") {
                Some(op) => self.use_cache(world, step, op, arguments),
                None => Err(NotRun::NotBuilt(
                    [Some(op), step.kind.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" "),
                )),
            },
        }
    }

    /// What the named token caches that were used hold at the end, as their serialization parsed.
    pub fn caches(self) -> BTreeMap<String, Value> {
        let named = |(owner, cache): (Owned, Recorded)| match owner {
            Owned::Shared(name) => Some((name, cache.content())),
            Owned::Client(_) => None,
        };
        self.caches.into_iter().filter_map(named).collect()
    }
}
