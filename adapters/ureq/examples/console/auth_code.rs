//! The authorization code flow step by step, as a web application has it: an address for a browser, and what came back.
use crate::ask::Answered;
use crate::errors;
use crate::options::ask_scopes;
use crate::session::Session;
use crate::sign_in::finish;
use msal_proto::Scopes;

pub(crate) fn sign_in(session: &mut Session) -> Answered<()> {
    let scopes = ask_scopes(session)?;
    sign_in_for(session, &scopes, String::new())
}

/// With the claims that were demanded, if they are not empty.
pub(crate) fn sign_in_for(session: &mut Session, scopes: &Scopes, claims: String) -> Answered<()> {
    let redirect_uri = session.terminal.text("The redirect URI, as registered", "http://localhost")?;
    let request = session.app().initiate_auth_code_flow(scopes.iter());
    let flow = match session.run(request.redirect_uri(redirect_uri).claims_challenge(claims)) {
        Ok(flow) => flow,
        Err(error) => {
            errors::show(&error);
            return Ok(());
        }
    };
    println!("\nThis address is for the browser:\n\n{}\n", flow.auth_uri);
    let offline = session.offline.as_deref();
    let answer = match offline.and_then(|offline| Some((offline, offline.stand_in()?))) {
        Some((offline, username)) => match offline.answer(&flow.auth_uri) {
            Ok(answer) => {
                println!("{username} has signed in, and the browser is at {}?…", before_query(&answer));
                answer
            }
            Err(error) => {
                println!("{error}");
                return Ok(());
            }
        },
        None => {
            println!(
                "It ends at an address that it cannot show: copy that from its address bar, as a whole."
            );
            session.terminal.secret("Where it ended")?
        }
    };
    let request = session.app().acquire_token_by_auth_code_flow(flow, answer);
    let end = session.run(request);
    finish(session, end, scopes)
}

fn before_query(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}
