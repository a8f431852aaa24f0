//! Users with a name and a password.

use super::arguments::Arguments;
use super::confidential::client;
use super::silent::pop;
use super::{Driver, NotRun, outcome};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;

impl Driver {
    #[allow(deprecated, reason = "it says so itself")]
    pub(super) fn acquire_token_by_username_password(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let (username, password) = (arguments.needed_text("username")?, arguments.needed_text("password")?);
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let claims_challenge = arguments.text("claims_challenge")?.unwrap_or_default();
        let data = arguments.members("data")?;
        let query = arguments.members("params")?;
        let auth_scheme = arguments.take("auth_scheme").map(|scheme| pop(&scheme)).transpose()?;
        arguments.end()?;
        let result = self.run(world, client(step)?, |app| {
            let mut request = app.acquire_token_by_username_password(username, password, &scopes);
            request = request.claims_challenge(claims_challenge);
            request = data.into_iter().fold(request, |request, (name, value)| request.data(name, value));
            request = query.into_iter().fold(request, |request, (name, value)| request.query(name, value));
            match auth_scheme {
                Some(scheme) => request.auth_scheme(scheme),
                None => request,
            }
        })?;
        match result {
            Ok(result) => Ok(Outcome::Ok(outcome::result(&result))),
            Err(error) => outcome::unclassified_failure(&error),
        }
    }
}
