//! To the authority's sign-in page and back.
use crate::msal_proto::TokenCache;
use crate::visit::{Person, Visit};
use crate::{Failure, Settings};
use axum::extract::{RawQuery, State};
use axum::response::Redirect;
use std::sync::Arc;
use tower_sessions::Session;

/// Sends the browser to the authority. Claims that a silent call was refused for want of go with it.
pub(crate) async fn begin(
    State(settings): State<Arc<Settings>>,
    session: Session,
) -> Result<Redirect, Failure> {
    let visit = Visit::new(&settings, &session);
    let mut request = settings
        .client
        .app()
        .initiate_auth_code_flow([&settings.scope])
        .redirect_uri(settings.redirect_uri())
        .response_mode(settings.response_mode.name());
    if let Some(claims) = visit.claims().await? {
        request = request.claims_challenge(claims);
    }
    if let Some(username) = visit.person().await?.and_then(|person| person.account.username.clone()) {
        request = request.login_hint(&*username);
    }
    let flow = visit.run(request).await?;
    visit.keep_sign_in(&flow).await?;
    Ok(Redirect::to(&flow.auth_uri))
}

/// The answer in the address.
pub(crate) async fn redirected(
    State(settings): State<Arc<Settings>>,
    session: Session,
    RawQuery(query): RawQuery,
) -> Result<Redirect, Failure> {
    finish(&Visit::new(&settings, &session), &settings, query.unwrap_or_default()).await
}

/// The answer in a form.
pub(crate) async fn posted(
    State(settings): State<Arc<Settings>>,
    session: Session,
    form: String,
) -> Result<Redirect, Failure> {
    finish(&Visit::new(&settings, &session), &settings, form).await
}

/// The library reads the answer and holds it against the flow: nothing in it counts before.
async fn finish(visit: &Visit<'_>, settings: &Settings, answer: String) -> Result<Redirect, Failure> {
    let flow = visit.take_sign_in().await?.ok_or(Failure::NoSignIn)?;
    let app = settings.client.app();
    let request = app.acquire_token_by_auth_code_flow(flow, answer);
    let (result, cache) = visit.run_with(TokenCache::new(), request).await?;
    let result = result?;
    let (claims, account) = (result.id_token_claims, *result.account.ok_or(Failure::NotSignedIn)?);
    let name = claims.and_then(|claims| claims.name).or(account.username.as_deref().map(str::to_owned));
    let person = Person { name: name.unwrap_or_default(), account };
    visit.begin(&person, cache).await?;
    Ok(Redirect::to("/"))
}

impl Settings {
    fn redirect_uri(&self) -> String {
        format!("{}/callback", self.origin)
    }
}
