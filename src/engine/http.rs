//! HTTP as the flows speak it: whole requests and whole answers.
use crate::encoding::encode_form;
use crate::secret::{Secret, SecretBytes};
use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A body of this many bytes is the most that a host need read: 1 MiB. More of it is a
/// [`HttpFault::TooLarge`].
pub const MAX_BODY: usize = 1 << 20;

/// The methods that the flows use (RFC 9110 section 9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
}

impl Method {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request to send as it is. What is secret is in the content, never in the URL or a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Absolute, with its query; https, but for the instance metadata service at the link-local address
    /// `169.254.169.254`, which has no other.
    pub url: String,
    /// Names in lower case; of a POST, the `content-type` among them.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub content: HttpContent,
    /// How many seconds an answer is worth waiting for, if that is less than the host's own limit.
    #[serde(default)]
    pub timeout: Option<u64>,
}

/// What a request carries (RFC 9110 section 6.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HttpContent {
    /// Nothing: that of a GET.
    None,
    /// `application/x-www-form-urlencoded`: its members, in order.
    Form(Vec<(String, Secret)>),
    /// A SOAP 1.2 envelope, `application/soap+xml`.
    Xml(Secret),
}

impl HttpRequest {
    pub(crate) fn get(url: String) -> Self {
        let headers = [("accept".to_owned(), "application/json".to_owned())].into();
        Self { method: Method::Get, url, headers, content: HttpContent::None, timeout: None }
    }

    pub(crate) fn post(url: String, headers: Vec<(String, String)>, form: Vec<(String, Secret)>) -> Self {
        Self { method: Method::Post, url, headers, content: HttpContent::Form(form), timeout: None }
    }

    /// The members of a form; none of other content.
    pub fn form(&self) -> &[(String, Secret)] {
        match &self.content {
            HttpContent::Form(members) => members,
            HttpContent::None | HttpContent::Xml(_) => &[],
        }
    }

    /// The body to send; empty for a GET.
    pub fn body(&self) -> Secret {
        match &self.content {
            HttpContent::None => Secret::new(""),
            HttpContent::Form(members) => {
                let members = members.iter().map(|(name, value)| (name.as_str(), value.expose()));
                Secret::new(encode_form(members))
            }
            HttpContent::Xml(text) => text.clone(),
        }
    }
}

/// What came back, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Names in any case. Values that are not UTF-8 may be left out.
    pub headers: Vec<(String, String)>,
    /// At most [`MAX_BODY`] bytes, decoded from any content encoding. Most bodies bring a token.
    pub body: SecretBytes,
}

impl HttpResponse {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer. Of each, the text says more; it must hold no secret and no query of a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HttpFault {
    /// The server was not reached: name look-up, connection or TLS.
    Connect(String),
    /// It took too long.
    TimedOut(String),
    /// The answer's body is over [`MAX_BODY`].
    TooLarge,
    /// Anything else, such as a connection that broke.
    Other(String),
}

impl core::error::Error for HttpFault {}

impl fmt::Display for HttpFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(text) => write!(f, "the server was not reached: {text}"),
            Self::TimedOut(text) => write!(f, "the server did not answer in time: {text}"),
            Self::TooLarge => write!(f, "the answer is over {MAX_BODY} bytes"),
            Self::Other(text) => write!(f, "the request failed: {text}"),
        }
    }
}
