//! The headers of every page, and who may post.
use crate::{Failure, Settings};
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Method, Response};
use axum::middleware::Next;
use std::sync::Arc;

/// `no-referrer` would take the origin off our own forms.
const HEADERS: [(HeaderName, &str); 4] = [
    // Without form-action: Chromium holds it against the redirects after a form too, and from the authority they may go on
    // to any identity provider.
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

pub(crate) async fn headers<B>(mut response: Response<B>) -> Response<B> {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Forms count only from our own pages, whatever the cookie's SameSite is: nobody is signed out by another site.
pub(crate) async fn same_origin(
    State(settings): State<Arc<Settings>>,
    request: Request,
    next: Next,
) -> Result<axum::response::Response, Failure> {
    let is_own = request.headers().get(ORIGIN).is_some_and(|origin| origin == settings.origin.as_str());
    if request.method() == Method::POST && !is_own {
        return Err(Failure::OtherSite);
    }
    Ok(next.run(request).await)
}
