//! What a silent call asks for.
use super::Silent;
use crate::authority::Elsewhere;
use crate::cache::{AccessToken, AccessTokenQuery, Account, CacheRead, ExtCacheKey};
use crate::client::Fingerprint;
use crate::engine::{Env, Request, Step};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::stages::ActingAs;
use crate::token::{AuthScheme, RejectedToken, Scopes};
use alloc::{string::String, sync::Arc};
use serde::{Deserialize, Serialize};

/// See [`acquire_token_silent`](crate::ClientApplication::acquire_token_silent) and
/// [`acquire_token_silent_with_error`](crate::ClientApplication::acquire_token_silent_with_error).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenSilent {
    client: Fingerprint,
    /// Without an account there is nothing to find.
    call: Option<Call>,
    auth_scheme: Option<AuthScheme>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) home_account_id: Arc<str>,
    /// Of which tenant and cloud, if not the authority's own.
    pub(super) at: Elsewhere,
    /// The host under which the account signed in.
    environment: Option<Arc<str>>,
    /// Whether the account's own tenant is meant where the authority names none.
    is_at_home: bool,
    pub(super) scopes: Scopes,
    pub(super) claims_challenge: Option<String>,
    pub(super) extra: ExtraParameters,
    force_refresh: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<RejectedToken>,
    /// Whether a refusal of the service counts as nothing found.
    pub(super) folds_errors: bool,
    /// Who asks, if that is not the program's own client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) acting_as: Option<ActingAs>,
}

impl AcquireTokenSilent {
    pub(crate) fn new(
        client: Fingerprint,
        scopes: Scopes,
        account: Option<&Account>,
        folds_errors: bool,
    ) -> Self {
        let call = |account: &Account| Call {
            environment: account.environment.clone(),
            ..Call::new(account.home_account_id.clone(), scopes, folds_errors)
        };
        Self { client, call: account.map(call), auth_scheme: None }
    }

    /// For another tenant than that of the authority, by its id or domain: one where the person is a guest.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        let tenant = Some(tenant.into());
        self.call.iter_mut().for_each(|call| call.at.tenant.clone_from(&tenant));
        self
    }

    /// Whether an authority that names no tenant (`common`, `organizations`) stands for the account's own, as in MSAL .NET
    /// and JS, which keep their tokens there. Off by default, as in MSAL Python: such a token is then one of `common`.
    pub fn home_tenant(mut self, on: bool) -> Self {
        self.call.iter_mut().for_each(|call| call.is_at_home = on);
        self
    }

    /// Whether to get a new token though there is one.
    pub fn force_refresh(mut self, on: bool) -> Self {
        self.call.iter_mut().for_each(|call| call.force_refresh = on);
        self
    }

    /// The claims that a resource demanded in its `WWW-Authenticate` header: the text of a JSON object. Access tokens of
    /// the cache are then passed by. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        let claims = Some(json.into()).filter(|json| !json.is_empty());
        self.call.iter_mut().for_each(|call| call.claims_challenge = claims.clone());
        self
    }

    /// Only if the token in the cache is the one that the resource turned away, of which this is SHA-256 in hexadecimal, is a new
    /// one got; else another machine has done so already. With this, a claims challenge does not pass by the cache. Not together
    /// with [`Self::force_refresh`].
    pub fn access_token_sha256_to_refresh(mut self, sha256: impl Into<String>) -> Self {
        let rejected = RejectedToken::new(sha256);
        self.call.iter_mut().for_each(|call| call.rejected = Some(rejected.clone()));
        self
    }

    /// Claims that this program's own caller asks for: the text of a JSON object, merged into the parameter `claims`. A token is
    /// found again in the cache only by a call with the same text.
    pub fn forwarded_client_claims(mut self, json: impl Into<Secret>) -> Self {
        let json = json.into();
        self.call.iter_mut().for_each(|call| call.extra.set_forwarded_client_claims(json.clone()));
        self
    }

    /// For a token that is shown with a proof of possession. It takes the device's broker, without which it is refused.
    pub fn auth_scheme(mut self, scheme: impl Into<AuthScheme>) -> Self {
        self.auth_scheme = Some(scheme.into());
        self
    }

    /// An extra member of the request's body, such as `token_type`, `req_cnf` or `key_id`; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.call.iter_mut().for_each(|call| call.extra.set_data(name.clone(), value.clone()));
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.call.iter_mut().for_each(|call| call.extra.add_query(name.clone(), value.clone()));
        self
    }
}

