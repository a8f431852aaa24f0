//! What a call for an agent asks for, and what it gathers on its way.
use super::AgentIdentity;
use crate::cache::{AccessToken, AccessTokenQuery, Account, CacheFault, CacheRead};
use crate::client::{ClientApplication, Fingerprint};
use crate::encoding::is_graphic;
use crate::engine::{Env, Request, Step};
use crate::error::{Error, Misuse, Warning};
use crate::flows::FederatedUser;
use crate::secret::Secret;
use crate::stages::ActingAs;
use crate::token::claims::merge_claims_challenge_and_capabilities;
use crate::token::{AuthenticationResult, Scopes};
use alloc::{boxed::Box, format, string::String, sync::Arc};
use serde::{Deserialize, Serialize};

/// See [`acquire_token_for_agent`](crate::ConfidentialClientApplication::acquire_token_for_agent).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenForAgent {
    client: Fingerprint,
    call: Call,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    /// The client id of the agent's identity.
    agent: Arc<str>,
    pub(super) scopes: Scopes,
    pub(super) user: Option<FederatedUser>,
    pub(super) claims_challenge: Option<String>,
    /// The tenant, once it is known.
    realm: Option<Arc<str>>,
    /// The person's home account id, if the cache knows them.
    pub(super) home_account_id: Option<Arc<str>>,
    /// Still good, but due to be refreshed: what the call gives if that fails.
    in_hand: Option<Arc<AccessToken>>,
    /// By what the agent proves who it is, after the first leg.
    acting_as: Option<ActingAs>,
    /// What went wrong with the cache on the way: reading it, and writing it.
    cache_faults: (Option<CacheFault>, Option<CacheFault>),
}

impl AcquireTokenForAgent {
    pub(crate) fn new(client: Fingerprint, agent: Arc<str>, scopes: Scopes) -> Self {
        let call = Call {
            agent,
            scopes,
            user: None,
            claims_challenge: None,
            realm: None,
            home_account_id: None,
            in_hand: None,
            acting_as: None,
            cache_faults: (None, None),
        };
        Self { client, call }
    }

    /// For a person as whom the agent may act; without one, the token is for the agent itself.
    pub fn user(mut self, user: FederatedUser) -> Self {
        self.call.user = Some(user);
        self
    }

    /// The claims that a resource demanded in its `WWW-Authenticate` header: the text of a JSON object. Tokens for the resource
    /// that are in the cache are then passed by. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.call.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }
}

impl Request for AcquireTokenForAgent {
    type Flow = AgentIdentity;

    fn start(self, env: &mut Env<'_>) -> Step<AgentIdentity> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.call.check(env.application()).and_then(|()| AgentIdentity::begin(self.call, env));
        Step::start(flow, env)
    }
}

impl Call {
    fn check(&self, application: &ClientApplication) -> Result<(), Error> {
        let refused = |reason| Err(Error::InvalidParameter { parameter: "agent_client_id", reason });
        if self.agent.is_empty() || !is_graphic(&self.agent) {
            return refused("it must be the id of the agent's identity, visible ASCII without blanks");
        }
        if self.agent.eq_ignore_ascii_case(application.client_id()) {
            return refused("it is the client's own id; give that of the agent's identity");
        }
        if let Some(user) = &self.user {
            user.check()?;
            self.scopes.decorated(application.exclude_scopes())?;
        }
        let challenge = self.claims_challenge.as_deref();
        merge_claims_challenge_and_capabilities(application.client_capabilities(), challenge).map(drop)
    }

    pub(super) fn agent(&self) -> &str {
        &self.agent
    }

    pub(super) fn in_tenant(mut self: Box<Self>, realm: Arc<str>) -> Box<Self> {
        self.realm = Some(realm);
        self
    }

    fn realm(&self) -> Result<&Arc<str>, Error> {
        self.realm.as_ref().ok_or(Error::Bug("an agent's tenant that is not known yet"))
    }

    /// Whether the person may be known, as far as a query goes.
    pub(super) fn account_read(&self, env: &Env<'_>) -> Result<CacheRead, Error> {
        let environment = env.application().environment().clone();
        let (home_account_id, username) = match &self.user {
            Some(FederatedUser::Username(name)) => (None, Some(Arc::from(name.as_str()))),
            // Who is at home in the tenant; for a guest there is one request more.
            Some(FederatedUser::ObjectId(id)) => (Some(Arc::from(format!("{id}.{}", self.realm()?))), None),
            None => return Err(Error::Bug("an account without a person")),
        };
        Ok(CacheRead::Accounts { environment, home_account_id, username })
    }

    /// The one of these that is the person. A name is one person's in their tenant alone, and two who have it are nobody.
    pub(super) fn find(&mut self, accounts: &[Account]) -> Result<bool, Error> {
        let realm = self.realm()?.clone();
        let is_there =
            |account: &&Account| account.realm.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(&realm));
        let mut found = accounts.iter().filter(is_there);
        let only = found.next().filter(|_| found.next().is_none());
        self.home_account_id = only.map(|account| account.home_account_id.clone());
        Ok(self.home_account_id.is_some())
    }

    /// What is wanted in the end, as the cache has it.
    pub(super) fn query(&self, env: &Env<'_>) -> Result<AccessTokenQuery, Error> {
        Ok(AccessTokenQuery {
            home_account_id: self.home_account_id.clone(),
            environment: env.application().environment().clone(),
            client_id: self.agent.clone(),
            realm: self.realm()?.clone(),
            target: self.scopes.clone(),
            key_id: None,
            ext_cache_key: None,
            user_assertion_hash: None,
        })
    }

    pub(super) fn keep_in_hand(&mut self, token: &Arc<AccessToken>) {
        self.in_hand = Some(token.clone());
    }

    pub(super) fn cache_failed(&mut self, fault: CacheFault) {
        self.cache_faults.0 = Some(fault);
    }

    /// A leg's token, for the next.
    pub(super) fn take(&mut self, result: AuthenticationResult) -> Result<Secret, Error> {
        for warning in result.warnings {
            match warning {
                Warning::CacheRead(fault) => self.cache_faults.0 = Some(fault),
                Warning::CacheWrite(fault) => self.cache_faults.1 = Some(fault),
                _ => {}
            }
        }
        result.access_token.ok_or(Error::Bug("an exchange without an access token"))
    }

    /// From now on it can ask in the agent's name.
    pub(super) fn proven(&mut self, assertion: Secret) {
        self.acting_as = Some(ActingAs { client_id: self.agent.clone(), assertion });
    }

    pub(super) fn acting_as(&self) -> Result<ActingAs, Error> {
        self.acting_as.clone().ok_or(Error::Bug("an agent that has nothing to prove who it is"))
    }

    /// The end, with what went wrong on the way.
    pub(super) fn end(self, mut result: AuthenticationResult) -> AuthenticationResult {
        let (read, write) = self.cache_faults;
        for warning in [read.map(Warning::CacheRead), write.map(Warning::CacheWrite)].into_iter().flatten() {
            if !result.warnings.contains(&warning) {
                result.warnings.push(warning);
            }
        }
        result
    }

    /// A token in hand that is still good is better than an error.
    pub(super) fn fail(mut self, env: &Env<'_>, error: Error) -> Result<AuthenticationResult, Error> {
        let Some(token) = self.in_hand.take() else {
            return Err(error);
        };
        let warnings = [Warning::RefreshFailed(Box::new(error))].into();
        Ok(self.end(AuthenticationResult::from_cache(&token, env.now(), warnings)))
    }
}
