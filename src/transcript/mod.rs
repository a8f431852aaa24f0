//! Transcripts: what a flow asked, what it got and how it ended, as text without secrets. For snapshot tests of one's
//! own use of this library, and to see what it does.
//!
//! [`run`] drives a flow as [`engine::run`](crate::engine::run) does and writes it all down. Between any two steps it
//! sends the flow through JSON, so that each transcript is a test of a restart as well.
//!
//! ```
//! use msal_proto::engine::{Entropy, Env, Host, HostFacts, HttpFault, HttpRequest, HttpResponse, Request, UnixTime};
//! use msal_proto::transcript::{self, Transcript};
//! use msal_proto::{ClientCredential, ClientState, ConfidentialClientApplication};
//!
//! struct Offline { app: ConfidentialClientApplication, state: ClientState, facts: HostFacts, steps: u8 }
//!
//! impl Host for Offline {
//!     fn env(&mut self) -> Env<'_> {
//!         self.steps += 1;
//!         let entropy = Entropy::new(core::array::from_fn(|i| i as u8 ^ self.steps)).unwrap();
//!         self.app.env(&mut self.state, &self.facts, UnixTime(1_700_000_000), entropy)
//!     }
//!
//!     fn http_request(&mut self, _: &HttpRequest) -> Result<HttpResponse, HttpFault> {
//!         Err(HttpFault::Connect("no network here".into()))
//!     }
//! }
//!
//! let app = ConfidentialClientApplication::builder("my-app")
//!     .authority("https://login.microsoftonline.com/contoso.onmicrosoft.com")
//!     .client_credential(ClientCredential::secret("s3cret")?)
//!     .build()?;
//! let request = app.acquire_token_for_client(["https://graph.microsoft.com/.default"]);
//! let mut host = Offline { app, state: ClientState::default(), facts: HostFacts::default(), steps: 0 };
//! let (mut transcript, step) = (Transcript::default(), request.start(&mut host.env()));
//! assert!(transcript::run(step, &mut host, &mut transcript).is_err());
//! assert_eq!(transcript.to_string(), "\
//! -> GET https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration
//!    accept: application/json
//! <- the server was not reached: no network here
//! == the server was not reached: no network here
//! ");
//! # Ok::<(), msal_proto::Error>(())
//! ```
mod show;

use crate::AuthenticationResult;
use crate::cache::CacheRead;
use crate::engine::{Effect, Flow, Host, Reply, Step, Suspended, perform};
use crate::error::Error;
use alloc::format;
use alloc::string::String;
use core::fmt::{self, Write};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The text, line by line: `->` what was asked, `<-` what came of it, `==` the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript(String);

/// What a transcript says of an end that went well.
pub trait Outcome {
    /// One or more lines, without secrets.
    fn describe(&self) -> String;
}

/// Drives a flow to its end and writes it down. Between any two steps the flow is stored as JSON and read again, unless
/// it would then ask for the host's client assertion anew, which is never stored.
///
/// # Errors
/// The flow's own. [`Error::Bug`] if the flow does not come back from JSON.
pub fn run<F>(
    mut step: Step<F>,
    host: &mut impl Host,
    transcript: &mut Transcript,
) -> Result<F::Output, Error>
where
    F: Flow + Serialize + DeserializeOwned,
    F::Output: Outcome,
{
    loop {
        let flow = match step.suspend() {
            Ok(flow) => flow,
            Err(end) => {
                transcript.ended(&end);
                return end;
            }
        };
        let (flow, effect) = match restart(flow, host) {
            Ok(restarted) => restarted,
            Err(error) => {
                let end = Err(error);
                transcript.ended(&end);
                return end;
            }
        };
        transcript.asked(&effect);
        let reply = perform(&effect, host);
        transcript.got(&reply);
        step = flow.answer(&mut host.env(), reply);
    }
}

