//! A client, canned answers, and a loop that counts what was asked.
use msal_proto::authority::{Authority, AuthorityError};
use msal_proto::engine::{
    Entropy, Env, Flow, HostFacts, HttpFault, HttpRequest, HttpResponse, Request, Step, UnixTime,
};
use msal_proto::{
    AuthenticationResult, ClientApplicationBuilder, ClientCredential, ClientState,
    ConfidentialClientApplication, Error, SecretBytes, TokenCache,
};

pub(crate) const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
pub(crate) const OTHER_TENANT: &str = "11111111-2222-3333-4444-555555555555";
pub(crate) const KNOWN: &str = "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47";
pub(crate) const UNKNOWN: &str = "https://login.unknown.example/72f988bf-86f1-41af-91ab-2d7cd011db47";

pub(crate) fn builder(authority: &str) -> ClientApplicationBuilder<ConfidentialClientApplication> {
    ConfidentialClientApplication::builder("00001111-aaaa-2222-bbbb-3333cccc4444")
        .authority(authority)
        .client_credential(ClientCredential::secret("CANARY-SECRET").unwrap())
}

pub(crate) fn client(authority: &str) -> ConfidentialClientApplication {
    builder(authority).build().unwrap_or_else(|error| panic!("{authority:?}: {error}"))
}

/// Why an authority cannot be one.
#[track_caller]
pub(crate) fn refusal(authority: &str) -> AuthorityError {
    match builder(authority).build() {
        Err(Error::Authority(error)) => error,
        Err(other) => panic!("{authority:?}: {other}"),
        Ok(_) => panic!("{authority:?} was taken"),
    }
}

#[track_caller]
pub(crate) fn assert_refused(authority: &str) {
    let error = refusal(authority);
    assert!(matches!(error, AuthorityError::Url { .. }), "{authority:?}: {error:?}");
}

pub(crate) type Answer = Result<HttpResponse, HttpFault>;

pub(crate) fn answer(status: u16, body: impl Into<String>) -> Answer {
    Ok(HttpResponse { status, headers: vec![], body: SecretBytes::new(body.into()) })
}

/// The document of a tenant whose endpoints are under this address.
pub(crate) fn document(authority: &str) -> Answer {
    answer(200, document_text(authority))
}

pub(crate) fn document_text(authority: &str) -> String {
    let endpoint = |last: &str| format!("{authority}/oauth2/v2.0/{last}");
    serde_json::json!({
        "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0",
        "authorization_endpoint": endpoint("authorize"),
        "token_endpoint": endpoint("token"),
        "device_authorization_endpoint": endpoint("devicecode"),
    })
    .to_string()
}

/// A cloud's answer: here is the tenant's document.
pub(crate) fn instance(tenant_discovery_endpoint: &str) -> Answer {
    answer(200, serde_json::json!({ "tenant_discovery_endpoint": tenant_discovery_endpoint }).to_string())
}

pub(crate) fn token() -> Answer {
    answer(200, r#"{"token_type":"Bearer","expires_in":3599,"access_token":"AT"}"#)
}

/// What outlives a flow.
pub(crate) struct World {
    pub(crate) state: ClientState,
    pub(crate) cache: TokenCache,
    pub(crate) facts: HostFacts,
    pub(crate) now: u64,
    steps: u64,
}

impl Default for World {
    fn default() -> Self {
        Self {
            state: ClientState::default(),
            cache: TokenCache::new(),
            facts: HostFacts::new("linux", |_| None),
            now: 1_700_000_000,
            steps: 0,
        }
    }
}

impl World {
    pub(crate) fn env<'a>(&'a mut self, app: &'a ConfidentialClientApplication) -> Env<'a> {
        self.steps += 1;
        let steps = self.steps.to_be_bytes();
        let entropy = Entropy::new(core::array::from_fn(|i| steps[i % 8].wrapping_add(i as u8))).unwrap();
        app.env(&mut self.state, &self.facts, UnixTime(self.now), entropy)
    }

    /// Runs a flow to its end; gives the requests that it made too. All answers must be used.
    #[track_caller]
    pub(crate) fn drive<F: Flow>(
        &mut self,
        app: &ConfidentialClientApplication,
        mut step: Step<F>,
        answers: impl IntoIterator<Item = Answer>,
    ) -> (Vec<HttpRequest>, Result<F::Output, Error>) {
        let mut answers = answers.into_iter();
        let mut requests = Vec::new();
        loop {
            step = match step {
                Step::HttpRequest(pending) => {
                    let answer =
                        answers.next().unwrap_or_else(|| panic!("asked too much: {:?}", pending.op()));
                    requests.push(pending.op().clone());
                    pending.resume(&mut self.env(app), answer)
                }
                Step::CacheRead(pending) => {
                    let found = self.cache.read(pending.op());
                    pending.resume(&mut self.env(app), Ok(found))
                }
                Step::CacheWrite(pending) => {
                    self.cache.apply(&pending.op().change);
                    pending.resume(&mut self.env(app), Ok(()))
                }
                Step::Done(end) => {
                    assert_eq!(answers.count(), 0, "asked too little");
                    return (requests, end);
                }
                other => other.decline(&mut self.env(app)),
            };
        }
    }

    #[track_caller]
    pub(crate) fn resolve(
        &mut self,
        app: &ConfidentialClientApplication,
        answers: impl IntoIterator<Item = Answer>,
    ) -> (Vec<String>, Result<Authority, Error>) {
        let step = app.resolve_authority().start(&mut self.env(app));
        let (requests, end) = self.drive(app, step, answers);
        (requests.into_iter().map(|request| request.url).collect(), end)
    }

    #[track_caller]
    pub(crate) fn acquire(
        &mut self,
        app: &ConfidentialClientApplication,
        answers: impl IntoIterator<Item = Answer>,
    ) -> (Vec<HttpRequest>, Result<AuthenticationResult, Error>) {
        let request = app.acquire_token_for_client(["https://graph.microsoft.com/.default"]);
        let step = request.start(&mut self.env(app));
        self.drive(app, step, answers)
    }

    /// The same for another tenant than the authority's.
    #[track_caller]
    pub(crate) fn acquire_at(
        &mut self,
        app: &ConfidentialClientApplication,
        tenant: &str,
        answers: impl IntoIterator<Item = Answer>,
    ) -> (Vec<HttpRequest>, Result<AuthenticationResult, Error>) {
        let request = app.acquire_token_for_client(["https://graph.microsoft.com/.default"]).tenant(tenant);
        let step = request.start(&mut self.env(app));
        self.drive(app, step, answers)
    }
}

/// Resolves in a world of its own.
#[track_caller]
pub(crate) fn resolve(
    app: &ConfidentialClientApplication,
    answers: impl IntoIterator<Item = Answer>,
) -> (Vec<String>, Result<Authority, Error>) {
    World::default().resolve(app, answers)
}

/// Where a client asks first.
#[track_caller]
pub(crate) fn first_url(app: &ConfidentialClientApplication) -> String {
    let mut world = World::default();
    let step = app.resolve_authority().start(&mut world.env(app));
    match step {
        Step::HttpRequest(pending) => pending.op().url.clone(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn host(url: &str) -> String {
    url::Url::parse(url).unwrap().host_str().unwrap().to_owned()
}
