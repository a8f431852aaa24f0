//! Looking at things: where the service is, what an id token says, what was asked.
use crate::ask::Answered;
use crate::errors;
use crate::progress::now;
use crate::results::show_claims;
use crate::session::Session;
use crate::tables::print_pairs;
use msal_proto::transcript::Transcript;
use msal_proto::{Secret, decode_id_token};

const TEXT: &str = "as text";
const MERMAID: &str = "as a Mermaid diagram";

pub(crate) fn authority(session: &mut Session) -> Answered<()> {
    let authority = match session.run(session.app().resolve_authority()) {
        Ok(authority) => authority,
        Err(error) => {
            errors::show(&error);
            return Ok(());
        }
    };
    let pairs = [
        ("kind", Some(format!("{:?}", authority.kind))),
        ("instance", Some(authority.instance)),
        ("tenant", Some(authority.tenant)),
        ("authorization_endpoint", Some(authority.authorization_endpoint)),
        ("token_endpoint", Some(authority.token_endpoint)),
        ("device_authorization_endpoint", authority.device_authorization_endpoint),
    ];
    print_pairs("The authority", pairs.into_iter().filter_map(|(name, text)| Some((name, text?))));
    Ok(())
}

/// The one that is given, or that of the last sign-in. It is checked as far as that goes without the sign-in's nonce.
pub(crate) fn id_token(session: &mut Session) -> Answered<()> {
    let question = "The id token; nothing for that of the last sign-in";
    let given = Some(session.terminal.secret(question)?).filter(|given| !given.is_empty()).map(Secret::new);
    let Some(id_token) = given.or_else(|| session.id_token.clone()) else {
        errors::advise("There was no sign-in yet.");
        return Ok(());
    };
    let client_id = &session.registration().client_id;
    match decode_id_token(id_token.expose(), Some(client_id), None, None, now()) {
        Ok((claims, warnings)) => {
            show_claims("What the id token says", &claims.members, now());
            warnings.iter().for_each(|warning| println!("Warning: {warning}"));
        }
        Err(error) => println!("Error: {error}"),
    }
    Ok(())
}

pub(crate) fn transcript(session: &mut Session) -> Answered<()> {
    let transcript = session.last_transcript();
    if *transcript == Transcript::default() {
        errors::advise("Nothing was asked for yet.");
        return Ok(());
    }
    match session.terminal.choose("The transcript of what was done last", vec![TEXT, MERMAID])? {
        TEXT => println!("\n{transcript}"),
        _ => println!("\n{}", transcript.to_mermaid()),
    }
    Ok(())
}
