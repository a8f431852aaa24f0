//! Who sees what.
use crate::visitor::{ORIGIN, Visitor, world};
use axum::http::StatusCode;

const SIGNED_OUT: &str = "You are not signed in.";
const SIGNED_IN: &str = "You are signed in as";

#[tokio::test]
async fn what_one_signs_in_to_nobody_else_sees() {
    let (world, mut one, mut other) = (world(), Visitor::default(), Visitor::default());
    one.sign_in(&world).await;
    assert!(one.get(&world, "/").await.shows(SIGNED_IN));
    assert!(other.get(&world, "/").await.shows(SIGNED_OUT));
    let refused = other.click(&world, "/token").await;
    assert_eq!((refused.status, refused.shows(SIGNED_OUT)), (StatusCode::FORBIDDEN, true));
    other.begin(&world).await;
    assert_eq!(other.click(&world, "/token").await.status, StatusCode::FORBIDDEN);
    other.sign_in(&world).await;
    one.click(&world, "/sign-out").await;
    assert!(other.click(&world, "/token").await.shows("cache"), "the other one is signed in still");
}

#[tokio::test]
async fn a_session_that_somebody_knew_before_is_not_signed_in() {
    let (world, mut visitor) = (world(), Visitor::default());
    let callback = visitor.begin(&world).await;
    let known = visitor.cookie.clone();
    assert!(known.is_some());
    visitor.get(&world, &callback).await;
    assert!(visitor.cookie.is_some() && visitor.cookie != known);
    assert!(Visitor { cookie: known }.get(&world, "/").await.shows(SIGNED_OUT));
}

#[tokio::test]
async fn a_session_that_has_ended_is_of_no_use() {
    let (world, mut visitor) = (world(), Visitor::default());
    visitor.sign_in(&world).await;
    let ended = visitor.cookie.clone();
    let answer = visitor.click(&world, "/sign-out").await;
    let uri = format!("/oauth2/v2.0/logout?post_logout_redirect_uri={}", "https%3A%2F%2Fapp.example%2F");
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.location().starts_with(world.entra.origin()) && answer.location().ends_with(&uri));
    assert!(visitor.cookie.is_none());
    assert!(Visitor { cookie: ended }.get(&world, "/").await.shows(SIGNED_OUT));
    assert_eq!(Visitor::default().click(&world, "/sign-out").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn no_page_has_a_token_in_it() {
    let (world, mut visitor) = (world(), Visitor::default());
    visitor.sign_in(&world).await;
    for form in ["", "force_refresh=yes"] {
        let answer = visitor.post(&world, "/token", Some(ORIGIN), form).await;
        assert!(answer.shows("User.Read") && !answer.shows("eyJ"), "{}", answer.page);
    }
}
