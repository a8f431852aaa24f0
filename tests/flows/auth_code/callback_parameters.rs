//! The rows CBK: the form of what reaches the redirect URI.
use super::callback::{accepted, refused};
use crate::person::*;
use crate::support::*;
use msal_proto::flows::{AuthCodeFlow, AuthResponseError};
use msal_proto::{Error, PublicClientApplication};
use serde_json::json;

/// What came back, with this for the code as it is in the URL.
fn code(code: &str) -> impl FnOnce(&AuthCodeFlow) -> String {
    move |flow| format!("code={code}&state={}", flow.state.expose())
}

fn with(more: &str) -> impl FnOnce(&AuthCodeFlow) -> String {
    move |flow| format!("{}{more}", came_back(flow))
}

#[test]
fn cbk_04_cbk_05_no_parameter_that_counts_comes_twice() {
    for name in ["code", "state", "iss", "client_info"] {
        let twice = move |flow: &AuthCodeFlow| format!("{}&iss=a&{name}=canary", came_back(flow));
        assert_eq!(refused(twice), AuthResponseError::Duplicate, "{name}");
    }
    let same = |flow: &AuthCodeFlow| format!("{}&state={}", came_back(flow), flow.state.expose());
    assert_eq!(refused(same), AuthResponseError::Duplicate);
    for name in ["error", "error_description", "error_uri"] {
        let twice = format!("error=a&error_description=b&error_uri=c&{name}=d");
        assert_eq!(
            refused(|flow| format!("{twice}&state={}", flow.state.expose())),
            AuthResponseError::Duplicate
        );
    }
    // Spelt otherwise it is the same name.
    assert_eq!(refused(with("&c%6Fde=canary")), AuthResponseError::Duplicate);
}

#[test]
fn cbk_15_parameters_in_the_fragment() {
    let all = |flow: &AuthCodeFlow| format!("{REDIRECT_URI}#{}", came_back(flow));
    assert_eq!(refused(all), AuthResponseError::Fragment);
    for more in ["#code=canary", "#state=x", "#error=access_denied", "#access_token=canary&token_type=Bearer"]
    {
        assert_eq!(refused(with(more)), AuthResponseError::Fragment, "{more}");
    }
    // Some browsers and pages leave one behind that says nothing.
    for harmless in ["#", "#_=_", "#top"] {
        accepted(|flow| format!("{REDIRECT_URI}?{}{harmless}", came_back(flow)));
    }
}

#[test]
fn cbk_16_no_answer_is_larger_than_64_kib_or_64_parameters() {
    for large in ["x".repeat(65_536), "x".repeat(10_000_000)] {
        assert_eq!(refused(code(&large)), AuthResponseError::TooLarge);
    }
    accepted(code(&"x".repeat(60_000)));
    // What comes back has four already.
    accepted(with(&"&x=1".repeat(60)));
    for many in [61, 10_000] {
        assert_eq!(refused(with(&"&x=1".repeat(many))), AuthResponseError::TooLarge, "{many}");
    }
    assert_eq!(refused(with(&"&x".repeat(30_000))), AuthResponseError::TooLarge);
}

#[test]
fn cbk_17_escapes_that_are_none_stay_as_they_are() {
    for (text, sent) in [("%", "%"), ("%zz", "%zz"), ("%4", "%4"), ("a%2", "a%2"), ("%%41", "%A")] {
        assert_eq!(accepted(code(text)).sent("code"), Some(sent));
    }
    // Neither overlong forms, surrogates nor cut characters become others.
    for text in ["%c0%af", "%ed%a0%80", "%ff", "%e2%82", "%f8%88%80%80%80"] {
        let world = accepted(code(text));
        assert!(world.sent("code").unwrap().chars().all(|c| c == '\u{fffd}'), "{text}");
    }
}

#[test]
fn cbk_17_a_control_character_is_no_part_of_a_code_or_a_state() {
    for control in ["%00", "%0d%0a", "a%0Ab", "%7f", "%c2%85", "%1b[0m"] {
        assert_eq!(refused(code(control)), AuthResponseError::ControlCharacter, "{control}");
        let state = |flow: &AuthCodeFlow| format!("code=canary&state={}{control}", flow.state.expose());
        assert_eq!(refused(state), AuthResponseError::ControlCharacter, "{control}");
    }
}

#[test]
fn cbk_18_a_code_is_sent_as_it_came() {
    let world = accepted(code("a+b%20c%2Bd%2fe%26f%3Dg%25h%C3%A9.-_~*"));
    assert_eq!(world.sent("code"), Some("a b c+d/e&f=g%h\u{e9}.-_~*"));
    let body = world.requests[0].body();
    assert!(body.expose().contains("code=a+b+c%2Bd%2Fe%26f%3Dg%25h%C3%A9.-_%7E*&"), "{}", body.expose());
}

