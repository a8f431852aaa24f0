//! Files that other MSALs wrote.
use crate::support::{CLIENT, TENANT, access_token, matches, now, object, put, query, saved};
use msal_proto::cache::{AccessTokenQuery, CredentialType, Entry};
use msal_proto::{Scopes, TokenCache};
use serde_json::json;

const HOME: &str = "33333333-3333-3333-3333-333333333333.11111111-1111-1111-1111-111111111111";

fn users(target: &str) -> AccessTokenQuery {
    AccessTokenQuery { home_account_id: Some(HOME.into()), ..query(target) }
}

fn read(text: &str) -> TokenCache {
    let mut cache = TokenCache::new();
    cache.deserialize(text).unwrap();
    cache
}

/// The text comes back as it was, and the user's token for `User.Read` is found.
#[track_caller]
fn is_read_and_kept(text: &str) -> TokenCache {
    let mut cache = read(text);
    assert_eq!(matches(&cache, &users("User.Read")), ["AT"]);
    assert_eq!(cache.serialize(), text);
    cache
}

#[test]
fn of_msal_dotnet() {
    let key = format!("{HOME}-login.windows.net-accesstoken-{CLIENT}-{TENANT}-openid profile user.read");
    let fields =
        format!(r#""home_account_id":"{HOME}","environment":"login.windows.net","client_id":"{CLIENT}""#);
    // No token_type, a doubled ext_expires_on; accounts and refresh tokens with more members than MSAL Python's.
    let text = format!(
        r#"{{"AccessToken":{{"{key}":{{"credential_type":"AccessToken","secret":"AT",{fields},"realm":"{TENANT}","target":"openid profile User.Read","cached_at":"1700000000","expires_on":"1700003600","extended_expires_on":"1700003600","ext_expires_on":"1700003600"}},"{key}-pop":{{"credential_type":"AccessToken_With_AuthScheme","secret":"POP",{fields},"realm":"{TENANT}","target":"openid profile User.Read","token_type":"pop","kid":"K","cached_at":"1700000000","expires_on":"1700003600"}},"{key}-hash":{{"credential_type":"ATExt","secret":"EXT",{fields},"realm":"{TENANT}","target":"openid profile User.Read","ext":{{"fmi_path":"p"}},"cached_at":"1700000000","expires_on":"1700003600"}}}},"RefreshToken":{{"{HOME}-login.windows.net-refreshtoken-1--":{{"credential_type":"RefreshToken","secret":"RT",{fields},"family_id":"1"}}}},"Account":{{"{HOME}-login.windows.net-{TENANT}":{{{fields},"wam_account_ids":{{"a":"b"}}}}}},"AppMetadata":{{"appmetadata-login.windows.net-{CLIENT}":{{"client_id":"{CLIENT}","environment":"login.windows.net","family_id":""}}}}}}"#
    );
    let mut cache = is_read_and_kept(&text);
    assert_eq!(
        matches(&cache, &AccessTokenQuery { key_id: Some("K".into()), ..users("User.Read") }),
        ["POP"]
    );
    // Written to, nothing of it is lost.
    put(&mut cache, [Entry::AccessToken(access_token(json!({ "target": "app" })))]);
    let (before, mut after) = (saved(&read(&text)), saved(&cache));
    after["AccessToken"].as_object_mut().unwrap().retain(|key, _| !key.ends_with("-app"));
    assert_eq!(after, before);
}

#[test]
fn a_family_s_refresh_token_of_msal_dotnet_stays_beside_the_one_that_renewed_it() {
    let fields = json!({"home_account_id": HOME, "environment": "login.windows.net", "client_id": CLIENT, "credential_type": "RefreshToken", "family_id": "1"});
    let token = |secret: &str| {
        let mut token = fields.clone();
        token["secret"] = json!(secret);
        token
    };
    let of_family = format!("{HOME}-login.windows.net-refreshtoken-1--");
    let own = format!("{HOME}-login.windows.net-refreshtoken-{CLIENT}--");
    let mut cache = read(&json!({"RefreshToken": {(of_family.clone()): token("PEER")}}).to_string());
    let entry = |secret: &str| Entry::Other(CredentialType::RefreshToken, object(&token(secret)));
    put(&mut cache, [entry("RT")]);
    put(&mut cache, [entry("RT2")]);
    let expected =
        json!({"RefreshToken": {(of_family.clone()): token("PEER"), (own.clone()): token("RT2")}});
    assert_eq!(saved(&cache), expected);
    // Who signs out loses both.
    assert!(cache.remove(&entry("RT2")));
    assert_eq!(saved(&cache), json!({"RefreshToken": {}}));
}

#[test]
fn of_msal_go() {
    // Keys without trailing dashes, `keyid`, empty members left out, mixed-case keys in its 1.0.
    let text = format!(
        r#"{{"AccessToken":{{"{HOME}-Login.MicrosoftOnline.com-AccessToken-{CLIENT}-{TENANT}-User.Read":{{"home_account_id":"{HOME}","environment":"Login.MicrosoftOnline.com","realm":"{TENANT}","credential_type":"AccessToken","client_id":"{CLIENT}","secret":"AT","target":"User.Read","expires_on":"1700003600","refresh_on":"0","extended_expires_on":"1700003600","cached_at":"1700000000","token_type":""}}}},"RefreshToken":{{"{HOME}-login.microsoftonline.com-refreshtoken-{CLIENT}":{{"home_account_id":"{HOME}","environment":"login.microsoftonline.com","credential_type":"RefreshToken","client_id":"{CLIENT}","secret":"RT"}}}}}}"#
    );
    let cache = is_read_and_kept(&text);
    assert_eq!(cache.find(&users("User.Read"), now()).unwrap().refresh_on(), None);
}

#[test]
fn of_msal_node() {
    // A trailing dash, scopes in the order of the answer, tenant profiles as texts of JSON.
    let text = format!(
        r#"{{"Account":{{"{HOME}-login.windows.net-{TENANT}":{{"home_account_id":"{HOME}","environment":"login.windows.net","tenantProfiles":["{{\"tenantId\":\"{TENANT}\"}}"]}}}},"IdToken":{{}},"AccessToken":{{"{HOME}-login.windows.net-accesstoken-{CLIENT}-{TENANT}-user.read openid-":{{"homeAccountId":"x","home_account_id":"{HOME}","credential_type":"AccessToken","secret":"AT","cached_at":"1700000000","expires_on":"1700003600","extended_expires_on":"1700003600","environment":"login.windows.net","client_id":"{CLIENT}","realm":"{TENANT}","target":"User.Read openid","token_type":"Bearer","resource":""}}}},"RefreshToken":{{}},"AppMetadata":{{}}}}"#
    );
    is_read_and_kept(&text);
}

#[test]
fn of_msal_java() {
    // No token type at all; null is left out.
    let text = format!(
        r#"{{"AccessToken":{{"{HOME}-login.windows.net-accesstoken-{CLIENT}-{TENANT}-user.read":{{"home_account_id":"{HOME}","environment":"login.windows.net","credential_type":"AccessToken","client_id":"{CLIENT}","secret":"AT","realm":"{TENANT}","target":"User.Read","cached_at":"1700000000","expires_on":"1700003600","extended_expires_on":"1700003600"}}}}}}"#
    );
    is_read_and_kept(&text);
}

#[test]
fn of_msal_python_before_its_first_version() {
    // Scopes as an array are not understood, floats are.
    let text = format!(
        r#"{{"AccessToken":{{"old":{{"home_account_id":"{HOME}","environment":"login.microsoftonline.com","credential_type":"AccessToken","client_id":"{CLIENT}","secret":"OLD","realm":"{TENANT}","target":["User.Read"],"expires_on":"1700003600"}},"new":{{"home_account_id":"{HOME}","environment":"login.microsoftonline.com","credential_type":"AccessToken","client_id":"{CLIENT}","secret":"AT","realm":"{TENANT}","target":"User.Read","cached_at":1700000000.12,"expires_on":1700003600.5}}}}}}"#
    );
    is_read_and_kept(&text);
}

#[test]
fn of_msal_python_with_white_space() {
    let text = "{\n    \"AccessToken\": {\n        \"k\": {\n            \"secret\": \"AT\",\n            \"x\": [ 1.50 ]\n        }\n    },\n    \"Other\": [ 1 ]\n}";
    let mut cache = read(text);
    assert_eq!(saved(&cache), serde_json::from_str::<serde_json::Value>(text).unwrap());
    let again = cache.serialize();
    assert!(again.contains("1.50"));
    assert_eq!(read(&again).serialize(), again);
}

#[test]
fn a_search_finds_other_libraries_entries_by_their_members() {
    let cache = read(
        &json!({ "RefreshToken": { "any": { "secret": "RT", "family_id": "1", "n": 1.50 }, "other": { "secret": "no" } } })
            .to_string(),
    );
    let found = cache.search(
        CredentialType::RefreshToken,
        &Scopes::default(),
        &object(&json!({ "family_id": "1" })),
        None,
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].string("secret").as_deref(), Some("RT"));
}
