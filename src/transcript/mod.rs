//! Transcripts: what flows asked, what they got and how they ended, without secrets. With them a program tests
//! offline how it signs people in, and sees what this library does for it.
//!
//! ```toml
//! [dev-dependencies]
//! msal-proto = { version = "0.1", features = ["transcript"] }
//! insta = "1"
//! ```
//!
//! # A sign-in, tested offline
//!
//! [`ScriptedHost`] is a client whose outside is played: the test says what the service answers, and the rest (a
//! clock that stands still, a token cache in memory) is there. What is to be tested are the program's own requests,
//! so it is well to have a function for each:
//!
//! ```
//! use msal_proto::flows::InitiateAuthCodeFlow;
//! use msal_proto::transcript::ScriptedHost;
//! use msal_proto::{ClientApplication, PublicClientApplication};
//!
//! // The program:
//! fn sign_in(app: &ClientApplication) -> InitiateAuthCodeFlow {
//!     app.initiate_auth_code_flow(["User.Read"]).redirect_uri("http://localhost:8400")
//! }
//!
//! // Its test:
//! let app = PublicClientApplication::builder("00001111-aaaa-2222-bbbb-3333cccc4444")
//!     .authority("https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47");
//! let mut host = ScriptedHost::new(app.build()?);
//!
//! host.answer_discovery();
//! let flow = host.call(|app| sign_in(app))?;
//! let auth_response = host.answer_sign_in(&flow, "ada@contoso.example");
//! let result = host.call(|app| app.acquire_token_by_auth_code_flow(flow, auth_response))?;
//! let claims = result.id_token_claims.ok_or("an id token was scripted")?;
//! assert_eq!(claims.preferred_username.as_deref(), Some("ada@contoso.example"));
//!
//! // The access token is good for an hour; then the refresh token serves.
//! host.later(3_600);
//! host.answer_refresh("ada@contoso.example", "User.Read");
//! let accounts = host.call(|app| app.get_accounts())?;
//! let result = host.call(|app| app.acquire_token_silent(["User.Read"], accounts.first()))?;
//! assert!(result.is_some());
//!
//! // All that was scripted was asked for; what was sent can be looked at with its secrets.
//! assert!(host.answers.is_empty());
//! let sent = host.requests.last().ok_or("a request was made")?;
//! assert!(sent.form().iter().any(|(name, value)| name == "grant_type" && value.expose() == "refresh_token"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How to read one
//!
//! | mark | what follows it |
//! | --- | --- |
//! | `..` | what the program does: a request it begins, or a [remark](Transcript::remark) |
//! | `->` | what the flow asks, of the service, the token cache or the program |
//! | `<-` | what came of it |
//! | `==` | the end: what the flow yields, or the error |
//!
//! Lines that belong to the one before are indented. Here a service refuses:
//!
//! ```
//! # use msal_proto::transcript::ScriptedHost;
//! # use msal_proto::{ClientCredential, ConfidentialClientApplication};
//! # let app = ConfidentialClientApplication::builder("my-app")
//! #     .authority("https://login.microsoftonline.com/contoso.onmicrosoft.com")
//! #     .client_credential(ClientCredential::secret("s3cret")?)
//! #     .build()?;
//! let mut host = ScriptedHost::new(app);
//! host.answer(400, r#"{"error":"invalid_tenant"}"#);
//! host.transcript.remark("the tenant's name has a typo");
//! let end = host.call(|app| app.acquire_token_for_client(["https://graph.microsoft.com/.default"]));
//! assert!(end.is_err());
//! assert_eq!(host.transcript.to_string(), r#".. the tenant's name has a typo
//! .. AcquireTokenForClient
//! -> GET https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration
//!    accept: application/json
//! <- 400 { error: "invalid_tenant" }
//! == login.microsoftonline.com answered the discovery of the tenant contoso.onmicrosoft.com with status 400; is the tenant right?
//! "#);
//! # Ok::<(), msal_proto::Error>(())
//! ```
//!
//! # Snapshots
//!
//! A transcript is `Display`, and alike in each run: `insta::assert_snapshot!(host.transcript)` is the whole of such
//! a test. It fails when the program asks for another scope, begins to send a claim, or needs one request more than
//! before, which is most often a token that was not found in the cache. Read a new snapshot before you accept it. A
//! release of this library may change a request; then the difference tells what changed on the wire.
//!
//! # What is not shown
//!
//! Of a request's body and an address for a person, only members that are known to be public have their value; the
//! rest is `[redacted]`: client secrets and assertions, codes, verifiers, states, nonces, tokens, login hints, and
//! every member that this library does not know. So it is with what the service answers. Of the cache there is but
//! what kind of entries were read and written, of accounts not whose they are. URLs and headers show as they are, for
//! what is secret is never there; the header `x-anchormailbox` has the id or the name of an account, the address of user
//! realm discovery the name, and your [remarks](Transcript::remark) say what you say.
//!
//! # Restarts
//!
//! [`run`], and so [`ScriptedHost::call`], stores the flow as JSON between any two steps and goes on with what it
//! reads back. Each transcript is therefore the test of a program that is restarted at every request. One kind of
//! flow stays as it was: one that would have to ask the host for a client assertion again.
//!
//! # Diagrams
//!
//! [`Transcript::to_mermaid`] tells the same to readers, as a sequence diagram in fewer words. GitHub and others draw
//! what is in a block of the language `mermaid`; the diagrams in this library's README are made so.
//!
//! ```
//! # use msal_proto::transcript::ScriptedHost;
//! # use msal_proto::PublicClientApplication;
//! # let app = PublicClientApplication::builder("my-app").build()?;
//! # let mut host = ScriptedHost::new(app);
//! host.call(|app| app.get_accounts())?;
//! assert_eq!(host.transcript.to_mermaid(), "\
//! sequenceDiagram
//!     participant program
//!     participant msal as msal-proto
//!     participant cache as token cache
//!     program->>msal: GetAccounts
//!     msal->>cache: read all accounts
//!     cache-->>msal: 0 access token(s)
//!     Note over program,msal: 0 account(s)
//! ");
//! # Ok::<(), msal_proto::Error>(())
//! ```
//!
//! # A host of your own
//!
//! What a script cannot play (a cache that fails, a service that thinks) is a [`Host`], which [`run`] drives. It may
//! lean on a [`ScriptedHost`] for the rest:
//!
//! ```
//! use msal_proto::cache::{CacheEntries, CacheFault, CacheRead};
//! use msal_proto::engine::{Env, Host, HttpFault, HttpRequest, HttpResponse, Request};
//! use msal_proto::transcript::{self, ScriptedHost, Transcript};
//! use msal_proto::PublicClientApplication;
//!
//! struct BrokenDisk(ScriptedHost<PublicClientApplication>);
//!
//! impl Host for BrokenDisk {
//!     fn env(&mut self) -> Env<'_> {
//!         self.0.env()
//!     }
//!
//!     fn http_request(&mut self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
//!         self.0.http_request(request)
//!     }
//!
//!     fn cache_read(&mut self, _: &CacheRead) -> Option<Result<CacheEntries, CacheFault>> {
//!         Some(Err(CacheFault("no such disk".into())))
//!     }
//! }
//!
//! let mut host = BrokenDisk(ScriptedHost::new(PublicClientApplication::builder("my-app").build()?));
//! let (request, mut transcript) = (host.0.app.get_accounts(), Transcript::default());
//! let step = request.start(&mut host.env());
//! assert!(transcript::run(step, &mut host, &mut transcript).is_err());
//! assert_eq!(transcript.to_string(), "\
//! -> read cache: all accounts at login.microsoftonline.com
//! <- the token cache failed: no such disk
//! == the token cache failed: no such disk
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
    match again {
        again if again.name() == asked.name() => Ok((restored, again)),
        Effect::ClientAssertion(_) => Ok((flow, asked)),
        _ => Err(Error::Bug("a flow that asks for something else when it is read again")),
    }
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
