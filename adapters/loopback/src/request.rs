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
    /// The head until it is there, then the body. It never grows by itself, which would leave what is in it behind.
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
        Self { buffer: Zeroizing::default(), head: None }
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
            self.make_room(bytes.len());
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

    fn make_room(&mut self, length: usize) {
        let needed = self.buffer.len() + length;
        if needed > self.buffer.capacity() {
            let mut roomy = Zeroizing::new(Vec::with_capacity(needed.next_power_of_two()));
            roomy.extend_from_slice(&self.buffer);
            self.buffer = roomy;
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

#[cfg(test)]
mod tests {
    use super::{CHUNK, LONGEST_BODY, LONGEST_HEAD, Progress, RequestReader};
    use msal_hostile::hostile;

    /// What pieces of at most that many bytes come to, and how many bytes that took.
    fn read(bytes: &[u8], piece: usize) -> (String, usize) {
        let mut reader = RequestReader::new();
        let mut taken = 0;
        for piece in bytes.chunks(piece) {
            taken += piece.len();
            let progress = reader.push(piece);
            assert!(reader.buffer.capacity() <= 2 * LONGEST_BODY, "it holds no more than a request");
            let end = match progress {
                Progress::More => continue,
                Progress::Refused(refusal) => format!("{refusal:?}"),
                Progress::Request(request) => {
                    let (target, body) = (request.target.expose(), request.body.expose());
                    format!("{:?} {target} {:?} {body}", request.method, request.host)
                }
            };
            return (end, taken);
        }
        ("more".into(), taken)
    }

    /// Every hostile request, too: it comes to the same in whatever pieces it comes, and no more of it is read than need be.
    #[test]
    fn pieces_make_no_difference() {
        for kind in hostile(50_123) {
            let (whole, _) = read(&kind.bytes, CHUNK);
            let (pieces, taken) = read(&kind.bytes, 1);
            assert_eq!(pieces, whole, "{} {}", kind.row, kind.what);
            assert!(taken <= LONGEST_HEAD + LONGEST_BODY, "{} {}: {taken}", kind.row, kind.what);
        }
    }

    /// Nothing that a peer says makes it panic or hold more.
    #[test]
    fn mangled_requests_are_read_or_refused() {
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % below as u64).unwrap()
        };
        let small: Vec<_> =
            hostile(50_123).into_iter().filter(|kind| (1..2_000).contains(&kind.bytes.len())).collect();
        for _ in 0..20_000 {
            let mut bytes = small[next(small.len())].bytes.clone();
            for _ in 0..=next(4) {
                let (at, byte) = (next(bytes.len()), next(256));
                match next(3) {
                    0 => bytes[at] = u8::try_from(byte).unwrap(),
                    1 => bytes.insert(at, u8::try_from(byte).unwrap()),
                    _ => bytes.truncate(at + 1),
                }
            }
            let (pieces, whole) = (read(&bytes, 1 + next(bytes.len())).0, read(&bytes, CHUNK).0);
            // A line that has not ended may be waited for.
            assert!(pieces == whole || (pieces == "more" && whole == "BadRequest"), "{pieces}, {whole}");
        }
    }
}
