//! A person turns out to be of another of Microsoft's clouds, which the answer of their sign-in tells.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::cache::{Account, CacheRead};
use msal_proto::flows::AuthResponseError;
use msal_proto::{ClientApplicationBuilder, Error, PublicClientApplication};

const ORGANIZATIONS: &str = "https://login.microsoftonline.com/organizations";
const GOVERNMENT: &str = "https://login.microsoftonline.us/organizations";
const HOST: &str = "login.microsoftonline.us";

fn aware() -> ClientApplicationBuilder<PublicClientApplication> {
    public().authority(ORGANIZATIONS).instance_aware(true)
}

fn came_back_from(
    world: &mut World<PublicClientApplication>,
    host: &str,
) -> (msal_proto::flows::AuthCodeFlow, String) {
    let flow = world.begin();
    let answer = format!("{}&cloud_instance_host_name={host}&cloud_instance_name=x", came_back(&flow));
    (flow, answer)
}

/// Somebody of the government's cloud has signed in.
fn signed_in() -> World<PublicClientApplication> {
    let mut world = World::with(aware().build().unwrap()).knowing(ORGANIZATIONS);
    let (flow, answer) = came_back_from(&mut world, HOST);
    assert!(flow.auth_uri.contains("&instance_aware=true"), "{}", flow.auth_uri);
    world = world.http(200, &document(GOVERNMENT)).http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &answer).unwrap();
    world
}

fn in_cache(world: &World<PublicClientApplication>, environment: &str) -> Vec<Account> {
    let read = CacheRead::Accounts { environment: environment.into(), home_account_id: None, username: None };
    world.cache.read(&read).accounts
}

#[test]
fn the_code_is_redeemed_in_the_person_s_cloud_and_so_is_all_that_follows() {
    let mut world = signed_in();
    assert_eq!(world.requests.last().unwrap().url, format!("{GOVERNMENT}/oauth2/v2.0/token"));
    assert!(in_cache(&world, "login.microsoftonline.com").is_empty());
    let accounts = world.call(|app| app.get_accounts()).unwrap();
    let [account] = &accounts[..] else { panic!("{accounts:?}") };
    assert_eq!(account.environment.as_deref(), Some(HOST));
    let before = world.requests.len();
    world.call(|app| app.acquire_token_silent([SCOPE], account)).unwrap().unwrap();
    assert_eq!(world.requests.len(), before);
    world.later(3_600);
    world = world.http(200, &refreshed().to_string());
    world.call(|app| app.acquire_token_silent_with_error([SCOPE], account)).unwrap().unwrap();
    assert_eq!(world.requests.last().unwrap().url, format!("{GOVERNMENT}/oauth2/v2.0/token"));
    world.call(|app| app.remove_account(account)).unwrap();
    assert!(in_cache(&world, HOST).is_empty() && world.section("RefreshToken").is_empty());
    assert_snapshot!(world.log);
}

#[test]
fn in_a_process_that_knows_neither_cloud() {
    let mut world = World::with(aware().build().unwrap()).knowing(ORGANIZATIONS);
    let (flow, answer) = came_back_from(&mut world, HOST);
    let mut other = World::with(aware().build().unwrap());
    other = other.http(200, &document(GOVERNMENT)).http(200, &tokens_of(&flow).to_string());
    other.finish(&flow, &answer).unwrap();
    // The sign-in must have begun at a host of the authority's cloud.
    let altered = flow.auth_uri.replace("login.microsoftonline.com", "evil.example");
    let altered = msal_proto::flows::AuthCodeFlow { auth_uri: altered, ..flow };
    let mut other = World::with(aware().build().unwrap()).http(200, &document(GOVERNMENT));
    let error = other.finish(&altered, &answer).unwrap_err();
    assert!(matches!(error, Error::AuthResponse(AuthResponseError::OtherClient)), "{error}");
    assert!(other.requests.iter().all(|request| request.form().is_empty()));
}

#[test]
fn a_name_of_the_authority_s_own_cloud_changes_nothing() {
    for host in ["login.microsoftonline.com", "login.windows.net", ""] {
        let mut world = World::with(aware().build().unwrap()).knowing(ORGANIZATIONS);
        let (flow, answer) = came_back_from(&mut world, host);
        world = world.http(200, &tokens_of(&flow).to_string());
        world.finish(&flow, &answer).unwrap();
        assert_eq!(world.requests.last().unwrap().url, format!("{ORGANIZATIONS}/oauth2/v2.0/token"));
        assert_eq!(world.account().environment.as_deref(), Some("login.microsoftonline.com"));
    }
}

#[test]
fn a_cloud_that_is_not_known_gets_no_code() {
    for host in [
        "evil.example",
        "login.microsoftonline.us.evil.example",
        "login.microsoftonline.us%2F%2Fevil.example",
        "login.microsoftonline.us:8443",
        "u@login.microsoftonline.us",
        "login.microsoftonline.us%23",
        "169.254.169.254",
    ] {
        let mut world = World::with(aware().build().unwrap()).knowing(ORGANIZATIONS);
        let (flow, answer) = came_back_from(&mut world, host);
        let error = world.finish(&flow, &answer).unwrap_err();
        assert!(matches!(error, Error::AuthResponse(AuthResponseError::CloudInstance)), "{host}: {error}");
        assert!(world.requests.is_empty());
    }
    let mut world = World::with(aware().build().unwrap()).knowing(ORGANIZATIONS);
    let (flow, answer) = came_back_from(&mut world, &format!("{HOST}&cloud_instance_host_name=evil.example"));
    let error = world.finish(&flow, &answer).unwrap_err();
    assert!(matches!(error, Error::AuthResponse(AuthResponseError::Duplicate)), "{error}");
}

#[test]
fn a_client_that_did_not_ask_does_not_hear_of_it() {
    let mut world = World::with(public().authority(ORGANIZATIONS).build().unwrap()).knowing(ORGANIZATIONS);
    let (flow, answer) = came_back_from(&mut world, "evil.example");
    assert!(!flow.auth_uri.contains("instance_aware"));
    world = world.http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &answer).unwrap();
    // Nor of accounts in other clouds.
    let mut elsewhere = World::with(public().authority(ORGANIZATIONS).build().unwrap());
    elsewhere.cache = signed_in().cache;
    assert!(elsewhere.call(|app| app.get_accounts()).unwrap().is_empty());
}

#[test]
fn only_entra_has_clouds() {
    for authority in [
        "https://fs.contoso.example/adfs",
        "https://contoso.ciamlogin.com",
        "https://contoso.b2clogin.com/t.example/p",
    ] {
        let error = public().authority(authority).instance_aware(true).build().unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { parameter: "instance_aware", .. }), "{error}");
    }
}
