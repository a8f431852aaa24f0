//! Runs the flows of [`msal_proto`] in a blocking program: HTTP by ureq over rustls, the system's clock and generator,
//! and any [`CacheStore`].
//!
//! ```no_run
//! use msal_proto::{ClientCredential, ConfidentialClientApplication};
//! use msal_ureq::Client;
//!
//! let app = ConfidentialClientApplication::builder("00001111-aaaa-2222-bbbb-3333cccc4444")
//!     .authority("https://login.microsoftonline.com/contoso.onmicrosoft.com")
//!     .client_credential(ClientCredential::secret(std::env::var("CLIENT_SECRET")?)?)
//!     .build()?;
//! let client = Client::new(app);
//! let result = client.run(client.app().acquire_token_for_client(["https://graph.microsoft.com/.default"]))?;
//! println!("a token for {} seconds, from {}", result.expires_in, result.token_source.as_str());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
mod cancel;
mod facts;
mod interaction;
mod transport;

pub use cancel::Cancel;
pub use facts::host_facts;
pub use interaction::Interaction;
pub use msal_loopback;
pub use msal_proto;
pub use transport::{Transport, TransportError, TransportOptions};

use cancel::Mark;
use msal_loopback::{AuthCodeReceiver, ListenOptions};
use msal_proto::cache::{CacheEntries, CacheFault, CacheRead, CacheStore, InMemoryStore};
use msal_proto::engine::{
    AssertionFault, BrowserFault, BrowserLaunch, CacheWrite, ClientAssertion, Entropy, Env, Flow, Host,
    HostFacts, HttpFault, HttpRequest, HttpResponse, RedirectFault, RedirectListen, Request, UnixTime,
    UserPrompt, Wait, run,
};
use msal_proto::{ClientApplication, ClientState, Error, Secret};
use rand::Rng;
use rand::rngs::StdRng;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

type MakeAssertion = dyn Fn(&ClientAssertion) -> Result<Secret, AssertionFault> + Send + Sync;

/// A client application, public or confidential, with all that its flows need. One serves any number of threads.
pub struct Client<A> {
    app: A,
    transport: Transport,
    store: Arc<dyn CacheStore>,
    make_assertion: Option<Box<MakeAssertion>>,
    interaction: Interaction,
    state: Mutex<Learned>,
    facts: HostFacts,
}

/// What steps change, under one lock.
struct Learned {
    state: ClientState,
    /// Seeded by the system once.
    generator: StdRng,
}

impl<A: Deref<Target = ClientApplication>> Client<A> {
    /// With the default transport and a cache in memory.
    pub fn new(app: A) -> Self {
        Self {
            app,
            transport: Transport::default(),
            store: Arc::new(InMemoryStore::default()),
            make_assertion: None,
            interaction: Interaction::default(),
            state: Mutex::new(Learned { state: ClientState::default(), generator: rand::make_rng() }),
            facts: host_facts(),
        }
    }

    /// With this transport: options, or an agent of one's own.
    pub fn with_transport(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    /// With this cache, which other clients may have too.
    pub fn with_store(self, store: Arc<dyn CacheStore>) -> Self {
        Self { store, ..self }
    }

    /// With these ways to meet the person who signs in.
    pub fn with_interaction(self, mut interaction: Interaction) -> Self {
        interaction.listen = interaction.listen.cancel(interaction.cancel.browser.clone());
        Self { interaction, ..self }
    }

    /// With what an earlier run has learned; see [`Client::state`].
    pub fn with_state(self, state: ClientState) -> Self {
        self.lock().state = state;
        self
    }

    /// With assertions that this makes, for a client built with
    /// [`ClientCredential::assertion_from_host`](msal_proto::ClientCredential::assertion_from_host).
    pub fn with_client_assertion(
        self,
        make: impl Fn(&ClientAssertion) -> Result<Secret, AssertionFault> + Send + Sync + 'static,
    ) -> Self {
        Self { make_assertion: Some(Box::new(make)), ..self }
    }

    /// The application, whose methods make requests for [`Client::run`].
    pub fn app(&self) -> &A {
        &self.app
    }

    /// What has been learned, to keep it across runs of a command-line tool. It holds no token.
    pub fn state(&self) -> ClientState {
        self.lock().state.clone()
    }

    /// Runs a flow to its end, blocking.
    ///
    /// # Errors
    /// The flow's own.
    pub fn run<R: Request>(&self, request: R) -> Result<<R::Flow as Flow>::Output, Error> {
        self.run_with_store(request, &*self.store)
    }

    /// The same with another cache than the client's: a web application keeps one for each session, so that nobody gets
    /// at the tokens of others.
    ///
    /// # Errors
    /// The flow's own.
    pub fn run_with_store<R: Request>(
        &self,
        request: R,
        store: &dyn CacheStore,
    ) -> Result<<R::Flow as Flow>::Output, Error> {
        let mut host = ClientHost { store, ..self.host() };
        let step = request.start(&mut host.env());
        let end = run(step, &mut host);
        // A flow that may not wait says that it cannot.
        if host.is_cancelled() { Err(BrowserFault::Cancelled.into()) } else { end }
    }

    /// What does the effects of one flow, for a loop of one's own. From [`Host::env`] to the next effect it holds the client's
    /// state: do not ask for that meanwhile.
    pub fn host(&self) -> ClientHost<'_, A> {
        let begun = self.interaction.cancel.mark();
        let (learned, now, receiver) = (None, None, None);
        ClientHost { client: self, store: &*self.store, learned, now, receiver, begun, is_cancelled: false }
    }

