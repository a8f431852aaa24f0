//! MSAL Go: keys without trailing dashes, key ids as `keyid`, assertion hashes with padding, mixed case in its 1.0.
use crate::peers::asked::{Token, alice, app, bob, each_answers_its_own_queries};
use crate::peers::program::Program;
use crate::peers::*;

const ATTRIBUTES: asked::Extra = &[("attribute_tokens", "a b")];

#[test]
fn each_token_answers_its_own_queries() {
    let tokens = [
        alice("alice", "openid profile User.Read"),
        Token { key_id: Some("Kp"), ..alice("alice-pop", "User.Read") },
        Token {
            hash: Some("nggGx5eFkaAeymgBSY42S8EVvZ04kVNJEnXzuRGgSe4="),
            ..bob("bob-on-behalf", "User.Read")
        },
        app("app", GRAPH),
        Token { extra: FMI, ..app("app-fmi", GRAPH) },
        Token { extra: ATTRIBUTES, ..app("app-attribute", GRAPH) },
    ];
    each_answers_its_own_queries(&load("go"), &tokens);
}

#[test]
fn somebody_who_has_signed_in_there_is_signed_in_here() {
    let mut program = Program::of_people("go");
    let alice = program.account(NAME);
    assert_eq!(program.silent("User.Read", &alice).as_deref(), Some("alice"));
    assert_eq!(program.silent("Mail.Read", &alice).as_deref(), Some("new"));
    assert_eq!(program.sent("refresh_token"), ["alice-refresh"]);
    let (gone, new) = changes("go", &program.cache);
    assert_eq!(gone, [""; 0], "its key is another's: it stays, as in MSAL Python");
    let target = "mail.read offline_access openid profile";
    assert_eq!(
        new,
        [
            format!("AccessToken {ALICE}-{COM}-accesstoken-{CLIENT}-{TENANT}-{target}"),
            format!("RefreshToken {ALICE}-{COM}-refreshtoken-{CLIENT}--openid profile user.read"),
        ]
    );
    assert_eq!(program.silent("Files.Read", &alice).as_deref(), Some("new"));
    assert_eq!(program.sent("refresh_token"), ["alice-refresh", "new-refresh"], "the newer one is taken");
}

#[test]
fn what_is_had_on_behalf_of_somebody_is_not_theirs() {
    let mut program = Program::of_people("go");
    let bob = program.account("bob@contoso.com");
    assert_eq!(program.silent("User.Read", &bob), None);
    assert_eq!(program.requests.len(), 0, "nor does their refresh token serve");
    program.call(|app| app.remove_account(&bob));
    let (gone, new) = changes("go", &program.cache);
    assert!(gone.len() == 3 && gone.iter().all(|key| key.contains(BOB)) && new.is_empty(), "{gone:?}");
}

#[test]
fn an_application_finds_its_own() {
    let mut program = Program::of_itself("go");
    let get = |result: msal_proto::AuthenticationResult| result.access_token.unwrap().expose().to_owned();
    assert_eq!(get(program.call(|app| app.acquire_token_for_client([GRAPH]))), "app");
    assert_eq!(get(program.call(|app| app.acquire_token_for_client([GRAPH]).fmi_path(FMI_PATH))), "app-fmi");
    let attributes = program.call(|app| app.acquire_token_for_client([GRAPH]).attribute_tokens(["b", "a"]));
    assert_eq!(get(attributes), "app-attribute", "which an older version digested without lengths");
    assert_eq!(program.requests.len(), 0);
}

#[test]
fn version_1_0_is_read() {
    each_answers_its_own_queries(
        &load("go-1.0"),
        &[alice("alice", "openid profile User.Read"), app("app", GRAPH)],
    );
    let mut program = Program::of_people("go-1.0");
    let alice = program.account(NAME);
    assert_eq!(program.silent("Mail.Read", &alice).as_deref(), Some("new"));
    assert_eq!(program.sent("refresh_token"), ["alice-refresh"]);
    let (gone, new) = changes("go-1.0", &program.cache);
    let app = |prefix: &str| format!("AppMetadata {prefix}-{COM}-{CLIENT}");
    assert_eq!(gone, [app("AppMetaData")], "what every answer brings again has moved to its own key");
    assert!(new.contains(&app("appmetadata")));
}
