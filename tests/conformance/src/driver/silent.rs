//! Silent calls.

use msal_proto::PopAuthScheme;
use serde_json::Value;

use super::accounts::account;
use super::arguments::Arguments;
use super::confidential::client;
use super::{Driver, NotRun, outcome};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;

impl Driver {
    /// `acquire_token_silent_with_error`, or the plain one.
    pub(super) fn acquire_token_silent(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
        with_error: bool,
    ) -> Result<Outcome, NotRun> {
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        // Without its id an account is none.
        let is_one = |account: &Value| account.get("home_account_id").is_some_and(Value::is_string);
        let account = arguments.take("account").filter(is_one).map(account).transpose()?;
        let force_refresh = arguments.flag("force_refresh")?.unwrap_or(false);
        let claims_challenge = arguments.text("claims_challenge")?;
        let (data, forwarded) = (arguments.members("data")?, arguments.text("forwarded_client_claims")?);
        let auth_scheme = arguments.take("auth_scheme").map(|scheme| pop(&scheme)).transpose()?;
        arguments.end()?;
        let result = self.run(world, client(step)?, |app| {
            let mut request = match with_error {
                true => app.acquire_token_silent_with_error(&scopes, account.as_ref()),
                false => app.acquire_token_silent(&scopes, account.as_ref()),
            };
            request = request.force_refresh(force_refresh);
            if let Some(claims) = claims_challenge {
                request = request.claims_challenge(claims);
            }
            if let Some(claims) = forwarded {
                request = request.forwarded_client_claims(claims);
            }
            if let Some(scheme) = auth_scheme {
                request = request.auth_scheme(scheme);
            }
            for (name, value) in data {
                request = request.data(name, value);
            }
            request
        })?;
        match result {
            Ok(Some(result)) => Ok(Outcome::Ok(outcome::result(&result))),
            Ok(None) => Ok(Outcome::Ok(Value::Null)),
            Err(error) => outcome::failure(&error),
        }
    }
}

/// `{"$pop": {…}}`.
pub(super) fn pop(scheme: &Value) -> Result<PopAuthScheme, NotRun> {
    let member = |name: &str| {
        scheme.get("$pop").and_then(|pop| pop.get(name)).and_then(Value::as_str).unwrap_or_default()
    };
    PopAuthScheme::new(member("http_method"), member("url"), member("nonce"))
        .map_err(|error| NotRun::Scenario(error.to_string()))
}
