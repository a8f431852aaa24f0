//! What a federation service answers, honest or not.
use super::*;
use msal_proto::WsTrustError;
use msal_proto::engine::{HttpResponse, MAX_BODY};
use msal_proto::{SecretBytes, Violation};

/// The end, when the metadata and then the answer to the request are this; nothing was sent on.
fn at_both(body: &[u8]) -> [Error; 2] {
    let answer = || Ok(HttpResponse { body: SecretBytes::new(body), ..response(200, "") });
    let mut world = World::public().http(200, FEDERATED).answer(answer());
    let metadata = world.password().unwrap_err();
    assert_eq!(world.asked(), [REALM, METADATA]);
    [metadata, at_request(answer().unwrap())]
}

fn at_request(answer: HttpResponse) -> Error {
    let mut world = federated(BOTH).answer(Ok(answer));
    let error = world.password().unwrap_err();
    assert_eq!(world.asked(), [REALM, METADATA, ADDRESS_13]);
    assert_eq!((world.writes, world.cache.serialize().as_str()), (0, "{}"));
    error
}

fn is_no_xml(error: &Error) -> bool {
    matches!(error, Error::Malformed { violation: Violation::Xml(_), .. })
}

#[test]
fn wst_01_02_document_types_and_entities_are_refused() {
    let good = issued(ASSERTION, SAML_1_1);
    let laughs: String =
        (1..10).map(|n| format!("<!ENTITY l{n} \"&l{0};&l{0};&l{0};&l{0};\">", n - 1)).collect();
    let prologues = [
        "<!DOCTYPE s:Envelope>".to_owned(),
        "<!DOCTYPE s:Envelope SYSTEM \"https://evil.example/x.dtd\">".into(),
        "<!DOCTYPE s [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>".into(),
        "<!DOCTYPE s [<!ENTITY % p SYSTEM \"https://evil.example/p\"> %p;]>".into(),
        format!("<!DOCTYPE s [<!ENTITY l0 \"lol\">{laughs}]>"),
        "<?xml version=\"1.0\"?>\n<!-- a comment --><!DOCTYPE s:Envelope>".into(),
    ];
    for prologue in prologues {
        for error in at_both(format!("{prologue}{good}").as_bytes()) {
            let Error::Malformed { violation, .. } = error else { panic!("{error}") };
            assert_eq!(violation, Violation::Xml("with a document type"), "{prologue}");
        }
    }
    let inside = good.replace("<s:Body>", "<!DOCTYPE s><s:Body>");
    let unknown = good.replace("<t:TokenType>", "<t:TokenType>&xxe;");
    for body in [inside, unknown] {
        assert!(at_both(body.as_bytes()).iter().all(is_no_xml));
    }
}

#[test]
fn wst_03_characters_that_are_none_are_refused() {
    let good = issued(ASSERTION, SAML_1_1);
    for character in
        ["&#0;", "&#x110000;", "&#xD800;", "&#x1;", "&#xFFFE;", "&;", "&#;", "&#x;", "&", "\u{1}"]
    {
        let text = good.replace("<t:TokenType>", &format!("<t:TokenType>{character}"));
        let attribute = good.replace("<t:TokenType>", &format!("<t:TokenType a='{character}'>"));
        for body in [text, attribute] {
            assert!(at_both(body.as_bytes()).iter().all(is_no_xml), "{character}");
        }
    }
    // In a comment it is no reference.
    let comment = good.replace("<s:Body>", "<s:Body><!-- &#0; --><?p &#0;?>").replace("[&]", "[&#0;]");
    let mut world = federated(BOTH).http(200, &comment).http(200, &tokens(&claims()).to_string());
    world.password().unwrap();
}

