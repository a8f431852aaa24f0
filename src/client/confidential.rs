//! The client of a program that can keep a secret: a web application, a service.
use super::{Application, ConfidentialClientApplicationBuilder};
use crate::engine::{Entropy, Env, HostFacts, UnixTime};
use crate::flows::{AcquireTokenForClient, RemoveTokensForClient, ResolveAuthority};
use crate::state::ClientState;
use crate::token::Scopes;
use alloc::string::String;

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
pub struct ConfidentialClientApplication(pub(super) Application);

impl ConfidentialClientApplication {
    /// Begins one with the application's (client) id.
    pub fn builder(client_id: impl Into<String>) -> ConfidentialClientApplicationBuilder {
        ConfidentialClientApplicationBuilder::new(client_id.into())
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
        self.0.env(state, facts, now, entropy)
    }

    /// A token for the application itself, with nobody signed in (RFC 6749 section 4.4), from the cache or else
    /// from the service. Scopes are one resource's `/.default`.
    pub fn acquire_token_for_client<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> AcquireTokenForClient {
        AcquireTokenForClient::new(self.0.fingerprint(), Scopes::new(scopes))
    }

    /// Forgets the tokens that [`acquire_token_for_client`](Self::acquire_token_for_client) left in the cache, of
    /// every tenant of this cloud.
    pub fn remove_tokens_for_client(&self) -> RemoveTokensForClient {
        RemoveTokensForClient::new(self.0.fingerprint())
    }

    /// What the authority says of itself, from its documents or from what is remembered of them. No flow needs
    /// it first: each asks for what it lacks.
    pub fn resolve_authority(&self) -> ResolveAuthority {
        ResolveAuthority::new(self.0.fingerprint())
    }
}
