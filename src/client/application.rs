//! What all clients have in common.
use super::{Fingerprint, InstanceDiscovery};
use crate::authority::AuthorityUrl;
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
    pub(super) validate_authority: bool,
    pub(super) strict_id_token: bool,
    pub(super) verify_id_token_signature: bool,
    pub(super) instance_discovery: InstanceDiscovery,
    pub(super) fingerprint: Fingerprint,
}

impl ClientApplication {
    pub(crate) fn client_id(&self) -> &Arc<str> {
        &self.client_id
    }

    pub(crate) fn authority(&self) -> &AuthorityUrl {
        &self.authority
    }

    /// The same for another tenant.
    pub(crate) fn authority_at(&self, tenant: Option<&str>) -> Result<Cow<'_, AuthorityUrl>, Error> {
        match tenant {
            None => Ok(Cow::Borrowed(&self.authority)),
            Some(tenant) => Ok(Cow::Owned(self.authority.with_tenant(tenant)?)),
        }
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

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Where to ask whether the authority's host is known; none if nobody is to be asked.
    pub(crate) fn instance_discovery_endpoint(&self) -> Option<&str> {
        match &self.instance_discovery {
            InstanceDiscovery::At(url) if self.validate_authority && self.authority.needs_validation() => {
                Some(url)
            }
            _ => None,
        }
    }

    /// What every result of this client is to be warned of.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        match self.realm() {
            Some(tenant) if matches!(&**tenant, "common" | "organizations") => {
                [Warning::TenantlessAuthority(String::from(&**tenant))].into()
            }
            _ => Vec::new(),
        }
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
