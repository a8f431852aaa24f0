//! What else ends the wait, and what happens meanwhile.
use crate::support::{good, request, sign_in, sign_in_with, status};
use msal_hostile::{Client, STATE, form_post};
use msal_loopback::msal_proto::engine::BrowserFault;
use msal_loopback::{AuthCodeReceiver, AuthResponseRequest, Cancel, ListenOptions};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// Within this, what is said to come at once has come.
const AT_ONCE: Duration = Duration::from_secs(2);

fn is_free(port: u16) -> bool {
    AuthCodeReceiver::listen(port, &ListenOptions::new()).is_ok()
}

#[test]
fn lpb_16_the_deadline_ends_it_and_frees_the_port() {
    let sign_in = sign_in_with(&ListenOptions::new(), request().timeout(1));
    let (port, begin) = (sign_in.port, Instant::now());
    let _silent = Client::connect(port).unwrap();
    assert_eq!(sign_in.end(), Err(BrowserFault::TimedOut));
    assert!(begin.elapsed() > Duration::from_millis(900), "{:?}", begin.elapsed());
    assert!(is_free(port));
}

#[test]
fn lpb_16_no_time_at_all_and_all_the_time() {
    assert_eq!(sign_in_with(&ListenOptions::new(), request().timeout(0)).end(), Err(BrowserFault::TimedOut));
    sign_in_with(&ListenOptions::new(), request().timeout(u64::MAX)).succeed();
    sign_in_with(&ListenOptions::new(), AuthResponseRequest::new().state(STATE)).succeed();
}

#[test]
fn lpb_19_cancelled_while_a_request_is_half_read() {
    let sign_in = sign_in();
    let port = sign_in.port;
    let mut half = Client::connect(port).unwrap();
    half.send(b"POST / HTTP/1.1\r\nHost: local").unwrap();
    // When this has been served, so has what came before it.
    assert_eq!(status(&sign_in.get("/favicon.ico", "")), 404);
    let begin = Instant::now();
    sign_in.cancel.cancel();
    assert_eq!(sign_in.end(), Err(BrowserFault::Cancelled));
    assert!(begin.elapsed() < AT_ONCE);
    assert!(is_free(port));
    assert_eq!(half.response().unwrap(), "");
}

#[test]
fn what_is_cancelled_before_the_wait_does_not_wait() {
    let receiver = AuthCodeReceiver::listen(0, &ListenOptions::new()).unwrap();
    receiver.canceller().cancel();
    assert_eq!(receiver.get_auth_response(request()), Err(BrowserFault::Cancelled));
}

#[test]
fn one_handle_ends_all_sign_ins_of_a_program_but_no_later_one() {
    let cancel = Cancel::new();
    let options = ListenOptions::new().cancel(cancel.clone());
    let others = sign_in();
    let (first, second) = (sign_in_with(&options, request()), sign_in_with(&options, request()));
    cancel.clone().cancel();
    assert_eq!(first.end(), Err(BrowserFault::Cancelled));
    assert_eq!(second.end(), Err(BrowserFault::Cancelled));
    sign_in_with(&options, request()).succeed();
    others.succeed();
}

/// The browser keeps its connection open, so that the page is still on the way.
#[test]
fn an_answer_that_is_there_is_not_cancelled() {
    let sign_in = sign_in();
    let mut browser = Client::connect(sign_in.port).unwrap();
    browser.send(&form_post(sign_in.port, &good())).unwrap();
    assert_eq!(status(&browser.response().unwrap()), 200);
    sign_in.cancel.cancel();
    assert_eq!(sign_in.end(), Ok(good()));
}

/// A browser that fetches the page and stays is waited for no longer than a second.
#[test]
fn a_browser_that_stays_does_not_hold_the_answer_up() {
    let sign_in = sign_in();
    let mut browser = Client::connect(sign_in.port).unwrap();
    let begin = Instant::now();
    browser.send(&form_post(sign_in.port, &good())).unwrap();
    assert_eq!(sign_in.end(), Ok(good()));
    assert!(begin.elapsed() > Duration::from_millis(900) && begin.elapsed() < Duration::from_secs(4));
    assert_eq!(status(&browser.response().unwrap()), 200);
}

#[test]
fn dropping_frees_the_port() {
    let receiver = AuthCodeReceiver::listen(0, &ListenOptions::new()).unwrap();
    let (port, cancel) = (receiver.port(), receiver.canceller());
    drop(receiver);
    assert!(is_free(port));
    cancel.cancel();
}

#[test]
fn scheduled_actions_run_when_they_are_due_in_their_order() {
    let (sender, done) = channel();
    let mut options = ListenOptions::new();
    for (seconds, name) in [(3_600, "late"), (1, "second"), (0, "first"), (u64::MAX, "never")] {
        let sender = sender.clone();
        options = options.scheduled_action(seconds, move || sender.send(name).unwrap());
    }
    let begin = Instant::now();
    let sign_in = sign_in_with(&options, request());
    assert_eq!(done.recv(), Ok("first"));
    assert_eq!(done.recv(), Ok("second"));
    assert!(begin.elapsed() > Duration::from_millis(900));
    sign_in.succeed();
    drop((options, sender));
    assert!(done.recv().is_err(), "the rest never runs");
}

#[test]
fn nothing_shows_the_state_or_the_query() {
    let uri = format!("https://login.example/authorize?state={STATE}&login_hint=ann");
    let options = ListenOptions::new().cancel(Cancel::new()).opener(|_| Ok(()));
    let receiver = AuthCodeReceiver::listen(0, &options).unwrap();
    let shown = format!("{:?} {receiver:?} {:?}", request().auth_uri(uri), receiver.canceller());
    assert!(shown.contains("https://login.example/authorize"), "{shown}");
    assert!(!shown.contains(STATE) && !shown.contains("ann"), "{shown}");
}
