//! A program that has loaded a file, and a service that gives whoever asks a new token.
use crate::peers::{CLIENT, TENANT, text};
use crate::support::NOW;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::cache::{Account, CacheEntries, CacheFault, CacheRead};
use msal_proto::engine::{
    CacheWrite, Entropy, Env, Flow, Host, HostFacts, HttpFault, HttpRequest, HttpResponse, Method, Request,
    UnixTime, run,
};
use msal_proto::{
    ClientApplication, ClientCredential, ClientState, ConfidentialClientApplication, PublicClientApplication,
    SecretBytes, TokenCache,
};
use serde_json::{Value, json};
use std::ops::Deref;

const AUTHORITY: &str = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111";

pub(crate) struct Program<C> {
    app: C,
    state: ClientState,
    facts: HostFacts,
    steps: u8,
    pub(crate) cache: TokenCache,
    /// What was asked of the token endpoint.
    pub(crate) requests: Vec<HttpRequest>,
}

impl Program<PublicClientApplication> {
    /// One that people use.
    pub(crate) fn of_people(file: &str) -> Self {
        Self::of_people_at(AUTHORITY, file)
    }

    pub(crate) fn of_people_at(authority: &str, file: &str) -> Self {
        Self::new(PublicClientApplication::builder(CLIENT).authority(authority).build().unwrap(), file)
    }
}

impl Program<ConfidentialClientApplication> {
    /// One that acts for itself.
    pub(crate) fn of_itself(file: &str) -> Self {
        let app = ConfidentialClientApplication::builder(CLIENT)
            .authority(AUTHORITY)
            .client_credential(ClientCredential::secret("secret").unwrap());
        Self::new(app.build().unwrap(), file)
    }
}

impl<C: Deref<Target = ClientApplication>> Program<C> {
    fn new(app: C, file: &str) -> Self {
        let mut cache = TokenCache::new();
        cache.deserialize(text(file)).unwrap();
        let (state, facts) = (ClientState::default(), HostFacts::new("linux", |_| None));
        Self { app, state, facts, steps: 0, cache, requests: Vec::new() }
    }

    pub(crate) fn call<R: Request>(&mut self, request: impl FnOnce(&C) -> R) -> <R::Flow as Flow>::Output {
        let step = request(&self.app).start(&mut self.env());
        run(step, self).unwrap()
    }

    pub(crate) fn accounts(&mut self) -> Vec<Account> {
        self.call(|app| app.get_accounts())
    }

    /// The one of this name.
    pub(crate) fn account(&mut self, username: &str) -> Account {
        let found = self.call(|app| app.get_accounts().username(username));
        assert_eq!(found.len(), 1, "{username}");
        found[0].clone()
    }

    /// The access token of a silent call.
    pub(crate) fn silent(&mut self, scope: &str, account: &Account) -> Option<String> {
        let result = self.call(|app| app.acquire_token_silent([scope], account));
        Some(result?.access_token?.expose().to_owned())
    }

    /// The members of this name that were sent to the token endpoint.
    pub(crate) fn sent(&self, member: &str) -> Vec<&str> {
        let members = self.requests.iter().flat_map(|request| request.form());
        members.filter(|(name, _)| name == member).map(|(_, value)| value.expose()).collect()
    }
}

impl<C: Deref<Target = ClientApplication>> Host for Program<C> {
    fn env(&mut self) -> Env<'_> {
        self.steps += 1;
        let mut bytes: [u8; 32] = std::array::from_fn(|place| u8::try_from(place).unwrap());
        bytes[0] = self.steps;
        let entropy = Entropy::new(bytes).unwrap();
        self.app.env(&mut self.state, &self.facts, UnixTime(NOW), entropy)
    }

    fn http_request(&mut self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        let body = match request.method {
            Method::Get => {
                let (authority, _) = request.url.split_once("/.well-known/").unwrap();
                let authority = authority.trim_end_matches("/v2.0");
                json!({
                    "authorization_endpoint": format!("{authority}/oauth2/v2.0/authorize"),
                    "token_endpoint": format!("{authority}/oauth2/v2.0/token"),
                })
            }
            Method::Post => {
                self.requests.push(request.clone());
                self.tokens()
            }
        };
        Ok(HttpResponse { status: 200, headers: Vec::new(), body: SecretBytes::new(body.to_string()) })
    }

    fn cache_read(&mut self, read: &CacheRead) -> Option<Result<CacheEntries, CacheFault>> {
        Some(Ok(self.cache.read(read)))
    }

    fn cache_write(&mut self, write: &CacheWrite) -> Option<Result<(), CacheFault>> {
        self.cache.apply(&write.change);
        Some(Ok(()))
    }
}

impl<C> Program<C> {
    fn tokens(&self) -> Value {
        let mut tokens = json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": "new" });
        let form = self.requests.last().unwrap().form();
        if form.iter().any(|(_, value)| value.expose() == "refresh_token") {
            let client_info = json!({ "uid": "33333333-3333-3333-3333-333333333333", "utid": TENANT });
            tokens["client_info"] = json!(BASE64_URL_SAFE_NO_PAD.encode(client_info.to_string()));
            tokens["refresh_token"] = json!("new-refresh");
            if form.iter().any(|(_, value)| value.expose() == "alice-family") {
                tokens["foci"] = json!("1");
            }
        }
        tokens
    }
}
