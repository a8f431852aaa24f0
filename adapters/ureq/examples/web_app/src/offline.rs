//! An Entra of one's own, with one person and this application registered.
use crate::msal_proto::{ClientCredential, ConfidentialClientApplication};
use crate::{ResponseMode, Settings};
use msal_fixture_authority::{Application, Authority, Loopback, Tenant, User};
use msal_ureq::{Client, Transport, TransportOptions};
use std::error::Error;
use std::io;

/// The tenant.
pub const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
/// The application.
pub const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
/// The application's secret, which is known to everybody.
pub const SECRET: &str = "secret-of-the-offline-web-app";
/// The person's user name.
pub const USERNAME: &str = "alice@contoso.example";
/// The person's password.
pub const PASSWORD: &str = "pa55word";
/// The person's name.
pub const NAME: &str = "Alice <Äåß> & Bob";

/// Serves until it is dropped. `origin` is where the application is seen.
///
/// # Errors
/// Of the socket, or of making certificates.
pub fn start(origin: &str) -> io::Result<Loopback> {
    let application = Application::new(CLIENT_ID)
        .secret(SECRET)
        .requires_consent()
        .redirect_uri(&format!("{origin}/callback"))
        .redirect_uri(&format!("{origin}/"));
    let alice = User::new(USERNAME, PASSWORD, "66666666-6666-6666-6666-666666666666").name(NAME);
    let mut authority = Authority::new("https://localhost");
    authority.register(Tenant::new(TENANT).application(application).user(alice));
    Loopback::start(authority)
}

/// The application of this server.
///
/// # Errors
/// None that this server would cause.
pub fn settings(
    offline: &Loopback,
    origin: String,
    scope: String,
    response_mode: ResponseMode,
) -> Result<Settings, Box<dyn Error>> {
    let authority = format!("{}/{TENANT}", offline.origin());
    let app = ConfidentialClientApplication::builder(CLIENT_ID)
        .authority(&authority)
        .client_credential(ClientCredential::secret(SECRET)?)
        .instance_discovery(false)
        .app_name("msal-web-app")
        .build()?;
    let mut options = TransportOptions::default();
    options.extra_ca = offline.ca_pem().into();
    let client = Client::new(app).with_transport(Transport::new(&options)?);
    Ok(Settings { client, authority, origin, scope, response_mode })
}
