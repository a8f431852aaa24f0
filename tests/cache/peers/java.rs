//! MSAL Java: no token type and no key ids at all, extra parameters as a digest alone, of either kind.
use crate::peers::asked::{Token, alice, app, bob, each_answers_its_own_queries};
use crate::peers::program::Program;
use crate::peers::*;

const VAULT: &str = "https://vault.azure.net/.default";

#[test]
fn each_token_answers_its_own_queries() {
    let tokens = [
        alice("alice", "openid profile User.Read"),
        bob("bob-on-behalf", "User.Read"),
        app("app", GRAPH),
        Token { extra: FMI, ..app("app-fmi", GRAPH) },
        Token { extra: FMI, ..app("app-fmi-of-an-older-version", VAULT) },
    ];
    each_answers_its_own_queries(&load("java"), &tokens);
}

#[test]
fn somebody_who_has_signed_in_there_is_signed_in_here() {
    let mut program = Program::of_people("java");
    let alice = program.account(NAME);
    assert_eq!(program.accounts().len(), 1);
    assert_eq!(program.silent("User.Read", &alice).as_deref(), Some("alice"));
    assert_eq!(program.silent("Mail.Read", &alice).as_deref(), Some("new"));
    assert_eq!(program.sent("refresh_token"), ["alice-family"]);
    let (gone, _) = changes("java", &program.cache);
    assert_eq!(gone, [""; 0]);
    program.call(|app| app.remove_account(&alice));
    let left = program.cache.serialize();
    assert!(
        !left.contains(ALICE) && left.contains("bob-on-behalf-refresh") && left.contains("unknownEntity"),
        "{left}"
    );
}

#[test]
fn an_application_finds_its_own() {
    let mut program = Program::of_itself("java");
    for (resource, secret) in [(GRAPH, "app-fmi"), (VAULT, "app-fmi-of-an-older-version")] {
        let result = program.call(|app| app.acquire_token_for_client([resource]).fmi_path(FMI_PATH));
        assert_eq!(result.access_token.unwrap().expose(), secret);
    }
    assert_eq!(program.requests.len(), 0);
    let result = program.call(|app| app.acquire_token_for_client([VAULT]));
    assert_eq!(result.access_token.unwrap().expose(), "new", "without the path");
}