impl Request for AcquireTokenSilent {
    type Flow = Silent;

    fn start(self, env: &mut Env<'_>) -> Step<Silent> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let Some(mut call) = self.call else {
            return Step::Done(Ok(None));
        };
        call.go_home(env);
        if self.auth_scheme.is_some() {
            return Step::Done(Err(AuthScheme::refused()));
        }
        let checked = call.check().and_then(|()| call.claims(env));
        let flow = checked.and_then(|_| Silent::begin(call, env));
        Step::start(flow, env)
    }
}

impl Call {
    pub(super) fn new(home_account_id: Arc<str>, scopes: Scopes, folds_errors: bool) -> Self {
        Self {
            home_account_id,
            at: Elsewhere::default(),
            environment: None,
            is_at_home: false,
            scopes,
            claims_challenge: None,
            extra: ExtraParameters::default(),
            force_refresh: false,
            rejected: None,
            folds_errors,
            acting_as: None,
        }
    }

    fn check(&self) -> Result<(), Error> {
        if self.rejected.is_some() && self.force_refresh {
            let reason = "it does not go together with force_refresh";
            return Err(Error::InvalidParameter { parameter: "access_token_sha256_to_refresh", reason });
        }
        self.rejected.as_ref().map_or(Ok(()), RejectedToken::check)?;
        self.extra.check()
    }

    /// Finds the cloud in which the account is, and its own tenant if that is what is meant.
    fn go_home(&mut self, env: &Env<'_>) {
        let application = env.application();
        let other = self.environment.as_deref().and_then(|host| application.other_cloud(host));
        self.at.instance = other.map(String::from);
        if self.is_at_home && self.at.tenant.is_none() && application.authority().is_tenantless() {
            self.at.tenant = self.home_account_id.rsplit_once('.').map(|(_, tenant)| String::from(tenant));
        }
    }

    /// Under which host the entries of the account are.
    pub(super) fn environment(&self, env: &Env<'_>) -> Arc<str> {
        env.application().environment_of(self.at.instance.as_deref())
    }

    /// Whether access tokens of the cache will not do.
    pub(super) fn passes_by(&self) -> bool {
        self.force_refresh || self.claims_challenge.is_some() && self.rejected.is_none()
    }

    /// Whether its resource turned this token away.
    pub(super) fn rejects(&self, token: &AccessToken) -> bool {
        self.rejected.as_ref().is_some_and(|rejected| rejected.is(token))
    }

    /// The same, passing by access tokens of the cache.
    pub(super) fn forced(self) -> Self {
        Self { force_refresh: true, rejected: None, ..self }
    }

    /// The parameter `claims`.
    pub(super) fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        self.extra.claims(env.application(), self.claims_challenge.as_deref())
    }

    pub(super) fn read(&self, env: &Env<'_>, realm: &Arc<str>) -> CacheRead {
        let query = self.query(env, realm);
        if self.passes_by() {
            let AccessTokenQuery { environment, client_id, .. } = query;
            return CacheRead::RefreshTokens {
                home_account_id: self.home_account_id.clone(),
                environment,
                client_id,
            };
        }
        CacheRead::Silent { query, now: env.now() }
    }

    pub(super) fn query(&self, env: &Env<'_>, realm: &Arc<str>) -> AccessTokenQuery {
        let application = env.application();
        AccessTokenQuery {
            home_account_id: Some(self.home_account_id.clone()),
            environment: self.environment(env),
            client_id: ActingAs::client_id(self.acting_as.as_ref(), application).clone(),
            realm: realm.clone(),
            target: self.scopes.clone(),
            key_id: self.extra.member("key_id").map(|key_id| Arc::from(key_id.expose())),
            ext_cache_key: ExtCacheKey::new(self.extra.cache_members()),
            user_assertion_hash: None,
        }
    }
}
