//! The same at a real OpenID provider that is not of this project: `fixtures/openid-provider`.
use crate::program::Program;
use msal_fixture_browser::{Browser, in_browser};
use msal_fixture_openid_provider::OpenIdProvider;
use msal_ureq::msal_loopback::ListenOptions;
use msal_ureq::msal_proto::engine::ResponseMode;
use msal_ureq::msal_proto::flows::{AcquireTokenInteractive, Prompt};
use msal_ureq::msal_proto::{PublicClientApplication, TokenSource};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium, node and npm"]
async fn a_person_signs_in_here_and_on_another_device() {
    let provider = OpenIdProvider::start();
    let app = PublicClientApplication::builder("public-app").oidc_authority(provider.issuer());
    let app = app.build().unwrap();
    let mut program = Program::new(app, "api.read", provider.certificate(), ListenOptions::new());
    in_browser(&[provider.certificate()], async |browser| {
        for mode in [ResponseMode::FormPost, ResponseMode::Query] {
            let ask = |request: AcquireTokenInteractive| request.prompt(Prompt::LOGIN).response_mode(mode);
            let (call, auth_uri) = program.sign_in(ask).await;
            browser.open(&auth_uri).await;
            give_password(browser, "alice").await;
            // Native applications cannot prove who they are, so the person is asked every time (RFC 8252 section 8.6).
            browser.heading("Authorize").await;
            browser.click("[type=submit]").await;
            browser.heading("You are signed in").await;
            let result = call.end().await.unwrap();
            assert_eq!(result.token_source, TokenSource::IdentityProvider);
            assert_eq!(result.account.unwrap().username.as_deref(), Some("alice@contoso.example"));
        }

        let client = &program.client;
        let mut flow = client.run(client.app().initiate_device_flow(["api.read"])).unwrap();
        // So that nobody waits here for long.
        flow.interval = 1;
        let call = program.call(client.app().acquire_token_by_device_flow(flow.clone()));
        browser.open(flow.verification_uri.as_deref().unwrap()).await;
        browser.type_in("[name=user_code]", &flow.user_code).await;
        browser.click("[type=submit]").await;
        browser.heading("Confirm Device").await;
        browser.click("[type=submit][autofocus]").await;
        browser.heading("Authorize").await;
        browser.click("[type=submit]").await;
        browser.heading("Sign-in Success").await;
        let result = call.end().await.unwrap();
        assert_eq!(result.account.unwrap().username.as_deref(), Some("alice@contoso.example"));
    })
    .await;
}

/// At the provider's page; any will do.
async fn give_password(browser: &Browser, login: &str) {
    browser.type_in("[name=login]", login).await;
    browser.type_in("[name=password]", "any").await;
    browser.click("[type=submit]").await;
}
