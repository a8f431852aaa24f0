//! A person signs in, and the answer comes to this machine.
use crate::entra::{ALICE, PASSWORD, sign_in_and_consent, with_entra};
use crate::program::redirect_uri;
use msal_ureq::msal_loopback::ListenOptions;
use msal_ureq::msal_proto::TokenSource;
use msal_ureq::msal_proto::engine::ResponseMode;
use msal_ureq::msal_proto::flows::AcquireTokenInteractive;
use std::net::TcpListener;
use url::Url;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn a_person_signs_in_by_form_post_is_remembered_and_signs_out() {
    with_entra(ListenOptions::new(), async |browser, program, _| {
        let (call, auth_uri) = program.sign_in(|request| request).await;
        assert!(auth_uri.contains("response_mode=form_post"), "{auth_uri}");
        browser.open(&auth_uri).await;
        sign_in_and_consent(browser).await;
        browser.heading("You are signed in").await;
        assert_eq!(
            browser.address().await.as_str(),
            format!("{}/", redirect_uri(&auth_uri)),
            "without a code"
        );
        let result = call.end().await.unwrap();
        assert_eq!(result.token_source, TokenSource::IdentityProvider);
        assert!(result.scope.iter().any(|scope| scope == "User.Read"), "{:?}", result.scope);

        let client = &program.client;
        let accounts = client.run(client.app().get_accounts()).unwrap();
        let [alice] = accounts.as_slice() else { panic!("{accounts:?}") };
        assert_eq!(alice.username.as_deref(), Some(ALICE));
        let silent = client.run(client.app().acquire_token_silent(["User.Read"], alice)).unwrap().unwrap();
        assert_eq!((silent.token_source, silent.access_token), (TokenSource::Cache, result.access_token));
        client.run(client.app().remove_account(alice)).unwrap();
        assert!(client.run(client.app().get_accounts()).unwrap().is_empty());
        assert!(client.run(client.app().acquire_token_silent(["User.Read"], alice)).unwrap().is_none());

        // The browser has not forgotten: the next time nobody is asked.
        let (call, auth_uri) = program.sign_in(|request| request.login_hint(ALICE)).await;
        browser.open(&auth_uri).await;
        browser.heading("You are signed in").await;
        call.end().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn a_person_comes_by_the_welcome_page_to_a_fixed_port_by_query() {
    let listen = ListenOptions::new()
        .welcome_template("<h1>Welcome</h1><a id=\"go\" href=\"$auth_uri\">Sign in</a>")
        .success_template("<h1>Back again</h1>");
    with_entra(listen, async |browser, program, _| {
        // Free a moment ago.
        let port = TcpListener::bind("localhost:0").unwrap().local_addr().unwrap().port();
        let ask = |request: AcquireTokenInteractive| {
            request.response_mode(ResponseMode::Query).port(port).login_hint(ALICE)
        };
        let (call, welcome_uri) = program.sign_in(ask).await;
        assert_eq!(Url::parse(&welcome_uri).unwrap().port(), Some(port));
        browser.open(&welcome_uri).await;
        browser.heading("Welcome").await;
        browser.click("#go").await;
        browser.heading("Sign in").await;
        let auth_uri = browser.address().await;
        assert_eq!(redirect_uri(auth_uri.as_str()), format!("http://localhost:{port}"));
        assert_eq!(browser.value("[name=username]").await, ALICE);
        browser.type_in("[name=password]", PASSWORD).await;
        browser.click("form button:not([name])").await;
        browser.click("[name=accept]").await;
        browser.heading("Back again").await;
        let result = call.end().await.unwrap();
        assert_eq!(result.account.unwrap().username.as_deref(), Some(ALICE));
    })
    .await;
}
