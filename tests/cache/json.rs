//! JSON objects that keep what they do not know.
use msal_proto::json::{JsonFault, JsonObject};

fn parse(text: &str) -> Result<JsonObject, JsonFault> {
    JsonObject::parse(text.as_bytes())
}

#[test]
fn members_keep_their_order_and_their_text() {
    let text = r#"{"z":1.50,"a":1000000000000000000000000000000,"m":{"y":[1.0, null],"x":-0},"\u00e9":"\/"}"#;
    let object = parse(text).unwrap();
    let members: Vec<_> = object.members().collect();
    assert_eq!(
        members,
        [
            ("z", "1.50"),
            ("a", "1000000000000000000000000000000"),
            ("m", r#"{"y":[1.0, null],"x":-0}"#),
            ("é", r#""\/""#),
        ]
    );
    let again = serde_json::to_string(&object).unwrap();
    assert_eq!(again, text.replace("\\u00e9", "é"));
    assert_eq!(parse(&again).unwrap(), object);
}

#[test]
fn members_are_read_as_what_they_are() {
    let object = parse(r#"{"text":"a\nb","number":5,"null":null,"list":["x"]}"#).unwrap();
    assert_eq!(object.string("text").as_deref(), Some("a\nb"));
    assert_eq!(object.secret("text").unwrap().expose(), "a\nb");
    assert_eq!((object.string("number"), object.string("null"), object.string("list")), (None, None, None));
    assert_eq!(object.get::<u8>("number"), Some(5));
    assert_eq!(object.get::<Vec<String>>("list"), Some(vec!["x".to_owned()]));
    assert_eq!(object.get::<u8>("text"), None);
    assert!(object.contains("null") && !object.contains("absent"));
    assert!(parse("{}").unwrap().is_empty() && !object.is_empty());
}

#[test]
fn tok_15_a_name_that_occurs_twice_is_refused_in_any_spelling() {
    assert_eq!(parse(r#"{"access_token":"1","access_token":"2"}"#), Err(JsonFault::DuplicateMember));
    assert_eq!(parse(r#" {"access_token":"1","access\u005ftoken":"2"}"#), Err(JsonFault::DuplicateMember));
    let many: Vec<_> = (0..100).map(|place| format!(r#""k{place}":1"#)).collect();
    assert!(parse(&format!("{{{}}}", many.join(","))).is_ok());
    for place in [0, 31, 32, 33, 99] {
        let twice = format!(r#"{{{},"k{place}":2}}"#, many.join(","));
        assert_eq!(parse(&twice), Err(JsonFault::DuplicateMember), "{place}");
    }
    // Only of the object itself.
    assert!(parse(r#"{"a":{"b":1,"b":2}}"#).is_ok());
}

#[test]
fn tok_18_what_is_no_object_is_refused() {
    for text in ["[1]", "\"x\"", "null", "5", "true", "[\"tok\",5]", " 5 "] {
        assert_eq!(parse(text), Err(JsonFault::NotAnObject), "{text}");
    }
    assert!(matches!(parse(""), Err(JsonFault::Syntax { .. })));
}

#[test]
fn tok_19_damaged_text_is_refused_with_its_place_and_none_of_its_content() {
    for text in [
        r#"{"access_token":"S3CRET"#,
        r#"{"access_token":"S3CRET"} x"#,
        r#"{"access_token":"S3CRET"}{}"#,
        "\u{feff}{\"access_token\":\"S3CRET\"}",
        "{\"access_token\":\"S3CRET\n\"}",
        r#"{"access_token":"S3CRET","x":NaN}"#,
        r#"{"access_token":"S3CRET",}"#,
        r#"{S3CRET:1}"#,
        r#"{"\ud800":"S3CRET"}"#,
    ] {
        let fault = parse(text).unwrap_err();
        assert!(matches!(fault, JsonFault::Syntax { .. }), "{text}: {fault:?}");
        assert!(!format!("{fault} {fault:?}").contains("S3CRET"), "{text}");
    }
    assert_eq!(parse("{\"a\":\n  x}"), Err(JsonFault::Syntax { line: 2, column: 3 }));
    assert_eq!(JsonObject::parse(b"{\"a\":\"\xff\"}"), Err(JsonFault::NotUtf8));
}

#[test]
fn tok_20_nesting_takes_no_stack() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let object = parse(&format!(r#"{{"x":{deep},"access_token":"AT"}}"#)).unwrap();
    assert_eq!(object.string("access_token").as_deref(), Some("AT"));
    assert_eq!(object.get::<serde_json::Value>("x"), None);
    assert!(parse(&deep).is_err());
    assert!(parse(&"[".repeat(1_000_000)).is_err());
}

#[test]
fn debug_shows_names_alone() {
    let object = parse(r#"{"access_token":"S3CRET","n":{"inner":"S3CRET"}}"#).unwrap();
    assert_eq!(format!("{object:?}"), r#"{"access_token", "n"}"#);
}
