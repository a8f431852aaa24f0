//! MSAL Python itself, of three ages.
use crate::peers::asked::{Token, alice, app, each_answers_its_own_queries};
use crate::peers::program::Program;
use crate::peers::*;

const SSH: &str = "https://pas.windows.net/.default";
const CLAIMS: asked::Extra = &[("client_claims", "{\"a\": 1}")];

#[test]
fn each_token_answers_its_own_queries() {
    let mut tokens = vec![
        alice("alice", "User.Read openid profile"),
        Token { key_id: Some("Ks"), ..alice("alice-ssh", SSH) },
        app("app", GRAPH),
    ];
    each_answers_its_own_queries(&load("python-1.33"), &tokens);
    tokens.extend([
        Token { extra: FMI, ..app("app-fmi", GRAPH) },
        Token { extra: CLAIMS, ..app("app-claims", GRAPH) },
    ]);
    each_answers_its_own_queries(&load("python-1.39"), &tokens);
}

#[test]
fn what_was_written_there_is_renewed_in_its_place() {
    for file in ["python-1.33", "python-1.39"] {
        let mut program = Program::of_people(file);
        let alice = program.account(NAME);
        assert_eq!(program.silent("User.Read", &alice).as_deref(), Some("alice"));
        assert_eq!(program.silent("Mail.Read", &alice).as_deref(), Some("new"));
        assert_eq!(program.sent("refresh_token"), ["alice-refresh"]);
        let (gone, new) = changes(file, &program.cache);
        let refresh = format!("RefreshToken {ALICE}-{COM}-refreshtoken-{CLIENT}--user.read openid profile");
        let access = format!(
            "AccessToken {ALICE}-{COM}-accesstoken-{CLIENT}-{TENANT}-mail.read offline_access openid profile"
        );
        assert_eq!((gone, new), (vec![refresh.clone()], vec![access, refresh]), "{file}");
    }
}

#[test]
fn an_application_finds_its_own() {
    let mut program = Program::of_itself("python-1.39");
    let result = program.call(|app| app.acquire_token_for_client([GRAPH]).fmi_path(FMI_PATH));
    assert_eq!(result.access_token.unwrap().expose(), "app-fmi");
    let claims = r#"{"a": 1}"#;
    let result = program.call(|app| app.acquire_token_for_client([GRAPH]).forwarded_client_claims(claims));
    assert_eq!(result.access_token.unwrap().expose(), "app-claims");
    assert_eq!(program.requests.len(), 0);
}

/// From before its first version: lists of scopes and times that are no whole numbers. The access tokens are not
/// served, and have ended long ago; the refresh token is good.
#[test]
fn of_an_early_version_the_refresh_token_serves() {
    let mut program = Program::of_people("python-0");
    assert_eq!(program.accounts(), [], "whose kind of account MSAL does not list");
    let alice = serde_json::from_value(json!({ "home_account_id": ALICE })).unwrap();
    for scope in ["User.Read", "Mail.Read"] {
        assert_eq!(program.silent(scope, &alice).as_deref(), Some("new"));
    }
    assert_eq!(program.sent("refresh_token"), ["alice-refresh", "new-refresh"]);
    let list = format!("AccessToken {ALICE}-{COM}-accesstoken-{CLIENT}-{TENANT}-user.read");
    let (gone, _) = changes("python-0", &program.cache);
    assert!(!gone.contains(&list), "{gone:?}");
}
