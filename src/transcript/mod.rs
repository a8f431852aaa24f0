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
mod mermaid;
mod note;
mod outcome;
mod scripted;
mod text;

pub use outcome::Outcome;
pub use scripted::ScriptedHost;

use crate::engine::{Effect, Flow, Host, Reply, Request, Step, Suspended, perform};
use crate::error::Error;
use alloc::{format, string::String, vec::Vec};
use core::fmt;
use note::Note;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What was noted, in order; see [how to read it](self#how-to-read-one).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript(Vec<Note>);

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
    /// Notes which request the program begins: its type's name, which is that of the client's method.
    pub fn began<R: Request>(&mut self, _: &R) {
        let name = core::any::type_name::<R>();
        self.0.push(Note::Began(name.rsplit("::").next().unwrap_or(name)));
    }

    /// Notes what the program does between two flows, in its own words. They must hold no secret.
    pub fn remark(&mut self, text: impl Into<String>) {
        self.0.push(Note::Remark(text.into()));
    }

    /// Notes what a flow asks.
    pub fn asked(&mut self, effect: &Effect) {
        self.0.push(Note::asked(effect));
    }

    /// Notes what came of it.
    pub fn got(&mut self, reply: &Reply) {
        self.0.push(Note::got(reply));
    }

    /// Notes the end.
    pub fn ended<T: Outcome>(&mut self, end: &Result<T, Error>) {
        self.0.push(match end {
            Ok(output) => {
                Note::Ended { text: output.describe(), address: output.address().map(note::address) }
            }
            Err(error) => Note::Ended { text: format!("{error}"), address: None },
        });
    }

    /// The same as a [Mermaid](https://mermaid.js.org) sequence diagram, in fewer words: of a request the path and the
    /// grant, of an answer the status and what its members are called.
    pub fn to_mermaid(&self) -> String {
        mermaid::diagram(&self.0)
    }
}

/// The text, line by line.
impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|note| text::write(note, f))
    }
}
