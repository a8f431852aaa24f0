//! What is no id token at all.
use crate::support::*;
use msal_proto::json::JsonFault;
use msal_proto::{IdTokenError, Violation};

fn malformed(id_token: &str) -> Violation {
    match decode(id_token) {
        Err(IdTokenError::Malformed(violation)) => violation,
        end => panic!("{end:?}"),
    }
}

#[test]
fn idt_01_a_token_has_three_parts() {
    let token = jwt(&good());
    let payload = token.split('.').nth(1).unwrap();
    let one_or_two = ["".to_owned(), payload.to_owned(), format!("a.{payload}")];
    let four_or_more =
        [format!("{token}."), format!("{token}.a"), format!("{token}.a.b"), ".".repeat(200_000)];
    for wrong in one_or_two.iter().chain(&four_or_more) {
        assert_eq!(malformed(wrong), Violation::Jwt);
    }
    assert_eq!(malformed(&".".repeat(1_000_000)), Violation::TooLarge);
}

#[test]
fn idt_02_the_payload_is_base64url_to_the_last_bit() {
    // `{}` is e30; e31 has bits behind its end, and e30x, Zm9vYg are not of these bytes.
    for wrong in
        ["!!!!", "YQ==YQ==", "e30=", "e30==", "e31", "e3", "e", "e3+/", "e 30", "e30\n", "\u{e9}30", "e30%"]
    {
        let violation = malformed(&format!("a.{wrong}.c"));
        let is_refused = matches!(violation, Violation::Jwt | Violation::Json(_));
        assert!(is_refused, "{wrong}: {violation}");
    }
    for wrong in ["!!!!", "YQ==YQ==", "e30=", "e31", "e3+/"] {
        assert_eq!(malformed(&format!("a.{wrong}.c")), Violation::Jwt, "{wrong}");
    }
    // With the two characters that base64 does not have.
    let claims = good_but("name", "\u{ff}?>~\u{fe}".into());
    assert!(decode_claims(&claims).is_ok());
}

#[test]
fn idt_03_the_payload_is_one_json_object_in_utf_8() {
    assert_eq!(malformed(&jwt_of([0xff, 0xfe])), Violation::Json(JsonFault::NotUtf8));
    for wrong in ["[]", "\"canary\"", "5", "null", "true"] {
        assert_eq!(malformed(&jwt_of(wrong)), Violation::Json(JsonFault::NotAnObject), "{wrong}");
    }
    let cut = good().to_string();
    for wrong in ["", " ", "{", "{}{}", "\u{feff}{}", "{\"aud\":NaN}", &cut[..cut.len() - 1]] {
        let violation = malformed(&jwt_of(wrong));
        assert!(matches!(violation, Violation::Json(JsonFault::Syntax { .. })), "{wrong}: {violation}");
    }
    let twice = r#"{"aud":"other","aud":"22222222-2222-2222-2222-222222222222"}"#;
    assert_eq!(malformed(&jwt_of(twice)), Violation::Json(JsonFault::DuplicateMember));
    // Depth costs no stack.
    let deep = format!("{{\"aud\":{}", "[".repeat(100_000));
    assert!(matches!(malformed(&jwt_of(deep)), Violation::Json(JsonFault::Syntax { .. })));
}

#[test]
fn idt_04_the_header_and_the_signature_count_for_nothing() {
    let payload = jwt(&good()).split('.').nth(1).unwrap().to_owned();
    let none = "eyJhbGciOiJub25lIn0";
    let hs256 = "eyJhbGciOiJIUzI1NiJ9";
    for (header, signature) in [(none, ""), (hs256, "c2ln"), ("", ""), ("!!", "\u{e9}"), ("W10", "==")] {
        let (claims, warnings) = decode(&format!("{header}.{payload}.{signature}")).unwrap();
        assert_eq!((claims.sub.as_deref(), warnings.len()), (Some("canary-sub"), 0));
    }
}

#[test]
fn idt_05_a_token_is_no_longer_than_256_kib() {
    let payload = jwt(&good());
    let longest = 256 * 1024;
    let padded = |length: usize| format!("{payload}{}", "x".repeat(length - payload.len()));
    assert!(decode(&padded(longest)).is_ok());
    for length in [longest + 1, 1_000_000] {
        assert_eq!(malformed(&padded(length)), Violation::TooLarge);
    }
}

#[test]
fn no_cut_and_no_changed_byte_panics() {
    let token = jwt(&good());
    for index in 0..token.len() {
        let _ = decode(&token[..index]);
        for byte in [b'.', b'=', b'A', b'_', 0, b'\n'] {
            let mut changed = token.clone().into_bytes();
            changed[index] = byte;
            let _ = decode(std::str::from_utf8(&changed).unwrap());
        }
    }
}
