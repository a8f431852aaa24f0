//! The token cache as tables: everything but the secrets, also what this library does not know.
use crate::ask::Answered;
use crate::errors;
use crate::progress::now;
use crate::session::Session;
use crate::tables::print_rows;
use crate::times::in_words;
use msal_proto::engine::UnixTime;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The kinds of entries, and which of their members are shown.
const KINDS: [(&str, &[&str]); 5] = [
    ("AccessToken", &["home_account_id", "client_id", "realm", "target", "token_type", "expires_on"]),
    ("RefreshToken", &["home_account_id", "client_id", "family_id", "target", "last_modification_time"]),
    ("IdToken", &["home_account_id", "client_id", "realm"]),
    ("Account", &["username", "realm", "environment", "account_source"]),
    ("AppMetadata", &["client_id", "environment", "family_id"]),
];

/// Members that are times.
const TIMES: [&str; 2] = ["expires_on", "last_modification_time"];

type Entries = Map<String, Value>;

pub(crate) fn show(session: &mut Session) -> Answered<()> {
    println!("{}", session.cache);
    // The library has just written it.
    let sections: Entries = serde_json::from_str(&session.cache.text()).unwrap_or_default();
    let none = Entries::default();
    let entries = |kind: &str| sections.get(kind).and_then(Value::as_object).unwrap_or(&none);
    let usernames = usernames(entries("Account"));
    for (kind, members) in KINDS {
        let row = |entry: &Value| members.iter().map(|name| cell(entry, name, &usernames)).collect();
        print_rows(kind, members, entries(kind).values().map(row));
    }
    let is_known = |name: &str| KINDS.iter().any(|(kind, _)| *kind == name);
    for (name, _) in sections.iter().filter(|(name, _)| !is_known(name)) {
        println!("\n{name:?} is not known to this library, and kept as it is.");
    }
    if KINDS.iter().all(|(kind, _)| entries(kind).is_empty()) {
        errors::advise("It is empty.");
    }
    Ok(())
}

/// Of those who have signed in, by their home ids.
fn usernames(accounts: &Entries) -> HashMap<&str, &str> {
    let pair = |account| Some((text(account, "home_account_id")?, text(account, "username")?));
    accounts.values().filter_map(pair).collect()
}

fn cell(entry: &Value, name: &str, usernames: &HashMap<&str, &str>) -> String {
    let Some(text) = text(entry, name) else { return String::new() };
    match (text.parse(), usernames.get(text)) {
        (Ok(time), _) if TIMES.contains(&name) => in_words(UnixTime(time), now()),
        (_, Some(username)) => (*username).to_owned(),
        // The rest of an id would make the table wider than any terminal.
        _ if text.len() == "00000000-0000-0000-0000-000000000000".len() => match text.split_once('-') {
            Some((begin, _)) => format!("{begin}…"),
            None => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

fn text<'a>(entry: &'a Value, name: &str) -> Option<&'a str> {
    entry.get(name).and_then(Value::as_str)
}
