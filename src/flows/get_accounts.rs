//! Who has signed in here, as MSAL's `get_accounts`.
use crate::cache::{Account, CacheRead};
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step};
use crate::error::{Error, Misuse};
use alloc::{string::String, sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};

/// See [`get_accounts`](crate::ClientApplication::get_accounts).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct GetAccounts {
    client: Fingerprint,
    home_account_id: Option<Arc<str>>,
    username: Option<Arc<str>>,
}

/// The flow. A host without a cache has no accounts; a cache that fails is an error.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListedAccounts {
    #[serde(default)]
    home_account_id: Option<Arc<str>>,
    username: Option<Arc<str>>,
    /// A host of the cloud that is asked about; none is the authority's own.
    #[serde(default)]
    environment: Option<Arc<str>>,
    /// Those of the clouds that are left.
    #[serde(default)]
    left: Vec<Arc<str>>,
    #[serde(default)]
    found: Vec<Account>,
}

impl GetAccounts {
    pub(crate) fn new(client: Fingerprint) -> Self {
        Self { client, home_account_id: None, username: None }
    }

    /// Only the one that has this [`home_account_id`](crate::cache::AccountInfo::home_account_id). That takes no longer
    /// where many have signed in. An empty one is none.
    pub fn home_account_id(mut self, id: impl Into<String>) -> Self {
        self.home_account_id = Some(id.into()).filter(|id| !id.is_empty()).map(Arc::from);
        self
    }

    /// Only those of this name, without regard to case. An empty one is none.
    pub fn username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into()).filter(|name| !name.is_empty()).map(Arc::from);
        self
    }
}

impl Request for GetAccounts {
    type Flow = ListedAccounts;

    fn start(self, env: &mut Env<'_>) -> Step<ListedAccounts> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let Self { home_account_id, username, .. } = self;
        let left = env.application().environments_of_people();
        let (environment, found) = (None, Vec::new());
        Step::new(ListedAccounts { home_account_id, username, environment, left, found }, env)
    }
}

impl Flow for ListedAccounts {
    type Output = Vec<Account>;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        Ok(Effect::CacheRead(CacheRead::Accounts {
            environment: self.environment.as_ref().unwrap_or(env.application().environment()).clone(),
            home_account_id: self.home_account_id.clone(),
            username: self.username.clone(),
        }))
    }

    fn resume(mut self, _: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let found = match reply.cache_read() {
            Err(Error::Unsupported(_)) => return Ok(Next::Done(Vec::new())),
            found => found?.map_err(Error::Cache)?,
        };
        self.found.extend(found.accounts);
        match self.left.pop() {
            None => Ok(Next::Done(self.found)),
            environment => Ok(Next::Need(Self { environment, ..self })),
        }
    }
}
