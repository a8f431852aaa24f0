//! How `acquire_token_for_client` uses the token cache.
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::cache::CacheFault;
use msal_proto::{ConfidentialClientApplication, TokenSource, Warning};

/// A cache that holds one token, of 3599 seconds.
fn filled() -> World {
    let mut world = World::warm().http(200, TOKEN);
    world.token().unwrap();
    world.log.clear();
    world.writes = 0;
    world
}

#[test]
fn hit() {
    let mut world = filled();
    world.later(10);
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!((result.token_source, result.expires_in), (TokenSource::Cache, 3_589));
    assert_eq!(result.access_token.unwrap().expose(), "canary-access-token");
    assert_eq!((world.writes, result.correlation_id), (0, None));
}

#[test]
fn a_token_is_served_until_five_minutes_before_its_end() {
    let mut world = filled();
    world.later(3_299);
    assert_eq!(world.token().unwrap().expires_in, 300);
    world.later(1);
    world = world.http(200, TOKEN);
    assert_eq!(world.token().unwrap().token_source, TokenSource::IdentityProvider);
    assert_snapshot!(world.log);
}

#[test]
fn what_has_expired_goes_with_the_next_write() {
    let mut world = filled();
    world.later(4_000);
    world = world.http(200, &TOKEN.replace("canary-access-token", "canary-second-token"));
    world.call(|app| app.acquire_token_for_client(["api://other/.default"])).unwrap();
    assert_snapshot!(world.log);
    let text = world.cache.serialize();
    assert!(text.contains("canary-second-token") && !text.contains("canary-access-token"));
}

#[test]
fn another_scope_is_another_token() {
    let mut world = filled().http(200, TOKEN);
    let result = world.call(|app| app.acquire_token_for_client(["api://other/.default"])).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
}

#[test]
fn a_token_for_more_scopes_serves_fewer() {
    let more = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"canary","scope":"b a c"}"#;
    let mut world = World::warm().http(200, more);
    let ask = |scopes: &'static [&str]| {
        move |app: &ConfidentialClientApplication| app.acquire_token_for_client(scopes.iter())
    };
    let first = world.call(ask(&["c", "a", "b"])).unwrap();
    assert_eq!(first.scope.as_str(), "a b c");
    let second = world.call(ask(&["a"])).unwrap();
    assert_snapshot!(world.log);
    assert_eq!((second.token_source, second.scope.as_str()), (TokenSource::Cache, "a b c"));
}

#[test]
fn a_cache_that_cannot_be_read_is_a_miss_and_a_warning() {
    let mut world = filled().http(200, TOKEN);
    world.cache_read = Behaviour::Fails;
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.warnings, [Warning::CacheRead(CacheFault("the disk is gone".into()))]);
}

#[test]
fn smm_08_a_cache_that_cannot_be_written_costs_no_token() {
    let mut world = World::warm().http(200, TOKEN).http(200, TOKEN);
    world.cache_write = Behaviour::Fails;
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.access_token.unwrap().expose(), "canary-access-token");
    assert_eq!(result.warnings, [Warning::CacheWrite(CacheFault("the disk is full".into()))]);

    // The next one tries again.
    world.cache_write = Behaviour::Does;
    assert_eq!(world.token().unwrap().warnings, []);
    assert_eq!(world.token().unwrap().token_source, TokenSource::Cache);
}

#[test]
fn a_program_without_a_cache() {
    let mut world = World::warm().http(200, TOKEN).http(200, TOKEN);
    (world.cache_read, world.cache_write) = (Behaviour::Declines, Behaviour::Declines);
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.warnings, [Warning::NoCache]);
    assert_eq!(world.token().unwrap().token_source, TokenSource::IdentityProvider);
}

#[test]
fn the_other_hosts_of_a_cloud_have_the_same_tokens() {
    let mut world = filled();
    let alias = builder().authority(AUTHORITY.replace("login.microsoftonline.com", "login.windows.net"));
    world.app = alias.build().unwrap();
    assert_eq!(world.token().unwrap().token_source, TokenSource::Cache);
}

#[test]
fn another_tenant_has_tokens_of_its_own() {
    let authority = AUTHORITY.replace(TENANT, "33333333-3333-3333-3333-333333333333");
    let mut world = filled().http(200, &document(&authority)).http(200, TOKEN);
    world.app = builder().authority(&authority).build().unwrap();
    assert_eq!(world.token().unwrap().token_source, TokenSource::IdentityProvider);
}

#[test]
fn another_client_has_tokens_of_its_own() {
    // What is known of the authority serves both.
    let mut world = filled().http(200, TOKEN);
    let other = ConfidentialClientApplication::builder("another-app").authority(AUTHORITY);
    let secret = msal_proto::ClientCredential::secret(CLIENT_SECRET).unwrap();
    world.app = other.client_credential(secret).build().unwrap();
    assert_eq!(world.token().unwrap().token_source, TokenSource::IdentityProvider);
}
