//! MSAL .NET: the preferred name of the cloud, key ids as `kid`, extra parameters as `ext`, keys with more parts.
use crate::peers::asked::{Token, alice, app, bob, each_answers_its_own_queries};
use crate::peers::program::Program;
use crate::peers::*;

const ATTRIBUTES: asked::Extra = &[("attribute_tokens", "a b")];
const PARTITION: asked::Extra = &[("cache_partition_key", "blue")];
const SSH: &str = "https://pas.windows.net/.default";

#[test]
fn each_token_answers_its_own_queries() {
    let tokens = [
        alice("alice", "openid profile User.Read"),
        Token { realm: GUEST, ..alice("alice-as-guest", "User.Read") },
        Token { key_id: Some("Kp"), ..alice("alice-pop", "User.Read") },
        Token { key_id: Some("Km"), ..alice("alice-mtls", "User.Read") },
        Token { key_id: Some("Ks"), ..alice("alice-ssh", SSH) },
        Token { extra: ATTRIBUTES, ..alice("alice-attribute", "User.Read") },
        bob("bob-on-behalf", "User.Read"),
        app("app", GRAPH),
        Token { extra: FMI, ..app("app-fmi", GRAPH) },
        Token { extra: FMI, key_id: Some("Km"), ..app("app-fmi-mtls", GRAPH) },
        Token { extra: PARTITION, ..app("app-partition", GRAPH) },
    ];
    each_answers_its_own_queries(&load("dotnet"), &tokens);
}

#[test]
fn somebody_who_has_signed_in_there_is_signed_in_here() {
    let mut program = Program::of_people("dotnet");
    assert_eq!(program.accounts().len(), 1, "in two tenants, and yet one");
    let alice = program.account(NAME);
    assert_eq!((&*alice.home_account_id, alice.environment.as_deref()), (ALICE, Some(NET)));
    assert_eq!(program.silent("User.Read", &alice).as_deref(), Some("alice"));
    let guest = program.call(|app| app.acquire_token_silent(["User.Read"], &alice).tenant(GUEST));
    assert_eq!(guest.unwrap().access_token.unwrap().expose(), "alice-as-guest");
    let attributes = |app: &msal_proto::PublicClientApplication| {
        app.acquire_token_silent(["User.Read"], &alice).data("attribute_tokens", "a b")
    };
    assert_eq!(program.call(attributes).unwrap().access_token.unwrap().expose(), "alice-attribute");
    assert_eq!(program.requests.len(), 0);
    assert_eq!(changes("dotnet", &program.cache), (vec![], vec![]), "a hit writes nothing");
}

#[test]
fn her_own_refresh_token_gets_what_is_not_there() {
    let mut program = Program::of_people("dotnet");
    let alice = program.account(NAME);
    assert_eq!(program.silent("Mail.Read", &alice).as_deref(), Some("new"));
    assert_eq!(program.sent("refresh_token"), ["alice-refresh"]);
    assert!(program.requests[0].url.starts_with("https://login.windows.net/"), "where it came from");
    let token = format!("RefreshToken {ALICE}-{NET}-refreshtoken-{CLIENT}--");
    let new = format!(
        "AccessToken {ALICE}-{NET}-accesstoken-{CLIENT}-{TENANT}-mail.read offline_access openid profile"
    );
    let app = format!("AppMetadata appmetadata-{NET}-{CLIENT}");
    let (gone, came) = changes("dotnet", &program.cache);
    assert_eq!(gone, [app.clone(), token.clone()], "the token is renewed in its place");
    assert_eq!(came, [new, app, token]);
}

#[test]
fn who_signs_out_leaves_the_others() {
    let mut program = Program::of_people("dotnet");
    let alice = program.account(NAME);
    program.call(|app| app.remove_account(&alice));
    let (gone, new) = changes("dotnet", &program.cache);
    assert!(gone.iter().all(|key| key.contains(ALICE)) && new.is_empty(), "{gone:?} {new:?}");
    let left = program.cache.serialize();
    let family = format!("{ALICE}-{NET}-refreshtoken-1--");
    assert_eq!(
        left.matches(ALICE).count(),
        2,
        "the family's refresh token, for this application is not of it"
    );
    assert!(left.contains(&family) && left.contains("bob-long-running") && left.contains("FutureSection"));
    assert_eq!(program.accounts(), []);
}

#[test]
fn an_application_finds_its_own() {
    let mut program = Program::of_itself("dotnet");
    let mut get = |path: Option<&str>| {
        let result = program.call(|app| {
            let call = app.acquire_token_for_client([GRAPH]);
            path.into_iter().fold(call, |call, path| call.fmi_path(path))
        });
        result.access_token.unwrap().expose().to_owned()
    };
    assert_eq!(get(None), "app");
    assert_eq!(get(Some(FMI_PATH)), "app-fmi");
    assert_eq!(get(Some("other")), "new");
    let (gone, new) = changes("dotnet", &program.cache);
    assert_eq!(new.len(), 2, "the token, and that the application was at this name of the cloud: {new:?}");
    assert_eq!(gone, [""; 0]);
}

#[test]
fn an_application_forgets_its_own_alone() {
    let mut program = Program::of_itself("dotnet");
    program.call(|app| app.remove_tokens_for_client());
    let (gone, new) = changes("dotnet", &program.cache);
    assert!(
        gone.len() == 4 && gone.iter().all(|key| key.starts_with("AccessToken -")) && new.is_empty(),
        "{gone:?}"
    );
}

#[test]
fn version_3_is_read() {
    let tokens = [alice("alice", "User.Read")];
    let mut cache = load("dotnet-3");
    cache.remove_expired(now());
    each_answers_its_own_queries(&cache, &tokens);
    let mut program = Program::of_people("dotnet-3");
    let alice = program.account(NAME);
    assert_eq!(program.silent("User.Read", &alice).as_deref(), Some("alice"));
    assert_eq!(
        program.silent("Mail.Read", &alice).as_deref(),
        Some("new"),
        "the one that is there has ended"
    );
    assert_eq!(program.sent("refresh_token"), ["alice-refresh"]);
}
