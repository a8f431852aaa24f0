//! The options of a client, checked when it is built.
use super::authority_options::{AuthorityOptions, Place};
use super::{
    AzureRegion, ClientApplication, ConfidentialClientApplication, Fingerprint, PublicClientApplication,
};
use crate::authority::AuthorityKind;
use crate::credential::ClientCredential;
use crate::error::Error;
use crate::json::JsonObject;
use alloc::string::String;
use alloc::{sync::Arc, vec::Vec};
use core::fmt;
use core::marker::PhantomData;

/// Builds a client: see [`ConfidentialClientApplication::builder`] and [`PublicClientApplication::builder`].
#[must_use = "nothing is built before `build`"]
pub struct ClientApplicationBuilder<C> {
    client_id: String,
    pub(super) authority: AuthorityOptions,
    credential: Option<ClientCredential>,
    client_claims: Option<String>,
    client_capabilities: Vec<String>,
    exclude_scopes: Vec<String>,
    app_name: Option<String>,
    app_version: Option<String>,
    strict_id_token: bool,
    verify_id_token_signature: bool,
    azure_region: Option<AzureRegion>,
    client: PhantomData<C>,
}

impl<C> ClientApplicationBuilder<C> {
    pub(super) fn new(client_id: String) -> Self {
        Self {
            client_id,
            authority: AuthorityOptions::default(),
            credential: None,
            client_claims: None,
            client_capabilities: Vec::new(),
            exclude_scopes: Vec::new(),
            app_name: None,
            app_version: None,
            strict_id_token: false,
            verify_id_token_signature: false,
            azure_region: None,
            client: PhantomData,
        }
    }

    /// What the application can do, such as `CP1` for claims challenges; sent as `xms_cc` with each request.
    pub fn client_capabilities<S: Into<String>>(mut self, capabilities: impl IntoIterator<Item = S>) -> Self {
        self.client_capabilities = capabilities.into_iter().map(Into::into).collect();
        self
    }

    /// Reserved scopes that are not to be added when a person signs in, such as `offline_access`. `openid` cannot be left
    /// out.
    pub fn exclude_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.exclude_scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// The application's name for the service's telemetry (header `x-app-name`), visible ASCII.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// The application's version for the service's telemetry (header `x-app-ver`), visible ASCII.
    pub fn app_version(mut self, version: impl Into<String>) -> Self {
        self.app_version = Some(version.into());
        self
    }

    /// Whether an id token that a flow gets is also refused for its issuer, if that is not the one of the authority's
    /// discovery document, and for its times, by more than 120 seconds (OpenID Connect Core section 3.1.3.7, numbers 2 and
    /// 9). Off by default, as in MSAL Python: then wrong times are warnings.
    pub fn strict_id_token(mut self, on: bool) -> Self {
        self.strict_id_token = on;
        self
    }

    /// Whether the signature of an id token that a flow gets is verified, against the keys that the authority publishes
    /// (OpenID Connect Core section 3.1.3.7, number 6; RS256, PS256 or ES256). The keys are fetched before tokens are asked
    /// for, and remembered for a day. Off by default: the token comes over TLS from the issuer itself.
    pub fn verify_id_token_signature(mut self, on: bool) -> Self {
        self.verify_id_token_signature = on;
        self
    }

