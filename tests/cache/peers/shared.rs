//! One file that MSAL .NET, Node and Python have written to in turn: everything is there under two names of the cloud.
use crate::peers::program::Program;
use crate::peers::*;
use crate::support::matches;
use msal_proto::Scopes;
use msal_proto::cache::AccessTokenQuery;

fn of_alice(host: &str) -> AccessTokenQuery {
    AccessTokenQuery {
        home_account_id: Some(ALICE.into()),
        environment: host.into(),
        target: Scopes::parse("User.Read"),
        ..crate::support::query("")
    }
}

#[test]
fn the_own_name_comes_first() {
    let cache = load("shared");
    assert_eq!(matches(&cache, &of_alice(COM)), ["alice-of-python", "alice-of-dotnet", "alice-of-node"]);
    assert_eq!(matches(&cache, &of_alice(NET)), ["alice-of-dotnet", "alice-of-node", "alice-of-python"]);
    assert_eq!(
        matches(&cache, &crate::support::query(GRAPH)),
        ["app", "app-again"],
        "null and empty are the same nobody"
    );
}

#[test]
fn one_person_is_one_account() {
    let mut program = Program::of_people("shared");
    assert_eq!(program.accounts().len(), 1);
    let alice = program.account(NAME);
    assert_eq!(alice.environment.as_deref(), Some(COM));
    assert_eq!(program.silent("User.Read", &alice).as_deref(), Some("alice-of-python"));
    assert_eq!(changes("shared", &program.cache), (vec![], vec![]), "nobody's tokens are dropped for it");
}

#[test]
fn the_refresh_token_of_the_own_name_is_taken() {
    let mut program = Program::of_people("shared");
    let alice = program.account(NAME);
    assert_eq!(program.silent("Mail.Read", &alice).as_deref(), Some("new"));
    assert_eq!(program.sent("refresh_token"), ["alice-refresh"]);
    let (gone, _) = changes("shared", &program.cache);
    assert_eq!(gone, [format!("RefreshToken {ALICE}-{COM}-refreshtoken-{CLIENT}--user.read openid profile")]);
}

#[test]
fn duplicates_give_way_to_what_is_put_in_their_place() {
    let mut cache = load("shared");
    let over = json!({ "home_account_id": ALICE, "environment": NET, "target": "User.Read openid profile" });
    put(&mut cache, [Entry::AccessToken(access_token(over))]);
    assert_eq!(matches(&cache, &of_alice(NET)), ["AT", "alice-of-python"]);
}

#[test]
fn who_signs_out_is_gone_under_every_name() {
    let mut program = Program::of_people("shared");
    let alice = program.account(NAME);
    program.call(|app| app.remove_account(&alice));
    let left = program.cache.serialize();
    assert!(
        !left.contains(ALICE),
        "the family's too, for one of the names says that this application is of it: {left}"
    );
    assert!(left.contains("app-again"));
    assert_eq!(program.accounts(), []);
}
