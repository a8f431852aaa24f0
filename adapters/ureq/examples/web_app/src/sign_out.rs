//! Signing out: here, and at the authority, where the person else stays signed in.
use crate::visit::Visit;
use crate::{Failure, Settings};
use axum::extract::State;
use axum::response::Redirect;
use std::sync::Arc;
use tower_sessions::Session;
use url::form_urlencoded;

/// Forgets the person and ends the session, whatever comes of it at the authority (OpenID Connect RP-Initiated Logout 1.0).
pub(crate) async fn end(
    State(settings): State<Arc<Settings>>,
    session: Session,
) -> Result<Redirect, Failure> {
    let visit = Visit::new(&settings, &session);
    if let Some(person) = visit.person().await? {
        visit.run(settings.client.app().remove_account(&person.account)).await?;
    }
    visit.end().await?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("post_logout_redirect_uri", &format!("{}/", settings.origin));
    let authority = settings.authority.trim_end_matches('/');
    Ok(Redirect::to(&format!("{authority}/oauth2/v2.0/logout?{}", query.finish())))
}
