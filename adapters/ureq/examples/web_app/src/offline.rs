//! An Entra of one's own, with one person and this application registered.
use msal_fixture_authority::{Application, Authority, Loopback, Tenant, User};
use msal_ureq::{Transport, TransportError, TransportOptions};
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
pub const NAME: &str = "Alice <Äåß> & Co.";

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

/// A transport that trusts it.
///
/// # Errors
/// None that this server's certificates would cause.
pub fn transport(offline: &Loopback) -> Result<Transport, TransportError> {
    let mut options = TransportOptions::default();
    options.extra_ca = offline.ca_pem().into();
    Transport::new(&options)
}
