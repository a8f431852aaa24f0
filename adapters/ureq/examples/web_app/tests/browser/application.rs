//! The application beside an offline Entra, and what a person does there.
use msal_fixture_authority::Loopback;
use msal_fixture_browser::{Browser, in_browser};
use msal_web_app::offline::{self, PASSWORD, USERNAME};
use msal_web_app::{ResponseMode, router, serve};
use std::net::{Ipv4Addr, TcpListener};

/// Both servers.
pub(crate) struct Application {
    pub(crate) entra: Loopback,
    pub(crate) origin: String,
}

/// Starts both and shows them to a browser. The application is at 127.0.0.1 and Entra at localhost: for a browser these
/// are two sites, as they are in life.
pub(crate) async fn with_application(
    response_mode: ResponseMode,
    test: impl AsyncFnOnce(&Browser, &Application),
) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let origin = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let entra = offline::start(&origin).unwrap();
    let settings = offline::settings(&entra, origin.clone(), "User.Read".into(), response_mode).unwrap();
    let serving = tokio::spawn(serve(listener, entra.tls_config(), router(settings)));
    let ca_pem = entra.ca_pem().to_owned();
    let application = Application { entra, origin };
    in_browser(&[&ca_pem], async |browser| test(browser, &application).await).await;
    serving.abort();
}

impl Application {
    /// Opens the application and goes to Entra's page from there.
    pub(crate) async fn go_to_sign_in(&self, browser: &Browser) {
        browser.open(&self.origin).await;
        browser.see("signed-out", "You are not signed in.").await;
        browser.click("#sign-in").await;
        browser.heading("Sign in").await;
    }

    /// All that a person does to sign in for the first time.
    pub(crate) async fn sign_in(&self, browser: &Browser) {
        self.go_to_sign_in(browser).await;
        browser.give_password(USERNAME, PASSWORD).await;
        browser.heading("Permissions requested").await;
        browser.click("[name=accept]").await;
        browser.see("name", offline::NAME).await;
    }
}
