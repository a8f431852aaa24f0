//! What can be changed at the offline Entra.
use crate::ask::Answered;
use crate::offline::{ALICE, BOB, Offline};
use crate::session::Session;
use std::error::Error;
use std::sync::Arc;

const BROWSER: &str = "sign in with a browser";
const AS_ALICE: &str = "sign in as alice without a browser";
const AS_BOB: &str = "sign in as bob without a browser";
const PUBLIC: &str = "be a public client";
const WITH_SECRET: &str = "be a confidential client with a secret";
const WITH_CERTIFICATE: &str = "be a confidential client with a certificate";
const MORE_PROOF: &str = "demand more proof for Microsoft Graph, as Conditional Access does";
const NO_PROOF: &str = "demand no more proof";
const REVOKE: &str = "revoke all refresh tokens";

pub(crate) fn change(session: &mut Session) -> Answered<()> {
    let Some(offline) = session.offline.clone() else { return Ok(()) };
    let choices =
        vec![AS_ALICE, AS_BOB, BROWSER, PUBLIC, WITH_SECRET, WITH_CERTIFICATE, MORE_PROOF, NO_PROOF, REVOKE];
    let choice = session.terminal.choose("The offline Entra", choices)?;
    match apply(session, &offline, choice) {
        Ok(()) => println!("{}", session.registration()),
        Err(error) => println!("{error}"),
    }
    Ok(())
}

fn apply(session: &mut Session, offline: &Arc<Offline>, choice: &str) -> Result<(), Box<dyn Error>> {
    match choice {
        PUBLIC => return session.become_application(offline.public()),
        WITH_SECRET => return session.become_application(offline.with_secret()?),
        WITH_CERTIFICATE => return session.become_application(offline.with_certificate()?),
        MORE_PROOF => offline.demand_proof(true),
        NO_PROOF => offline.demand_proof(false),
        REVOKE => offline.revoke_refresh_tokens(),
        AS_ALICE => offline.set_stand_in(Some(ALICE)),
        AS_BOB => offline.set_stand_in(Some(BOB)),
        _ => offline.set_stand_in(None),
    }
    session.reconnect()
}
