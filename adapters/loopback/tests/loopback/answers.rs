//! What ends the wait: the person's own answer.
use crate::support::{body, good, request, sign_in, sign_in_with, status};
use msal_hostile::{Client, ORIGIN, STATE, form_post, post};
use msal_loopback::msal_proto::engine::ResponseMode;
use msal_loopback::{AuthResponseRequest, ListenOptions};
use std::io;

#[test]
fn an_answer_is_handed_over_as_it_came() {
    for form in [
        format!("state={STATE}&code=a%2Bb%20c+d&session_state=x&client_info=eyJ"),
        format!("error=access_denied&error_description=AADSTS%0d%0a&state={STATE}"),
    ] {
        let sign_in = sign_in();
        assert_eq!(status(&sign_in.post(&form)), 200);
        assert_eq!(sign_in.end(), Ok(form));
    }
}

#[test]
fn the_authority_privacy_and_old_browsers_may_post() {
    for headers in
        [&format!("Origin: {ORIGIN}\r\n"), "Origin: null\r\n", "", "Content-Encoding: identity\r\n"]
    {
        let sign_in = sign_in();
        assert_eq!(status(&sign_in.exchange(&post(sign_in.port, headers, &good()))), 200, "{headers}");
        assert_eq!(sign_in.end(), Ok(good()));
    }
}

#[test]
fn without_origins_anybody_may_post_and_without_a_state_anything() {
    let anything = AuthResponseRequest::new().timeout(20);
    let sign_in = sign_in_with(&ListenOptions::new(), anything);
    let answer = sign_in.exchange(&post(sign_in.port, "Origin: https://else.example\r\n", "error=abort"));
    assert_eq!(status(&answer), 200);
    assert_eq!(sign_in.end(), Ok("error=abort".into()));
}

#[test]
fn a_form_may_name_its_charset() {
    let sign_in = sign_in();
    let bytes = String::from_utf8(form_post(sign_in.port, &good())).unwrap();
    let bytes = bytes.replace("x-www-form-urlencoded", "X-WWW-form-urlencoded ; charset=UTF-8");
    assert_eq!(status(&sign_in.exchange(bytes.as_bytes())), 200);
    assert_eq!(sign_in.end(), Ok(good()));
}

/// Its bytes come as they like.
#[test]
fn an_answer_may_come_in_pieces() {
    let sign_in = sign_in();
    let mut client = Client::connect(sign_in.port).unwrap();
    for byte in form_post(sign_in.port, &good()) {
        client.send(&[byte]).unwrap();
    }
    assert_eq!(status(&client.response().unwrap()), 200);
    drop(client);
    assert_eq!(sign_in.end(), Ok(good()));
}

#[test]
fn the_largest_answer_is_taken() {
    let sign_in = sign_in();
    let form = format!("{}&x=", good());
    let form = format!("{form}{}", "a".repeat(64 * 1024 - form.len()));
    assert_eq!(status(&sign_in.post(&form)), 200);
    assert_eq!(sign_in.end(), Ok(form));
}

#[test]
fn an_answer_in_the_query() {
    let sign_in = sign_in_with(&ListenOptions::new(), request().response_mode(ResponseMode::Query));
    assert_eq!(status(&sign_in.post(&good())), 405);
    for other in
        ["/", "/?", "/?code=forged&state=other", "/?code=forged", "/?error=access_denied", "/?error=abort"]
    {
        assert_eq!(status(&sign_in.get(other, "")), 400, "{other}");
    }
    assert_eq!(status(&sign_in.get(&format!("/?{}", good()), "")), 200);
    assert_eq!(sign_in.end(), Ok(format!("/?{}", good())));
}

#[test]
fn lpb_04_nobody_listens_after_the_answer() {
    let sign_in = sign_in();
    let port = sign_in.port;
    sign_in.succeed();
    for address in ["127.0.0.1", "::1"] {
        let error = Client::connect_to(address, port).unwrap_err();
        assert!(
            matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::AddrNotAvailable),
            "{error}"
        );
    }
}

#[test]
fn lpb_05_a_forged_answer_that_races_the_real_one_loses() {
    let sign_in = sign_in();
    let mut forged = Client::connect(sign_in.port).unwrap();
    let mut real = Client::connect(sign_in.port).unwrap();
    forged.send(&form_post(sign_in.port, "code=forged&state=other")).unwrap();
    real.send(&form_post(sign_in.port, &good())).unwrap();
    assert_eq!(status(&real.response().unwrap()), 200);
    assert_eq!(status(&forged.response().unwrap()), 400);
    drop(real);
    assert_eq!(sign_in.end(), Ok(good()));
}

/// The first connection is kept open, so that its page is still on the way.
#[test]
fn lpb_18_the_same_answer_again_sees_the_same_page() {
    let sign_in = sign_in();
    let mut first = Client::connect(sign_in.port).unwrap();
    first.send(&form_post(sign_in.port, &good())).unwrap();
    let page = first.response().unwrap();
    assert_eq!(status(&page), 200);
    assert_eq!(sign_in.post(&good()), page);
    let other = format!("code=other&state={STATE}");
    assert_eq!(status(&sign_in.post(&other)), 404);
    assert_eq!(status(&sign_in.get("/?welcome=true", "")), 400);
    drop(first);
    assert_eq!(sign_in.end(), Ok(good()));
    assert!(!body(&page).is_empty());
}