#[test]
fn wst_04_05_depth_attributes_and_namespaces_have_limits() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    let with_attributes = |count: usize, name: &str| {
        let attributes: String = (0..count).map(|n| format!(" {name}{n}='x'")).collect();
        format!("<a{attributes}/>")
    };
    let many_namespaces = |count: usize| {
        let children: String = (0..count).map(|n| format!("<b xmlns:n{n}='x'/>")).collect();
        format!("<a>{children}</a>")
    };
    let large = [
        nested(65),
        nested(100_000),
        "<a>".repeat(100_000),
        // What looks like an end is none.
        "<a x='/>'>/>".repeat(1_000),
        "<a><!-- </a> --><![CDATA[</a>]]><?p </a>?>".repeat(65),
        with_attributes(65, "a"),
        with_attributes(60_000, "a"),
        with_attributes(65, "xmlns:a"),
        with_attributes(50_000, "xmlns:a"),
        many_namespaces(1_025),
        many_namespaces(40_000),
        "<a xmlns:b='c'>".repeat(20_000),
        format!("<a>{}</a>", "<b/>".repeat(60_000)),
        format!("<a>{}</a>", "<![CDATA[x]]><b/>".repeat(30_000)),
    ];
    for body in large {
        assert!(at_both(body.as_bytes()).iter().all(is_no_xml), "{}", &body[..100]);
    }
    // Up to them it is well: neither has what is asked for.
    for body in [nested(64), with_attributes(64, "a"), many_namespaces(1_024)] {
        let wanted = [WsTrustError::NoEndpoint, WsTrustError::NoToken].map(Error::WsTrust);
        assert_eq!(at_both(body.as_bytes()), wanted, "{}", &body[..100]);
    }
    let too_large = at_both(&vec![b' '; MAX_BODY + 1]);
    assert!(too_large.iter().all(|error| matches!(error, Error::Http(_))), "{too_large:?}");
}

#[test]
fn half_an_answer_is_none() {
    let (metadata, good) = (BOTH, issued(ASSERTION, SAML_1_1));
    for cut in (0..good.len()).step_by(7).filter(|cut| good.is_char_boundary(*cut)) {
        assert!(at_both(&good.as_bytes()[..cut]).iter().all(is_no_xml), "{cut}");
    }
    for cut in (0..metadata.trim_end().len()).step_by(97) {
        assert!(at_both(&metadata.as_bytes()[..cut]).iter().all(is_no_xml), "{cut}");
    }
}

#[test]
fn wst_07_17_a_token_is_the_first_real_element_in_its_place() {
    let good = response_of(ASSERTION, SAML_1_1);
    let requested = |inside: &str| collection(&good.replace(ASSERTION, inside));
    let in_comment = format!("<!--{good}-->");
    let other_namespace = good.replace("t:", "o:").replacen(
        "<o:RequestSecurityTokenResponse>",
        "<o:RequestSecurityTokenResponse xmlns:o='urn:other'>",
        1,
    );
    let bodies = [
        envelope(""),
        "<a/>".to_owned(),
        issued(ASSERTION, SAML_1_1).replace("soap-envelope", "soap-envelopes"),
        format!("<wrapper>{}</wrapper>", issued(ASSERTION, SAML_1_1)),
        collection(""),
        collection(&in_comment.replace("<!-- c -->", "")),
        collection(&format!("<![CDATA[{}]]>", good.replace("<![CDATA[&]]>", ""))),
        collection(&good.replace("<![CDATA[&]]>", "").replace('<', "&lt;")),
        collection(&other_namespace),
        // In a place where it does not belong.
        envelope("")
            .replace("<s:Body>", &format!("<s:Header>{}</s:Header><s:Body>", issued(ASSERTION, SAML_1_1))),
        requested(""),
        requested("text"),
        requested(&format!("<!--{}-->", ASSERTION.replace("<!-- c -->", ""))),
        requested(&format!("<wrapper>{ASSERTION}</wrapper>")),
        requested(&format!("{ASSERTION}{ASSERTION}")),
        requested(&format!("<other/>{ASSERTION}")),
        requested(&format!("text{ASSERTION}")),
        requested(&ASSERTION.replace("SAML:1.0", "SAML:7.0")),
        requested("<RequestedSecurityToken/>"),
        collection(&good.replace("t:TokenType", "t:TokenTypes")),
        issued(ASSERTION, ""),
    ];
    for body in bodies {
        assert_eq!(at_request(response(200, &body)), Error::WsTrust(WsTrustError::NoToken), "{body}");
    }
    // Of two, the first; not what a text or a comment says before it.
    let second = response_of(&ASSERTION.replace("canary-assertion", "canary-second"), SAML_1_1);
    let body = collection(&format!("<!-- <t:RequestedSecurityToken> -->{good}{second}"));
    let mut world = federated(BOTH).http(200, &body).http(200, &tokens(&claims()).to_string());
    world.password().unwrap();
    let assertion = world.sent("assertion").unwrap();
    assert!(assertion.starts_with(&base64(&ASSERTION[..42])), "{assertion}");
}