    /// Checks what all clients have.
    fn build_application(self, kind: &str) -> Result<ClientApplication, Error> {
        if self.client_id.is_empty() || !is_visible(&self.client_id) {
            let reason = "it must be the application's id, visible ASCII without blanks";
            return Err(Error::InvalidParameter { parameter: "client_id", reason });
        }
        for (parameter, value) in [("app_name", &self.app_name), ("app_version", &self.app_version)] {
            if value.as_deref().is_some_and(|value| !value.split(' ').all(is_visible)) {
                let reason = "it goes into a header and must be visible ASCII";
                return Err(Error::InvalidParameter { parameter, reason });
            }
        }
        if self.client_capabilities.iter().any(|one| one.is_empty() || !is_visible(one)) {
            let reason = "each must be a name such as CP1, visible ASCII without blanks";
            return Err(Error::InvalidParameter { parameter: "client_capabilities", reason });
        }
        if self.exclude_scopes.iter().any(|scope| scope == "openid") {
            let reason = "openid cannot be left out";
            return Err(Error::InvalidParameter { parameter: "exclude_scopes", reason });
        }
        let claims = self.client_claims.as_deref().unwrap_or("{}");
        let client_claims = JsonObject::parse(claims.as_bytes()).map_err(|_| Error::InvalidParameter {
            parameter: "client_claims",
            reason: "it must be the text of a JSON object",
        })?;
        let Place { authority, document, lookups } = self.authority.build()?;
        if let Some(document) = &document {
            // Nobody will be asked for what it lacks.
            self.strict_id_token.then(|| document.issuer()).transpose()?;
            self.verify_id_token_signature.then(|| document.jwks_uri()).transpose()?;
        }
        let realm = document.as_ref().map(|document| document.tenant.clone()).or_else(|| authority.realm());
        if let Some(region) = &self.azure_region {
            let parameter = "azure_region";
            region.check().map_err(|reason| Error::InvalidParameter { parameter, reason })?;
            if authority.kind() != AuthorityKind::Entra && *region != AzureRegion::DisableMsalForceRegion {
                let reason = "only Microsoft Entra has regions, and the authority is of another kind";
                return Err(Error::InvalidParameter { parameter, reason });
            }
        }
        Ok(ClientApplication {
            fingerprint: Fingerprint::new(kind, &authority, &self.client_id),
            client_id: Arc::from(self.client_id),
            environment: Arc::from(authority.environment()),
            realm: realm.map(Arc::from),
            authority,
            document,
            lookups,
            credential: self.credential,
            client_claims,
            client_capabilities: self.client_capabilities,
            exclude_scopes: self.exclude_scopes,
            app_name: self.app_name.filter(|name| !name.is_empty()),
            app_version: self.app_version.filter(|version| !version.is_empty()),
            strict_id_token: self.strict_id_token,
            verify_id_token_signature: self.verify_id_token_signature,
            azure_region: self.azure_region,
        })
    }
}

impl ClientApplicationBuilder<ConfidentialClientApplication> {
    /// How the application proves who it is.
    pub fn client_credential(mut self, credential: ClientCredential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Claims for the signed client assertion, the text of a JSON object. They may replace its own: `aud`,
    /// `iss`, `sub`, `exp`, `iat`, `jti` (RFC 7523 section 3).
    pub fn client_claims(mut self, json: impl Into<String>) -> Self {
        self.client_claims = Some(json.into());
        self
    }

    /// The Azure region whose token service
    /// [`acquire_token_for_client`](ConfidentialClientApplication::acquire_token_for_client) asks; no other call does. Entra
    /// serves it to Microsoft's own applications alone. Tokens are the same, and are found in the cache, whatever the region.
    /// Unless it is set, the environment variable `MSAL_FORCE_REGION` names one, or there is none.
    ///
    /// ```
    /// use msal_proto::{AzureRegion, ClientCredential, ConfidentialClientApplication};
    ///
    /// let builder = || {
    ///     ConfidentialClientApplication::builder("00001111-aaaa-2222-bbbb-3333cccc4444")
    ///         .authority("https://login.microsoftonline.com/contoso.onmicrosoft.com")
    /// };
    /// let secret = ClientCredential::secret("from a vault")?;
    /// let here = builder().client_credential(secret.clone()).azure_region("westus2").build()?;
    /// let wherever_it_runs =
    ///     builder().client_credential(secret).azure_region(AzureRegion::AttemptRegionDiscovery).build()?;
    /// # Ok::<(), msal_proto::Error>(())
    /// ```
    pub fn azure_region(mut self, region: impl Into<AzureRegion>) -> Self {
        self.azure_region = Some(region.into());
        self
    }

    /// Checks all of it.
    ///
    /// # Errors
    /// [`Error::Authority`] or [`Error::InvalidParameter`], which names the option. Nothing is asked of anybody.
    pub fn build(self) -> Result<ConfidentialClientApplication, Error> {
        if self.credential.is_none() {
            let reason = "a confidential client needs a secret, a certificate or an assertion";
            return Err(Error::InvalidParameter { parameter: "client_credential", reason });
        }
        self.build_application("confidential").map(ConfidentialClientApplication)
    }
}

impl ClientApplicationBuilder<PublicClientApplication> {
    /// Checks all of it.
    ///
    /// # Errors
    /// [`Error::Authority`] or [`Error::InvalidParameter`], which names the option. Nothing is asked of anybody.
    pub fn build(self) -> Result<PublicClientApplication, Error> {
        self.build_application("public").map(PublicClientApplication)
    }
}

/// The id alone: what was not checked yet may hold a secret in the wrong place.
impl<C> fmt::Debug for ClientApplicationBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientApplicationBuilder").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}
