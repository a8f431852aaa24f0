//! The menu: one entry a call, named as the library names it.
use crate::ask::{Answered, NoAnswer};
use crate::session::Session;
use crate::{accounts, application, auth_code, cache_table, inspect, offline_menu, sign_in, silent};
use std::fmt;

#[derive(Clone, Copy)]
struct Entry {
    name: &'static str,
    what: &'static str,
    run: fn(&mut Session) -> Answered<()>,
}

const PUBLIC: &[Entry] = &[
    entry("acquire_token_interactive", "sign in with a browser", sign_in::interactive),
    entry("acquire_token_by_device_code", "sign in on another device", sign_in::device_code),
];

const CONFIDENTIAL: &[Entry] = &[
    entry("acquire_token_for_client", "a token for the application itself", application::acquire_token),
    entry("remove_tokens_for_client", "forget those tokens", application::remove_tokens),
];

const ALL: &[Entry] = &[
    entry("acquire_token_silent", "again, without the person", silent::acquire_token),
    entry("acquire_token_by_auth_code_flow", "sign in with a browser, step by step", auth_code::sign_in),
    entry("acquire_token_by_refresh_token", "take another library's token over", sign_in::refresh_token),
    entry("get_accounts", "who has signed in", accounts::list),
    entry("remove_account", "forget somebody", accounts::remove),
    entry("resolve_authority", "where the service is", inspect::authority),
    entry("decode_id_token", "what an id token says", inspect::id_token),
];

const SSH: &[Entry] = &[
    entry("ssh-cert interactive", "a certificate for SSH, with a browser", sign_in::ssh_certificate),
    entry("ssh-cert silent", "the same again, without the person", silent::ssh_certificate),
];

const REST: &[Entry] = &[
    entry("show the transcript", "what was just asked, and what came of it", inspect::transcript),
    entry("show the cache", "what is kept, without the secrets", cache_table::show),
];

const OFFLINE: Entry = entry("offline Entra", "who signs in, and what it demands", offline_menu::change);

const EXIT: Entry = entry("exit", "", |_| Err(NoAnswer));

const fn entry(name: &'static str, what: &'static str, run: fn(&mut Session) -> Answered<()>) -> Entry {
    Entry { name, what, run }
}

/// Until the person has enough.
pub(crate) fn run(session: &mut Session) {
    let mut last = "";
    loop {
        let entries = entries(session);
        let place = entries.iter().position(|entry| entry.name == last).unwrap_or(0);
        let chosen = session.terminal.choose_from("What do you want to do?", entries, place, "Esc ends");
        let Some(entry) = chosen.ok().filter(|entry| entry.name != EXIT.name) else {
            println!("Good-bye.");
            return;
        };
        last = entry.name;
        if (entry.run)(session).is_err() {
            println!("Back to the menu.");
        }
        session.turn_page();
        println!();
    }
}

fn entries(session: &Session) -> Vec<Entry> {
    let is_public = session.public().is_some();
    let own = if is_public { PUBLIC } else { CONFIDENTIAL };
    let ssh = if is_public { SSH } else { &[] };
    let offline = session.offline.as_ref().map(|_| OFFLINE);
    [own, ALL, ssh, REST].concat().into_iter().chain(offline).chain([EXIT]).collect()
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<32} {}", self.name, self.what)
    }
}
