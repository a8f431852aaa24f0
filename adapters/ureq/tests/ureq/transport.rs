//! The transport alone, against servers that misbehave.
use msal_proto::engine::{HttpContent, HttpFault, HttpRequest, MAX_BODY};
use msal_ureq::{Transport, TransportError, TransportOptions};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What [`post`] sends.
const BODY: &str = "client_secret=a+b%26c";

/// Sends one answer to each of so many connections; yields what it was sent.
fn serve(answers: Vec<Vec<u8>>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let serve = |answer: Vec<u8>| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = String::new();
            while !request.ends_with(BODY) {
                let mut part = [0; 4_096];
                let read = stream.read(&mut part).unwrap();
                assert!(read > 0, "{request}");
                request.push_str(str::from_utf8(&part[..read]).unwrap());
            }
            // A client that has read enough hangs up.
            let _ = stream.write_all(&answer);
            request
        };
        answers.into_iter().map(serve).collect()
    });
    (origin, server)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn post(url: &str) -> HttpRequest {
    let request = serde_json::json!({
        "method": "Post",
        "url": url,
        "headers": [["content-type", "application/x-www-form-urlencoded"]],
        "content": { "Form": [["client_secret", "a b&c"]] },
    });
    serde_json::from_value(request).unwrap()
}

fn transport() -> Transport {
    Transport::new(&TransportOptions::default()).unwrap()
}

#[test]
fn tok_26_a_redirect_is_an_answer_and_is_not_followed() {
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let (origin, server) = serve(vec![answer(&format!("{status}\r\nlocation: /elsewhere"), b"")]);
        let response = transport().send(&post(&origin)).unwrap();
        assert!((300..400).contains(&response.status));
        assert_eq!(server.join().unwrap().len(), 1);
    }
}

#[test]
fn smm_19_every_status_is_an_answer() {
    for status in [200, 204, 400, 401, 429, 500, 503] {
        let (origin, server) = serve(vec![answer(&format!("{status} Whatever\r\nRetry-After: 7"), b"{}")]);
        let response = transport().send(&post(&origin)).unwrap();
        assert_eq!(response.status, status);
        assert!(response.headers.contains(&("retry-after".into(), "7".into())));
        server.join().unwrap();
    }
}

#[test]
fn tok_33_a_body_over_the_limit_is_not_read() {
    let (origin, server) = serve(vec![answer("200 OK", &vec![b' '; MAX_BODY + 1])]);
    assert_eq!(transport().send(&post(&origin)), Err(HttpFault::TooLarge));
    server.join().unwrap();
    let (origin, server) = serve(vec![answer("200 OK", &vec![b' '; MAX_BODY])]);
    assert_eq!(transport().send(&post(&origin)).unwrap().body.expose().len(), MAX_BODY);
    server.join().unwrap();
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut options = TransportOptions::default();
    options.timeout = Duration::from_millis(50);
    let transport = Transport::new(&options).unwrap();
    let url = format!("http://{}/?secret=canary", listener.local_addr().unwrap());
    let fault = transport.send(&post(&url)).unwrap_err();
    assert!(matches!(fault, HttpFault::TimedOut(_)));
    assert!(!fault.to_string().contains("canary"));
}

#[test]
fn reg_03_a_request_s_own_limit_counts_if_it_is_less() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut request = post(&format!("http://{}", listener.local_addr().unwrap()));
    request.timeout = Some(0);
    assert!(matches!(transport().send(&request), Err(HttpFault::TimedOut(_))));

    let mut options = TransportOptions::default();
    options.timeout = Duration::from_millis(50);
    request.timeout = Some(3_600);
    assert!(matches!(Transport::new(&options).unwrap().send(&request), Err(HttpFault::TimedOut(_))));
}

#[test]
fn a_port_where_nobody_listens_is_a_failed_connection() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert!(matches!(transport().send(&post(&url)), Err(HttpFault::Connect(_))));
}

#[test]
fn an_envelope_is_sent_as_it_is() {
    let (origin, server) = serve(vec![answer("200 OK", b"")]);
    let mut request = post(&origin);
    request.headers = vec![("content-type".into(), "application/soap+xml; charset=utf-8".into())];
    request.content = HttpContent::Xml(format!("<e>&amp;\u{e9}</e>{BODY}").into());
    assert!(!format!("{request:?}").contains("amp"));
    transport().send(&request).unwrap();
    let sent = server.join().unwrap().remove(0);
    assert!(sent.contains("content-type: application/soap+xml; charset=utf-8\r\n"), "{sent}");
    assert!(sent.ends_with(&format!("\r\n\r\n<e>&amp;\u{e9}</e>{BODY}")), "{sent}");
}

#[test]
fn a_name_that_cannot_be_looked_up_is_a_failed_connection() {
    // No name has so long a part (RFC 1035 section 2.3.4), so nobody is asked for it.
    let url = format!("https://{}.invalid/", "a".repeat(64));
    assert!(matches!(transport().send(&post(&url)), Err(HttpFault::Connect(_))));
}

#[test]
fn no_proxy_is_asked_for_this_machine() {
    let mut options = TransportOptions::default();
    options.proxy = Some("http://192.0.2.1:9".into());
    let (origin, server) = serve(vec![answer("200 OK", b"{}")]);
    assert_eq!(Transport::new(&options).unwrap().send(&post(&origin)).unwrap().status, 200);
    server.join().unwrap();
}

#[test]
fn options_that_cannot_be_used_are_named() {
    let mut options = TransportOptions::default();
    options.extra_ca = b"no certificate".to_vec();
    assert_eq!(Transport::new(&options).unwrap_err(), TransportError::ExtraCa);
    let mut options = TransportOptions::default();
    options.proxy = Some("::".into());
    assert_eq!(Transport::new(&options).unwrap_err(), TransportError::Proxy);
}
