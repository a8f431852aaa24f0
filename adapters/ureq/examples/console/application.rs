//! Tokens for the application itself.
use crate::ask::Answered;
use crate::errors;
use crate::session::Session;
use crate::sign_in::finish;
use msal_proto::Scopes;

const SCOPES: [&str; 2] = ["https://graph.microsoft.com/.default", "https://management.azure.com/.default"];

pub(crate) fn acquire_token(session: &mut Session) -> Answered<()> {
    let [default, _] = SCOPES;
    let known = SCOPES.map(str::to_owned);
    let scope = session.terminal.text_or_one_of("Scope, one resource's /.default", default, &known)?;
    let scopes = Scopes::parse(&scope);
    let Some(app) = session.confidential() else { return Ok(()) };
    let request = app.acquire_token_for_client(scopes.iter());
    let end = session.run(request);
    finish(session, end, &scopes)
}

pub(crate) fn remove_tokens(session: &mut Session) -> Answered<()> {
    let Some(app) = session.confidential() else { return Ok(()) };
    let request = app.remove_tokens_for_client();
    match session.run(request) {
        Ok(removed) => println!("{removed} access token(s) forgotten"),
        Err(error) => errors::show(&error),
    }
    Ok(())
}
