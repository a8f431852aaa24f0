//! A silent call that is refused until the person signs in again, as asked.
use crate::application::with_application;
use msal_web_app::ResponseMode;
use msal_web_app::offline::{NAME, PASSWORD, USERNAME};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromium-driver"]
async fn the_claims_of_the_error_go_with_the_next_sign_in() {
    with_application(ResponseMode::Query, async |browser, application| {
        application.sign_in(browser).await;
        let claims = json!({ "access_token": { "acrs": { "essential": true, "value": "c1" } } });
        let claims = claims.as_object().cloned();
        application.entra.authority().require_claims("https://graph.microsoft.com", claims);

        browser.click("#refresh").await;
        browser.heading("Sign in again").await;
        let error = browser.text("#error").await;
        assert!(error.starts_with("the service refused: interaction_required: AADSTS50076"), "{error}");
        browser.click("#sign-in").await;
        // Though there is a session, Entra wants to see the person; the name is filled in.
        browser.heading("Sign in").await;
        assert_eq!(browser.value("[name=username]").await, USERNAME);
        browser.give_password(USERNAME, PASSWORD).await;
        browser.see("name", NAME).await;
        browser.click("#refresh").await;
        browser.see("source", "identity_provider").await;
    })
    .await;
}
