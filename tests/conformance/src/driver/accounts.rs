//! Accounts, and refresh tokens that are taken over.

use msal_proto::cache::Account;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::confidential::client;
use super::{Driver, NotRun, outcome};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;

impl Driver {
    pub(super) fn get_accounts(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let username = arguments.text("username")?;
        arguments.end()?;
        let accounts = self.run(world, client(step)?, |app| match username {
            Some(username) => app.get_accounts().username(username),
            None => app.get_accounts(),
        })?;
        match accounts {
            Ok(accounts) => Ok(Outcome::Ok(json!(accounts))),
            Err(error) => outcome::failure(&error),
        }
    }

    pub(super) fn remove_account(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let account = arguments.take("account").map(account).transpose()?;
        arguments.end()?;
        // The library's types have no account that is none: there is nothing to forget.
        let Some(account) = account else { return Ok(Outcome::Ok(Value::Null)) };
        match self.run(world, client(step)?, |app| app.remove_account(&account))? {
            Ok(()) => Ok(Outcome::Ok(Value::Null)),
            Err(error) => outcome::failure(&error),
        }
    }

    pub(super) fn acquire_token_by_refresh_token(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let refresh_token = arguments.needed_text("refresh_token")?;
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        arguments.end()?;
        let result =
            self.run(world, client(step)?, |app| app.acquire_token_by_refresh_token(refresh_token, &scopes))?;
        match result {
            Ok(result) => Ok(Outcome::Ok(outcome::result(&result))),
            Err(error) => outcome::unclassified_failure(&error),
        }
    }
}

/// One that a scenario has from an earlier step.
pub(super) fn account(value: Value) -> Result<Account, NotRun> {
    serde_json::from_value(value).map_err(|error| NotRun::Scenario(format!("no account: {error}")))
}
