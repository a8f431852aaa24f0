//! MSAL Node: keys with a part for the scheme, key ids as `key_id` or `keyId`, scopes in the order of the answer, tenant
//! profiles as texts of JSON, extra parameters as `additionalCacheKeyComponents`.
use crate::peers::asked::{Token, alice, app, bob, each_answers_its_own_queries};
use crate::peers::program::Program;
use crate::peers::*;

const SSH: &str = "https://pas.windows.net/.default";

#[test]
fn each_token_answers_its_own_queries() {
    // The one for a resource of its own (RFC 8707) answers nobody: no call here asks for that.
    let tokens = [
        alice("alice", "User.Read openid profile"),
        Token { key_id: Some("Kp"), ..alice("alice-pop", "User.Read") },
        bob("bob-on-behalf", "User.Read"),
        app("app", GRAPH),
        Token { extra: FMI, ..app("app-fmi", GRAPH) },
    ];
    each_answers_its_own_queries(&load("node-7"), &tokens);
}

#[test]
fn what_was_issued_for_one_resource_is_for_no_other() {
    let mut program = Program::of_people("node-7");
    let alice = program.account(NAME);
    assert_eq!(program.silent("Tools.Call", &alice).as_deref(), Some("new"));
}

#[test]
fn a_client_of_the_family_takes_the_family_s_refresh_token() {
    let mut program = Program::of_people("node-7");
    let alice = program.account(NAME);
    assert_eq!(program.silent("User.Read", &alice).as_deref(), Some("alice"));
    assert_eq!(program.silent("Mail.Read", &alice).as_deref(), Some("new"));
    assert_eq!(program.sent("refresh_token"), ["alice-family"]);
    let account = format!("Account {ALICE}-{NET}-{TENANT}");
    let (gone, _) = changes("node-7", &program.cache);
    assert!(!gone.contains(&account), "with its tenant profiles: {gone:?}");
    program.call(|app| app.remove_account(&alice));
    let left = program.cache.serialize();
    assert!(!left.contains(ALICE) && left.contains("bob-on-behalf") && left.contains("app-fmi"), "{left}");
}

#[test]
fn an_application_finds_its_own() {
    let mut program = Program::of_itself("node-7");
    let get = |result: msal_proto::AuthenticationResult| result.access_token.unwrap().expose().to_owned();
    assert_eq!(get(program.call(|app| app.acquire_token_for_client([GRAPH]))), "app");
    assert_eq!(get(program.call(|app| app.acquire_token_for_client([GRAPH]).fmi_path(FMI_PATH))), "app-fmi");
    assert_eq!(program.requests.len(), 0);
}

#[test]
fn version_3_is_read() {
    // The one that was asked for with claims answers nobody: no query here has claims.
    let tokens =
        [alice("alice", "User.Read openid profile"), Token { key_id: Some("Ks"), ..alice("alice-ssh", SSH) }];
    each_answers_its_own_queries(&load("node-3"), &tokens);
    let mut program = Program::of_people("node-3");
    let alice = program.account(NAME);
    assert_eq!(program.silent("Mail.Read", &alice).as_deref(), Some("new"));
    assert_eq!(program.sent("refresh_token"), ["alice-refresh"]);
    let (gone, _) = changes("node-3", &program.cache);
    assert_eq!(gone, [""; 0]);
}
