//! The client of a program that can keep no secret: on a desktop, in a terminal, on a device.
use super::{ClientApplication, ClientApplicationBuilder};
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
}

impl Deref for PublicClientApplication {
    type Target = ClientApplication;

    fn deref(&self) -> &ClientApplication {
        &self.0
    }
}
