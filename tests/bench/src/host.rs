//! A client whose service is a canned answer in this process. All else is as an adapter does it: the system's clock
//! and generator, a lock around the state for the length of a step, a store that other clients may have too.
use crate::Failure;
use crate::inputs::Inputs;
use msal_proto::cache::{CacheEntries, CacheFault, CacheRead, CacheStore, InMemoryStore};
use msal_proto::engine::{
    CacheWrite, Entropy, Env, Flow, Host, HostFacts, HttpFault, HttpRequest, HttpResponse, Method, Request,
    UnixTime, run,
};
use msal_proto::{
    ClientApplication, ClientCredential, ClientState, ConfidentialClientApplication, Error, SecretBytes,
};
use rand::Rng;
use rand::rngs::StdRng;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

pub(crate) struct Client<App = ConfidentialClientApplication> {
    pub(crate) app: App,
    pub(crate) facts: HostFacts,
    state: Mutex<Learned>,
    store: Arc<dyn CacheStore>,
    /// The tenant's discovery document.
    document: String,
}

/// What steps change, under one lock.
pub(crate) struct Learned {
    pub(crate) state: ClientState,
    pub(crate) generator: StdRng,
}

/// The application of this tenant.
pub(crate) fn app(
    inputs: &Inputs,
    tenant: &str,
    credential: ClientCredential,
) -> Result<ConfidentialClientApplication, Failure> {
    Ok(ConfidentialClientApplication::builder(inputs.text("client_id"))
        .authority(authority(inputs, tenant))
        .client_credential(credential)
        .build()?)
}

pub(crate) fn authority(inputs: &Inputs, tenant: &str) -> String {
    format!("https://{}/{tenant}", inputs.text("environment"))
}

impl<App: Deref<Target = ClientApplication>> Client<App> {
    /// Of an application of this tenant.
    pub(crate) fn new(app: App, inputs: &Inputs, tenant: &str, store: Arc<InMemoryStore>) -> Self {
        Self {
            app,
            facts: HostFacts::new(std::env::consts::OS, |name| std::env::var(name).ok()),
            state: Mutex::new(Learned { state: ClientState::default(), generator: rand::make_rng() }),
            store,
            document: inputs.document.replace("{tenant}", tenant),
        }
    }

    /// Runs a flow. This is what the token endpoint answers.
    pub(crate) fn run<R: Request>(
        &self,
        request: R,
        answer: &str,
    ) -> Result<<R::Flow as Flow>::Output, Error> {
        let mut running = Running { client: self, learned: None, now: None, answer };
        let step = request.start(&mut running.env());
        run(step, &mut running)
    }

    /// What it has learned.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Learned> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Running<'a, App> {
    client: &'a Client<App>,
    learned: Option<MutexGuard<'a, Learned>>,
    now: Option<UnixTime>,
    answer: &'a str,
}

impl<App: Deref<Target = ClientApplication>> Host for Running<'_, App> {
    fn env(&mut self) -> Env<'_> {
        let client = self.client;
        let now = *self.now.get_or_insert_with(now);
        let Learned { state, generator } = &mut **self.learned.get_or_insert_with(|| client.lock());
        client.app.env(state, &client.facts, now, entropy(generator))
    }

    fn http_request(&mut self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        (self.learned, self.now) = (None, None);
        let body = match request.method {
            Method::Get => &self.client.document,
            Method::Post => {
                // What is sent is made, though nobody reads it.
                std::hint::black_box(request.body());
                self.answer
            }
        };
        Ok(HttpResponse { status: 200, headers: Vec::new(), body: SecretBytes::new(body) })
    }

    fn cache_read(&mut self, read: &CacheRead) -> Option<Result<CacheEntries, CacheFault>> {
        self.learned = None;
        Some(self.client.store.read(read))
    }

    fn cache_write(&mut self, write: &CacheWrite) -> Option<Result<(), CacheFault>> {
        (self.learned, self.now) = (None, None);
        Some(self.client.store.write(&write.change))
    }
}

pub(crate) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| since.as_secs()))
}

/// Fresh from a generator that the system seeds. Bytes that are all equal are drawn again.
pub(crate) fn entropy(generator: &mut StdRng) -> Entropy {
    loop {
        let mut bytes = [0; 32];
        generator.fill_bytes(&mut bytes);
        if let Ok(entropy) = Entropy::new(bytes) {
            return entropy;
        }
    }
}
