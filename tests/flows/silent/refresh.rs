//! A new token by a refresh token, RFC 6749 section 6.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::{ClientCredential, PublicClientApplication, TokenSource};
use serde_json::{Value, json};

type World = crate::support::World<PublicClientApplication>;

/// Signed in, with an access token that has ended.
fn expired() -> World {
    let mut world = World::public().signed_in(|_| ());
    world.now += 3_600;
    world
}

#[test]
fn by_refresh_token() {
    let mut world = expired().http(200, &refreshed().to_string());
    let result = world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("refresh_token"), Some("canary-refresh-token"));
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    assert_eq!(result.access_token.unwrap().expose(), "canary-second-access-token");
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-second-refresh-token"]);
    assert_eq!(world.members("AccessToken", "secret"), ["canary-second-access-token"]);
    world.account();
}

#[test]
fn tok_29_without_a_new_refresh_token_the_old_one_stays() {
    for odd in [json!(null), json!(""), json!(5)] {
        let mut answer = refreshed();
        answer["refresh_token"] = odd;
        let mut world = expired().http(200, &answer.to_string());
        world.silent().unwrap().unwrap();
        assert_eq!(world.members("RefreshToken", "secret"), ["canary-refresh-token"]);
    }
    let mut answer = refreshed();
    answer.as_object_mut().unwrap().remove("refresh_token");
    let mut world = expired().http(200, &answer.to_string());
    world.silent().unwrap().unwrap();
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-refresh-token"]);
}

#[test]
fn a_confidential_client_proves_who_it_is() {
    let credential = ClientCredential::secret(CLIENT_SECRET).unwrap();
    let mut world = crate::support::World::of(builder().client_credential(credential)).knowing(AUTHORITY);
    world = world.signed_in(|_| ());
    world.now += 3_600;
    world = world.http(200, &refreshed().to_string());
    world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("client_secret"), Some(CLIENT_SECRET));
}

#[test]
fn forced() {
    let mut world = World::public().signed_in(|_| ()).http(200, &refreshed().to_string());
    let account = world.account();
    let result = world.call(|app| app.acquire_token_silent([SCOPE], &account).force_refresh(true));
    assert_snapshot!(world.log);
    assert_eq!(result.unwrap().unwrap().token_source, TokenSource::IdentityProvider);
}

#[test]
fn a_claims_challenge_passes_the_cache_by() {
    let app = public().client_capabilities(["CP1"]).build().unwrap();
    let mut world = World::with(app).knowing(AUTHORITY).signed_in(|_| ());
    world = world.http(200, &refreshed().to_string());
    let account = world.account();
    let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}"#;
    let result = world.call(|app| app.acquire_token_silent([SCOPE], &account).claims_challenge(challenge));
    assert_snapshot!(world.log);
    assert_eq!(result.unwrap().unwrap().token_source, TokenSource::IdentityProvider);
    // Capabilities alone do not.
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::Cache);
}

#[test]
fn a_claims_challenge_that_is_none_is_refused() {
    let mut world = World::public().signed_in(|_| ());
    let account = world.account();
    let end = world.call(|app| app.acquire_token_silent([SCOPE], &account).claims_challenge("canary"));
    assert!(matches!(end, Err(msal_proto::Error::InvalidParameter { parameter: "claims_challenge", .. })));
    assert_eq!(world.requests.len(), 0);
}

#[test]
fn a_refresh_token_goes_back_to_the_name_under_which_it_came() {
    let old_name = AUTHORITY.replace("login.microsoftonline.com", "login.windows.net");
    let at_old_name = World::with(public().authority(&old_name).build().unwrap()).knowing(&old_name);
    let mut world = World::public();
    world.cache = at_old_name.signed_in(|_| ()).cache;
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::Cache);
    world.log.clear();
    world.now += 3_600;
    world = world.http(200, &refreshed().to_string());
    world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.members("RefreshToken", "environment"), ["login.windows.net"]);
    assert_eq!(world.members("AccessToken", "environment"), ["login.windows.net"]);
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::Cache);
}

#[test]
fn a_guest_is_somebody_of_another_tenant() {
    let guest_tenant = AUTHORITY.replace(TENANT, "33333333-3333-3333-3333-333333333333");
    let mut world = World::public().signed_in(|_| ());
    world.app = public().authority(&guest_tenant).build().unwrap();
    world = world.http(200, &document(&guest_tenant)).http(200, &refreshed().to_string());
    let result = world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    let mut realms = world.members("AccessToken", "realm");
    realms.sort_unstable();
    assert_eq!(realms, [TENANT, "33333333-3333-3333-3333-333333333333"]);
    assert_eq!(world.members("RefreshToken", "secret"), ["canary-second-refresh-token"]);
    world.account();
}

/// Puts one more refresh token of the same client into the cache, as an older version of a library wrote it.
fn with_another(world: &mut World, secret: &str, environment: &str, last_modification_time: u64) {
    let mut file: Value = serde_json::from_str(&world.cache.serialize()).unwrap();
    let key = format!("{HOME_ACCOUNT_ID}-{environment}-refreshtoken-{CLIENT_ID}--{secret}");
    file["RefreshToken"][&key] = json!({
        "credential_type": "RefreshToken", "secret": secret, "home_account_id": HOME_ACCOUNT_ID,
        "environment": environment, "client_id": CLIENT_ID, "target": secret,
        "last_modification_time": last_modification_time.to_string(),
    });
    world.cache.deserialize(&file.to_string()).unwrap();
}

#[test]
fn one_refresh_token_after_the_other_the_newest_first() {
    let mut world = expired();
    with_another(&mut world, "canary-newest", "login.microsoftonline.com", 1_700_000_009);
    with_another(&mut world, "canary-elsewhere", "sts.windows.net", 1_700_009_999);
    let no = r#"{"error":"invalid_grant","error_description":"AADSTS70008: expired"}"#;
    world = world.http(400, no).http(400, no).http(200, &refreshed().to_string());
    world.silent().unwrap().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(
        world.all_sent("refresh_token"),
        ["canary-newest", "canary-refresh-token", "canary-elsewhere"]
    );
    // All are one call in the service's logs.
    let mut ids: Vec<_> = world.requests.iter().map(|request| request.headers[2].clone()).collect();
    ids.dedup();
    assert_eq!((ids.len(), ids[0].0.as_str()), (1, "client-request-id"));
    // What was refused is not removed: a policy may have refused it.
    assert_eq!(world.members("RefreshToken", "secret").len(), 3);
}

#[test]
fn somebody_who_signed_out_meanwhile_stays_out() {
    let mut world = expired();
    let account = world.account();
    let text = world.cache.serialize();
    world.call(|app| app.remove_account(&account)).unwrap();
    let without = world.cache.clone();
    // The refresh read the cache before and writes after.
    world.cache = Default::default();
    world.cache.deserialize(&text).unwrap();
    let request = world.app.acquire_token_silent([SCOPE], &account);
    let mut session = {
        use msal_proto::engine::{Host, Request, Session};
        Session::new(request.start(&mut world.env()))
    };
    while let Some((id, effect)) = session.ask() {
        use msal_proto::engine::{Effect, Host, Reply, perform};
        let reply = match effect {
            Effect::HttpRequest(_) => {
                world.cache = without.clone();
                Reply::HttpRequest(Ok(response(200, &refreshed().to_string())))
            }
            effect => perform(effect, &mut world),
        };
        session.answer(&mut world.env(), id, reply).unwrap();
    }
    assert!(session.finish().unwrap().unwrap().is_some());
    assert_eq!(world.accounts(), []);
}
