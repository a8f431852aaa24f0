//! Who has signed in.
use crate::support::*;
use msal_proto::cache::Account;
use msal_proto::engine::{Host, Request, run};
use msal_proto::flows::GetAccounts;

fn signed_in(names: &[&str]) -> World {
    let mut world = World::warm();
    let accounts: serde_json::Map<_, _> = (names.iter())
        .map(|name| {
            let account = serde_json::json!({
                "home_account_id": format!("{name}.utid"),
                "environment": "login.microsoftonline.com",
                "realm": TENANT,
                "username": format!("{name}@contoso.example"),
                "authority_type": "MSSTS",
            });
            ((*name).to_owned(), account)
        })
        .collect();
    world.cache.deserialize(&serde_json::json!({ "Account": accounts }).to_string()).unwrap();
    world
}

fn get(world: &mut World, ask: impl FnOnce(GetAccounts) -> GetAccounts) -> Vec<Account> {
    let request = ask(world.app.get_accounts());
    let step = request.start(&mut world.env());
    run(step, world).unwrap()
}

#[test]
fn one_is_found_by_its_home_id_whatever_its_case() {
    let mut world = signed_in(&["a", "b", "c"]);
    for id in ["b.utid", "B.UTID"] {
        let found = get(&mut world, |all| all.home_account_id(id));
        let [account] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(account.username.as_deref(), Some("b@contoso.example"));
    }
    assert_eq!(get(&mut world, |all| all.home_account_id("d.utid")), []);
    assert_eq!(get(&mut world, |all| all.home_account_id("")).len(), 3);
}

#[test]
fn id_and_name_must_both_be_theirs() {
    let mut world = signed_in(&["a", "b"]);
    for (name, number) in [("B@contoso.example", 1), ("a@contoso.example", 0)] {
        let found = get(&mut world, |all| all.home_account_id("b.utid").username(name));
        assert_eq!(found.len(), number, "{name}");
    }
}
