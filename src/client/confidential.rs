//! The client of a program that can keep a secret: a web application, a service.
use super::{ClientApplication, ClientApplicationBuilder};
use crate::flows::{
    AcquireTokenByUserFederatedIdentityCredential, AcquireTokenForClient,
    AcquireTokenInLongRunningOnBehalfOf, AcquireTokenOnBehalfOf, FederatedUser,
    InitiateLongRunningOnBehalfOf, RemoveTokensForClient, StopLongRunningOnBehalfOf,
};
use crate::secret::Secret;
use crate::token::Scopes;
use alloc::string::String;
use core::ops::Deref;

/// An application that proves who it is (RFC 6749 section 2.1), as MSAL's `ConfidentialClientApplication`.
///
/// ```
/// use msal_proto::authority::{AZURE_PUBLIC, AuthorityBuilder};
/// use msal_proto::{ClientCredential, ConfidentialClientApplication};
///
/// let app = ConfidentialClientApplication::builder("00001111-aaaa-2222-bbbb-3333cccc4444")
///     .authority(AuthorityBuilder::new(AZURE_PUBLIC, "contoso.onmicrosoft.com"))
///     .client_credential(ClientCredential::secret("from a vault")?)
///     .client_capabilities(["CP1"])
///     .build()?;
/// # Ok::<(), msal_proto::Error>(())
/// ```
#[derive(Debug)]
pub struct ConfidentialClientApplication(pub(super) ClientApplication);

impl ConfidentialClientApplication {
    /// Begins one with the application's (client) id.
    pub fn builder(client_id: impl Into<String>) -> ClientApplicationBuilder<Self> {
        ClientApplicationBuilder::new(client_id.into())
    }

    /// A token for the application itself, with nobody signed in (RFC 6749 section 4.4), from the cache or else
    /// from the service. Scopes are one resource's `/.default`.
    pub fn acquire_token_for_client<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> AcquireTokenForClient {
        AcquireTokenForClient::new(self.0.fingerprint(), Scopes::new(scopes))
    }

    /// A token for a person as whom this program may act, by a credential that is federated with them: the token of an agent's
    /// identity (Entra's grant `user_fic`). From then on
    /// [`acquire_token_silent`](crate::ClientApplication::acquire_token_silent) serves.
    pub fn acquire_token_by_user_federated_identity_credential<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
        assertion: impl Into<Secret>,
        user: FederatedUser,
    ) -> AcquireTokenByUserFederatedIdentityCredential {
        let (client, scopes) = (self.0.fingerprint(), Scopes::new(scopes));
        AcquireTokenByUserFederatedIdentityCredential::new(client, scopes, assertion.into(), user)
    }

    /// Forgets the tokens that [`acquire_token_for_client`](Self::acquire_token_for_client) left in the cache, of
    /// every tenant of this cloud.
    pub fn remove_tokens_for_client(&self) -> RemoveTokensForClient {
        RemoveTokensForClient::new(self.0.fingerprint())
    }

    /// A token on behalf of whoever called this application, to call another in their name: for the access token that
    /// they came with, the assertion (RFC 7523 section 2.1, with `requested_token_use`), which the application has
    /// validated. From the cache only if it was issued to the same assertion.
    ///
    /// [`Error::SignInNeeded`](crate::Error::SignInNeeded) is for the caller: answer them 401 with its `claims` as the
    /// claims challenge.
    pub fn acquire_token_on_behalf_of<S: AsRef<str>>(
        &self,
        user_assertion: impl Into<Secret>,
        scopes: impl IntoIterator<Item = S>,
    ) -> AcquireTokenOnBehalfOf {
        AcquireTokenOnBehalfOf::new(self.0.fingerprint(), user_assertion.into(), Scopes::new(scopes))
    }

    /// Begins to act on behalf of whoever called this application for longer than their token is good: the refresh token
    /// is kept, under a key. It is the program's own or, if it gives none, the assertion's digest, and comes back with
    /// the token. The key is bound to the user: who begins with one that is another user's gets
    /// [`LongRunningError::AnotherUser`](crate::flows::LongRunningError::AnotherUser) and changes nothing.
    ///
    /// The cache keeps the key as it is. Whoever may choose it may go on with what is under it, so let no caller choose.
    pub fn initiate_long_running_on_behalf_of<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
        user_assertion: impl Into<Secret>,
        key: Option<&str>,
    ) -> InitiateLongRunningOnBehalfOf {
        let (client, scopes) = (self.0.fingerprint(), Scopes::new(scopes));
        InitiateLongRunningOnBehalfOf::new(client, user_assertion.into(), scopes, key)
    }

    /// Goes on with it, without the assertion: a token from the cache, or by the refresh token.
    pub fn acquire_token_in_long_running_on_behalf_of<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
        key: &str,
    ) -> AcquireTokenInLongRunningOnBehalfOf {
        AcquireTokenInLongRunningOnBehalfOf::new(self.0.fingerprint(), Scopes::new(scopes), key)
    }

    /// Ends it: forgets all that is under the key. What is not ended is kept as long as the cache is.
    pub fn stop_long_running_on_behalf_of(&self, key: &str) -> StopLongRunningOnBehalfOf {
        StopLongRunningOnBehalfOf::new(self.0.fingerprint(), key)
    }
}

impl Deref for ConfidentialClientApplication {
    type Target = ClientApplication;

    fn deref(&self) -> &ClientApplication {
        &self.0
    }
}
