//! What all clients have in common.
use super::authority_options::Lookups;
use super::{AzureRegion, Fingerprint};
use crate::authority::{AuthorityUrl, Elsewhere, TenantDocument};
use crate::cache::Account;
use crate::credential::ClientCredential;
use crate::engine::{Entropy, Env, HostFacts, UnixTime};
use crate::error::{Error, Warning};
use crate::flows::{
    AcquireTokenByAuthCodeFlow, AcquireTokenByAuthorizationCode, AcquireTokenByRefreshToken,
    AcquireTokenByUsernamePassword, AcquireTokenSilent, AuthCodeFlow, GetAccounts,
    GetAuthorizationRequestUrl, InitiateAuthCodeFlow, RemoveAccount, ResolveAuthority,
};
use crate::json::JsonObject;
use crate::secret::Secret;
use crate::state::ClientState;
use crate::token::Scopes;
use alloc::{borrow::Cow, string::String, sync::Arc, vec::Vec};

/// What all clients are: the typed ones, public and confidential, dereference to it, so a function that serves any of
/// them takes it.
///
/// It is lent to every step and never part of a flow, so never stored with one: a credential that was replaced applies as
/// soon as a flow goes on.
#[derive(Debug)]
pub struct ClientApplication {
    pub(super) client_id: Arc<str>,
    pub(super) authority: AuthorityUrl,
    /// Its document, where nobody is asked for it.
    pub(super) document: Option<Arc<TenantDocument>>,
    pub(super) lookups: Lookups,
    pub(super) environment: Arc<str>,
    /// The realm of its cache entries, where it is known without a document.
    pub(super) realm: Option<Arc<str>>,
    /// None for a public client.
    pub(super) credential: Option<ClientCredential>,
    pub(super) client_claims: JsonObject,
    pub(super) client_capabilities: Vec<String>,
    pub(super) exclude_scopes: Vec<String>,
    pub(super) app_name: Option<String>,
    pub(super) app_version: Option<String>,
    pub(super) strict_id_token: bool,
    pub(super) verify_id_token_signature: bool,
    /// None: the environment decides.
    pub(super) azure_region: Option<AzureRegion>,
    pub(super) fingerprint: Fingerprint,
}

impl ClientApplication {
    pub(crate) fn client_id(&self) -> &Arc<str> {
        &self.client_id
    }

    pub(crate) fn authority(&self) -> &AuthorityUrl {
        &self.authority
    }