fn base64(text: &str) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

#[test]
fn a_token_with_a_status_that_is_no_success_is_none() {
    for status in [201, 299] {
        let mut world = federated(BOTH).http(status, &issued(ASSERTION, SAML_1_1));
        world = world.http(200, &tokens(&claims()).to_string());
        world.password().unwrap();
    }
    for status in [302, 400, 401, 500] {
        let error = at_request(response(status, &issued(ASSERTION, SAML_1_1)));
        assert_eq!(error, Error::WsTrust(WsTrustError::NoToken), "{status}");
    }
    for status in [302, 400, 401, 404, 503] {
        let Error::HttpStatus(error) = at_request(response(status, "<html>canary")) else {
            panic!("{status}")
        };
        assert_eq!(error.status, status);
    }
}

#[test]
fn wst_20_a_fault_needs_neither_code_nor_reason_and_has_any_status() {
    for status in [200, 400, 401, 500, 503] {
        for (code, reason) in [
            (Some("FailedAuthentication"), Some("why")),
            (Some("RequestFailed"), None),
            (None, Some("why")),
            (None, None),
        ] {
            let error = at_request(response(status, &fault(code, reason)));
            let Error::WsTrust(WsTrustError::Fault(found)) = error else { panic!("{error}") };
            assert_eq!((found.http_status, found.known_code()), (status, code));
            assert_eq!(
                found.code.as_ref().map(|code| code.expose().to_owned()),
                code.map(|code| format!("a:{code}"))
            );
            assert_eq!(found.reason.as_ref().map(|reason| reason.expose()), reason);
            assert!(found.to_string().contains(code.unwrap_or("a fault of its own")), "{found}");
        }
    }
    // A fault and a token: the fault counts.
    let both = issued(ASSERTION, SAML_1_1).replace("<s:Body>", "<s:Body><s:Fault/>");
    assert!(matches!(at_request(response(200, &both)), Error::WsTrust(WsTrustError::Fault(_))));
}

#[test]
fn wst_21_only_utf_8_is_read() {
    let good = issued(ASSERTION, SAML_1_1);
    let declared = |encoding: &str| format!("<?xml version=\"1.0\" encoding={encoding}?>{good}");
    let utf_16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = [&[0xff, 0xfe][..], &utf_16].concat();
    let bad = [&good.as_bytes()[..40], &[0xc3, 0x28], &good.as_bytes()[40..]].concat();
    for body in [utf_16, with_mark, bad, declared("'utf-16'").into(), declared("\"ISO-8859-1\"").into()] {
        assert!(at_both(&body).iter().all(is_no_xml));
    }
    for body in [
        format!("\u{feff}{good}"),
        declared("\"UTF-8\""),
        declared("'utf-8'"),
        format!("\u{feff}{}", declared("'Utf-8'")),
    ] {
        let mut world = federated(BOTH).http(200, &body).http(200, &tokens(&claims()).to_string());
        world.password().unwrap();
    }
}

#[test]
fn wst_22_a_fault_that_repeats_the_password_does_not_show_it() {
    let echo = PASSWORD.replace(['&', '<', '>'], "");
    for body in [fault(Some(&echo), Some(&echo)), fault(Some("FailedAuthentication"), Some(&echo))] {
        // What is said of errors and in transcripts is looked through with each call.
        let Error::WsTrust(WsTrustError::Fault(found)) = at_request(response(500, &body)) else { panic!() };
        assert!(!shows_a_secret(&everything_said(&found)));
        assert!(found.reason.is_some_and(|reason| reason.expose().contains(CANARY)));
    }
    let mut world = federated(BOTH).http(500, &fault(Some(&echo), Some(&echo)));
    world.password().unwrap_err();
    assert!(!shows_a_secret(&serde_json::to_string(&world.state).unwrap()));
}
