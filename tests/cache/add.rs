//! Answers of a token endpoint that are less than perfect: no token is lost for a member that cannot be used.
use crate::support::{ALICE, CLIENT, HOST, NOW, TENANT, now, object, saved};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::cache::{TokenEvent, ext_cache_key};
use msal_proto::json::JsonObject;
use msal_proto::{Scopes, TokenCache};
use serde_json::{Value, json};

/// What is cached of an answer.
fn add(response: &str, change: impl FnOnce(&mut TokenEvent<'_>)) -> Value {
    let response = JsonObject::parse(response.as_bytes()).unwrap();
    let endpoint = format!("https://{HOST}/{TENANT}/oauth2/v2.0/token");
    let mut event = TokenEvent {
        client_id: CLIENT,
        scope: Scopes::parse("s2 s1"),
        token_endpoint: Some(&endpoint),
        environment: Some(HOST),
        response: Some(&response),
        ..TokenEvent::default()
    };
    change(&mut event);
    let mut cache = TokenCache::new();
    cache.add(&event, now());
    saved(&cache)
}

fn only(saved: &Value, section: &str) -> Value {
    let entries = saved[section].as_object().unwrap_or_else(|| panic!("no {section} in {saved}"));
    assert_eq!(entries.len(), 1, "{saved}");
    entries.values().next().unwrap().clone()
}

/// A time of the one access token, in seconds from now.
fn time(response: &str, name: &str) -> Option<i64> {
    let token = only(&add(response, |_| ()), "AccessToken");
    let at: i64 = token.get(name)?.as_str().unwrap().parse().unwrap();
    Some(at - i64::try_from(NOW).unwrap())
}

fn lifetime(expires_in: &str) -> Option<i64> {
    time(&format!(r#"{{"access_token":"A","expires_in":{expires_in}}}"#), "expires_on")
}

const TEN_YEARS: i64 = 315_360_000;

#[test]
fn tok_01_to_05_expires_in() {
    for (expires_in, seconds) in [
        ("3600", 3600),
        (r#""3600""#, 3600),
        ("3600.9", 3600),
        ("0", 0),
        ("-5", -5),
        (r#""-5""#, -5),
        ("1000000000000000000000000000000", TEN_YEARS),
        ("18446744073709551616", TEN_YEARS),
        ("1e308", TEN_YEARS),
        ("-1e308", -i64::try_from(NOW).unwrap()),
        ("null", 600),
        ("true", 600),
        ("[1]", 600),
        ("{}", 600),
        (r#""abc""#, 600),
        (r#""""#, 600),
    ] {
        assert_eq!(lifetime(expires_in), Some(seconds), "{expires_in}");
    }
}

#[test]
fn tok_07_expires_on_where_there_is_no_expires_in() {
    let of = |members: &str| time(&format!(r#"{{"access_token":"A",{members}}}"#), "expires_on");
    assert_eq!(of(&format!(r#""expires_on":{}"#, NOW + 100)), Some(100));
    assert_eq!(of(&format!(r#""expires_on":"{}""#, NOW + 100)), Some(100));
    assert_eq!(of(r#""expires_on":"06/20/2019 02:57:58 +00:00""#), Some(600));
    assert_eq!(of(&format!(r#""expires_in":50,"expires_on":{}"#, NOW + 100)), Some(50));
    assert_eq!(of(&format!(r#""expires_in":null,"expires_on":{}"#, NOW + 100)), Some(100));
}

#[test]
fn tok_08_refresh_in() {
    let of = |refresh_in: &str| {
        time(&format!(r#"{{"access_token":"A","expires_in":3600,"refresh_in":{refresh_in}}}"#), "refresh_on")
    };
    assert_eq!(of("1800"), Some(1800));
    assert_eq!(of(r#""1800""#), Some(1800));
    assert_eq!(of("3601"), None, "after the end");
    for ignored in ["null", "true", "[]", r#""abc""#] {
        assert_eq!(of(ignored), None, "{ignored}");
    }
    assert!(of("-5").unwrap() < 0, "now");
}

#[test]
fn tok_09_ext_expires_in() {
    let of = |ext: &str| {
        time(
            &format!(r#"{{"access_token":"A","expires_in":60,"ext_expires_in":{ext}}}"#),
            "extended_expires_on",
        )
    };
    assert_eq!(of("120"), Some(120));
    assert_eq!(of(r#""120""#), Some(120));
    assert_eq!(of("1e40"), Some(TEN_YEARS));
    for ignored in ["null", "true", "[]", r#""abc""#] {
        assert_eq!(of(ignored), Some(60), "{ignored}");
    }
}

#[test]
fn tok_28_a_refresh_token_that_is_none_is_not_kept() {
    for refresh_token in ["5", r#""""#, "null", "[]"] {
        let saved = add(&format!(r#"{{"access_token":"A","refresh_token":{refresh_token}}}"#), |_| ());
        assert_eq!(only(&saved, "AccessToken")["secret"], "A");
        assert!(saved.get("RefreshToken").is_none(), "{saved}");
    }
}

#[test]
fn an_access_token_that_is_none_is_not_kept() {
    for access_token in ["5", r#""""#, "null"] {
        let saved = add(&format!(r#"{{"access_token":{access_token},"refresh_token":"R"}}"#), |_| ());
        assert!(saved.get("AccessToken").is_none(), "{saved}");
        assert_eq!(only(&saved, "RefreshToken")["secret"], "R");
    }
}

fn client_info() -> String {
    let (uid, utid) = ALICE.split_once('.').unwrap();
    BASE64_URL_SAFE_NO_PAD.encode(json!({"uid": uid, "utid": utid}).to_string())
}

#[test]
fn a_garbage_id_token_costs_the_account_and_no_token() {
    for id_token in ["garbage", "a.b.c", "a.!!.c", "..", "e30.W10.e30"] {
        let response = json!({"access_token": "A", "refresh_token": "R", "id_token": id_token, "client_info": client_info()});
        let saved = add(&response.to_string(), |_| ());
        assert_eq!(only(&saved, "AccessToken")["home_account_id"], ALICE);
        assert_eq!(only(&saved, "RefreshToken")["home_account_id"], ALICE);
        assert!(saved.get("IdToken").is_none() && saved.get("Account").is_none(), "{saved}");
    }
}

#[test]
fn a_garbage_client_info_costs_the_account_and_no_token() {
    let claims = BASE64_URL_SAFE_NO_PAD.encode(json!({"sub": "S", "oid": "O"}).to_string());
    for client_info in [json!("garbage!"), json!("W10"), json!(""), json!(5)] {
        let response = json!({"access_token": "A", "refresh_token": "R", "id_token": format!("e30.{claims}.c2ln"), "client_info": client_info});
        let saved = add(&response.to_string(), |_| ());
        assert_eq!(only(&saved, "AccessToken")["secret"], "A");
        assert_eq!(only(&saved, "RefreshToken")["secret"], "R");
        assert!(saved.get("Account").is_none(), "{saved}");
    }
}

#[test]
fn cac_22_an_account_is_not_made_anew_where_that_is_asked() {
    let response = json!({"access_token": "A", "client_info": client_info()}).to_string();
    assert_eq!(only(&add(&response, |_| ()), "Account")["home_account_id"], ALICE);
    assert!(add(&response, |event| event.skip_account_creation = true).get("Account").is_none());
}

#[test]
fn the_account_has_the_best_name_there_is() {
    let name = |claims: Value, typed: Vec<(&'static str, &'static str)>, federated: Option<&'static str>| {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        let response = json!({"access_token": "A", "id_token": format!("e30.{claims}.c2ln"), "client_info": client_info()});
        let saved = add(&response.to_string(), |event| (event.data, event.username) = (typed, federated));
        only(&saved, "Account")["username"].clone()
    };
    let typed = vec![("username", "typed")];
    assert_eq!(name(json!({"preferred_username": "p", "upn": "u"}), typed.clone(), Some("f")), "p");
    assert_eq!(name(json!({"upn": "u"}), typed.clone(), Some("f")), "u");
    assert_eq!(name(json!({"preferred_username": ""}), typed.clone(), Some("f")), "typed");
    assert_eq!(name(json!({"preferred_username": 5}), vec![], Some("f")), "f");
    assert_eq!(name(json!({"sub": "s"}), vec![], None), "");
}

#[test]
fn an_account_tells_where_it_came_from() {
    let response = json!({"access_token": "A", "client_info": client_info()}).to_string();
    let source = |grant| {
        only(&add(&response, |event| event.grant_type = Some(grant)), "Account")
            .get("account_source")
            .cloned()
    };
    for grant in [
        "broker",
        "authorization_code",
        "password",
        "urn:ietf:params:oauth:grant-type:device_code",
        "user_fic",
    ] {
        assert_eq!(source(grant), Some(json!(grant)));
    }
    assert_eq!(source("refresh_token"), None);
}

#[test]
fn of_the_request_only_what_tells_tokens_apart_is_kept() {
    let saved = add(r#"{"access_token":"A"}"#, |event| {
        event.data = vec![
            ("password", "SESAME"),
            ("client_secret", "SESAME"),
            ("assertion", "SESAME"),
            ("fmi_path", "p"),
            ("key_id", "K"),
        ];
    });
    let token = only(&saved, "AccessToken");
    assert_eq!(token["key_id"], "K");
    assert_eq!(token["ext_cache_key"], json!(ext_cache_key([("fmi_path", "p")])));
    assert!(!saved.to_string().contains("SESAME"));
}

#[test]
fn without_an_endpoint_there_is_neither_environment_nor_realm() {
    let saved =
        add(r#"{"access_token":"A"}"#, |event| (event.token_endpoint, event.environment) = (None, None));
    let token = only(&saved, "AccessToken");
    assert_eq!((&token["environment"], &token["realm"]), (&Value::Null, &Value::Null));
    assert!(saved["AccessToken"].get(format!("--accesstoken-{CLIENT}--s1 s2")).is_some(), "{saved}");
}

#[test]
fn what_was_added_is_found_again() {
    let mut cache = TokenCache::new();
    let response = JsonObject::parse(br#"{"access_token":"A","expires_in":3600,"refresh_in":1800}"#).unwrap();
    let endpoint = format!("https://LOGIN.windows.net/{TENANT}/oauth2/v2.0/token");
    let event = TokenEvent {
        client_id: CLIENT,
        scope: Scopes::parse("s1 s2"),
        token_endpoint: Some(&endpoint),
        response: Some(&response),
        ..TokenEvent::default()
    };
    cache.add(&event, now());
    assert_eq!(crate::support::found(&cache, &crate::support::query("s2")).as_deref(), Some("A"));
}

#[test]
fn sec_debug_of_an_event_shows_none_of_the_request() {
    let response = object(&json!({ "access_token": "SESAME", "client_info": "SESAME" }));
    let event = TokenEvent {
        client_id: CLIENT,
        response: Some(&response),
        data: vec![("client_secret", "SESAME"), ("assertion", "SESAME"), ("password", "SESAME")],
        ..TokenEvent::default()
    };
    let shown = format!("{event:?} {:?}", event.change(now()));
    assert!(shown.contains(CLIENT) && !shown.contains("SESAME"), "{shown}");
}
