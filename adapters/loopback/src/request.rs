//! Bytes of a connection to one request, or to a refusal. Nothing is allocated by what a peer says, and nothing lasts longer than
//! the limits here.
use crate::pages::Refusal;
use msal_proto::Secret;
use std::mem::take;
use zeroize::Zeroizing;

/// The longest request line with its headers, in bytes. The cookies of all that the person runs at `localhost` are in it.
const LONGEST_HEAD: usize = 32 * 1024;

/// The most headers.
const MOST_HEADERS: usize = 100;

/// The longest body, in bytes: as much as the core reads of an answer.
const LONGEST_BODY: usize = 64 * 1024;

/// The most bytes that are taken at once.
pub(crate) const CHUNK: usize = 8 * 1024;

/// What counts of a request.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path with the query. A code may be in it.
    pub(crate) target: Secret,
    pub(crate) host: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) sec_fetch_site: Option<String>,
    pub(crate) sec_fetch_mode: Option<String>,
    pub(crate) body: Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    /// Its answers have no body.
    Head,
    Other,
}

/// A request that is being read. What comes after the first one of a connection is not looked at.
pub(crate) struct RequestReader {
    /// The head until it is there, then the body; it never moves, so that wiping it wipes it.
    buffer: Zeroizing<Vec<u8>>,
    head: Option<(Request, usize)>,
}

/// How far a request is.
pub(crate) enum Progress {
    More,
    Request(Request),
    Refused(Refusal),
}

impl RequestReader {
    pub(crate) fn new() -> Self {
        Self { buffer: Zeroizing::new(Vec::with_capacity(LONGEST_HEAD + CHUNK)), head: None }
    }

    /// Nothing has come yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.buffer.is_empty() && self.head.is_none()
    }

    /// Takes what came, at most [`CHUNK`] bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Progress {
        self.advance(bytes).unwrap_or_else(Progress::Refused)
    }

    fn advance(&mut self, bytes: &[u8]) -> Result<Progress, Refusal> {
        if self.head.is_none() {
            // A head ends with a line. What is no HTTP shows at once.
            let may_tell = self.buffer.is_empty() || bytes.contains(&b'\n');
            self.buffer.extend_from_slice(bytes);
            let head = if may_tell { head(&self.buffer)? } else { None };
            let Some((request, head_length, body_length)) = head else {
                return match self.buffer.len() > LONGEST_HEAD {
                    true if self.buffer.contains(&b'\n') => Err(Refusal::HeadersTooLarge),
                    true => Err(Refusal::UriTooLong),
                    false => Ok(Progress::More),
                };
            };
            let mut body = Zeroizing::new(Vec::with_capacity(body_length));
            body.extend(self.buffer.iter().skip(head_length).take(body_length));
            self.buffer = body;
            self.head = Some((request, body_length));
        } else if let Some((_, body_length)) = &self.head {
            let missing = body_length.saturating_sub(self.buffer.len());
            self.buffer.extend(bytes.iter().take(missing));
        }
        match self.head.take_if(|(_, body_length)| self.buffer.len() == *body_length) {
            Some((request, _)) => {
                let body = String::from_utf8(take(&mut *self.buffer)).map_err(|error| {
                    drop(Zeroizing::new(error.into_bytes()));
                    Refusal::BadRequest
                })?;
                Ok(Progress::Request(Request { body: Secret::new(body), ..request }))
            }
            None => Ok(Progress::More),
        }
    }
}

/// The head, how long it is, and how long the body is that follows; none while it is not all there.
fn head(bytes: &[u8]) -> Result<Option<(Request, usize, usize)>, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length <= LONGEST_HEAD => length,
        Ok(httparse::Status::Complete(_)) | Err(httparse::Error::TooManyHeaders) => {
            return Err(Refusal::HeadersTooLarge);
        }
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(Refusal::BadRequest),
    };
    let value = |name| value(parsed.headers, name);
    // What a body's length is told by in any other way could be read as two requests (RFC 9112 section 6.3).
    if value("transfer-encoding")?.is_some() {
        return Err(Refusal::BadRequest);
    }
    let body_length = match value("content-length")? {
        None => 0,
        Some(digits) if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            digits.parse().ok().filter(|length| *length <= LONGEST_BODY).ok_or(Refusal::TooLarge)?
        }
        Some(_) => return Err(Refusal::BadRequest),
    };
    let request = Request {
        method: match parsed.method {
            Some("GET") => Method::Get,
            Some("POST") => Method::Post,
            Some("HEAD") => Method::Head,
            _ => Method::Other,
        },
        target: Secret::from(parsed.path.unwrap_or_default()),
        host: value("host")?,
        content_type: value("content-type")?,
        origin: value("origin")?,
        sec_fetch_site: value("sec-fetch-site")?,
        sec_fetch_mode: value("sec-fetch-mode")?,
        body: Secret::from(""),
    };
    Ok(Some((request, length, body_length)))
}

/// A header's value. One that is there twice is refused.
fn value(headers: &[httparse::Header<'_>], name: &str) -> Result<Option<String>, Refusal> {
    let mut found = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    let Some(header) = found.next() else { return Ok(None) };
    match (std::str::from_utf8(header.value), found.next()) {
        (Ok(value), None) => Ok(Some(value.trim().to_owned())),
        _ => Err(Refusal::BadRequest),
    }
}
