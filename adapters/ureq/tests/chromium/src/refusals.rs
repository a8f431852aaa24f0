//! Who does not sign in, and what the program and the person are told.
use crate::entra::{ALICE, PASSWORD, with_entra};
use msal_ureq::msal_loopback::ListenOptions;
use msal_ureq::msal_proto::Error;
use msal_ureq::msal_proto::engine::BrowserFault;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn who_gives_up_at_the_welcome_page_has_cancelled() {
    let listen = ListenOptions::new().welcome_template(
        "<a href=\"$auth_uri\">Sign in</a> <a id=\"abort\" href=\"$abort_uri\">Not now</a>",
    );
    with_entra(listen, async |browser, program, entra| {
        let (call, welcome_uri) = program.sign_in(|request| request).await;
        browser.open(&welcome_uri).await;
        browser.click("#abort").await;
        browser.heading("The sign-in was cancelled").await;
        assert_eq!(call.end().await.unwrap_err(), Error::Browser(BrowserFault::Cancelled));
        let asked = entra.authority().handled().iter().filter(|one| one.path.ends_with("/token")).count();
        assert_eq!(asked, 0, "nobody was asked for tokens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn who_does_not_consent_is_no_success_and_the_program_has_the_service_s_words() {
    with_entra(ListenOptions::new(), async |browser, program, _| {
        let (call, auth_uri) = program.sign_in(|request| request).await;
        browser.open(&auth_uri).await;
        browser.give_password(ALICE, PASSWORD).await;
        browser.heading("Permissions requested").await;
        browser.click("[name=cancel]").await;
        browser.heading("The sign-in did not succeed").await;
        let error = call.end().await.unwrap_err();
        let Error::Service(service) = &error else { panic!("{error:?}") };
        assert_eq!(service.error, "access_denied");
        assert!(error.to_string().contains("AADSTS65004"), "{error}");
    })
    .await;
}
