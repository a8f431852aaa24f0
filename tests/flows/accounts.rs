//! Who has signed in here, and forgetting them.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::cache::CacheFault;
use msal_proto::{Error, PublicClientApplication, TokenSource};
use serde_json::json;

type World = crate::support::World<PublicClientApplication>;

const GRACE: &str = "55555555-5555-5555-5555-555555555555";

/// Two people have signed in.
fn two_people() -> World {
    World::public().signed_in(|_| ()).signed_in(|answer| {
        let mut claims = claims();
        claims["preferred_username"] = json!("Grace@Contoso.example");
        claims["oid"] = json!(GRACE);
        // The nonce is that of the sign-in.
        let own: serde_json::Value = read_claims(answer["id_token"].as_str().unwrap());
        claims["nonce"] = own["nonce"].clone();
        answer["id_token"] = json!(jwt(&claims));
        answer["client_info"] = json!(client_info(GRACE, TENANT));
    })
}

fn names(world: &mut World, username: Option<&str>) -> Vec<String> {
    let accounts = world.call(|app| match username {
        Some(name) => app.get_accounts().username(name),
        None => app.get_accounts(),
    });
    accounts.unwrap().iter().map(|account| account.username.as_deref().unwrap().to_owned()).collect()
}

#[test]
fn everybody_once() {
    let mut world = two_people();
    assert_eq!(names(&mut world, None), [USERNAME, "Grace@Contoso.example"]);
    assert_snapshot!(world.log);
}

#[test]
fn by_name_without_regard_to_case() {
    let mut world = two_people();
    assert_eq!(names(&mut world, Some("ADA@contoso.EXAMPLE")), [USERNAME]);
    assert_eq!(names(&mut world, Some("grace@contoso.example")), ["Grace@Contoso.example"]);
    assert!(names(&mut world, Some("ad")).is_empty());
    assert_eq!(names(&mut world, Some("")).len(), 2);
    assert_snapshot!(world.log);
}

#[test]
fn nobody() {
    let mut world = World::public();
    assert!(names(&mut world, None).is_empty());
    world.cache_read = Behaviour::Declines;
    assert!(names(&mut world, None).is_empty());
    assert_snapshot!(world.log);
}

#[test]
fn a_cache_that_cannot_be_read_is_an_error() {
    let mut world = two_people();
    world.cache_read = Behaviour::Fails;
    let error = world.call(|app| app.get_accounts()).unwrap_err();
    assert_eq!(error, Error::Cache(CacheFault("the disk is gone".into())));
    assert_snapshot!(world.log);
}

#[test]
fn one_person_under_every_name_of_the_cloud() {
    let old_name = AUTHORITY.replace("login.microsoftonline.com", "login.windows.net");
    let mut world = World::with(public().authority(&old_name).build().unwrap()).knowing(&old_name);
    world = world.signed_in(|_| ());
    world.app = public().build().unwrap();
    world = world.knowing(AUTHORITY).signed_in(|_| ());
    assert_eq!(world.section("Account").len(), 2);
    let accounts = world.call(|app| app.get_accounts()).unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0].environment.as_deref(), Some("login.microsoftonline.com"));
    // And is forgotten under every one.
    world.call(|app| app.remove_account(&accounts[0])).unwrap();
    assert_snapshot!(world.log);
    for section in ["Account", "AccessToken", "RefreshToken", "IdToken"] {
        assert_eq!(world.section(section).len(), 0, "{section}");
    }
}

#[test]
fn another_cloud_has_other_people() {
    let mut world = World::public().signed_in(|_| ());
    let china = AUTHORITY.replace("login.microsoftonline.com", "login.chinacloudapi.cn");
    world.app = public().authority(&china).build().unwrap();
    assert_eq!(world.call(|app| app.get_accounts()).unwrap(), []);
}

#[test]
fn removing_one_leaves_the_other() {
    let mut world = two_people();
    let account = world.accounts()[0].clone();
    world.call(|app| app.remove_account(&account)).unwrap();
    assert_eq!(world.call(|app| app.acquire_token_silent([SCOPE], &account)).unwrap(), None);
    assert_snapshot!(world.log);
    let grace = world.account();
    assert_eq!(&*grace.home_account_id, format!("{GRACE}.{TENANT}"));
    let silent = world.call(|app| app.acquire_token_silent([SCOPE], &grace)).unwrap().unwrap();
    assert_eq!(silent.token_source, TokenSource::Cache);
    for section in ["Account", "AccessToken", "RefreshToken", "IdToken", "AppMetadata"] {
        assert_eq!(world.section(section).len(), 1, "{section}");
    }
}

#[test]
fn the_family_s_refresh_token_goes_and_another_client_s_own_stays() {
    let mut world = World::public().signed_in(|answer| answer["foci"] = json!("1"));
    let file: serde_json::Value = serde_json::from_str(&world.cache.serialize()).unwrap();
    let mut file = file.clone();
    for (name, client_id, family) in [("canary-sibling", "sibling", "1"), ("canary-stranger", "stranger", "")]
    {
        file["RefreshToken"]
            [format!("{HOME_ACCOUNT_ID}-login.microsoftonline.com-refreshtoken-{client_id}--")] = json!({
            "credential_type": "RefreshToken", "secret": name, "home_account_id": HOME_ACCOUNT_ID,
            "environment": "login.microsoftonline.com", "client_id": client_id, "family_id": family,
        });
    }
    world.cache.deserialize(&file.to_string()).unwrap();
    let account = world.account();
    world.call(|app| app.remove_account(&account)).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-stranger"]);
}

#[test]
fn forgetting_somebody_who_is_not_here_writes_nothing() {
    let account = World::public().signed_in(|_| ()).account();
    let mut world = World::public();
    world.call(|app| app.remove_account(&account)).unwrap();
    assert_eq!(world.writes, 0);
    assert_snapshot!(world.log);
}

#[test]
fn a_cache_that_fails_does_not_forget() {
    for (read, write) in [
        (Behaviour::Fails, Behaviour::Does),
        (Behaviour::Does, Behaviour::Fails),
        (Behaviour::Declines, Behaviour::Does),
        (Behaviour::Does, Behaviour::Declines),
    ] {
        let mut world = World::public().signed_in(|_| ());
        let (account, before) = (world.account(), world.cache.serialize());
        (world.cache_read, world.cache_write) = (read, write);
        let error = world.call(|app| app.remove_account(&account)).unwrap_err();
        assert!(matches!(error, Error::Cache(_) | Error::Unsupported(_)), "{error}");
        assert_eq!(world.cache.serialize(), before);
    }
}

#[test]
fn an_account_may_be_kept_in_a_session() {
    let mut world = World::public().signed_in(|_| ());
    let kept = serde_json::to_string(&world.account()).unwrap();
    let account: msal_proto::cache::Account = serde_json::from_str(&kept).unwrap();
    assert!(!shows_a_secret(&kept));
    assert!(world.call(|app| app.acquire_token_silent([SCOPE], &account)).unwrap().is_some());
}
