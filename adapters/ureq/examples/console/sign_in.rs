//! Signing people in, and what comes of it.
use crate::ask::Answered;
use crate::errors;
use crate::interaction::BROWSER;
use crate::options::{Options, ask_scopes};
use crate::progress::now;
use crate::results;
use crate::session::Session;
use crate::{auth_code, silent};
use msal_proto::flows::AcquireTokenInteractive;
use msal_proto::{AuthenticationResult, Error, Scopes};

pub(crate) fn interactive(session: &mut Session) -> Answered<()> {
    let scopes = ask_scopes(session)?;
    let options = Options::ask(session)?;
    interactive_for(session, &scopes, options, |request| request)
}

pub(crate) fn ssh_certificate(session: &mut Session) -> Answered<()> {
    let options = Options::ask(session)?;
    let data = |request: AcquireTokenInteractive| {
        silent::SSH_DATA.into_iter().fold(request, |request, (name, value)| request.data(name, value))
    };
    interactive_for(session, &Scopes::parse(silent::SSH_SCOPE), options, data)
}

fn interactive_for(
    session: &mut Session,
    scopes: &Scopes,
    options: Options,
    more: impl FnOnce(AcquireTokenInteractive) -> AcquireTokenInteractive,
) -> Answered<()> {
    let Some(app) = session.public() else { return Ok(()) };
    let (request, until) = (app.acquire_token_interactive(scopes.iter()), options.until(now()));
    let request = more(options.apply(request, session));
    session.progress.begin(BROWSER, until);
    let end = session.run(request);
    finish(session, end, scopes)
}

pub(crate) fn device_code(session: &mut Session) -> Answered<()> {
    let scopes = ask_scopes(session)?;
    let Some(app) = session.public() else { return Ok(()) };
    let request = app.acquire_token_by_device_code(scopes.iter());
    let end = session.run(request);
    finish(session, end, &scopes)
}

pub(crate) fn refresh_token(session: &mut Session) -> Answered<()> {
    let refresh_token = session.terminal.secret("The other library's refresh token")?;
    let scopes = ask_scopes(session)?;
    let request = session.app().acquire_token_by_refresh_token(refresh_token, scopes.iter());
    let end = session.run(request);
    finish(session, end, &scopes)
}

/// Shows the end. Where the person can help they are asked to at once.
pub(crate) fn finish(
    session: &mut Session,
    end: Result<AuthenticationResult, Error>,
    scopes: &Scopes,
) -> Answered<()> {
    let error = match end {
        Ok(result) => {
            if scopes.as_str() == silent::SSH_SCOPE && &*result.token_type != silent::SSH_CERT {
                errors::advise("That is no SSH certificate: the service makes none for this application.");
            }
            session.id_token = result.id_token.clone().or(session.id_token.take());
            return results::show(session.terminal, &result);
        }
        Err(error) => error,
    };
    errors::show(&error);
    let Error::SignInNeeded(error) = error else { return Ok(()) };
    let claims = error.claims.unwrap_or_default();
    let question = match claims.is_empty() {
        true => "Sign in now?",
        false => "Sign in now, with the claims that were demanded?",
    };
    if !session.terminal.agree(question, true)? {
        return Ok(());
    }
    if session.public().is_some() {
        let options = Options::with_claims(claims);
        return interactive_for(session, scopes, options, |request| request);
    }
    auth_code::sign_in_for(session, scopes, claims)
}
