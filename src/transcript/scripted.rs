//! A host for tests: the outside of a program as a script tells it.
use super::{Outcome, Transcript, run};
use crate::TokenCache;
use crate::cache::{CacheEntries, CacheFault, CacheRead};
use crate::client::ClientApplication;
use crate::encoding::{base64url, encode_form, sha256, uuid4};
use crate::engine::{
    AssertionFault, BrowserFault, BrowserLaunch, CacheWrite, ClientAssertion, ClientSignedAssertion, Entropy,
    Env, Flow, Host, HostFacts, HttpFault, HttpRequest, HttpResponse, RedirectFault, RedirectListen, Request,
    UnixTime, UserPrompt, Wait,
};
use crate::error::Error;
use crate::flows::AuthCodeFlow;
use crate::secret::{Secret, SecretBytes};
use crate::state::ClientState;
use alloc::{borrow::ToOwned, collections::VecDeque, format, string::String, string::ToString, vec::Vec};
use core::mem;
use core::ops::Deref;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use url::Url;

/// A client whose outside is played: its service gives the answers that were queued, in their order; its clock stands
/// still; its token cache is in memory; its entropy is the same in each run, so that a transcript is, too. For tests
/// alone: everybody can guess that entropy.
#[derive(Debug)]
#[non_exhaustive]
pub struct ScriptedHost<C> {
    /// The client.
    pub app: C,
    /// What the client remembers between flows.
    pub state: ClientState,
    /// What the host knows; at first, that it is `linux`.
    pub facts: HostFacts,
    /// The time; at first 2023-11-14 22:13:20 UTC.
    pub now: UnixTime,
    /// The tokens.
    pub cache: TokenCache,
    /// What the service is going to answer, in this order.
    pub answers: VecDeque<Result<HttpResponse, HttpFault>>,
    /// Who signs in when a flow opens the browser; none closes it again.
    pub person: Option<String>,
    /// What the service was asked, with its secrets.
    pub requests: Vec<HttpRequest>,
    /// All that was called.
    pub transcript: Transcript,
    steps: u64,
}

impl<C: Deref<Target = ClientApplication>> ScriptedHost<C> {
    /// One that nothing has been asked of yet.
    pub fn new(app: C) -> Self {
        Self {
            app,
            state: ClientState::default(),
            facts: HostFacts::new("linux", |_| None),
            now: UnixTime(1_700_000_000),
            cache: TokenCache::new(),
            answers: VecDeque::new(),
            person: None,
            requests: Vec::new(),
            transcript: Transcript::default(),
            steps: 0,
        }
    }

    /// Queues an answer of the service: a status and a body.
    pub fn answer(&mut self, status: u16, body: impl Into<String>) {
        let body = SecretBytes::new(body.into());
        self.answers.push_back(Ok(HttpResponse { status, headers: Vec::new(), body }));
    }

    /// Queues what the client's authority says of itself: the first request of a client that has not asked yet.
    pub fn answer_discovery(&mut self) {
        let issuer = issuer(&self.app);
        let authority = issuer.trim_end_matches("/v2.0");
        let document = json!({
            "authorization_endpoint": format!("{authority}/oauth2/v2.0/authorize"),
            "issuer": issuer,
            "token_endpoint": format!("{authority}/oauth2/v2.0/token"),
        });
        self.answer(200, document.to_string());
    }

    /// A person signs in: gives what then reaches the redirect URI, and queues the tokens for its code.
    pub fn answer_sign_in(&mut self, flow: &AuthCodeFlow, username: &str) -> Secret {
        self.answer_browser(&flow.auth_uri, username)
    }

