//! The rows TOK: what a token endpoint may answer, and what must come of it. What is refused writes nothing; a token
//! that can be used is kept.
use crate::id_token::id_token;
use crate::support::*;
use msal_proto::engine::{HttpFault, HttpResponse};
use msal_proto::{AuthenticationResult, Error, Violation, Warning};

const TEN_YEARS: u64 = 315_360_000;

/// An answer with a token and these members.
pub(crate) fn with(members: &str) -> String {
    format!(r#"{{"token_type":"Bearer","access_token":"canary-access-token",{members}}}"#)
}

/// The token that this answer gives, which is in the cache too.
pub(crate) fn accepted(body: &str) -> (AuthenticationResult, World) {
    let mut world = World::warm().http(200, body);
    let result = world.token().unwrap_or_else(|error| panic!("{error}: {body}"));
    assert!(!shows_a_secret(&format!("{result:?} {:?}", world.cache)));
    assert_eq!(world.writes, 1, "{body}");
    let token = result.access_token.as_ref().or(result.id_token.as_ref()).unwrap();
    assert!(world.cache.serialize().contains(token.expose()), "{body}");
    (result, world)
}

/// The error that this answer is. It must have written nothing.
pub(crate) fn refused(answer: Result<HttpResponse, HttpFault>) -> Error {
    let mut world = World::warm().answer(answer);
    // `call` looks for secrets in all that the error says.
    let Err(error) = world.token() else { panic!("a token: {}", world.log) };
    assert_eq!((world.writes, world.cache.serialize().contains("AccessToken")), (0, false), "{error}");
    error
}

fn malformed(body: &[u8]) -> Violation {
    let answer = HttpResponse { body: msal_proto::SecretBytes::new(body), ..response(200, "") };
    match refused(Ok(answer)) {
        Error::Malformed { source_name: "token endpoint", violation } => violation,
        error => panic!("{error}: {}", String::from_utf8_lossy(body)),
    }
}

#[test]
fn tok_01_02_04_05_07_expires_in_in_every_form() {
    let now = World::new().now;
    let wrong = [Warning::MalformedMember("expires_in")];
    let forms: [(&str, u64, &[Warning]); 21] = [
        (r#""expires_in":3600"#, 3_600, &[]),
        (r#""expires_in":"3600""#, 3_600, &[]),
        (r#""expires_in":3600.9"#, 3_600, &[]),
        (r#""expires_in":1e3"#, 1_000, &[]),
        (r#""expires_in":1000000000000000000000000000000"#, TEN_YEARS, &[]),
        (r#""expires_in":18446744073709551616"#, TEN_YEARS, &[]),
        (r#""expires_in":"18446744073709551616""#, TEN_YEARS, &[]),
        (r#""expires_in":1e308"#, TEN_YEARS, &[]),
        (r#""expires_in":null"#, 600, &wrong),
        (r#""expires_in":true"#, 600, &wrong),
        (r#""expires_in":[1]"#, 600, &wrong),
        (r#""expires_in":{}"#, 600, &wrong),
        (r#""expires_in":"abc""#, 600, &wrong),
        (r#""expires_in":"""#, 600, &wrong),
        (r#""expires_in":"1e999""#, 600, &wrong),
        (r#""other":1"#, 600, &[]),
        (&format!(r#""expires_on":{}"#, now + 90), 90, &[]),
        (&format!(r#""expires_on":"{}""#, now + 90), 90, &[]),
        (r#""expires_on":"06/20/2019 02:57:58 +00:00""#, 600, &[]),
        (&format!(r#""expires_in":null,"expires_on":{}"#, now + 90), 90, &wrong),
        (r#""expires_in":7,"expires_on":5"#, 7, &[]),
    ];
    for (members, seconds, warnings) in forms {
        let (result, mut world) = accepted(&with(members));
        assert_eq!(result.expires_in, seconds, "{members}");
        assert_eq!(result.expires_on.0, now + seconds, "{members}");
        assert_eq!(result.warnings, warnings, "{members}");
        let cached = format!(r#""expires_on":"{}""#, now + seconds);
        assert!(world.cache.serialize().contains(&cached), "{members}");
    }
    // One that has passed is cached as it is.
    let (result, mut world) = accepted(&with(r#""expires_on":5"#));
    assert_eq!((result.expires_in, result.expires_on.0), (0, now));
    assert!(world.cache.serialize().contains(r#""expires_on":"5""#));
}

#[test]
fn tok_03_a_token_that_has_ended_is_given_but_never_served() {
    for members in [r#""expires_in":-5"#, r#""expires_in":0"#, r#""expires_in":"-5""#] {
        let (result, world) = accepted(&with(members));
        assert_eq!(result.expires_in, 0);
        let mut world = world.http(200, TOKEN);
        assert_eq!(world.token().unwrap().expires_in, 3_599, "{members}");
    }
}

#[test]
fn tok_06_what_is_no_number_is_no_json() {
    for number in ["NaN", "Infinity", "-Infinity", "+1", "0x10", "01", ".5"] {
        let violation = malformed(with(&format!(r#""expires_in":{number}"#)).as_bytes());
        assert!(matches!(violation, Violation::Json(_)), "{number}");
    }
    let violation = malformed(with(r#""expires_in":1e999"#).as_bytes());
    assert_eq!(violation, Violation::Member("expires_in"));
}

#[test]
fn tok_08_refresh_in_in_every_form() {
    let now = World::new().now;
    let wrong = [Warning::MalformedMember("refresh_in")];
    let forms: [(&str, Option<u64>, &[Warning]); 9] = [
        ("1800", Some(1_800), &[]),
        (r#""1800""#, Some(1_800), &[]),
        ("-5", Some(0), &[]),
        ("3600", Some(3_600), &[]),
        ("3601", None, &[]),
        ("1e308", None, &[]),
        ("null", None, &wrong),
        (r#""soon""#, None, &wrong),
        ("[]", None, &wrong),
    ];
    for (text, seconds, warnings) in forms {
        let (result, _) = accepted(&with(&format!(r#""expires_in":3600,"refresh_in":{text}"#)));
        assert_eq!(result.refresh_on.map(|on| on.0 - now), seconds, "{text}");
        assert_eq!(result.warnings, warnings, "{text}");
    }
}

#[test]
fn tok_09_a_wrong_ext_expires_in_is_left_aside() {
    for (text, seconds, is_wrong) in
        [("7", Some(7), false), (r#""x""#, None, true), ("null", None, true), ("-1", None, false)]
    {
        let (result, _) = accepted(&with(&format!(r#""ext_expires_in":{text}"#)));
        assert_eq!((result.ext_expires_in, result.warnings.len() == 1), (seconds, is_wrong), "{text}");
    }
}

#[test]
fn tok_10_12_13_without_a_usable_token_there_is_none() {
    let tokens = [
        "5",
        "null",
        "true",
        "{}",
        r#"["canary"]"#,
        r#""""#,
        r#""canary\r\nX: y""#,
        r#""canary token""#,
        r#""canary\u0000""#,
        r#""canary\u00e9""#,
        r#""canary\ud800""#,
    ];
    for token in tokens {
        let body = format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":{token}}}"#);
        assert_eq!(malformed(body.as_bytes()), Violation::Member("access_token"), "{token}");
    }
    for body in ["{}", r#"{"token_type":"Bearer"}"#, r#"{"id_token":""}"#, r#"{"id_token":5}"#] {
        assert_eq!(malformed(body.as_bytes()), Violation::Member("access_token"), "{body}");
    }
}

#[test]
fn tok_11_an_id_token_alone_will_do() {
    let id_token = id_token(CLIENT_ID, World::new().now + 60);
    let (result, _) = accepted(&format!(r#"{{"token_type":"Bearer",{id_token}}}"#));
    assert_eq!((result.access_token, result.id_token.is_some()), (None, true));
}

#[test]
fn tok_14_token_type() {
    for (members, token_type) in [
        (r#""a":1"#, "Bearer"),
        (r#""token_type":"bearer""#, "bearer"),
        (r#""token_type":"BEARER""#, "BEARER"),
    ] {
        let (result, _) = accepted(&format!(r#"{{"access_token":"canary-access-token",{members}}}"#));
        assert_eq!(&*result.token_type, token_type);
    }
    for token_type in [r#""MAC""#, r#""pop""#, "7", "null", r#""""#] {
        let body = format!(r#"{{"access_token":"canary","token_type":{token_type}}}"#);
        assert_eq!(malformed(body.as_bytes()), Violation::TokenType, "{token_type}");
    }
}

/// A service that binds no token gives one to bear.
#[test]
fn tok_14_a_token_that_is_bound_to_nothing_will_do() {
    for (token_type, is_accepted) in [("Bearer", true), ("ssh-cert", true), ("pop", false)] {
        let body = format!(r#"{{"access_token":"canary-access-token","token_type":"{token_type}"}}"#);
        let mut world = World::warm().http(200, &body);
        let result = world.call(|app| {
            let request = app.acquire_token_for_client([GRAPH]).data("token_type", "ssh-cert");
            request.data("key_id", "k").data("req_cnf", "{}")
        });
        assert_eq!(result.is_ok(), is_accepted, "{token_type}");
    }
}

#[test]
fn tok_15_18_19_20_35_what_is_no_json_object() {
    let deep = format!(r#"{{"a":{}"#, "[".repeat(1_000_000));
    let bodies: [&[u8]; 18] = [
        br#"{"access_token":"canary","access_token":"canary2"}"#,
        br#"{"access_token":"canary","access\u005ftoken":"canary2"}"#,
        br#"{"access_token":"canary","a":1,"a":1}"#,
        br#"[1]"#,
        br#"["canary",5]"#,
        br#""canary""#,
        b"null",
        b"5",
        b"",
        br#"{"access_token":"canary"#,
        br#"{"access_token":"canary"} trailing"#,
        br#"{"access_token":"canary"}{"access_token":"canary"}"#,
        b"\xef\xbb\xbf{\"access_token\":\"canary\"}",
        b"{\"access_token\":\"canary\xff\"}",
        b"{\"access_token\":\"canary\",\"a\":\"\x01\"}",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03canary",
        b"<html>canary</html>",
        deep.as_bytes(),
    ];
    for body in bodies {
        let violation = malformed(body);
        assert!(matches!(violation, Violation::Json(_)), "{violation}: {}", String::from_utf8_lossy(body));
    }
}

#[test]
fn tok_20_what_is_not_known_may_nest_as_deep_as_it_likes() {
    let deep = format!("{}1{}", r#"{"a":["#.repeat(100_000), "]}".repeat(100_000));
    let (result, _) = accepted(&with(&format!(r#""unknown":{deep}"#)));
    assert_eq!(result.members.raw("unknown"), Some(&*deep));
}

#[test]
fn tok_27_scope_in_every_form() {
    let forms = [
        (r#""a":1"#, GRAPH, 0),
        (r#""scope":5"#, GRAPH, 1),
        (r#""scope":null"#, GRAPH, 1),
        (r#""scope":"""#, "", 0),
        (r#""scope":"b  a b""#, "a b", 0),
        (r#""scope":"only""#, "only", 0),
    ];
    for (members, scope, warnings) in forms {
        let (result, mut world) = accepted(&with(members));
        assert_eq!((result.scope.as_str(), result.warnings.len()), (scope, warnings), "{members}");
        assert!(world.cache.serialize().contains(&format!(r#""target":"{scope}""#)), "{members}");
    }
}

#[test]
fn tok_28_a_refresh_token_that_is_none_costs_nothing() {
    for text in ["5", r#""""#, "null"] {
        let (result, mut world) = accepted(&with(&format!(r#""refresh_token":{text}"#)));
        assert_eq!(result.refresh_token, None, "{text}");
        assert!(!world.cache.serialize().contains("RefreshToken"), "{text}");
    }
    let (result, mut world) = accepted(&with(r#""refresh_token":"canary-refresh-token""#));
    assert_eq!(result.refresh_token.unwrap().expose(), "canary-refresh-token");
    assert!(world.cache.serialize().contains("canary-refresh-token"));
}

#[test]
fn tok_34_the_content_type_does_not_count() {
    let headers = vec![("Content-Type".into(), "text/html".into())];
    let mut world = World::warm().answer(Ok(HttpResponse { headers, ..response(200, TOKEN) }));
    world.token().unwrap();
}

#[test]
fn unknown_members_reach_the_result() {
    let (result, _) = accepted(&with(r#""x_ms_extra":{"n":1.50},"foci":"1","client_info":"canary""#));
    assert_eq!(result.members.raw("x_ms_extra"), Some(r#"{"n":1.50}"#));
    assert_eq!((result.foci.as_deref(), result.client_info.unwrap().expose()), (Some("1"), "canary"));
}
