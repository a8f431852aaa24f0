//! Answers of the authority that are not what they should be.
use crate::visitor::{Visitor, world};
use axum::http::StatusCode;

const NO_SIGN_IN: &str = "No sign-in was begun here, or it has ended already.";

#[tokio::test]
async fn an_answer_counts_where_it_was_asked_for_and_once() {
    let (world, mut visitor) = (world(), Visitor::default());
    let callback = visitor.begin(&world).await;
    let elsewhere = Visitor::default().get(&world, &callback).await;
    assert_eq!((elsewhere.status, elsewhere.shows(NO_SIGN_IN)), (StatusCode::BAD_REQUEST, true));
    assert_eq!(visitor.get(&world, &callback).await.status, StatusCode::SEE_OTHER);
    let again = visitor.get(&world, &callback).await;
    assert!(again.shows(NO_SIGN_IN), "{}", again.page);
}

#[tokio::test]
async fn an_answer_to_another_sign_in_is_refused_and_ends_this_one() {
    let (world, mut visitor) = (world(), Visitor::default());
    let right = visitor.begin(&world).await;
    let cookie = visitor.cookie.clone();
    let forged = visitor.get(&world, "/callback?code=1&state=2").await;
    assert_eq!(forged.status, StatusCode::BAD_REQUEST);
    assert!(forged.shows("belongs to another sign-in"), "{}", forged.page);
    let late = Visitor { cookie }.get(&world, &right).await;
    assert!(late.shows(NO_SIGN_IN), "{}", late.page);
}

#[tokio::test]
async fn an_authority_that_does_not_answer_is_said_so_and_the_sign_in_is_used_up() {
    let (mut world, mut visitor) = (world(), Visitor::default());
    let callback = visitor.begin(&world).await;
    let mut other = msal_web_app::offline::start("https://other.example").unwrap();
    std::mem::swap(&mut world.entra, &mut other);
    drop(other);
    let answer = visitor.get(&world, &callback).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.shows("That did not work"), "{}", answer.page);
    // The code may have been redeemed.
    let again = visitor.get(&world, &callback).await;
    assert!(again.shows(NO_SIGN_IN), "{}", again.page);
}
