//! Signing in, silent calls, signing out.
use crate::application::{Application, with_application};
use msal_fixture_browser::Browser;
use msal_web_app::ResponseMode;
use msal_web_app::offline::USERNAME;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromium-driver"]
async fn a_person_signs_in_and_out_by_redirects() {
    with_application(ResponseMode::Query, async |browser, application| {
        signs_in_and_out(browser, application, "Lax").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromium-driver"]
async fn a_person_signs_in_and_out_by_form_post() {
    with_application(ResponseMode::FormPost, async |browser, application| {
        signs_in_and_out(browser, application, "None").await;
    })
    .await;
}

async fn signs_in_and_out(browser: &Browser, application: &Application, same_site: &str) {
    application.go_to_sign_in(browser).await;
    browser.open(&application.origin).await;
    let before = browser.cookie("session").await.unwrap();
    application.sign_in(browser).await;
    browser.see("username", USERNAME).await;
    let session = browser.cookie("session").await.unwrap();
    assert_ne!(session.value(), before.value(), "the session has another id");
    assert_eq!(
        (session.http_only(), session.secure(), session.same_site().unwrap().to_string()),
        (Some(true), Some(true), same_site.to_owned())
    );

    browser.click("#call").await;
    browser.see("source", "cache").await;
    let scopes = browser.text("#scopes").await;
    assert!(scopes.split(' ').any(|scope| scope == "User.Read"), "{scopes}");
    let seconds: u64 = browser.text("#seconds").await.parse().unwrap();
    assert!((3500..=3599).contains(&seconds), "{seconds}");
    browser.click("#refresh").await;
    browser.see("source", "identity_provider").await;
    browser.click("#home").await;

    browser.click("#sign-out").await;
    browser.see("signed-out", "You are not signed in.").await;
    assert_eq!(browser.address().await.as_str(), format!("{}/", application.origin));
    assert!(browser.cookie("session").await.is_none());
    let logouts =
        application.entra.authority().handled().iter().filter(|one| one.path.ends_with("/logout")).count();
    assert_eq!(logouts, 1);
    // Entra has forgotten too: it asks for the password again.
    application.go_to_sign_in(browser).await;
}
