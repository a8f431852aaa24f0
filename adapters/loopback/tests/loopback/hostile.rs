//! What comes to the port and is no answer: each is refused as it should be, and the sign-in goes on.
use crate::support::{good, sign_in, status};
use msal_hostile::{Client, form_post, hostile, round};
use std::io;
use std::time::{Duration, Instant};

/// All requests of a row that are refused at once.
fn refused(row: &str) {
    let sign_in = sign_in();
    let mut count = 0;
    for kind in hostile(sign_in.port).iter().filter(|kind| kind.row == row) {
        let Some(expected) = kind.status else { continue };
        let response = sign_in.exchange(&kind.bytes);
        assert_eq!(status(&response), expected, "{}: {response}", kind.what);
        assert!(!response.contains("Access-Control"), "{response}");
        assert_eq!(response.matches("HTTP/1.1").count(), 1, "{}: {response}", kind.what);
        assert!(!response.contains("forged"), "{response}");
        count += 1;
    }
    assert!(count > 0, "{row} has no requests");
    sign_in.succeed();
}

#[test]
fn lpb_02_another_host() {
    refused("LPB-02");
}

#[test]
fn lpb_03_another_path() {
    refused("LPB-03");
}

#[test]
fn lpb_08_bodies_without_a_plain_length() {
    refused("LPB-08");
}

#[test]
fn lpb_10_another_content_type_or_origin() {
    refused("LPB-10");
}

#[test]
fn lpb_11_what_is_no_http_or_too_large() {
    refused("LPB-11");
}

#[test]
fn lpb_12_other_methods() {
    refused("LPB-12");
}

#[test]
fn lpb_13_one_request_a_connection() {
    refused("LPB-13");
}

#[test]
fn cbk_01_another_state() {
    refused("CBK-01");
}

#[test]
fn cbk_02_no_state() {
    refused("CBK-02");
}

#[test]
fn cbk_04_two_states() {
    refused("CBK-04");
}

#[test]
fn cbk_07_neither_code_nor_error() {
    refused("CBK-07");
}

#[test]
fn cbk_09_an_error_that_anybody_could_send() {
    refused("CBK-09");
}

#[test]
fn cbk_14_an_answer_in_the_query() {
    refused("CBK-14");
}

#[test]
fn cbk_16_a_large_answer() {
    refused("CBK-16");
}

#[test]
fn cbk_17_what_is_no_form() {
    refused("CBK-17");
}

#[test]
fn cbk_19_a_name_in_another_case() {
    refused("CBK-19");
}

/// It takes the deadline's 5 seconds. Bytes that trickle in do not put it off.
#[test]
fn lpb_06_and_lpb_09_who_is_slow_is_shown_out_and_the_others_are_served() {
    let sign_in = sign_in();
    let begin = Instant::now();
    let mut slow: Vec<_> = hostile(sign_in.port).into_iter().filter(|kind| kind.status.is_none()).collect();
    slow.push(slow[1].clone());
    let mut clients: Vec<_> = slow.iter().map(|_| Client::connect(sign_in.port).unwrap()).collect();
    for (kind, client) in slow.iter().zip(&mut clients) {
        client.send(&kind.bytes).unwrap();
    }
    let served = Instant::now();
    assert_eq!(status(&sign_in.get("/favicon.ico", "")), 404);
    assert!(served.elapsed() < Duration::from_secs(2), "nobody waits for the slow");
    let mut trickling = clients.pop().unwrap();
    while begin.elapsed() < Duration::from_secs(4) {
        trickling.send(b"a").unwrap();
        std::thread::sleep(Duration::from_millis(500));
    }
    clients.push(trickling);
    for (kind, client) in slow.iter().zip(&mut clients) {
        let expected = if kind.bytes.is_empty() { 0 } else { 408 };
        assert_eq!(status(&client.response().unwrap()), expected, "{}", kind.what);
    }
    let took = begin.elapsed();
    assert!(took > Duration::from_millis(4_900) && took < Duration::from_secs(9), "{took:?}");
    sign_in.succeed();
}

#[test]
fn lpb_07_the_oldest_idle_connection_makes_room() {
    let sign_in = sign_in();
    let mut idle: Vec<_> = (0..40).map(|_| Client::connect(sign_in.port).unwrap()).collect();
    assert_eq!(status(&sign_in.get("/favicon.ico", "")), 404);
    // Those that had to go are told before their time is over; the last ones are still there.
    let begin = Instant::now();
    assert_eq!(idle[0].response().unwrap(), "");
    assert!(begin.elapsed() < Duration::from_secs(2));
    let mut last = idle.pop().unwrap();
    last.send(&form_post(sign_in.port, &good())).unwrap();
    assert_eq!(status(&last.response().unwrap()), 200);
    drop(last);
    assert_eq!(sign_in.end(), Ok(good()));
}

#[test]
fn lpb_09_a_form_that_ends_early() {
    let sign_in = sign_in();
    for kind in hostile(sign_in.port).iter().filter(|kind| kind.status.is_none()) {
        let mut client = Client::connect(sign_in.port).unwrap();
        client.send(&kind.bytes).unwrap();
        client.end().unwrap();
        let expected = if kind.bytes.is_empty() { 0 } else { 400 };
        assert_eq!(status(&client.response().unwrap()), expected, "{}", kind.what);
    }
    sign_in.succeed();
}

#[test]
fn a_browser_that_goes_away_does_no_harm() {
    let sign_in = sign_in();
    for kind in hostile(sign_in.port) {
        let mut client = Client::connect(sign_in.port).unwrap();
        let sent = client.send(&kind.bytes);
        assert!(
            sent.as_ref().err().is_none_or(|error| error.kind() != io::ErrorKind::WouldBlock),
            "{sent:?}"
        );
    }
    sign_in.succeed();
}

/// A small one of what the program `msal-hostile` does.
#[test]
fn one_person_signs_in_among_200_hostile_connections() {
    round(200).unwrap();
}
