//! What calls on behalf of somebody have in common.
use crate::authority::{Elsewhere, TenantDocument};
use crate::cache::{AccessTokenQuery, ExtCacheKey};
use crate::engine::Env;
use crate::error::Error;
use crate::flows::extra_parameters::ExtraParameters;
use crate::stages::Discovery;
use crate::token::Scopes;
use alloc::{string::String, sync::Arc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Options {
    pub(super) scopes: Scopes,
    pub(super) at: Elsewhere,
    pub(super) claims_challenge: Option<String>,
    pub(super) extra: ExtraParameters,
}

/// The methods that set them, for a request that has them as `call.options`.
macro_rules! options {
    ($request:ident) => {
        impl $request {
            /// For another tenant than that of the authority, by its id or domain: the one whose user it is.
            pub fn tenant(mut self, tenant: impl Into<alloc::string::String>) -> Self {
                self.call.options.at.tenant = Some(tenant.into());
                self
            }

            /// The claims that a resource demanded in its `WWW-Authenticate` header: the text of a JSON object. Access
            /// tokens of the cache are then passed by. An empty text is none.
            pub fn claims_challenge(mut self, json: impl Into<alloc::string::String>) -> Self {
                self.call.options.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
                self
            }

            /// Claims that this program's own caller asks for: the text of a JSON object, merged into the parameter `claims`.
            /// A token is found again in the cache only by a call with the same text.
            pub fn forwarded_client_claims(mut self, json: impl Into<crate::secret::Secret>) -> Self {
                self.call.options.extra.set_forwarded_client_claims(json);
                self
            }

            /// An extra member of the request's body, such as `token_type`, `req_cnf` or `key_id`; an empty value is none.
            /// A token that was issued to extra members is found again only by a call with the same.
            pub fn data(
                mut self,
                name: impl Into<alloc::string::String>,
                value: impl Into<crate::secret::Secret>,
            ) -> Self {
                self.call.options.extra.set_data(name, value);
                self
            }

            /// An extra parameter of the token endpoint's query. It does not tell tokens in the cache apart.
            pub fn query(
                mut self,
                name: impl Into<alloc::string::String>,
                value: impl Into<alloc::string::String>,
            ) -> Self {
                self.call.options.extra.add_query(name, value);
                self
            }
        }
    };
}
pub(super) use options;

impl Options {
    pub(super) fn new(scopes: Scopes) -> Self {
        Self { scopes, at: Elsewhere::default(), claims_challenge: None, extra: ExtraParameters::default() }
    }

    /// Whether it can be asked for.
    pub(super) fn check(&self, env: &Env<'_>) -> Result<(), Error> {
        self.extra.check()?;
        self.claims(env)?;
        self.decorated(env).map(drop)
    }

    pub(super) fn decorated(&self, env: &Env<'_>) -> Result<Scopes, Error> {
        self.scopes.decorated(env.application().exclude_scopes())
    }

    /// The parameter `claims`.
    pub(super) fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        self.extra.claims(env.application(), self.claims_challenge.as_deref())
    }

    /// The tenant of the cache's entries, if it is known without asking anybody.
    pub(super) fn realm(&self, env: &Env<'_>) -> Result<Option<Arc<str>>, Error> {
        let realm = match self.at.tenant {
            None => env.application().realm().cloned(),
            Some(_) => env.application().authority_at(&self.at)?.realm().map(Arc::from),
        };
        let known = |document: Arc<TenantDocument>| Arc::from(document.tenant.as_str());
        Ok(realm.or_else(|| Discovery::known_at(env, &self.at).map(known)))
    }

    /// What an access token under this hash must be.
    pub(super) fn query(&self, env: &Env<'_>, realm: &Arc<str>, hash: Arc<str>) -> AccessTokenQuery {
        let application = env.application();
        AccessTokenQuery {
            home_account_id: None,
            environment: application.environment().clone(),
            client_id: application.client_id().clone(),
            realm: realm.clone(),
            target: self.scopes.clone(),
            key_id: self.extra.member("key_id").map(|key_id| Arc::from(key_id.expose())),
            ext_cache_key: ExtCacheKey::new(self.extra.cache_members()),
            user_assertion_hash: Some(hash),
        }
    }
}
