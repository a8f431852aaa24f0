//! What the session keeps of one person, and the flows that run with its token cache.
use crate::msal_proto::cache::InMemoryStore;
use crate::msal_proto::engine::{Flow, Request};
use crate::msal_proto::flows::AuthCodeFlow;
use crate::msal_proto::{self, TokenCache};
use crate::{Failure, Settings};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tower_sessions::Session;

const SIGN_IN: &str = "sign_in";
const CLAIMS: &str = "claims";
const PERSON: &str = "person";
const TOKEN_CACHE: &str = "token_cache";

/// Who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) account: msal_proto::cache::Account,
    /// The name of the id token, to show.
    pub(crate) name: String,
}

/// One request's use of the session.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    settings: &'a Arc<Settings>,
    session: &'a Session,
}

impl<'a> Visit<'a> {
    pub(crate) fn new(settings: &'a Arc<Settings>, session: &'a Session) -> Self {
        Self { settings, session }
    }

    pub(crate) async fn person(&self) -> Result<Option<Person>, Failure> {
        Ok(self.session.get(PERSON).await?)
    }

    /// Keeps a sign-in until its answer comes. A later one replaces it.
    pub(crate) async fn keep_sign_in(&self, flow: &AuthCodeFlow) -> Result<(), Failure> {
        Ok(self.session.insert(SIGN_IN, flow).await?)
    }

    /// The sign-in that was begun, once: it is gone from the store before its code is redeemed.
    pub(crate) async fn take_sign_in(&self) -> Result<Option<AuthCodeFlow>, Failure> {
        let flow = self.session.remove(SIGN_IN).await?;
        self.session.save().await?;
        Ok(flow)
    }

    /// Keeps what the next sign-in must ask for.
    pub(crate) async fn keep_claims(&self, claims: Option<&str>) -> Result<(), Failure> {
        Ok(self.session.insert(CLAIMS, claims).await?)
    }

    pub(crate) async fn claims(&self) -> Result<Option<String>, Failure> {
        Ok(self.session.get::<Option<String>>(CLAIMS).await?.flatten())
    }

    /// Signs a person in, in a session of another id than anybody knew before, with no tokens but theirs.
    pub(crate) async fn begin(&self, person: &Person, mut cache: TokenCache) -> Result<(), Failure> {
        self.session.clear().await;
        self.session.cycle_id().await?;
        self.session.insert(PERSON, person).await?;
        Ok(self.session.insert(TOKEN_CACHE, cache.serialize()).await?)
    }

    /// Ends the session and what it keeps.
    pub(crate) async fn end(&self) -> Result<(), Failure> {
        Ok(self.session.flush().await?)
    }

    /// Runs a flow with this person's tokens, and keeps those that it gets. Of two at once the last one's are kept.
    pub(crate) async fn run<R>(&self, request: R) -> Result<<R::Flow as Flow>::Output, Failure>
    where
        R: Request + Send + 'static,
        <R::Flow as Flow>::Output: Send,
    {
        let mut cache = TokenCache::new();
        if let Some(text) = self.session.get::<String>(TOKEN_CACHE).await? {
            cache.deserialize(&text).map_err(|_| Failure::TokenCache)?;
        }
        let (output, mut cache) = self.run_with(cache, request).await?;
        if cache.has_state_changed() {
            self.session.insert(TOKEN_CACHE, cache.serialize()).await?;
        }
        Ok(output?)
    }

    /// Runs a flow with these tokens where it may block, and gives them back as they are then.
    pub(crate) async fn run_with<R>(
        &self,
        cache: TokenCache,
        request: R,
    ) -> Result<(Result<<R::Flow as Flow>::Output, msal_proto::Error>, TokenCache), Failure>
    where
        R: Request + Send + 'static,
        <R::Flow as Flow>::Output: Send,
    {
        let settings = Arc::clone(self.settings);
        let flow = move || {
            let store = InMemoryStore::new(cache);
            let output = settings.client.run_with_store(request, &store);
            (output, std::mem::take(&mut *store.lock_mut()))
        };
        Ok(spawn_blocking(flow).await?)
    }
}
