//! All that the service can refuse a sign-in by, at either endpoint, and all that can be wrong with its answer.
use crate::person::*;
use crate::refusals::{at_the_token_endpoint, told};
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::{Error, IdTokenError, Violation};
use serde_json::{Value, json};
use std::fmt::Write;

#[test]
fn what_the_token_endpoint_can_say() {
    let mut list = String::new();
    for (name, answer) in at_the_token_endpoint(&tokens(&claims())) {
        let mut world = World::public();
        let flow = world.begin();
        world = world.answer(answer);
        let error = world.finish(&flow, &came_back(&flow)).unwrap_err();
        assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{name}");
        assert_eq!((world.writes, world.cache.serialize().as_str()), (0, "{}"), "{name}");
        writeln!(list, "{name}\n=> {}", told(&error, world.now)).unwrap();
    }
    assert_snapshot!(list);
}

#[test]
fn what_the_authorize_endpoint_can_say() {
    let codes = [
        // RFC 6749 section 4.1.2.1
        "invalid_request",
        "unauthorized_client",
        "access_denied",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        // OpenID Connect Core section 3.1.2.6
        "interaction_required",
        "login_required",
        "account_selection_required",
        "consent_required",
        "invalid_request_uri",
        "invalid_request_object",
        "request_not_supported",
        "request_uri_not_supported",
        "registration_not_supported",
        // Entra's own
        "invalid_resource",
        "invalid_client",
    ];
    let mut list = String::new();
    for code in codes {
        let mut world = World::public();
        let flow = world.begin();
        let answer = format!(
            "error={code}&error_description=AADSTS50000%3a+What+happened.&error_uri=https%3a%2f%2fa.example&state={}",
            flow.state.expose()
        );
        let error = world.finish(&flow, &answer).unwrap_err();
        let (Error::Service(service) | Error::SignInNeeded(service)) = &error else {
            panic!("{code}: {error}")
        };
        assert_eq!(service.error_description.as_deref(), Some("AADSTS50000: What happened."));
        assert_eq!(service.error_uri.as_deref(), Some("https://a.example"));
        assert!(world.requests.is_empty() && world.writes == 0, "{code}");
        writeln!(list, "{code}\n=> {}", told(&error, world.now)).unwrap();
    }
    assert_snapshot!(list);
}

#[test]
fn a_person_who_cancels() {
    let mut world = World::public();
    let flow = world.begin();
    world.log.clear();
    let answer = format!(
        "error=access_denied&error_subcode=cancel&error_description=AADSTS65004%3a+User+declined+to+consent.&state={}",
        flow.state.expose()
    );
    world.finish(&flow, &answer).unwrap_err();
    // The program keeps nothing of it and may begin anew.
    let again = world.begin();
    world = world.http(200, &tokens_of(&again).to_string());
    world.finish(&again, &came_back(&again)).unwrap();
    assert_snapshot!(world.log);
}

/// The end of a sign-in whose id token has these claims; the nonce is right unless they say otherwise.
fn with_claims(max_age: Option<u64>, change: impl FnOnce(&mut Value)) -> Result<(), Error> {
    let mut world = World::public();
    let flow = world.call(|app| {
        let request = app.initiate_auth_code_flow([SCOPE]).redirect_uri(REDIRECT_URI);
        max_age.into_iter().fold(request, |request, seconds| request.max_age(seconds))
    });
    let flow = flow.unwrap();
    let mut claims = claims();
    claims["nonce"] = json!(nonce_hash(&flow));
    change(&mut claims);
    world = world.http(200, &tokens(&claims).to_string());
    let end = world.finish(&flow, &came_back(&flow)).map(|_| ());
    assert_eq!(world.writes, usize::from(end.is_ok()));
    assert_eq!(world.cache.serialize() == "{}", end.is_err());
    end
}

#[test]
fn idt_06_another_audience_signs_nobody_in() {
    for aud in [json!("other"), json!(["other"]), json!(5), json!(format!("x{CLIENT_ID}x"))] {
        let end = with_claims(None, |claims| claims["aud"] = aud);
        assert_eq!(end, Err(Error::IdToken(IdTokenError::Audience)));
    }
}

#[test]
fn idt_10_without_the_right_nonce_nothing_is_kept() {
    // As it was made, and not as it was sent, is wrong too.
    for nonce in [json!("canary-other"), json!(null), json!(5), json!("")] {
        let end = with_claims(None, |claims| claims["nonce"] = nonce);
        assert_eq!(end, Err(Error::IdToken(IdTokenError::Nonce)));
    }
    let absent = with_claims(None, |claims| {
        claims.as_object_mut().unwrap().remove("nonce");
    });
    assert_eq!(absent, Err(Error::IdToken(IdTokenError::Nonce)));
    assert_eq!(with_claims(None, |_| ()), Ok(()));
}

#[test]
fn idt_13_who_signed_in_too_long_ago_signs_in_again() {
    let (now, refused) = (1_700_000_000, Err(Error::IdToken(IdTokenError::MaxAge)));
    let ages = [(0, true), (60, true), (60 + 120, true), (60 + 121, false), (86_400, false)];
    for (seconds, is_good) in ages {
        let end = with_claims(Some(60), |claims| claims["auth_time"] = json!(now - seconds));
        assert_eq!(end.is_ok(), is_good, "{seconds}: {end:?}");
    }
    assert_eq!(with_claims(Some(60), |_| ()), refused, "auth_time is missing");
    for odd in [json!("soon"), json!(null), json!(true), json!([now])] {
        assert_eq!(with_claims(Some(60), |claims| claims["auth_time"] = odd), refused);
    }
    assert_eq!(with_claims(None, |_| ()), Ok(()), "nobody asked");
}

#[test]
fn idt_01_to_05_garbage_proves_no_sign_in() {
    let long = format!("a.{}.c", "x".repeat(300_000));
    for garbage in ["canary", "a.b.c.d.e", "a.!.c", "a.W10.c", "", &long] {
        let mut world = World::public();
        let flow = world.begin();
        let mut answer = tokens_of(&flow);
        answer["id_token"] = json!(garbage);
        world = world.http(200, &answer.to_string());
        let error = world.finish(&flow, &came_back(&flow)).unwrap_err();
        assert!(matches!(error, Error::IdToken(IdTokenError::Malformed(_))), "{garbage}: {error}");
        assert_eq!(world.cache.serialize(), "{}");
    }
    let without_exp = with_claims(None, |claims| {
        claims.as_object_mut().unwrap().remove("exp");
    });
    let malformed = IdTokenError::Malformed(Violation::Member("exp"));
    assert_eq!(without_exp, Err(Error::IdToken(malformed)));
}