    /// The same where the browser was sent to.
    fn answer_browser(&mut self, auth_uri: &str, username: &str) -> Secret {
        let url = Url::parse(auth_uri).ok();
        let parameter = |name| {
            let found = url.iter().flat_map(Url::query_pairs).find(|(own, _)| own == name);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let state = parameter("state");
        let client_info = self.answer_tokens(username, &parameter("scope"), Some(&parameter("nonce")));
        let answer = [("code", "scripted-code"), ("client_info", &client_info), ("state", &state)];
        Secret::new(encode_form(answer))
    }

    /// Queues new tokens for a person who has signed in, as for a refresh token.
    pub fn answer_refresh(&mut self, username: &str, scope: &str) {
        self.answer_tokens(username, scope, None);
    }

    /// Queues tokens that fit together, and gives their `client_info`.
    fn answer_tokens(&mut self, username: &str, scope: &str, nonce: Option<&str>) -> String {
        let application = &*self.app;
        let (tenant, person) = (uuid4(&sha256(application.authority().tenant())), uuid4(&sha256(username)));
        let issuer = issuer(application);
        let (now, later) = (self.now, self.now.saturating_add(3_600));
        // Members are in the alphabet's order, which is serde_json's unless another crate has it keep ours.
        let claims = json!({
            "aud": **application.client_id(), "auth_time": now, "exp": later, "iat": now, "iss": issuer,
            "nonce": nonce, "oid": person,
            "preferred_username": username, "sub": person, "tid": tenant,
        });
        let client_info = base64url(json!({ "uid": person, "utid": tenant }).to_string());
        let tokens = json!({
            "access_token": "scripted-access-token", "client_info": client_info, "expires_in": 3_599,
            "id_token": format!("{}.{}.", base64url(r#"{"alg":"none"}"#), base64url(claims.to_string())),
            "refresh_token": "scripted-refresh-token", "scope": scope, "token_type": "Bearer",
        });
        self.answer(200, tokens.to_string());
        client_info
    }

    /// Lets time go by.
    pub fn later(&mut self, seconds: u64) {
        self.now = self.now.saturating_add(seconds);
        self.transcript.remark(format!("{seconds} s later"));
    }

    /// Runs one request of the client to its end, and notes it all.
    ///
    /// # Errors
    /// The flow's own; [`Error::Bug`] if it does not come back from JSON.
    pub fn call<R>(&mut self, request: impl FnOnce(&C) -> R) -> Result<<R::Flow as Flow>::Output, Error>
    where
        R: Request<Flow: Serialize + DeserializeOwned + Flow<Output: Outcome>>,
    {
        let request = request(&self.app);
        let mut transcript = mem::take(&mut self.transcript);
        transcript.began(&request);
        let step = request.start(&mut self.env());
        let end = run(step, self, &mut transcript);
        self.transcript = transcript;
        end
    }
}

/// Its discovery document is beside it (OpenID Connect Discovery 1.0 section 4).
fn issuer(application: &ClientApplication) -> String {
    application.authority().discovery_endpoint().replace("/.well-known/openid-configuration", "")
}

/// An answer that was not queued is a server that is not reached. Client assertions are made, and mean nothing.
impl<C: Deref<Target = ClientApplication>> Host for ScriptedHost<C> {
    fn env(&mut self) -> Env<'_> {
        let entropy = loop {
            self.steps = self.steps.wrapping_add(1);
            if let Ok(entropy) = Entropy::new(sha256(self.steps.to_be_bytes())) {
                break entropy;
            }
        };
        self.app.env(&mut self.state, &self.facts, self.now, entropy)
    }

    fn http_request(&mut self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        self.requests.push(request.clone());
        let unscripted = || Err(HttpFault::Connect("no answer is queued".into()));
        self.answers.pop_front().unwrap_or_else(unscripted)
    }

    fn cache_read(&mut self, read: &CacheRead) -> Option<Result<CacheEntries, CacheFault>> {
        Some(Ok(self.cache.read(read)))
    }

    fn cache_write(&mut self, write: &CacheWrite) -> Option<Result<(), CacheFault>> {
        self.cache.apply(&write.change);
        Some(Ok(()))
    }

    fn redirect_listen(&mut self, listen: &RedirectListen) -> Option<Result<String, RedirectFault>> {
        let port = if listen.port == 0 { 50_000 } else { listen.port };
        Some(Ok(format!("http://localhost:{port}")))
    }

    fn browser_launch(&mut self, launch: &BrowserLaunch) -> Option<Result<Secret, BrowserFault>> {
        let person = self.person.as_deref().map(ToOwned::to_owned);
        let person = person.ok_or(BrowserFault::Cancelled);
        Some(person.map(|username| self.answer_browser(&launch.auth_uri, &username)))
    }

    fn user_prompt(&mut self, _: &UserPrompt) -> Option<()> {
        Some(())
    }

    /// Time goes by.
    fn wait(&mut self, wait: &Wait) -> Option<()> {
        self.now = self.now.max(wait.until);
        Some(())
    }

    fn client_assertion(
        &mut self,
        _: &ClientAssertion,
    ) -> Option<Result<ClientSignedAssertion, AssertionFault>> {
        Some(Ok("scripted-assertion".into()))
    }
}
