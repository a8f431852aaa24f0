//! Signing in with a browser on this machine.

use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::auth_code::prompt;
use super::confidential::client;
use super::host::Person;
use super::silent::pop;
use super::{App, Driver, NotRun, outcome};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::{LibraryObject, World};

/// Arguments of MSAL that a host takes and not the flow; each is an option of the listener and in a transcript as it is.
const PAGES: [&str; 3] = ["welcome_template", "success_template", "error_template"];

/// Parameters of OpenID Connect that go into the address as they are.
const PARAMETERS: [&str; 5] = ["domain_hint", "display", "ui_locales", "id_token_hint", "acr_values"];

impl Driver {
    pub(super) fn acquire_token_interactive(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let shell = world.env.get("AZUREPS_HOST_ENVIRONMENT").map_or("", String::as_str);
        if shell.starts_with("cloud-shell") && step.text_argument("prompt") == Some("none") {
            return Err(arguments.not_built("prompt=none in the Cloud Shell"));
        }
        let person = person(world, step, &mut arguments)?;
        let scopes = arguments.texts("scopes")?.unwrap_or_default();
        let extra_scopes = arguments.texts("extra_scopes_to_consent")?.unwrap_or_default();
        let (timeout, max_age) = (arguments.seconds("timeout")?, arguments.seconds("max_age")?);
        let port = arguments.seconds("port")?.unwrap_or(0);
        let auth_scheme = arguments.take("auth_scheme").map(|scheme| pop(&scheme)).transpose()?;
        let (login_hint, claims_challenge) =
            (arguments.text("login_hint")?, arguments.text("claims_challenge")?);
        let mut parameters = Vec::new();
        parameters.extend(arguments.take("prompt").map(|value| ("prompt", prompt(value))));
        for name in PARAMETERS {
            parameters.extend(arguments.text(name)?.map(|value| (name, value)));
        }
        let (data, query) = (arguments.members("data")?, arguments.members("params")?);
        // Only a broker looks at them.
        arguments.take("parent_window_handle");
        arguments.take("enable_msa_passthrough");
        arguments.end()?;
        let Ok(port) = u16::try_from(port) else {
            return Ok(Outcome::error("refused", "ByType", "a port is a number up to 65535"));
        };
        let seconds = |seconds: i64| u64::try_from(seconds).unwrap_or(0);
        let request = match self.public(step)? {
            App::Public(app) => app.acquire_token_interactive(&scopes),
            App::Confidential(_) => return Err(NotRun::Scenario("only public clients have it".to_owned())),
        };
        let mut request = request.port(port).extra_scopes_to_consent(&extra_scopes);
        if let Some(timeout) = timeout {
            request = request.timeout(seconds(timeout));
        }
        if let Some(max_age) = max_age {
            request = request.max_age(seconds(max_age));
        }
        if let Some(hint) = login_hint {
            request = request.login_hint(hint);
        }
        if let Some(claims) = claims_challenge {
            request = request.claims_challenge(claims);
        }
        if let Some(scheme) = auth_scheme {
            request = request.auth_scheme(scheme);
        }
        let request =
            parameters.into_iter().fold(request, |request, (name, value)| request.parameter(name, value));
        let request = data.into_iter().fold(request, |request, (name, value)| request.data(name, value));
        let request = query.into_iter().fold(request, |request, (name, value)| request.query(name, value));
        match self.run_with(world, client(step)?, Some(&person), |_| request)? {
            Ok(result) => Ok(Outcome::Ok(outcome::result(&result))),
            Err(error) => outcome::unclassified_failure(&error),
        }
    }
}

/// Who is in front of the browser, and what the host is told (README rule j).
fn person<'s>(world: &World<'_>, step: &'s Step, arguments: &mut Arguments) -> Result<Person<'s>, NotRun> {
    let callback = arguments.take("on_before_launching_ui");
    let on_before_launching_ui = match callback.as_ref().map(LibraryObject::of) {
        None => None,
        Some(Some(LibraryObject::Callback(name))) => Some(name),
        Some(_) => return Err(arguments.not_built("another on_before_launching_ui")),
    };
    let mut options = Map::new();
    for name in PAGES {
        options.extend(arguments.text(name)?.map(|template| (name.to_owned(), json!(template))));
    }
    // A transcript only says that there is one.
    let callback = arguments.take("auth_uri_callback").map(|_| Value::from("callback"));
    options.extend(callback.map(|callback| ("auth_uri_callback".to_owned(), callback)));
    let browser = preferred_browser(world).map(|name| ("browser_name".to_owned(), json!(name)));
    options.extend(browser);
    Ok(Person { step, on_before_launching_ui, options })
}

/// MSAL's name for the browser that a Linux host takes unless the person names another.
fn preferred_browser(world: &World<'_>) -> Option<&'static str> {
    let is_welcome = world.env.get("BROWSER").is_none_or(|browser| browser.contains("microsoft-edge"));
    let has_edge = world.platform() == "linux" && world.file_size("/usr/bin/microsoft-edge").is_some();
    (has_edge && is_welcome).then_some("msal-edge")
}
