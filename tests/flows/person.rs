//! Somebody who signs in: what the service says of them, and worlds in which they have.
use crate::support::*;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::cache::{Account, CacheRead};
use msal_proto::engine::BrowserLaunch;
use msal_proto::flows::AuthCodeFlow;
use msal_proto::{
    AuthenticationResult, ClientApplication, ClientApplicationBuilder, Error, PublicClientApplication,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::ops::Deref;

pub(crate) const REDIRECT_URI: &str = "https://app.example/signed-in";
pub(crate) const SCOPE: &str = "User.Read";
pub(crate) const UID: &str = "44444444-4444-4444-4444-444444444444";
pub(crate) const USERNAME: &str = "ada@contoso.example";
/// Signs in at home, in [`TENANT`].
pub(crate) const HOME_ACCOUNT_ID: &str =
    "44444444-4444-4444-4444-444444444444.11111111-1111-1111-1111-111111111111";
pub(crate) const ISSUER: &str = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0";

pub(crate) fn public() -> ClientApplicationBuilder<PublicClientApplication> {
    PublicClientApplication::builder(CLIENT_ID).authority(AUTHORITY)
}

pub(crate) fn jwt(claims: &Value) -> String {
    format!("canary-header.{}.canary-signature", base64url(claims))
}

pub(crate) fn client_info(uid: &str, utid: &str) -> String {
    base64url(&json!({"uid": uid, "utid": utid}))
}

pub(crate) fn base64url(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

/// What a token says that [`jwt`] made.
pub(crate) fn read_claims(jwt: &str) -> Value {
    let payload = BASE64_URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// How the nonce is sent: SHA-256 in hexadecimal.
pub(crate) fn nonce_hash(flow: &AuthCodeFlow) -> String {
    let hash = Sha256::digest(flow.nonce.expose());
    hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// What an id token says of them.
pub(crate) fn claims() -> Value {
    json!({
        "aud": CLIENT_ID, "iss": ISSUER, "exp": 1_700_003_600, "iat": 1_700_000_000, "nbf": 1_700_000_000,
        "oid": UID, "sub": "sub-of-ada", "tid": TENANT, "preferred_username": USERNAME, "name": "canary-name",
    })
}

/// The service's answer with these claims in the id token.
pub(crate) fn tokens(claims: &Value) -> Value {
    json!({
        "token_type": "Bearer", "expires_in": 3_599, "scope": "User.Read openid profile",
        "access_token": "canary-access-token", "refresh_token": "canary-refresh-token",
        "id_token": jwt(claims), "client_info": client_info(UID, TENANT),
    })
}

/// The answer to this sign-in.
pub(crate) fn tokens_of(flow: &AuthCodeFlow) -> Value {
    let mut claims = claims();
    claims["nonce"] = json!(nonce_hash(flow));
    tokens(&claims)
}

/// The answer to a refresh, with other tokens.
pub(crate) fn refreshed() -> Value {
    let mut tokens = tokens(&claims());
    tokens["access_token"] = json!("canary-second-access-token");
    tokens["refresh_token"] = json!("canary-second-refresh-token");
    tokens
}

/// What the browser brings back.
pub(crate) fn came_back(flow: &AuthCodeFlow) -> String {
    let client_info = client_info(UID, TENANT);
    format!("code=canary-code&client_info={client_info}&state={}&session_state=s", flow.state.expose())
}

/// A parameter of the address that the browser was sent to.
pub(crate) fn parameter(launch: &BrowserLaunch, name: &str) -> Option<String> {
    let url = url::Url::parse(&launch.auth_uri).unwrap();
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

/// The answer of somebody who signs in there.
pub(crate) fn answered(launch: &BrowserLaunch) -> String {
    format!("code=canary-code&client_info={}&state={}", client_info(UID, TENANT), launch.state.expose())
}

/// The tokens for its code.
pub(crate) fn tokens_at(launch: &BrowserLaunch) -> Value {
    let mut claims = claims();
    claims["nonce"] = json!(parameter(launch, "nonce"));
    tokens(&claims)
}

impl World<PublicClientApplication> {
    /// With a public client whose authority's document is known already.
    pub(crate) fn public() -> Self {
        Self::with(public().build().unwrap()).knowing(AUTHORITY)
    }
}

impl<C: Deref<Target = ClientApplication>> World<C> {
    /// The document of its authority is known already.
    pub(crate) fn knowing(self, authority: &str) -> Self {
        let mut world = self.http(200, &document(authority));
        world.call(|app| app.resolve_authority()).unwrap();
        world.forget_what_was_asked();
        world
    }

    pub(crate) fn forget_what_was_asked(&mut self) {
        self.log.clear();
        self.requests.clear();
        self.writes = 0;
    }

    /// Begins a sign-in.
    pub(crate) fn begin(&mut self) -> AuthCodeFlow {
        self.call(|app| app.initiate_auth_code_flow([SCOPE]).redirect_uri(REDIRECT_URI)).unwrap()
    }

    /// Ends it, with what came to the redirect URI.
    pub(crate) fn finish(
        &mut self,
        flow: &AuthCodeFlow,
        auth_response: &str,
    ) -> Result<AuthenticationResult, Error> {
        self.call(|app| app.acquire_token_by_auth_code_flow(flow.clone(), auth_response))
    }

    /// The whole of it; the test may change the answer. What was asked is forgotten.
    pub(crate) fn signed_in(mut self, change: impl FnOnce(&mut Value)) -> Self {
        let flow = self.begin();
        let mut answer = tokens_of(&flow);
        change(&mut answer);
        self = self.http(200, &answer.to_string());
        self.finish(&flow, &came_back(&flow)).unwrap();
        self.forget_what_was_asked();
        self
    }

    /// Everybody in its cache.
    pub(crate) fn accounts(&self) -> Vec<Account> {
        let environment = "login.microsoftonline.com".into();
        let all = CacheRead::Accounts { environment, home_account_id: None, username: None };
        self.cache.read(&all).accounts.iter().map(Account::clone).collect()
    }

    /// The one who signed in.
    pub(crate) fn account(&self) -> Account {
        let accounts = self.accounts();
        assert_eq!(accounts.len(), 1, "{accounts:?}");
        accounts[0].clone()
    }

    pub(crate) fn silent(&mut self) -> Result<Option<AuthenticationResult>, Error> {
        let account = self.account();
        self.call(|app| app.acquire_token_silent_with_error([SCOPE], &account))
    }

    /// A section of the cache's file.
    pub(crate) fn section(&mut self, name: &str) -> Vec<Value> {
        let file: Value = serde_json::from_str(&self.cache.serialize()).unwrap();
        file[name].as_object().into_iter().flat_map(|section| section.values().cloned()).collect()
    }

    /// One member of all entries of a section.
    pub(crate) fn members(&mut self, section: &str, member: &str) -> Vec<String> {
        self.section(section).iter().map(|entry| entry[member].as_str().unwrap_or("-").to_owned()).collect()
    }
}
