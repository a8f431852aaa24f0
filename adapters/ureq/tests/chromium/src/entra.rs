//! The offline Entra, with a person and an application that everybody has to consent to.
use crate::program::Program;
use msal_fixture_authority::{Application, Authority, Loopback, Tenant, User};
use msal_fixture_browser::{Browser, in_browser};
use msal_ureq::msal_loopback::ListenOptions;
use msal_ureq::msal_proto::PublicClientApplication;

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
pub(crate) const ALICE: &str = "alice@contoso.example";
pub(crate) const PASSWORD: &str = "pa55word";

/// Shows Entra to a browser, and what a program asks of the person before it.
pub(crate) async fn with_entra(
    listen: ListenOptions,
    test: impl AsyncFnOnce(&Browser, &mut Program, &Loopback),
) {
    let application = Application::new(CLIENT_ID).requires_consent().redirect_uri("http://localhost");
    let alice = User::new(ALICE, PASSWORD, "66666666-6666-6666-6666-666666666666");
    let mut authority = Authority::new("https://localhost");
    authority.register(Tenant::new(TENANT).application(application).user(alice));
    // So that nobody waits here for long.
    authority.device_codes(1, 900);
    let entra = Loopback::start(authority).unwrap();
    let app = PublicClientApplication::builder(CLIENT_ID)
        .authority(format!("{}/{TENANT}", entra.origin()))
        .instance_discovery(false)
        .build()
        .unwrap();
    let mut program = Program::new(app, "User.Read", entra.ca_pem(), listen);
    in_browser(&[entra.ca_pem()], async |browser| test(browser, &mut program, &entra).await).await;
}

/// A person at the page "Sign in", who has not signed in here before.
pub(crate) async fn sign_in_and_consent(browser: &Browser) {
    browser.give_password(ALICE, PASSWORD).await;
    browser.heading("Permissions requested").await;
    browser.click("[name=accept]").await;
}
