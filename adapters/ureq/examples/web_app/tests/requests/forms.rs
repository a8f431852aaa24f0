//! Forms that other sites send, and headers.
use crate::visitor::{ORIGIN, Visitor, world};
use axum::http::StatusCode;

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let (world, mut visitor) = (world(), Visitor::default());
    visitor.sign_in(&world).await;
    for path in ["/sign-in", "/token", "/sign-out"] {
        for origin in [None, Some("null"), Some("https://evil.example"), Some("https://app.example:1")] {
            let answer = visitor.post(&world, path, origin, "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {origin:?}");
            assert!(!answer.headers.contains_key("location"));
        }
        assert_eq!(visitor.get(&world, path).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert!(visitor.click(&world, "/token").await.shows("cache"), "still signed in");
}

#[tokio::test]
async fn every_answer_is_protected() {
    let (world, mut visitor) = (world(), Visitor::default());
    let answers = [
        visitor.get(&world, "/").await,
        visitor.get(&world, "/nowhere").await,
        visitor.get(&world, "/callback").await,
        visitor.post(&world, "/sign-out", None, "").await,
        visitor.click(&world, "/sign-in").await,
    ];
    for answer in answers {
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
    let begun = Visitor::default().post(&world, "/sign-in", Some(ORIGIN), "").await;
    let cookie = begun.headers["set-cookie"].to_str().unwrap();
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{cookie}");
    }
}
