//! The world a test runs in: a client, what it remembers, a token cache, a clock, and the answers of its service.
use msal_proto::cache::{CacheEntries, CacheFault, CacheRead};
use msal_proto::engine::{
    AssertionFault, BrowserFault, BrowserLaunch, CacheWrite, ClientAssertion, Entropy, Env, Flow, Host,
    HostFacts, HttpFault, HttpRequest, HttpResponse, RedirectFault, RedirectListen, Request, UnixTime,
    UserPrompt, Wait,
};
use msal_proto::transcript::{self, Outcome, Transcript};
use msal_proto::{
    AuthenticationResult, CertificateCredential, ClientApplication, ClientApplicationBuilder,
    ClientCredential, ClientState, ConfidentialClientApplication, Error, Secret, SecretBytes, TokenCache,
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::VecDeque;
use std::fmt::Write;
use std::ops::Deref;

pub(crate) const CLIENT_ID: &str = "22222222-2222-2222-2222-222222222222";
pub(crate) const TENANT: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const AUTHORITY: &str = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111";
/// A tenant by its domain: which one that is must be found out first.
pub(crate) const DOMAIN: &str = "https://login.microsoftonline.com/contoso.onmicrosoft.com";
pub(crate) const GRAPH: &str = "https://graph.microsoft.com/.default";
/// Each secret of a test has this word in it, so that one look tells whether any shows.
pub(crate) const CANARY: &str = "canary";
pub(crate) const CLIENT_SECRET: &str = "canary-client-secret";
pub(crate) const TOKEN: &str =
    r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"canary-access-token"}"#;
pub(crate) const AGING: &str =
    r#"{"token_type":"Bearer","expires_in":7200,"refresh_in":3600,"access_token":"canary-aging-token"}"#;
pub(crate) const REFUSED: &str = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.","error_codes":[7000215],"timestamp":"2026-01-01 00:00:00Z","trace_id":"t","correlation_id":"c"}"#;

/// What a program owns and lends to every step, and the host that plays the outside. The clock stands still until a
/// test moves it.
pub(crate) struct World<C = ConfidentialClientApplication> {
    pub(crate) app: C,
    pub(crate) state: ClientState,
    pub(crate) facts: HostFacts,
    pub(crate) now: u64,
    steps: u64,
    pub(crate) cache: TokenCache,
    pub(crate) cache_read: Behaviour,
    pub(crate) cache_write: Behaviour,
    pub(crate) assertion: Option<Result<Secret, AssertionFault>>,
    /// What comes of listening.
    pub(crate) redirect: Option<Result<String, RedirectFault>>,
    /// What comes back from the browser; by default, somebody who signs in.
    pub(crate) browser: fn(&BrowserLaunch) -> Option<Result<Secret, BrowserFault>>,
    pub(crate) launches: Vec<BrowserLaunch>,
    pub(crate) prompts: Vec<UserPrompt>,
    pub(crate) answers: VecDeque<Result<HttpResponse, HttpFault>>,
    /// What answers when there are no more of them.
    pub(crate) service: Option<fn(&HttpRequest) -> HttpResponse>,
    /// What was asked of the service.
    pub(crate) requests: Vec<HttpRequest>,
    /// What the cache was asked to take.
    pub(crate) writes: usize,
    /// All calls as transcripts.
    pub(crate) log: String,
}

/// What the host does with an effect of the cache.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Behaviour {
    Does,
    Fails,
    Declines,
}

pub(crate) fn builder() -> ClientApplicationBuilder<ConfidentialClientApplication> {
    ConfidentialClientApplication::builder(CLIENT_ID)
        .authority(AUTHORITY)
        .client_credential(ClientCredential::secret(CLIENT_SECRET).unwrap())
}

