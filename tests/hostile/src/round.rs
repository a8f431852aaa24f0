//! One sign-in among hostile connections.
use crate::client::{Client, form_post};
use crate::requests::{Hostile, ORIGIN, STATE, hostile};
use msal_loopback::{AuthCodeReceiver, AuthResponseRequest, ListenOptions};
use std::error::Error;
use std::thread;

/// Why a sign-in did not go as it should.
pub type Failure = Box<dyn Error + Send + Sync>;

/// How long the sign-in may take, in seconds.
const TIMEOUT: u64 = 30;

/// Opens that many hostile connections and keeps them open while one person signs in.
///
/// # Errors
///
/// The sign-in failed, its answer is not the person's, or a hostile connection was shown what only the person may see.
pub fn round(connections: usize) -> Result<(), Failure> {
    let receiver = AuthCodeReceiver::listen(0, &ListenOptions::new())?;
    let port = receiver.port();
    let request = AuthResponseRequest::new().state(STATE).origin(ORIGIN).timeout(TIMEOUT);
    let waiting = thread::spawn(move || receiver.get_auth_response(request));

    let kinds = hostile(port);
    let mut crowd = Vec::with_capacity(connections);
    for kind in kinds.iter().cycle().take(connections) {
        crowd.push((kind, say(kind, port)?));
    }
    // A byte more of each request that is not over.
    for (_, client) in crowd.iter_mut().filter(|(kind, _)| kind.status.is_none()) {
        let _ = client.send(b"O");
    }
    let answer = format!("code=good&state={STATE}");
    let page = Client::exchange(port, &form_post(port, &answer))?;
    let received = waiting.join().map_err(|_| "the receiver panicked")??;

    if received.expose() != answer {
        return Err("the answer is not the person's".into());
    }
    if !page.starts_with("HTTP/1.1 200 ") {
        return Err(format!("the person saw no page: {}", page.lines().next().unwrap_or("nothing")).into());
    }
    crowd.into_iter().try_for_each(|(kind, client)| check(kind, client))
}

/// One may be thrown out before it has said all.
fn say(kind: &Hostile, port: u16) -> Result<Client, Failure> {
    let mut client = Client::connect(port)?;
    let _ = client.send(&kind.bytes);
    Ok(client)
}

fn check(kind: &Hostile, mut client: Client) -> Result<(), Failure> {
    let response = client.response()?;
    match response.lines().next() {
        Some(line) if line.starts_with("HTTP/1.1 2") => {
            Err(format!("{} ({}): {line}", kind.row, kind.what).into())
        }
        _ => Ok(()),
    }
}
