//! The client of a program that can keep no secret: on a desktop, in a terminal, on a device.
use super::{ClientApplication, ClientApplicationBuilder};
use crate::flows::{
    AcquireTokenByDeviceCode, AcquireTokenByDeviceFlow, AcquireTokenInteractive, DeviceFlow,
    InitiateDeviceFlow,
};
use crate::token::Scopes;
use alloc::string::String;
use core::ops::Deref;

/// An application that proves nothing of itself (RFC 6749 section 2.1), as MSAL's `PublicClientApplication`.
///
/// ```
/// use msal_proto::PublicClientApplication;
///
/// let app = PublicClientApplication::builder("00001111-aaaa-2222-bbbb-3333cccc4444")
///     .authority("https://login.microsoftonline.com/organizations")
///     .build()?;
/// # Ok::<(), msal_proto::Error>(())
/// ```
#[derive(Debug)]
pub struct PublicClientApplication(pub(super) ClientApplication);

impl PublicClientApplication {
    /// Begins one with the application's (client) id.
    pub fn builder(client_id: impl Into<String>) -> ClientApplicationBuilder<Self> {
        ClientApplicationBuilder::new(client_id.into())
    }

    /// Signs a person in with their own browser (RFC 8252): the host opens it and receives the answer on this machine. The
    /// application is registered with the redirect URI `http://localhost`.
    pub fn acquire_token_interactive<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> AcquireTokenInteractive {
        AcquireTokenInteractive::new(self.fingerprint(), Scopes::new(scopes))
    }

    /// Signs a person in on another device (RFC 8628): the host shows them where to go and the code to enter there, and the
    /// flow waits until they have. The scopes may be none.
    pub fn acquire_token_by_device_code<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> AcquireTokenByDeviceCode {
        AcquireTokenByDeviceCode::new(self.fingerprint(), Scopes::new(scopes))
    }

    /// Begins a sign-in on another device (RFC 8628 section 3.1): gets the code to enter there, and where. The scopes may be
    /// none.
    pub fn initiate_device_flow<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> InitiateDeviceFlow {
        InitiateDeviceFlow::new(self.fingerprint(), Scopes::new(scopes))
    }

    /// Waits until the person has signed in there, asking as often as the service allows (RFC 8628 section 3.4). To end it
    /// before, drop the flow.
    pub fn acquire_token_by_device_flow(&self, flow: DeviceFlow) -> AcquireTokenByDeviceFlow {
        AcquireTokenByDeviceFlow::new(self.fingerprint(), flow)
    }
}

impl Deref for PublicClientApplication {
    type Target = ClientApplication;

    fn deref(&self) -> &ClientApplication {
        &self.0
    }
}
