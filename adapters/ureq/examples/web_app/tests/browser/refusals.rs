//! Who is not signed in, and what they are told.
use crate::application::with_application;
use msal_web_app::ResponseMode;
use msal_web_app::offline::{NAME, PASSWORD, USERNAME};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromium-driver"]
async fn a_wrong_password_is_said_on_the_page_and_may_be_mended() {
    with_application(ResponseMode::Query, async |browser, application| {
        application.go_to_sign_in(browser).await;
        browser.give_password(USERNAME, "wrong").await;
        let error = browser.text("#error").await;
        assert!(error.starts_with("AADSTS50126"), "{error}");
        assert_eq!(browser.address().await.origin().ascii_serialization(), application.entra.origin());
        browser.give_password(USERNAME, PASSWORD).await;
        browser.click("[name=accept]").await;
        browser.see("name", NAME).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromium-driver"]
async fn who_cancels_or_does_not_consent_is_told_the_service_s_error() {
    with_application(ResponseMode::FormPost, async |browser, application| {
        for consents in [false, true] {
            application.go_to_sign_in(browser).await;
            if consents {
                browser.give_password(USERNAME, PASSWORD).await;
                browser.heading("Permissions requested").await;
            }
            browser.click("[name=cancel]").await;
            browser.heading("That did not work").await;
            let error = browser.text("#error").await;
            assert!(error.starts_with("the service refused: access_denied: AADSTS65004"), "{error}");
            browser.click("#home").await;
            browser.see("signed-out", "You are not signed in.").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromium-driver"]
async fn an_error_s_description_is_text_whatever_it_says() {
    with_application(ResponseMode::Query, async |browser, application| {
        application.go_to_sign_in(browser).await;
        let address = browser.address().await;
        let (_, state) = address.query_pairs().find(|(name, _)| name == "state").unwrap();
        let script = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">";
        let parameters = [("error", "access_denied"), ("error_description", script), ("state", &*state)];
        let callback = format!("{}/callback", application.origin);
        browser.open(url::Url::parse_with_params(&callback, parameters).unwrap().as_str()).await;
        browser.heading("That did not work").await;
        assert_eq!(browser.text("#error").await, format!("the service refused: access_denied: {script}"));
        assert_eq!(browser.count("script, img").await, 0);
        assert_eq!(browser.title().await, "That did not work");
    })
    .await;
}
