//! A person signs in for another device (RFC 8628), at the offline Entra's page.
use crate::entra::{ALICE, PASSWORD, with_entra};
use msal_ureq::msal_loopback::ListenOptions;
use msal_ureq::msal_proto::{Error, TokenSource};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn a_code_is_entered_and_approved_or_declined() {
    with_entra(ListenOptions::new(), async |browser, program, _| {
        let (call, prompt) = program.sign_in_elsewhere().await;
        assert_eq!(prompt.verification_uri_complete, None);
        browser.open(prompt.verification_uri.as_deref().unwrap()).await;
        browser.type_in("#otc", &prompt.user_code).await;
        browser.click("#next").await;
        browser.give_password(ALICE, PASSWORD).await;
        browser.see("user-code", &prompt.user_code).await;
        browser.click("[name=accept]").await;
        browser.heading("You are signed in").await;
        let result = call.end().await.unwrap();
        assert_eq!(result.token_source, TokenSource::IdentityProvider);
        let alice = result.account.unwrap();
        assert_eq!(alice.username.as_deref(), Some(ALICE));
        let client = &program.client;
        let silent = client.run(client.app().acquire_token_silent(["User.Read"], &*alice)).unwrap().unwrap();
        assert_eq!(silent.token_source, TokenSource::Cache);

        // She is known by now, and still asked.
        let (call, prompt) = program.sign_in_elsewhere().await;
        browser.open(prompt.verification_uri.as_deref().unwrap()).await;
        browser.type_in("#otc", &prompt.user_code).await;
        browser.click("#next").await;
        browser.see("username", ALICE).await;
        browser.click("[name=cancel]").await;
        browser.heading("Sign-in cancelled").await;
        let error = call.end().await.unwrap_err();
        let Error::Service(service) = &error else { panic!("{error:?}") };
        assert_eq!(service.error, "authorization_declined");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn a_complete_address_has_the_code_in_it() {
    with_entra(ListenOptions::new(), async |browser, program, entra| {
        entra.authority().verification_uri_complete(true);
        let (call, prompt) = program.sign_in_elsewhere().await;
        browser.open(prompt.verification_uri_complete.as_deref().unwrap()).await;
        assert_eq!(browser.value("#otc").await, prompt.user_code);
        browser.click("#next").await;
        browser.give_password(ALICE, PASSWORD).await;
        browser.click("[name=accept]").await;
        browser.heading("You are signed in").await;
        call.end().await.unwrap();
    })
    .await;
}