#[test]
fn cbk_19_names_count_in_their_case() {
    let state =
        |name: &'static str| move |flow: &AuthCodeFlow| format!("code=canary&{name}={}", flow.state.expose());
    for name in ["State", "STATE", "state%20", "%20state", "state[]"] {
        assert_eq!(refused(state(name)), AuthResponseError::StateMismatch, "{name}");
    }
    let code = |flow: &AuthCodeFlow| format!("Code=canary&CODE=canary&state={}", flow.state.expose());
    assert_eq!(refused(code), AuthResponseError::Neither);
}

/// What came back with this client_info, and where the request was routed.
fn routed(client_info: &str) -> Option<String> {
    let world =
        accepted(|flow| format!("code=canary&state={}&client_info={client_info}", flow.state.expose()));
    world.header("x-anchormailbox").map(str::to_owned)
}

#[test]
fn cbk_21_client_info_is_a_hint_where_the_account_is() {
    assert_eq!(routed(&client_info("a-1", "b-2")).as_deref(), Some("Oid:a-1@b-2"));
    let odd = [
        json!({"uid": "a"}),
        json!({"utid": "b"}),
        json!({}),
        json!({"uid": 1, "utid": 2}),
        json!({"uid": null, "utid": "b"}),
        json!({"uid": "", "utid": ""}),
        json!({"uid": ["a"], "utid": "b"}),
    ];
    for odd in odd {
        assert_eq!(routed(&base64url(&odd)), None, "{odd}");
    }
    assert_eq!(routed(""), None);
}

#[test]
fn cbk_22_no_header_is_made_of_what_is_no_id() {
    for uid in ["a\r\nX-Evil: 1", "a\n", "a\0", "a b", "a@b", "a,b", "\u{e9}", "a\u{202e}"] {
        assert_eq!(routed(&client_info(uid, "b")), None, "{uid:?}");
        assert_eq!(routed(&client_info("a", uid)), None, "{uid:?}");
    }
}

#[test]
fn cbk_26_the_service_s_words_are_data() {
    let mut world = World::public();
    let flow = world.begin();
    let words =
        "error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E%1b%5b31m%0d%0aX%3A+1%e2%80%ae%25s%7b%7d";
    let answer = format!("error=access_denied&{words}&state={}", flow.state.expose());
    let Error::Service(error) = world.finish(&flow, &answer).unwrap_err() else { panic!() };
    assert_eq!(
        error.to_string(),
        "the service refused: access_denied: <script>alert(1)</script>[31mX: 1%s{}"
    );
    // As it came, for who escapes it.
    let raw = "<script>alert(1)</script>\u{1b}[31m\r\nX: 1\u{202e}%s{}";
    assert_eq!(error.error_description.as_deref(), Some(raw));
    for code in ["a%0ab", "%1b[31m"] {
        let error = refused(|flow| format!("error={code}&state={}", flow.state.expose()));
        assert_eq!(error, AuthResponseError::ControlCharacter);
    }
}

#[test]
fn cbk_27_a_query_a_posted_form_or_a_whole_url() {
    for before in
        ["", "?", "https://app.example/signed-in?", "http://localhost:8400?", "msal22222222://auth?"]
    {
        for after in ["", "\n", "\r\n", " ", "#"] {
            accepted(|flow| format!("{before}{}{after}", came_back(flow)));
        }
    }
    // RFC 8252 section 7.1: a scheme of the program's own has no host behind it.
    accepted(|flow| format!("com.example.app:/signed-in?{}", came_back(flow)));
    // The redirect URI's own query is before the answer's parameters.
    accepted(|flow| format!("https://app.example/signed-in?tenant=1&{}", came_back(flow)));
    // A question mark in a value does not begin a query.
    assert_eq!(accepted(code("a?b")).sent("code"), Some("a?b"));

    let state = |flow: &AuthCodeFlow| flow.state.expose().to_owned();
    assert_eq!(refused(|_| "canary-code".to_owned()), AuthResponseError::StateMismatch);
    assert_eq!(refused(state), AuthResponseError::StateMismatch);
    for nothing in ["", "?", "https://app.example/signed-in", "\n", "&&&&", "===="] {
        assert_eq!(refused(|_| nothing.to_owned()), AuthResponseError::StateMismatch, "{nothing}");
    }
}

#[test]
fn cbk_27_no_answer_panics() {
    let mut world = World::<PublicClientApplication>::public();
    let flow = world.begin();
    let answer = format!("{REDIRECT_URI}?{}", came_back(&flow));
    for index in 0..answer.len() {
        // The state is the last but one, so none of these is whole.
        if index < answer.len() - "&session_state=s".len() {
            world.finish(&flow, &answer[..index]).unwrap_err();
        }
        for byte in *b"%&=#?\0+\n" {
            let mut changed = answer.clone().into_bytes();
            changed[index] = byte;
            world.answers = [Ok(response(400, REFUSED))].into();
            world.now += 61;
            let _ = world.finish(&flow, std::str::from_utf8(&changed).unwrap());
        }
    }
}
