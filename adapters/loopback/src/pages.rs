//! What the browser is shown. Pages of our own are the same for everybody: nothing of a request is in them.
use crate::answer::{has, parameter};
use crate::template::{fill, is_html};
use msal_proto::Secret;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// A whole response. It may show the person a code, where the program's template has one.
pub(crate) type Response = Zeroizing<Vec<u8>>;

/// Why a request is no answer. The sign-in goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is no HTTP/1.1, of another host or of a page that may not post here.
    BadRequest,
    /// It has no answer in it.
    NoAnswer,
    /// An answer was posted where it is expected in a query, or the other way round.
    OtherMode,
    /// It answers another sign-in, or somebody forged it.
    OtherSignIn,
    NotFound,
    MethodNotAllowed,
    /// It took too long to come.
    TooSlow,
    TooLarge,
    UriTooLong,
    HeadersTooLarge,
}

impl Refusal {
    pub(crate) fn response(self, has_body: bool) -> Response {
        let (status, text) = match self {
            Self::BadRequest => ("400 Bad Request", "This request is not understood here."),
            Self::NoAnswer => {
                ("400 Bad Request", "The sign-in did not come to an end here. Go back to the application.")
            }
            Self::OtherMode => (
                "400 Bad Request",
                "The answer of a sign-in came in a way that the application did not ask for (response_mode).",
            ),
            Self::OtherSignIn => {
                ("400 Bad Request", "This belongs to another sign-in. The application waits for its own.")
            }
            Self::NotFound => ("404 Not Found", "There is nothing here."),
            Self::MethodNotAllowed => ("405 Method Not Allowed", "This method is not allowed here."),
            Self::TooSlow => ("408 Request Timeout", "The request took too long."),
            Self::TooLarge => ("413 Content Too Large", "The request is too large."),
            Self::UriTooLong => ("414 URI Too Long", "The address is too long."),
            Self::HeadersTooLarge => ("431 Request Header Fields Too Large", "The headers are too large."),
        };
        response(status, text, has_body)
    }
}

/// The pages of one sign-in.
pub(crate) struct Pages {
    pub(crate) auth_uri: String,
    pub(crate) abort_uri: String,
    pub(crate) welcome_template: Option<String>,
    pub(crate) success_template: Option<String>,
    pub(crate) error_template: Option<String>,
}

impl Pages {
    pub(crate) fn welcome(&self) -> Response {
        let template = self.welcome_template.as_deref().unwrap_or_default();
        page(template, |name| match name {
            "auth_uri" => Some(Cow::from(&self.auth_uri)),
            "abort_uri" => Some(Cow::from(&self.abort_uri)),
            _ => None,
        })
    }

    /// After an answer, which is what the core is handed.
    pub(crate) fn of_answer(&self, answer: &Secret) -> Response {
        let value = |name: &str| parameter(answer, name).map(Cow::from);
        let is_success = has(answer, "code") && !has(answer, "error");
        let (template, ours) = match is_success {
            true => (&self.success_template, SUCCESS),
            false => (&self.error_template, ERROR),
        };
        page(template.as_deref().unwrap_or(ours), value)
    }

    pub(crate) fn cancelled(&self) -> Response {
        page(CANCELLED, |_| None)
    }
}

fn page<'a>(template: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> Response {
    response("200 OK", &Zeroizing::new(fill(template, value)), true)
}

const SUCCESS: &str = concat!(
    include_str!("pages/head.html"),
    "<title>Signed in</title><h1>You are signed in</h1>",
    "<p>Go back to the application. You can close this tab; do not share its address or a picture of it.</p>"
);

const ERROR: &str = concat!(
    include_str!("pages/head.html"),
    "<title>Not signed in</title><h1>The sign-in did not succeed</h1>",
    "<p>The application knows why. Go back to it; you can close this tab.</p>"
);

const CANCELLED: &str = concat!(
    include_str!("pages/head.html"),
    "<title>Cancelled</title><h1>The sign-in was cancelled</h1>",
    "<p>Go back to the application. You can close this tab.</p>"
);

/// Browsers are told not to keep the page, to tell nobody where they were, and to take nothing in it for more than it is.
const HEADERS: &str = "Cache-Control: no-store\r\n\
    Referrer-Policy: no-referrer\r\n\
    X-Content-Type-Options: nosniff\r\n\
    Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'\r\n\
    Connection: close\r\n";

fn response(status: &str, body: &str, has_body: bool) -> Response {
    let media_type = if is_html(body) { "text/html" } else { "text/plain" };
    let length = body.len();
    let allow = if status.starts_with("405") { "Allow: GET, POST\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}; charset=utf-8\r\nContent-Length: {length}\r\n{allow}{HEADERS}\r\n"
    );
    let mut bytes = Zeroizing::new(Vec::with_capacity(head.len() + body.len()));
    bytes.extend_from_slice(head.as_bytes());
    if has_body {
        bytes.extend_from_slice(body.as_bytes());
    }
    bytes
}