/// The flow as it comes back from JSON, and what it asks; as it was, if it would then ask for something else.
fn restart<F>(flow: Suspended<F>, host: &mut impl Host) -> Result<(Suspended<F>, Effect), Error>
where
    F: Flow + Serialize + DeserializeOwned,
{
    let asked = flow.effect(&mut host.env())?;
    let restored = through_json(&flow)?;
    let again = restored.effect(&mut host.env())?;
    Ok(if again.name() == asked.name() { (restored, again) } else { (flow, asked) })
}

fn through_json<F: Serialize + DeserializeOwned>(flow: &Suspended<F>) -> Result<Suspended<F>, Error> {
    let stored = serde_json::to_string(flow).map_err(|_| Error::Bug("a flow that cannot be stored"))?;
    serde_json::from_str(&stored).map_err(|_| Error::Bug("a flow that cannot be read again"))
}

impl Transcript {
    /// Notes what a flow asks.
    pub fn asked(&mut self, effect: &Effect) {
        let text = match effect {
            Effect::HttpRequest(request) => show::request(request),
            Effect::CacheRead(CacheRead::AccessTokens { query, .. }) => {
                format!("read cache: {}", show::query(query))
            }
            Effect::CacheRead(CacheRead::AppTokens { client_id, environment }) => {
                format!("read cache: all tokens of {client_id} itself at {environment}")
            }
            Effect::CacheRead(CacheRead::Silent { query, .. }) => {
                format!("read cache: {}, else refresh tokens", show::query(query))
            }
            Effect::CacheRead(CacheRead::RefreshTokens { environment, client_id, .. }) => {
                format!("read cache: refresh tokens of an account at {environment} for {client_id}")
            }
            Effect::CacheRead(CacheRead::Accounts { environment, home_account_id, username }) => {
                let is_one = home_account_id.is_some() || username.is_some();
                format!("read cache: {} at {environment}", if is_one { "an account" } else { "all accounts" })
            }
            Effect::CacheRead(CacheRead::OfAccount { environment, client_id, .. }) => {
                format!("read cache: all of an account at {environment} for {client_id}")
            }
            Effect::CacheWrite(write) => show::write(write),
            Effect::ClientAssertion(ask) => {
                format!("make a client assertion for {} at {}", ask.client_id, ask.token_endpoint)
            }
        };
        self.line("->", &text);
    }

    /// Notes what came of it.
    pub fn got(&mut self, reply: &Reply) {
        let text = match reply {
            Reply::HttpRequest(Ok(response)) => show::response(response),
            Reply::HttpRequest(Err(fault)) => format!("{fault}"),
            Reply::CacheRead(Ok(found)) => show::found(found),
            Reply::CacheRead(Err(fault)) | Reply::CacheWrite(Err(fault)) => format!("{fault}"),
            Reply::CacheWrite(Ok(())) => "written".into(),
            Reply::ClientAssertion(Ok(_)) => show::REDACTED.into(),
            Reply::ClientAssertion(Err(fault)) => format!("{fault}"),
            Reply::Declined => "declined".into(),
        };
        self.line("<-", &text);
    }

    /// Notes the end.
    pub fn ended<T: Outcome>(&mut self, end: &Result<T, Error>) {
        match end {
            Ok(output) => self.line("==", &output.describe()),
            Err(error) => self.line("==", &format!("{error}")),
        }
    }

    /// Further lines of one note are indented.
    fn line(&mut self, mark: &str, text: &str) {
        let mut lines = text.lines();
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{mark} {}", lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(self.0, "   {line}");
        }
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Outcome for AuthenticationResult {
    fn describe(&self) -> String {
        let mut text =
            format!("{} token, {} s, from {}", self.token_type, self.expires_in, self.token_source.as_str());
        for warning in &self.warnings {
            let _ = write!(text, "\nwarning: {warning}");
        }
        text
    }
}

impl Outcome for crate::Authority {
    fn describe(&self) -> String {
        format!("{}, tenant {}, tokens at {}", self.instance, self.tenant, self.token_endpoint)
    }
}

/// How many there were.
impl Outcome for usize {
    fn describe(&self) -> String {
        format!("{self}")
    }
}