    fn lock(&self) -> MutexGuard<'_, Learned> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: std::fmt::Debug> std::fmt::Debug for Client<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("app", &self.app).finish_non_exhaustive()
    }
}

/// The host of one flow. The state is locked for the length of a step: every effect lets go of it first.
pub struct ClientHost<'a, A> {
    client: &'a Client<A>,
    store: &'a dyn CacheStore,
    learned: Option<MutexGuard<'a, Learned>>,
    /// Read anew after what may take long; looking into the cache does not.
    now: Option<UnixTime>,
    /// Listens from one effect to the next.
    receiver: Option<Box<AuthCodeReceiver>>,
    begun: Mark,
    is_cancelled: bool,
}

impl<A> ClientHost<'_, A> {
    /// Whether a [`Cancel`] ended a wait of this flow. It then says that the program does not wait; [`Client::run`] makes
    /// [`BrowserFault::Cancelled`] of that.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    fn let_go(&mut self) {
        (self.learned, self.now) = (None, None);
    }
}

impl<A: Deref<Target = ClientApplication>> Host for ClientHost<'_, A> {
    fn env(&mut self) -> Env<'_> {
        let Client { app, facts, .. } = self.client;
        let now = *self.now.get_or_insert_with(now);
        let Learned { state, generator } = &mut **self.learned.get_or_insert_with(|| self.client.lock());
        app.env(state, facts, now, entropy(generator))
    }

    fn http_request(&mut self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        self.let_go();
        self.client.transport.send(request)
    }

    fn cache_read(&mut self, read: &CacheRead) -> Option<Result<CacheEntries, CacheFault>> {
        self.learned = None;
        Some(self.store.read(read))
    }

    fn cache_write(&mut self, write: &CacheWrite) -> Option<Result<(), CacheFault>> {
        self.let_go();
        Some(self.store.write(&write.change))
    }

    fn redirect_listen(&mut self, listen: &RedirectListen) -> Option<Result<String, RedirectFault>> {
        self.let_go();
        let interaction = &self.client.interaction;
        interaction.on_before_launching_ui.iter().for_each(|tell| tell("browser"));
        Some(AuthCodeReceiver::listen(listen.port, &interaction.listen).map(|receiver| {
            let redirect_uri = receiver.redirect_uri();
            self.receiver = Some(Box::new(receiver));
            redirect_uri
        }))
    }

    fn browser_launch(&mut self, launch: &BrowserLaunch) -> Option<Result<Secret, BrowserFault>> {
        self.let_go();
        let Interaction { listen, cancel, .. } = &self.client.interaction;
        let receiver = match self.receiver.take() {
            Some(receiver) => *receiver,
            // The flow was put away meanwhile, and so was what listened for it.
            None => match listen_again(&launch.redirect_uri, listen) {
                Ok(receiver) => receiver,
                Err(fault) => return Some(Err(BrowserFault::Unsupported(fault.to_string()))),
            },
        };
        if cancel.was_used_since(self.begun) {
            return Some(Err(BrowserFault::Cancelled));
        }
        Some(receiver.get_auth_response(launch))
    }

    fn user_prompt(&mut self, prompt: &UserPrompt) -> Option<()> {
        self.let_go();
        self.client.interaction.user_prompt.as_ref().map(|show| show(prompt))
    }

    fn wait(&mut self, wait: &Wait) -> Option<()> {
        self.let_go();
        let Interaction { on_wait, cancel, .. } = &self.client.interaction;
        on_wait.iter().for_each(|tell| tell(wait));
        self.is_cancelled = cancel.wait(self.begun, Duration::from_secs(wait.until.since(now())));
        (!self.is_cancelled).then_some(())
    }

    fn client_assertion(&mut self, ask: &ClientAssertion) -> Option<Result<Secret, AssertionFault>> {
        self.let_go();
        self.client.make_assertion.as_ref().map(|make| make(ask))
    }
}

impl<A: std::fmt::Debug> std::fmt::Debug for ClientHost<'_, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientHost").field("client", self.client).finish_non_exhaustive()
    }
}

/// At the port of a redirect URI that an earlier receiver had.
fn listen_again(redirect_uri: &str, options: &ListenOptions) -> Result<AuthCodeReceiver, RedirectFault> {
    let port = redirect_uri.strip_prefix("http://localhost:").and_then(|port| port.parse().ok());
    let port = port.ok_or_else(|| RedirectFault::Other("its redirect URI is not of this machine".into()))?;
    AuthCodeReceiver::listen(port, options)
}

fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| since.as_secs()))
}

/// Fresh bytes. Such as are all equal are drawn again.
fn entropy(generator: &mut StdRng) -> Entropy {
    loop {
        let mut bytes = [0; 32];
        generator.fill_bytes(&mut bytes);
        if let Ok(entropy) = Entropy::new(bytes) {
            return entropy;
        }
    }
}

/// The README's snippets are tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
