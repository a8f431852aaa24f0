//! A middle tier that acts on behalf of whoever calls it.
mod cache;
mod long_running;
mod process;
mod refused;
mod separation;
mod wire;

use crate::person::*;
use crate::support::*;
use msal_proto::flows::LongRunningOnBehalfOf;
use msal_proto::{AuthenticationResult, Error};
use serde_json::{Value, json};

/// What Ada and Bob call the middle tier with.
pub(crate) const ADA: &str = "canary.assertion-of.ada";
pub(crate) const ADA_LATER: &str = "canary.later-assertion-of.ada";
pub(crate) const BOB: &str = "canary.assertion-of.bob";
pub(crate) const BOBS_ID: &str = "55555555-5555-5555-5555-555555555555";
/// What a long-running process is begun under.
pub(crate) const PROCESS: &str = "canary-process";

/// What the service issues for Ada.
pub(crate) fn adas(access_token: &str) -> Value {
    let mut tokens = tokens(&claims());
    tokens["access_token"] = json!(access_token);
    tokens["refresh_token"] = json!(format!("{access_token}-refresh"));
    tokens
}

/// The same for Bob.
pub(crate) fn bobs(access_token: &str) -> Value {
    let (mut tokens, mut claims) = (adas(access_token), claims());
    (claims["oid"], claims["sub"]) = (json!(BOBS_ID), json!("sub-of-bob"));
    tokens["id_token"] = json!(jwt(&claims));
    tokens["client_info"] = json!(client_info(BOBS_ID, TENANT));
    tokens
}

/// The same for an application that called in its own name: nobody's account.
pub(crate) fn an_applications(access_token: &str) -> Value {
    json!({"token_type": "Bearer", "expires_in": 3_599, "scope": "User.Read openid profile", "access_token": access_token})
}

impl World {
    pub(crate) fn answers(self, tokens: &Value) -> Self {
        self.http(200, &tokens.to_string())
    }

    pub(crate) fn on_behalf_of(&mut self, user_assertion: &str) -> Result<AuthenticationResult, Error> {
        self.call(|app| app.acquire_token_on_behalf_of(user_assertion, [SCOPE]))
    }

    pub(crate) fn initiate(
        &mut self,
        user_assertion: &str,
        key: Option<&str>,
    ) -> Result<LongRunningOnBehalfOf, Error> {
        self.call(|app| app.initiate_long_running_on_behalf_of([SCOPE], user_assertion, key))
    }

    pub(crate) fn go_on(&mut self, key: &str) -> Result<AuthenticationResult, Error> {
        self.call(|app| app.acquire_token_in_long_running_on_behalf_of([SCOPE], key))
    }

    pub(crate) fn stop(&mut self, key: &str) -> Result<usize, Error> {
        self.call(|app| app.stop_long_running_on_behalf_of(key))
    }
}

/// A token by its text and where it came from.
pub(crate) fn brief(result: &AuthenticationResult) -> (&str, &str) {
    (result.access_token.as_ref().unwrap().expose(), result.token_source.as_str())
}