pub(crate) fn certificate() -> ClientCredential {
    let key = include_bytes!("../../fixtures/keys/app-key.pem");
    let certificate = include_str!("../../fixtures/keys/app-cert.pem");
    let certificate = CertificateCredential::builder(key).public_certificate(certificate).build();
    ClientCredential::certificate(certificate.unwrap())
}

pub(crate) fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse { status, headers: Vec::new(), body: SecretBytes::new(body) }
}

/// The discovery document of an authority.
pub(crate) fn document(authority: &str) -> String {
    format!(
        r#"{{"authorization_endpoint":"{authority}/oauth2/v2.0/authorize","token_endpoint":"{authority}/oauth2/v2.0/token"}}"#
    )
}

/// Whether a secret of these tests is in a text: as it is, or as hexadecimal, base64 or a list of bytes.
pub(crate) fn shows_a_secret(text: &str) -> bool {
    let forms = [CANARY, "63616e617279", "Y2FuYX", "NhbmFye", "jYW5hcn", "99, 97, 110, 97, 114, 121"];
    forms.iter().any(|form| text.contains(form))
}

/// All that an error says: its `Display`, its `Debug` and its sources'.
pub(crate) fn everything_said(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        write!(text, "{error}\n{error:?}\n{error:#?}\n").unwrap();
        next = error.source();
    }
    text
}

impl World {
    /// With a tenant's id for an authority, and a secret.
    pub(crate) fn new() -> Self {
        Self::of(builder())
    }

    pub(crate) fn of(builder: ClientApplicationBuilder<ConfidentialClientApplication>) -> Self {
        Self::with(builder.build().unwrap())
    }

    /// Its authority's document is known already.
    pub(crate) fn warm() -> Self {
        let mut world = Self::new().http(200, &document(AUTHORITY));
        world.call(|app| app.resolve_authority()).unwrap();
        world.log.clear();
        world.requests.clear();
        world
    }

    /// It has a token in its cache that is due to be refreshed.
    pub(crate) fn aging() -> Self {
        let mut world = Self::warm().http(200, AGING);
        world.token().unwrap();
        world.now += 3_601;
        world.log.clear();
        world.requests.clear();
        world.writes = 0;
        world
    }

    /// A token for one scope.
    pub(crate) fn token(&mut self) -> Result<AuthenticationResult, Error> {
        self.call(|app| app.acquire_token_for_client([GRAPH]))
    }
}

impl<C: Deref<Target = ClientApplication>> World<C> {
    /// With a client of either kind, of which nothing has been asked yet.
    pub(crate) fn with(app: C) -> Self {
        #[cfg(feature = "log")]
        crate::log::watch();
        Self {
            app,
            state: ClientState::default(),
            facts: HostFacts::new("linux", |_| None),
            now: 1_700_000_000,
            steps: 0,
            cache: TokenCache::new(),
            cache_read: Behaviour::Does,
            cache_write: Behaviour::Does,
            assertion: None,
            redirect: Some(Ok("http://localhost:50123".into())),
            browser: |launch| Some(Ok(crate::person::answered(launch).into())),
            launches: Vec::new(),
            prompts: Vec::new(),
            answers: VecDeque::new(),
            service: None,
            requests: Vec::new(),
            writes: 0,
            log: String::new(),
        }
    }

    /// One more answer of the service.
    pub(crate) fn http(self, status: u16, body: &str) -> Self {
        self.answer(Ok(response(status, body)))
    }

    pub(crate) fn answer(mut self, answer: Result<HttpResponse, HttpFault>) -> Self {
        self.answers.push_back(answer);
        self
    }

    pub(crate) fn later(&mut self, seconds: u64) {
        self.now += seconds;
        writeln!(self.log, ".. {seconds} s later").unwrap();
    }