    /// The same elsewhere.
    pub(crate) fn authority_at(&self, at: &Elsewhere) -> Result<Cow<'_, AuthorityUrl>, Error> {
        let mut authority = Cow::Borrowed(&self.authority);
        if let Some(tenant) = &at.tenant {
            authority = Cow::Owned(authority.with_tenant(tenant)?);
        }
        if let Some(instance) = &at.instance {
            authority = Cow::Owned(authority.in_cloud(instance)?);
        }
        Ok(authority)
    }

    /// The document of the authority or of another tenant, where nobody is asked for it.
    pub(crate) fn document_at(&self, at: &Elsewhere) -> Option<Arc<TenantDocument>> {
        if at == Elsewhere::NOWHERE {
            return self.document.clone();
        }
        let is_by_convention = !self.lookups.tenant;
        is_by_convention.then(|| self.authority_at(at).ok()?.conventional_document().map(Arc::new)).flatten()
    }

    /// Under which host the entries of somebody's account are, who signed in under the other: their cloud's, if
    /// the client lets them be of another.
    pub(crate) fn environment_of(&self, other: Option<&str>) -> Arc<str> {
        match other.and_then(|other| self.other_cloud(other)) {
            Some(other) => Arc::from(other),
            None => self.environment.clone(),
        }
    }

    /// The host, if it is of a cloud that is not the authority's, and the client lets people be of another.
    pub(crate) fn other_cloud<'a>(&self, host: &'a str) -> Option<&'a str> {
        let is_other =
            || self.authority.in_cloud(host).is_ok_and(|other| !self.authority.is_same_cloud(&other));
        (self.lookups.cloud_of_the_person && is_other()).then_some(host)
    }

    /// A host of each further cloud that people may be of.
    pub(crate) fn environments_of_people(&self) -> Vec<Arc<str>> {
        let others = self.authority.trust().environments().filter_map(|host| self.other_cloud(host));
        if self.lookups.cloud_of_the_person { others.map(Arc::from).collect() } else { Vec::new() }
    }

    /// Whether the person may turn out to be of another cloud.
    pub(crate) fn is_instance_aware(&self) -> bool {
        self.lookups.cloud_of_the_person
    }

    pub(crate) fn environment(&self) -> &Arc<str> {
        &self.environment
    }

    pub(crate) fn realm(&self) -> Option<&Arc<str>> {
        self.realm.as_ref()
    }

    pub(crate) fn credential(&self) -> Option<&ClientCredential> {
        self.credential.as_ref()
    }

    pub(crate) fn client_claims(&self) -> &JsonObject {
        &self.client_claims
    }

    pub(crate) fn client_capabilities(&self) -> &[String] {
        &self.client_capabilities
    }

    pub(crate) fn exclude_scopes(&self) -> &[String] {
        &self.exclude_scopes
    }

    pub(crate) fn app_name(&self) -> Option<&str> {
        self.app_name.as_deref()
    }

    pub(crate) fn app_version(&self) -> Option<&str> {
        self.app_version.as_deref()
    }

    pub(crate) fn strict_id_token(&self) -> bool {
        self.strict_id_token
    }

    pub(crate) fn verify_id_token_signature(&self) -> bool {
        self.verify_id_token_signature
    }

    pub(crate) fn azure_region(&self) -> Option<&AzureRegion> {
        self.azure_region.as_ref()
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Where to ask whether the authority's host is known; none if nobody is to be asked.
    pub(crate) fn instance_discovery_endpoint(&self) -> Option<&str> {
        self.lookups.instance.as_deref()
    }

    /// What a token of the application itself is to be warned of, if it is of this realm.
    pub(crate) fn warnings(realm: &str) -> Vec<Warning> {
        let is_tenantless = matches!(realm, "common" | "organizations");
        is_tenantless.then(|| Warning::TenantlessAuthority(realm.into())).into_iter().collect()
    }

    /// What one step of this client's flows may know: `now` has just been read, and nobody has seen or will
    /// again see `entropy`.
    pub fn env<'a>(
        &'a self,
        state: &'a mut ClientState,
        facts: &'a HostFacts,
        now: UnixTime,
        entropy: Entropy,
    ) -> Env<'a> {
        Env { application: self, state, facts, now, entropy, drawn: false }
    }

    /// What the authority says of itself, from its documents or from what is remembered of them. No flow needs
    /// it first: each asks for what it lacks.
    pub fn resolve_authority(&self) -> ResolveAuthority {
        ResolveAuthority::new(self.fingerprint())
    }

    /// Begins a person's sign-in (RFC 6749 section 4.1.1): makes the address to send the person to, and what the program
    /// keeps until the answer comes.
    pub fn initiate_auth_code_flow<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> InitiateAuthCodeFlow {
        InitiateAuthCodeFlow::new(self.fingerprint(), Scopes::new(scopes))
    }

    /// Ends a person's sign-in with what reached the redirect URI: the query string, the posted form, or the whole URL,
    /// as it came (RFC 6749 section 4.1.2).
    pub fn acquire_token_by_auth_code_flow(
        &self,
        flow: AuthCodeFlow,
        auth_response: impl Into<Secret>,
    ) -> AcquireTokenByAuthCodeFlow {
        AcquireTokenByAuthCodeFlow::new(self.fingerprint(), flow, auth_response.into())
    }

    /// The address to send a person to, without PKCE, and with a state and a nonce only if the program makes them.
    #[deprecated(note = "initiate_auth_code_flow makes the address with all that protects the sign-in")]
    pub fn get_authorization_request_url<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> GetAuthorizationRequestUrl {
        GetAuthorizationRequestUrl::new(self.fingerprint(), Scopes::new(scopes))
    }

    /// Redeems a code (RFC 6749 section 4.1.3) of a sign-in that the program began by itself. It must have compared the
    /// state, and no code verifier protects the code unless the program gives one.
    #[deprecated(note = "acquire_token_by_auth_code_flow reads the answer and checks it")]
    pub fn acquire_token_by_authorization_code<S: AsRef<str>>(
        &self,
        code: impl Into<Secret>,
        scopes: impl IntoIterator<Item = S>,
    ) -> AcquireTokenByAuthorizationCode {
        AcquireTokenByAuthorizationCode::new(self.fingerprint(), code.into(), Scopes::new(scopes))
    }

    /// Who has signed in and is remembered in the cache, each once, under any name of the cloud.
    pub fn get_accounts(&self) -> GetAccounts {
        GetAccounts::new(self.fingerprint())
    }

    /// Forgets somebody: their access tokens, id tokens and entries as an account, and the refresh tokens that this
    /// client may use. The service is not told; to end the session there, send the person to its sign-out page.
    pub fn remove_account(&self, account: &Account) -> RemoveAccount {
        RemoveAccount::new(self.fingerprint(), account)
    }

    /// Takes over a refresh token that another library had (RFC 6749 section 6), when a program moves to this one.
    pub fn acquire_token_by_refresh_token<S: AsRef<str>>(
        &self,
        refresh_token: impl Into<Secret>,
        scopes: impl IntoIterator<Item = S>,
    ) -> AcquireTokenByRefreshToken {
        AcquireTokenByRefreshToken::new(self.fingerprint(), refresh_token.into(), Scopes::new(scopes))
    }

    /// Signs a user in with a name and a password that the program knows (RFC 6749 section 4.3): at the authority, or at the
    /// federation service of the user's organization. Neither personal accounts nor users who must prove more than a
    /// password can sign in so.
    #[deprecated(
        note = "it takes the user's password and knows no second factor; sign people in with acquire_token_interactive, \
                acquire_token_by_device_code or initiate_auth_code_flow, and use acquire_token_for_client for a service"
    )]
    pub fn acquire_token_by_username_password<S: AsRef<str>>(
        &self,
        username: impl Into<String>,
        password: impl Into<Secret>,
        scopes: impl IntoIterator<Item = S>,
    ) -> AcquireTokenByUsernamePassword {
        let scopes = Scopes::new(scopes);
        AcquireTokenByUsernamePassword::new(self.fingerprint(), username.into(), password.into(), scopes)
    }

    /// A token for somebody who has signed in, without troubling them: from the cache, or by a refresh token. None if there
    /// is nothing to get one with, or if the service refused; then they have to sign in.
    pub fn acquire_token_silent<'a, S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
        account: impl Into<Option<&'a Account>>,
    ) -> AcquireTokenSilent {
        AcquireTokenSilent::new(self.fingerprint(), Scopes::new(scopes), account.into(), true)
    }

    /// The same, but for a refusal of the service, which is an error here: [`Error::SignInNeeded`](crate::Error::SignInNeeded)
    /// with the claims to pass on to the next sign-in, or [`Error::Service`](crate::Error::Service) if no sign-in would help.
    pub fn acquire_token_silent_with_error<'a, S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
        account: impl Into<Option<&'a Account>>,
    ) -> AcquireTokenSilent {
        AcquireTokenSilent::new(self.fingerprint(), Scopes::new(scopes), account.into(), false)
    }
}
