//! The authorization code flow.

use msal_proto::flows::AuthCodeFlow;
use msal_proto::{Error, IdTokenError};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::arguments::{Arguments, text};
use super::confidential::client;
use super::{Driver, NotRun, outcome};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;

impl Driver {
    pub(super) fn initiate_auth_code_flow(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let (redirect_uri, state) = (arguments.text("redirect_uri")?, arguments.text("state")?);
        let claims_challenge = arguments.text("claims_challenge")?;
        let max_age = arguments.take("max_age").and_then(|seconds| seconds.as_u64());
        let login_hint = arguments.text("login_hint")?;
        let prompt = arguments.take("prompt").map(prompt);
        let domain_hint = arguments.text("domain_hint")?;
        let response_mode = arguments.text("response_mode")?;
        arguments.end()?;
        let flow = self.run(world, client(step)?, |app| {
            let mut request = app.initiate_auth_code_flow(&scopes);
            if let Some(uri) = redirect_uri {
                request = request.redirect_uri(uri);
            }
            if let Some(state) = state {
                request = request.state(state);
            }
            if let Some(claims) = claims_challenge {
                request = request.claims_challenge(claims);
            }
            if let Some(seconds) = max_age {
                request = request.max_age(seconds);
            }
            if let Some(hint) = login_hint {
                request = request.login_hint(hint);
            }
            let further =
                [("prompt", prompt), ("domain_hint", domain_hint), ("response_mode", response_mode)];
            for (name, value) in further {
                if let Some(value) = value {
                    request = request.parameter(name, value);
                }
            }
            request
        })?;
        match flow {
            Ok(flow) => Ok(Outcome::Ok(json!(flow))),
            Err(error) => outcome::failure(&error),
        }
    }

    pub(super) fn acquire_token_by_auth_code_flow(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let flow = arguments.take("auth_code_flow").unwrap_or_default();
        let response = Value::Object(arguments.object("auth_response")?.unwrap_or_default());
        let (scopes, data) = (arguments.texts("scopes")?, arguments.members("data")?);
        let forwarded = arguments.text("forwarded_client_claims")?;
        arguments.end()?;
        // A session that has ended has no flow to give.
        let Ok(flow) = serde_json::from_value::<AuthCodeFlow>(flow) else {
            return Ok(Outcome::error("refused", "AuthCodeFlow", "it is no flow".to_owned()));
        };
        let result = self.run(world, client(step)?, |app| {
            let mut request = app.acquire_token_by_auth_code_flow(flow, form(&response));
            if let Some(scopes) = scopes {
                request = request.scopes(&scopes);
            }
            if let Some(claims) = forwarded {
                request = request.forwarded_client_claims(claims);
            }
            for (name, value) in data {
                request = request.data(name, value);
            }
            request
        })?;
        match result {
            Ok(result) => Ok(Outcome::Ok(outcome::result(&result))),
            Err(error) => outcome::unclassified_failure(&error),
        }
    }

    #[allow(deprecated, reason = "it is there for those who migrate")]
    pub(super) fn get_authorization_request_url(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let (response_type, claims_challenge) =
            (arguments.text("response_type")?, arguments.text("claims_challenge")?);
        let mut parameters = Vec::new();
        parameters.extend(arguments.take("prompt").map(|value| ("prompt", prompt(value))));
        for name in ["redirect_uri", "state", "nonce", "login_hint", "domain_hint"] {
            parameters.extend(arguments.text(name)?.map(|value| (name, value)));
        }
        arguments.end()?;
        let url = self.run(world, client(step)?, |app| {
            let mut request = app.get_authorization_request_url(&scopes);
            if let Some(response_type) = response_type {
                request = request.response_type(response_type);
            }
            if let Some(claims) = claims_challenge {
                request = request.claims_challenge(claims);
            }
            parameters.into_iter().fold(request, |request, (name, value)| request.parameter(name, value))
        })?;
        match url {
            Ok(url) => Ok(Outcome::Ok(json!(url))),
            Err(error) => outcome::failure(&error),
        }
    }

    #[allow(deprecated, reason = "it is there for those who migrate")]
    pub(super) fn acquire_token_by_authorization_code(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let code = arguments.needed_text("code")?;
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let (redirect_uri, nonce) = (arguments.text("redirect_uri")?, arguments.text("nonce")?);
        let (claims_challenge, data) = (arguments.text("claims_challenge")?, arguments.members("data")?);
        arguments.end()?;
        let result = self.run(world, client(step)?, |app| {
            let mut request = app.acquire_token_by_authorization_code(code, &scopes);
            if let Some(uri) = redirect_uri {
                request = request.redirect_uri(uri);
            }
            if let Some(nonce) = nonce {
                request = request.nonce(nonce);
            }
            if let Some(claims) = claims_challenge {
                request = request.claims_challenge(claims);
            }
            data.into_iter().fold(request, |request, (name, value)| request.data(name, value))
        })?;
        match result {
            Ok(result) => Ok(Outcome::Ok(outcome::result(&result))),
            // MSAL raises another class than in the newer call.
            Err(error @ Error::IdToken(IdTokenError::Nonce)) => {
                Ok(Outcome::error("refused", "IdToken", error.to_string()))
            }
            Err(error) => outcome::unclassified_failure(&error),
        }
    }
}

/// Parameters as the form that a browser posts; a list is a name that occurs several times.
pub(super) fn form(parameters: &Value) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.as_object().into_iter().flatten() {
        for value in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
            form.append_pair(name, &text(value).unwrap_or_else(|| value.to_string()));
        }
    }
    form.finish()
}

/// One, or several as a list.
pub(super) fn prompt(value: Value) -> String {
    match value {
        Value::Array(prompts) => prompts.iter().filter_map(text).collect::<Vec<_>>().join(" "),
        value => text(&value).unwrap_or_default(),
    }
}
