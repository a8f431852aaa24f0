//! What an assertion says (RFC 7523 section 3).
use crate::support::{CLIENT_ID, NOW, TOKEN_ENDPOINT, World, app, builder, jwt, ps256, rs256};
use msal_proto::Error;
use serde_json::json;

#[test]
fn crt_15_crt_18_whole_seconds_of_the_lent_clock_and_one_audience() {
    for credential in [rs256(), ps256()] {
        let mut claims = jwt(&World::default().assertion(&app(credential))).claims;
        let jti = claims.as_object_mut().unwrap().remove("jti").unwrap();
        let expected = json!({
            "aud": TOKEN_ENDPOINT, "iss": CLIENT_ID, "sub": CLIENT_ID, "iat": NOW, "exp": NOW + 600,
        });
        assert_eq!(claims, expected);
        assert!(claims["iat"].is_u64() && claims["exp"].is_u64());
        let jti = jti.as_str().unwrap();
        assert_eq!((jti.len(), &jti[14..15]), (36, "4"), "{jti}");
    }
}

#[test]
fn crt_15_the_end_of_time_does_not_overflow() {
    let mut world = World { now: u64::MAX - 86_401, ..World::default() };
    assert_eq!(jwt(&world.assertion(&app(rs256()))).claims["exp"], u64::MAX - 85_801);
    let mut world = World { now: u64::MAX, ..World::default() };
    // No document is good at that time, so it is asked for and used at once.
    assert_eq!(jwt(&world.assertion(&app(rs256()))).claims["exp"], u64::MAX);
}

#[test]
fn crt_20_claims_of_the_program_replace_and_add() {
    let claims = r#"{ "sub":"other", "aud":["a","b"], "exp":1.5e9, "big":123456789012345678901234567890, "x":"\u00e9" }"#;
    let app = builder(rs256()).client_claims(claims).build().unwrap();
    let jwt = jwt(&World::default().assertion(&app));
    assert_eq!(jwt.claims["sub"], "other");
    assert_eq!(jwt.claims["iss"], CLIENT_ID);
    assert_eq!(jwt.claims["aud"], json!(["a", "b"]));
    assert_eq!(jwt.claims["exp"], 1.5e9);
    assert_eq!(jwt.claims["x"], "\u{e9}");
    assert!(jwt.claims["jti"].is_string());
}

#[test]
fn claims_that_are_no_object_are_refused_when_the_client_is_built() {
    for claims in ["", "CANARY", "[]", "5", r#"{"CANARY":}"#, r#"{"a":1,"a":2}"#, "{} x"] {
        let error = builder(rs256()).client_claims(claims).build().unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { parameter: "client_claims", .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("CANARY"));
        assert!(!format!("{:?}", builder(rs256()).client_claims(claims)).contains("CANARY"));
    }
}
