//! The silent call: a token for the person who is signed in, without troubling them.
use crate::msal_proto::Error;
use crate::visit::Visit;
use crate::{Failure, Settings, pages};
use axum::Form;
use axum::extract::State;
use maud::Markup;
use serde::Deserialize;
use std::sync::Arc;
use tower_sessions::Session;

/// The form of the home page.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    /// There if the cache shall be passed by.
    force_refresh: Option<String>,
}

/// Shows what the token is, never the token.
pub(crate) async fn show(
    State(settings): State<Arc<Settings>>,
    session: Session,
    Form(ask): Form<Ask>,
) -> Result<Markup, Failure> {
    let visit = Visit::new(&settings, &session);
    let person = visit.person().await?.ok_or(Failure::NotSignedIn)?;
    let request = settings
        .client
        .app()
        .acquire_token_silent_with_error([&settings.scope], &person.account)
        .force_refresh(ask.force_refresh.is_some());
    match visit.run(request).await {
        Ok(Some(result)) => Ok(pages::token(&result)),
        Ok(None) => Ok(pages::sign_in_needed("Nothing is cached that a token could be got with.")),
        Err(Failure::Flow(Error::SignInNeeded(error))) => {
            visit.keep_claims(error.claims.as_deref()).await?;
            Ok(pages::sign_in_needed(&error.to_string()))
        }
        Err(failure) => Err(failure),
    }
}
