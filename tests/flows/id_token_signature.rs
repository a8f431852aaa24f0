//! The option to verify the signature of id tokens.
use crate::signing_service::*;
use msal_proto::engine::HttpFault;
use msal_proto::{AuthenticationResult, Error, IdTokenError, PublicClientApplication};
use serde_json::{Value, json};

/// What comes of an id token with this header.
fn end_of(header: &Value) -> Result<AuthenticationResult, Error> {
    let mut service = Service::verifying();
    let flow = service.begin();
    let claims = service.claims(&flow);
    // For a key that is not among the first.
    service.0.answer(200, keys().to_string());
    service.redeem(flow, json!(signed(header, &claims)))
}

#[test]
fn each_algorithm_is_verified() {
    for (alg, kid) in [("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "ec")] {
        end_of(&json!({"alg": alg, "kid": kid})).unwrap();
        end_of(&json!({"alg": alg})).unwrap();
    }
}

#[test]
fn idt_01_02_what_is_not_signed_by_the_authority_is_refused_and_nothing_is_written() {
    let headers = [
        json!({"alg": "none", "kid": "rsa"}),
        json!({"alg": "HS256", "kid": "secret"}),
        json!({"alg": "RS384", "kid": "rsa"}),
        json!({"alg": "RS256", "kid": "rsa", "crit": ["exp"]}),
        json!({"alg": "PS256", "kid": "short"}),
        json!({"alg": "rs256", "kid": "rsa"}),
    ];
    for header in headers {
        assert_eq!(end_of(&header).unwrap_err(), Error::IdToken(IdTokenError::Signature), "{header}");
    }
    let forge = |forge: fn(&str) -> Value| {
        let mut service = Service::verifying();
        let flow = service.begin();
        let id_token = signed(&json!({"alg": "RS256", "kid": "rsa"}), &service.claims(&flow));
        let before = service.0.cache.serialize();
        // Newer keys would not help.
        service.0.answer(200, keys().to_string());
        let end = service.redeem(flow, forge(&id_token));
        assert_eq!(service.0.cache.serialize(), before);
        end.unwrap_err()
    };
    let without_signature = |id_token: &str| json!(format!("{}.", id_token.rsplit_once('.').unwrap().0));
    let of_another = |id_token: &str| {
        let (message, _) = id_token.rsplit_once('.').unwrap();
        json!(format!("{message}.{}", base64url([1; 256])))
    };
    assert_eq!(forge(without_signature), Error::IdToken(IdTokenError::Signature));
    assert_eq!(forge(of_another), Error::IdToken(IdTokenError::Signature));
    // One that cannot be read is no way round it.
    assert!(matches!(forge(|_| json!(5)), Error::IdToken(IdTokenError::Malformed(_))));
    assert!(matches!(forge(|_| json!("x")), Error::IdToken(IdTokenError::Malformed(_))));
}

#[test]
fn newer_keys_are_fetched_once_for_a_key_that_is_not_known() {
    let header = json!({"alg": "RS256", "kid": "new"});
    let mut newer = keys();
    newer["keys"][2]["kid"] = json!("new");
    for (answer, is_good) in [(newer, true), (keys(), false), (json!({"keys": []}), false)] {
        let mut service = Service::verifying();
        let flow = service.begin();
        let id_token = signed(&header, &service.claims(&flow));
        service.0.answer(200, answer.to_string());
        let end = service.redeem(flow, json!(id_token));
        assert_eq!(service.0.requests.len(), 4);
        match end {
            Ok(_) => assert!(is_good),
            Err(error) => assert_eq!((error, is_good), (Error::IdToken(IdTokenError::Signature), false)),
        }
    }
}

#[test]
fn keys_that_cannot_be_fetched_end_the_flow_before_the_code_is_sent() {
    let mut service = Service::verifying();
    let flow = service.begin();
    let answer = format!("code=C&state={}", flow.state.expose());
    let redeem = |service: &mut Service| {
        service.0.call(|app| app.acquire_token_by_auth_code_flow(flow.clone(), answer.as_str())).unwrap_err()
    };
    assert_eq!(redeem(&mut service), HttpFault::Connect("no answer is queued".into()).into());
    for (status, body) in [(404, "{}"), (500, "{}"), (200, "[]"), (200, r#"{"keys":5}"#)] {
        service.0.answer(status, body);
        redeem(&mut service);
    }
    assert!(service.0.requests.iter().skip(1).all(|request| request.url == jwks_uri()));
    // An application's own tokens need no keys.
    service.0.call(|app| app.resolve_authority()).unwrap();
    // They are remembered for a day.
    service.0.answer(200, keys().to_string());
    redeem(&mut service);
    let asked = service.0.requests.len();
    redeem(&mut service);
    assert!(service.0.requests.iter().skip(asked).all(|request| request.url.ends_with("/token")));
    service.0.later(86_400);
    service.document(&[("jwks_uri", &jwks_uri())]);
    redeem(&mut service);
    assert_eq!(service.0.requests.last().unwrap().url, jwks_uri());
}

#[test]
fn keys_are_taken_from_the_authority_alone() {
    for elsewhere in ["https://evil.example/keys", "http://login.microsoftonline.com/keys", "", "keys"] {
        let mut service = Service::verifying();
        service.document(&[("jwks_uri", elsewhere)]);
        let flow = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
        let error = service.redeem(flow, json!("h.p.s")).unwrap_err();
        assert!(error.to_string().starts_with("the discovery document's jwks_uri "), "{error}");
        assert_eq!(service.0.requests.len(), 1);
    }
    let mut service = Service::verifying();
    service.document(&[]);
    let flow = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
    service.0.answers.clear();
    service.document(&[]);
    let answer = format!("code=C&state={}", flow.state.expose());
    let error = service.0.call(|app| app.acquire_token_by_auth_code_flow(flow, answer)).unwrap_err();
    let missing = "the discovery document's jwks_uri is missing, without which signatures cannot be verified";
    assert_eq!(error.to_string(), missing);
}

#[test]
fn a_code_without_an_id_token_is_no_way_round_the_options() {
    let mut service = Service::verifying();
    let flow = service.begin();
    let error = service.redeem(flow, Value::Null).unwrap_err();
    assert_eq!(error.to_string(), "the id token is malformed: no usable id_token");
    assert!(!service.0.cache.serialize().contains("AccessToken"));
}

/// The provider rotates refresh tokens and has begun to sign with a key that nobody knows yet, which is not to be had.
#[test]
fn a_refresh_token_that_took_another_s_place_survives_keys_that_are_not_to_be_had() {
    let mut service = Service::verifying();
    let flow = service.begin();
    let id_token = signed(&json!({"alg": "RS256", "kid": "rsa"}), &service.claims(&flow));
    let account = service.redeem(flow.clone(), json!(id_token)).unwrap().account.unwrap();
    let newer = signed(&json!({"alg": "RS256", "kid": "new"}), &service.claims(&flow));
    let tokens = json!({"access_token": "AT2", "refresh_token": "RT2", "expires_in": 3600, "token_type": "Bearer", "id_token": newer});
    service.0.answer(200, tokens.to_string());
    service.0.transcript = Default::default();
    let silent = |app: &PublicClientApplication| {
        app.acquire_token_silent_with_error(["User.Read"], &*account).force_refresh(true)
    };
    let error = service.0.call(silent).unwrap_err();
    assert_eq!(error, HttpFault::Connect("no answer is queued".into()).into());
    insta::assert_snapshot!(service.0.transcript);
    let cache = service.0.cache.serialize();
    assert!(cache.contains("RT2") && !cache.contains("AT2"), "{cache}");
    // The next call uses it, and finds the key.
    let mut keys = keys();
    keys["keys"][2]["kid"] = json!("new");
    service.0.answer(200, tokens.to_string().replace("RT2", "RT3"));
    service.0.answer(200, keys.to_string());
    service.0.call(silent).unwrap().unwrap();
    assert!(service.0.cache.serialize().contains("AT2"));
    let sent = service.0.requests.iter().rev().find(|request| request.url.ends_with("/token")).unwrap();
    let (_, redeemed) = sent.form().iter().find(|(name, _)| name == "refresh_token").unwrap();
    assert_eq!(redeemed.expose(), "RT2");
}
