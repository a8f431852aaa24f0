//! Forgetting an application's own tokens.
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::cache::CacheFault;
use msal_proto::{Error, TokenSource};

/// With two tokens of its own, and one of somebody who signed in.
fn filled() -> World {
    let mut world = World::warm().http(200, TOKEN).http(200, TOKEN);
    let theirs = format!(
        r#"{{"AccessToken":{{"k":{{"credential_type":"AccessToken","secret":"canary-theirs","home_account_id":"uid.utid",
        "environment":"login.microsoftonline.com","client_id":"{CLIENT_ID}","target":"{GRAPH}","realm":"{TENANT}",
        "cached_at":"1700000000","expires_on":"1700003600"}}}}}}"#
    );
    world.cache.deserialize(&theirs).unwrap();
    world.token().unwrap();
    world.call(|app| app.acquire_token_for_client(["api://other/.default"])).unwrap();
    world.log.clear();
    world.writes = 0;
    world
}

#[test]
fn its_own_tokens_go_and_no_others() {
    let mut world = filled();
    assert_eq!(world.call(|app| app.remove_tokens_for_client()).unwrap(), 2);
    assert_snapshot!(world.log);
    let text = world.cache.serialize();
    assert!(text.contains("canary-theirs") && !text.contains("canary-access-token"));
    world = world.http(200, TOKEN);
    assert_eq!(world.token().unwrap().token_source, TokenSource::IdentityProvider);
}

#[test]
fn without_tokens_nothing_is_written() {
    let mut world = World::warm();
    assert_eq!(world.call(|app| app.remove_tokens_for_client()).unwrap(), 0);
    assert_snapshot!(world.log);
    assert_eq!(world.writes, 0);
}

#[test]
fn a_cache_that_fails_is_an_error() {
    let mut world = filled();
    world.cache_write = Behaviour::Fails;
    let error = world.call(|app| app.remove_tokens_for_client()).unwrap_err();
    assert_eq!(error, Error::Cache(CacheFault("the disk is full".into())));
    world.cache_read = Behaviour::Fails;
    let error = world.call(|app| app.remove_tokens_for_client()).unwrap_err();
    assert_eq!(error, Error::Cache(CacheFault("the disk is gone".into())));
    assert_snapshot!(world.log);
}

#[test]
fn a_program_without_a_cache_has_nothing_to_remove_from() {
    let mut world = filled();
    world.cache_write = Behaviour::Declines;
    let error = world.call(|app| app.remove_tokens_for_client()).unwrap_err();
    assert_eq!(error, Error::Unsupported("CacheWrite"));
    world.cache_read = Behaviour::Declines;
    let error = world.call(|app| app.remove_tokens_for_client()).unwrap_err();
    assert_eq!(error, Error::Unsupported("CacheRead"));
}
