//! Who has signed in.
use crate::ask::{Answered, NoAnswer};
use crate::errors;
use crate::session::Session;
use crate::tables::{print_pairs, shown};
use msal_proto::cache::Account;
use std::fmt;

/// As it is to be chosen.
struct Choice(Account);

pub(crate) fn list(session: &mut Session) -> Answered<()> {
    let accounts = all(session)?;
    for account in &accounts {
        let pairs = [
            ("username", &account.username),
            ("home_account_id", &Some(account.home_account_id.clone())),
            ("realm", &account.realm),
            ("local_account_id", &account.local_account_id),
            ("environment", &account.environment),
            ("account_source", &account.account_source),
        ];
        let pairs = pairs.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?.to_owned())));
        print_pairs("Has signed in", pairs);
    }
    Ok(())
}

pub(crate) fn remove(session: &mut Session) -> Answered<()> {
    let account = choose(session)?;
    let request = session.app().remove_account(&account);
    match session.run(request) {
        Ok(()) => println!("{} is forgotten here. The service was not told.", Choice(account)),
        Err(error) => errors::show(&error),
    }
    Ok(())
}

/// Asks which, unless there is but one.
pub(crate) fn choose(session: &mut Session) -> Answered<Account> {
    let mut choices: Vec<_> = all(session)?.into_iter().map(Choice).collect();
    let choice = match (choices.pop(), choices.is_empty()) {
        (Some(only), true) => only,
        (last, _) => session.terminal.choose("Who?", choices.into_iter().chain(last).collect())?,
    };
    println!("For {choice}");
    Ok(choice.0)
}

/// At least one.
fn all(session: &mut Session) -> Answered<Vec<Account>> {
    let accounts = session.run(session.app().get_accounts()).map_err(|error| {
        errors::show(&error);
        NoAnswer
    })?;
    if accounts.is_empty() {
        errors::advise("Nobody has signed in: do that first.");
        return Err(NoAnswer);
    }
    Ok(accounts)
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.0.username.as_ref().unwrap_or(&self.0.home_account_id);
        f.write_str(&shown(name))
    }
}
