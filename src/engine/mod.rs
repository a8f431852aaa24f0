//! How any flow runs.
//!
//! ```text
//!   flow ──effect(&mut env)──▶ Step::HttpRequest(pending) ──pending.op()──▶ your code does it
//!    ▲                                                                           │
//!    └── resume(&mut env, reply) ◀── pending.resume(&mut env, reply) ◀───────────┘
//! ```
//!
//! A flow is a Moore machine: its state says what it asks for. A state holds what it takes to ask again
//! after a restart, and the effect is derived from it, with fresh client authentication.
//!
//! [`run`] and [`run_async`] drive it. A loop of one's own is as short; here with a host of canned answers:
//!
//! ```
//! use msal_proto::engine::{Entropy, HostFacts, HttpRequest, HttpResponse, Request, Step, UnixTime};
//! use msal_proto::{AuthenticationResult, ClientCredential, ClientState, ConfidentialClientApplication, Error};
//! use msal_proto::{SecretBytes, TokenCache};
//!
//! fn get_token(
//!     app: &ConfidentialClientApplication,
//!     state: &mut ClientState,
//!     cache: &mut TokenCache,
//!     send: impl Fn(&HttpRequest) -> HttpResponse,
//! ) -> Result<AuthenticationResult, Error> {
//!     let facts = HostFacts::new("linux", |_| None);
//!     let mut fresh = 0; // In earnest: 32 bytes of the system's generator, and its clock.
//!     let mut entropy = || { fresh += 1; Entropy::new(core::array::from_fn(|i| i as u8 ^ fresh)) };
//!     let now = UnixTime(1_700_000_000);
//!
//!     let request = app.acquire_token_for_client(["https://graph.microsoft.com/.default"]);
//!     let mut step = request.start(&mut app.env(state, &facts, now, entropy()?));
//!     loop {
//!         let env = &mut app.env(state, &facts, now, entropy()?);
//!         step = match step {
//!             Step::HttpRequest(pending) => { let answer = send(pending.op()); pending.resume(env, Ok(answer)) }
//!             Step::CacheRead(pending) => { let found = cache.read(pending.op()); pending.resume(env, Ok(found)) }
//!             Step::CacheWrite(pending) => { cache.apply(&pending.op().change); pending.resume(env, Ok(())) }
//!             Step::Done(end) => return end,
//!             other => other.decline(env),
//!         };
//!     }
//! }
//!
//! # let app = ConfidentialClientApplication::builder("11111111-2222-3333-4444-555555555555")
//! #     .authority("https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47")
//! #     .client_credential(ClientCredential::secret("a secret")?).build()?;
//! # let (mut state, mut cache) = (ClientState::default(), TokenCache::new());
//! # let authority = "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47";
//! # let document = format!(r#"{{"token_endpoint":"{authority}/oauth2/v2.0/token","authorization_endpoint":"{authority}/oauth2/v2.0/authorize"}}"#);
//! # let token = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"AT"}"#;
//! # let answer = |request: &HttpRequest| HttpResponse {
//! #     status: 200,
//! #     headers: vec![],
//! #     body: SecretBytes::new(if request.url.ends_with("openid-configuration") { document.as_str() } else { token }),
//! # };
//! let result = get_token(&app, &mut state, &mut cache, answer)?;
//! assert_eq!(result.access_token.unwrap().expose(), "AT");
//! # Ok::<(), Error>(())
//! ```
//!
//! A reply of the wrong type does not compile, nor does a second one, nor one that comes too late:
//!
//! ```compile_fail,E0308
//! # use msal_proto::{Secret, engine::*, flows::ClientCredentials};
//! fn wrong(pending: Pending<ClientCredentials, HttpRequest>, env: &mut Env<'_>) {
//!     let _ = pending.resume(env, Ok(Secret::new("an assertion")));
//! }
//! ```
//!
//! ```compile_fail,E0382
//! # use msal_proto::{engine::*, flows::ClientCredentials};
//! fn second(pending: Pending<ClientCredentials, HttpRequest>, env: &mut Env<'_>) {
//!     let fault = || HttpFault::TimedOut("30 s".into());
//!     let _ = pending.resume(env, Err(fault()));
//!     let _ = pending.resume(env, Err(fault()));
//! }
//! ```
//!
//! ```compile_fail,E0382
//! # use msal_proto::{engine::*, flows::ClientCredentials};
//! fn late(step: Step<ClientCredentials>, env: &mut Env<'_>) {
//!     let Step::HttpRequest(pending) = step else { return };
//!     let ended = pending.decline(env);
//!     let _ = pending.resume(env, Err(HttpFault::TimedOut("30 s".into())));
//! }
//! ```
//!
//! Nor does an environment that no client made:
//!
//! ```compile_fail,E0451
//! # use msal_proto::{ClientState, engine::*};
//! fn made_up<'a>(other: Env<'a>, state: &'a mut ClientState) -> Env<'a> {
//!     Env { state, ..other }
//! }
//! ```
mod drive;
mod effect;
mod entropy;
mod env;
mod flow;
mod http;
mod interaction;
#[cfg(feature = "log")]
mod log;
mod operation;
mod session;
mod step;
mod suspend;
mod table;
mod time;

pub use drive::{AsyncHost, Host, perform, run, run_async};
pub use effect::{Effect, Reply};
pub use entropy::{Entropy, EntropyError};
pub use env::{Env, HostFacts};
pub use flow::{BoxFlow, DynFlow, Flow, Next, Request};
pub use http::{HttpContent, HttpFault, HttpRequest, HttpResponse, MAX_BODY, Method};
pub use interaction::{BrowserFault, BrowserLaunch, RedirectFault, RedirectListen, ResponseMode, UserPrompt};
pub use operation::{AssertionFault, CacheWrite, ClientAssertion, Operation, Wait, WaitReason};
pub use session::Session;
pub use step::{Pending, Step};
pub use suspend::Suspended;
pub use time::UnixTime;

#[doc(no_inline)]
pub use crate::cache::{CacheEntries, CacheFault, CacheRead};
