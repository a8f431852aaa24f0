//! The application beside an offline Entra, and what a person does there.
use crate::chromium::{Browser, in_browser};
use msal_fixture_authority::Loopback;
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
    in_browser(&ca_pem, async |browser| test(browser, &application).await).await;
    serving.abort();
}

impl Browser {
    /// Opens the application and goes to Entra's page from there.
    pub(crate) async fn go_to_sign_in(&self, application: &Application) {
        self.open(&application.origin).await;
        self.see("signed-out", "You are not signed in.").await;
        self.click("#sign-in").await;
        self.heading("Sign in").await;
    }

    /// Fills in Entra's page.
    pub(crate) async fn give_password(&self, username: &str, password: &str) {
        self.type_in("[name=username]", username).await;
        self.type_in("[name=password]", password).await;
        self.click("form button:not([name])").await;
    }

    /// All that a person does to sign in for the first time.
    pub(crate) async fn sign_in(&self, application: &Application) {
        self.go_to_sign_in(application).await;
        self.give_password(USERNAME, PASSWORD).await;
        self.heading("Permissions requested").await;
        self.click("[name=accept]").await;
        self.see("name", offline::NAME).await;
    }
}
