//! The real loopback listener, over a real socket and in real time.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use msal_loopback::{AuthCodeReceiver, AuthResponseRequest, ListenOptions};
use msal_proto::Secret;
use msal_proto::engine::{BrowserFault, ResponseMode};
use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::{Driver, NotRun, outcome};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::{PORT, World, multimap, split_url};

/// How long a request may take, and the browser until it is opened.
const PATIENCE: Duration = Duration::from_secs(5);

/// A page that ends the wait does so within this time.
const ENDS_WITHIN: Duration = Duration::from_millis(400);

/// No wait lasts longer once all requests were sent.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl Driver {
    /// Sends the step's requests to the listener until it has its answer.
    pub(super) fn auth_code_receiver(
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let (tell_opened, opened) = channel();
        let mut options = ListenOptions::new().opener(move |uri| {
            tell_opened.send(uri.to_owned()).map_err(|_| io::Error::other("nobody waits any more"))
        });
        if let Some(template) = arguments.text("welcome_template")? {
            options = options.welcome_template(template);
        }
        if let Some(template) = arguments.text("success_template")? {
            options = options.success_template(template);
        }
        if let Some(template) = arguments.text("error_template")? {
            options = options.error_template(template);
        }
        let (state, auth_uri) = (arguments.text("state")?, arguments.text("auth_uri")?);
        let timeout = arguments.seconds("timeout")?.and_then(|seconds| u64::try_from(seconds).ok());
        // The browser always opens here.
        arguments.take("auth_uri_callback");
        arguments.take("browser_name");
        arguments.end()?;
        let mut request = AuthResponseRequest::new();
        if let Some(state) = state {
            request = request.state(state);
        }
        if let Some(seconds) = timeout {
            request = request.timeout(seconds);
        }
        if let Some(uri) = &auth_uri {
            request = request.auth_uri(uri).response_mode(response_mode(uri));
        }
        let requests: Vec<Value> =
            step.requests.iter().map(|request| world.resolve_value(request)).collect::<Result<_, _>>()?;
        let receiver = match AuthCodeReceiver::listen(0, &options) {
            Ok(receiver) => receiver,
            Err(fault) => return outcome::failure(&fault.into()),
        };
        let (port, cancel) = (receiver.port(), receiver.canceller());
        let (tell_answer, answers) = channel();
        let waiting = thread::spawn(move || tell_answer.send(receiver.get_auth_response(request)));
        let opened: Vec<String> =
            auth_uri.iter().filter_map(|_| opened.recv_timeout(PATIENCE).ok()).collect();
        let sent = send(&requests, port, &answers);
        let (exchanges, mut answer) = match sent {
            Ok(sent) => sent,
            Err(error) => {
                cancel.cancel();
                return Err(NotRun::Scenario(error));
            }
        };
        if answer.is_none() && timeout.is_some() {
            answer = answers.recv_timeout(LONGEST_WAIT).ok();
        }
        cancel.cancel();
        waiting.join().ok();
        let auth_response = match answer {
            Some(Ok(answer)) => auth_response(answer.expose()),
            None | Some(Err(BrowserFault::TimedOut | BrowserFault::Cancelled)) => Value::Null,
            Some(Err(fault)) => return outcome::failure(&fault.into()),
        };
        let shown = json!({"exchanges": exchanges, "opened": opened, "auth_response": auth_response});
        Ok(Outcome::Ok(with_port(shown, port)))
    }
}

/// What the authority is asked for in the address.
fn response_mode(auth_uri: &str) -> ResponseMode {
    match multimap(split_url(auth_uri).1).get("response_mode").and_then(Value::as_str) {
        Some("query") => ResponseMode::Query,
        _ => ResponseMode::FormPost,
    }
}

type Answered = (Vec<Value>, Option<Result<Secret, BrowserFault>>);

/// Sends requests until the listener has its answer, each on a connection of its own.
fn send(
    requests: &[Value],
    port: u16,
    answers: &Receiver<Result<Secret, BrowserFault>>,
) -> Result<Answered, String> {
    let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).max_redirects(0);
    let agent = ureq::Agent::new_with_config(config.timeout_global(Some(PATIENCE)).build());
    let mut exchanges = Vec::new();
    for request in requests {
        let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
        let (method, body) = (text("method"), text("body"));
        let mut builder = ureq::http::Request::builder().method(method);
        if !body.is_empty() {
            builder = builder.header("content-type", "application/x-www-form-urlencoded");
        }
        let uri = format!("http://127.0.0.1:{port}{}", text("path"));
        let request = builder.uri(uri).body(body.to_owned()).map_err(|error| error.to_string())?;
        let mut response = agent.run(request).map_err(|error| format!("{method}: {error}"))?;
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        let (status, content_type) = (response.status().as_u16(), content_type.map(str::to_owned));
        let body = response.body_mut().read_to_string().map_err(|error| error.to_string())?;
        exchanges.push(json!({"status": status, "content_type": content_type, "body": body}));
        // What is refused ends nothing.
        let patience = if status == 200 { ENDS_WITHIN } else { Duration::ZERO };
        match answers.recv_timeout(patience) {
            Ok(answer) => return Ok((exchanges, Some(answer))),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
    Ok((exchanges, None))
}

/// The parameters of the answer as MSAL Python reads them: without those that are empty.
fn auth_response(answer: &str) -> Value {
    let encoded = if answer.starts_with('/') { split_url(answer).1 } else { answer };
    let pairs = url::form_urlencoded::parse(encoded.as_bytes()).filter(|(_, value)| !value.is_empty());
    multimap(&url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// The same with [`PORT`] in place of the port that the system chose.
fn with_port(value: Value, port: u16) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(&port.to_string(), &PORT.to_string())),
        Value::Array(items) => items.into_iter().map(|item| with_port(item, port)).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (name, with_port(value, port)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        plain => plain,
    }
}
