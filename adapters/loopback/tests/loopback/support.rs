//! A sign-in that waits, and what a browser does meanwhile.
use msal_hostile::{Client, ORIGIN, STATE, form_post};
use msal_loopback::msal_proto::Secret;
use msal_loopback::msal_proto::engine::BrowserFault;
use msal_loopback::{AuthCodeReceiver, AuthResponseRequest, Cancel, ListenOptions};
use std::thread::{self, JoinHandle};

/// The longest wait of a test that goes wrong, in seconds.
const PATIENCE: u64 = 20;

pub(crate) struct SignIn {
    pub(crate) port: u16,
    pub(crate) cancel: Cancel,
    waiting: JoinHandle<Result<Secret, BrowserFault>>,
}

/// Waits for a posted answer with [`STATE`] from [`ORIGIN`].
pub(crate) fn sign_in() -> SignIn {
    sign_in_with(&ListenOptions::new(), request())
}

pub(crate) fn request() -> AuthResponseRequest {
    AuthResponseRequest::new().state(STATE).origin(ORIGIN).timeout(PATIENCE)
}

pub(crate) fn sign_in_with(options: &ListenOptions, request: AuthResponseRequest) -> SignIn {
    let receiver = AuthCodeReceiver::listen(0, options).unwrap();
    let (port, cancel) = (receiver.port(), receiver.canceller());
    SignIn { port, cancel, waiting: thread::spawn(move || receiver.get_auth_response(request)) }
}

/// The answer of the person who is waited for.
pub(crate) fn good() -> String {
    format!("code=good&state={STATE}")
}

impl SignIn {
    pub(crate) fn exchange(&self, bytes: &[u8]) -> String {
        Client::exchange(self.port, bytes).unwrap()
    }

    pub(crate) fn get(&self, target: &str, headers: &str) -> String {
        self.exchange(
            format!("GET {target} HTTP/1.1\r\nHost: localhost:{}\r\n{headers}\r\n", self.port).as_bytes(),
        )
    }

    pub(crate) fn post(&self, form: &str) -> String {
        self.exchange(&form_post(self.port, form))
    }

    /// How it ended.
    pub(crate) fn end(self) -> Result<String, BrowserFault> {
        self.waiting.join().unwrap().map(|answer| answer.expose().to_owned())
    }

    /// It still waits: the person's own answer ends it.
    pub(crate) fn succeed(self) -> String {
        let page = self.post(&good());
        assert_eq!(status(&page), 200, "{page}");
        assert_eq!(self.end(), Ok(good()));
        page
    }
}

/// The status of a response; 0: there was none.
pub(crate) fn status(response: &str) -> u16 {
    response.strip_prefix("HTTP/1.1 ").map_or(0, |rest| rest[..3].parse().unwrap())
}

pub(crate) fn body(response: &str) -> &str {
    response.split_once("\r\n\r\n").unwrap().1
}

/// A header of a response; its name is as it is sent.
pub(crate) fn header<'a>(response: &'a str, name: &str) -> Option<&'a str> {
    let head = response.split_once("\r\n\r\n").unwrap().0;
    let mut values = head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let value = values.next();
    assert_eq!(values.next(), None, "{name} twice");
    value
}