    /// Runs a call through its transcript, and every step of it through JSON.
    pub(crate) fn call<R>(
        &mut self,
        request: impl FnOnce(&C) -> R,
    ) -> Result<<R::Flow as Flow>::Output, Error>
    where
        R: Request<Flow: Serialize + DeserializeOwned + Flow<Output: Outcome>>,
    {
        let request = request(&self.app);
        let (step, mut transcript) = (request.start(&mut self.env()), Transcript::default());
        let end = transcript::run(step, self, &mut transcript);
        assert!(!shows_a_secret(&transcript.to_string()), "{transcript}");
        if let Err(error) = &end {
            assert!(!shows_a_secret(&everything_said(error)), "{}", everything_said(error));
        }
        write!(self.log, "{transcript}").unwrap();
        end
    }

    /// The members of the last request's body.
    pub(crate) fn sent(&self, member: &str) -> Option<&str> {
        let form = self.requests.last()?.form();
        form.iter().find(|(name, _)| name == member).map(|(_, value)| value.expose())
    }

    /// The same of every request that has it.
    pub(crate) fn all_sent(&self, member: &str) -> Vec<&str> {
        let members = self.requests.iter().flat_map(|request| request.form());
        members.filter(|(name, _)| name == member).map(|(_, value)| value.expose()).collect()
    }

    /// A header of the last request.
    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        let headers = &self.requests.last()?.headers;
        headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

impl<C: Deref<Target = ClientApplication>> Host for World<C> {
    fn env(&mut self) -> Env<'_> {
        self.steps += 1;
        let mut bytes: [u8; 32] = std::array::from_fn(|i| i as u8);
        bytes[24..].copy_from_slice(&self.steps.to_be_bytes());
        let entropy = Entropy::new(bytes).unwrap();
        self.app.env(&mut self.state, &self.facts, UnixTime(self.now), entropy)
    }

    fn http_request(&mut self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        // The rows SEC-06 and SEC-07: what is logged of a request has no secret in it.
        assert!(!shows_a_secret(&format!("{} {:?}", request.url, request.headers)));
        self.requests.push(request.clone());
        match (self.answers.pop_front(), self.service) {
            (Some(answer), _) => answer,
            (None, Some(service)) => Ok(service(request)),
            (None, None) => panic!("no answer to {request:?}"),
        }
    }

    fn cache_read(&mut self, read: &CacheRead) -> Option<Result<CacheEntries, CacheFault>> {
        match self.cache_read {
            Behaviour::Does => Some(Ok(self.cache.read(read))),
            Behaviour::Fails => Some(Err(CacheFault("the disk is gone".into()))),
            Behaviour::Declines => None,
        }
    }

    fn cache_write(&mut self, write: &CacheWrite) -> Option<Result<(), CacheFault>> {
        self.writes += 1;
        match self.cache_write {
            Behaviour::Does => {
                self.cache.apply(&write.change);
                Some(Ok(()))
            }
            Behaviour::Fails => Some(Err(CacheFault("the disk is full".into()))),
            Behaviour::Declines => None,
        }
    }

    fn redirect_listen(&mut self, _: &RedirectListen) -> Option<Result<String, RedirectFault>> {
        self.redirect.clone()
    }

    /// Whoever signs in gets the tokens next, unless the test has another answer.
    fn browser_launch(&mut self, launch: &BrowserLaunch) -> Option<Result<Secret, BrowserFault>> {
        self.launches.push(launch.clone());
        let reply = (self.browser)(launch);
        if matches!(reply, Some(Ok(_))) && (self.answers.is_empty() || self.service.is_some()) {
            let tokens = crate::person::tokens_at(launch).to_string();
            self.answers = [Ok(response(200, &tokens))].into();
        }
        reply
    }

    fn user_prompt(&mut self, prompt: &UserPrompt) -> Option<()> {
        self.prompts.push(prompt.clone());
        Some(())
    }

    fn wait(&mut self, wait: &Wait) -> Option<()> {
        self.now = self.now.max(wait.until.0);
        Some(())
    }

    fn client_assertion(&mut self, _: &ClientAssertion) -> Option<Result<Secret, AssertionFault>> {
        self.assertion.clone()
    }
}
