//! What is read of a token, typed and raw.
use crate::support::*;
use msal_proto::engine::UnixTime;
use serde_json::json;

#[test]
fn claims_are_typed_and_raw() {
    let mut claims = good();
    claims["auth_time"] = json!(NOW - 600);
    claims["upn"] = json!("canary-upn");
    claims["roles"] = json!(["a", 1.50]);
    let (read, warnings) = decode_claims(&claims).unwrap();
    assert_eq!(warnings, []);
    assert_eq!((read.aud, read.iss.as_deref()), (vec![CLIENT_ID.to_owned()], Some(ISSUER)));
    assert_eq!((read.exp, read.iat), (Some(UnixTime(NOW + 3600)), Some(UnixTime(NOW - 300))));
    assert_eq!((read.nbf, read.auth_time), (Some(UnixTime(NOW - 300)), Some(UnixTime(NOW - 600))));
    let texts =
        [read.sub, read.nonce, read.tid, read.oid, read.preferred_username, read.upn, read.name, read.azp];
    let expected = [
        Some("canary-sub"),
        Some("canary-nonce"),
        Some(TENANT),
        Some("canary-oid"),
        Some("canary@contoso.example"),
        Some("canary-upn"),
        Some("canary-name"),
        None,
    ];
    assert_eq!(texts.each_ref().map(Option::as_deref), expected);
    assert_eq!(read.members.raw("roles"), Some(r#"["a",1.5]"#));
    assert_eq!(read.members.members().count(), claims.as_object().unwrap().len());
}

#[test]
fn idt_14_ids_that_are_missing_or_no_text_are_none() {
    for name in ["sub", "oid", "tid"] {
        for wrong in [json!(null), json!(5), json!(["a"]), json!({"a": 1})] {
            let (claims, _) = decode_claims(&good_but(name, wrong.clone())).unwrap();
            let ids = [("sub", claims.sub), ("oid", claims.oid), ("tid", claims.tid)];
            assert!(ids.iter().all(|(id, value)| value.is_none() == (*id == name)), "{name}: {wrong}");
        }
    }
}

#[test]
fn idt_15_a_name_that_is_no_text_is_none_and_no_name_is_shown() {
    for wrong in [json!(null), json!(5), json!(["canary"])] {
        let (claims, _) = decode_claims(&good_but("preferred_username", wrong)).unwrap();
        assert_eq!(claims.preferred_username, None);
    }
    let tricks = "canary\u{202e}\u{7}\u{1b}[31m";
    let (claims, _) = decode_claims(&good_but("preferred_username", json!(tricks))).unwrap();
    assert_eq!(claims.preferred_username.as_deref(), Some(tricks));
    let shown = format!("{claims:?}");
    assert!(
        shown.contains("preferred_username") && shown.chars().all(|c| c.is_ascii_graphic() || c == ' '),
        "{shown}"
    );
}
