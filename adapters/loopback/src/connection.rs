//! One connection: a request comes, a response goes, and it stays until the browser has it.
use crate::pages::{Refusal, Response};
use crate::request::{Method, Progress, Request, RequestReader};
use mio::Token;
use mio::net::TcpStream;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

/// How long a whole request may take.
const REQUEST_TIME: Duration = Duration::from_secs(5);

/// How long the browser may take to fetch the response and close. If we closed first, what it still sends would make the system
/// take the response away from it (RFC 9112 section 9.6).
pub(crate) const CLOSING_TIME: Duration = Duration::from_secs(1);

/// How long a connection has done nothing when it may be dropped for a new one. A browser sends its request at once.
const IDLE_TIME: Duration = Duration::from_millis(20);

/// How much more of a request that was refused is taken in meanwhile, in bytes.
const MOST_IGNORED: usize = 4 * 1024 * 1024;

pub(crate) struct Connection {
    pub(crate) token: Token,
    pub(crate) stream: TcpStream,
    state: State,
    /// When this state ends.
    pub(crate) deadline: Instant,
    /// When something came or went last.
    last_active: Instant,
}

enum State {
    Reading(Box<RequestReader>),
    Writing { response: Response, written: usize },
    Closing { ignored: usize },
}

/// What a connection comes to when its stream is ready.
pub(crate) enum Turn {
    /// It waits for the other side.
    Waiting,
    Request(Box<Request>),
    /// It is over.
    Ended,
}

impl Connection {
    pub(crate) fn new(token: Token, stream: TcpStream, now: Instant) -> Self {
        let state = State::Reading(Box::new(RequestReader::new()));
        Self { token, stream, state, deadline: now + REQUEST_TIME, last_active: now }
    }

    /// From when on it may be dropped for another: at once if the system has its whole response.
    pub(crate) fn may_go_at(&self) -> Instant {
        match self.state {
            State::Closing { .. } => self.last_active,
            State::Reading(_) | State::Writing { .. } => self.last_active + IDLE_TIME,
        }
    }

    /// Goes as far as the stream lets it. What it reads goes through `chunk`.
    pub(crate) fn advance(&mut self, chunk: &mut [u8], now: Instant) -> Turn {
        self.try_advance(chunk, now).unwrap_or_else(|error| match error.kind() {
            ErrorKind::WouldBlock => Turn::Waiting,
            _ => Turn::Ended,
        })
    }

    /// Nothing came in time. One that has said something is told so.
    pub(crate) fn time_out(&mut self, chunk: &mut [u8], now: Instant) -> Turn {
        match &self.state {
            State::Reading(reader) if !reader.is_empty() => self.refuse(Refusal::TooSlow, chunk, now),
            _ => Turn::Ended,
        }
    }

    /// Sends what answers its request.
    pub(crate) fn respond(&mut self, response: Response, chunk: &mut [u8], now: Instant) -> Turn {
        self.state = State::Writing { response, written: 0 };
        self.deadline = now + CLOSING_TIME;
        self.advance(chunk, now)
    }

    fn refuse(&mut self, refusal: Refusal, chunk: &mut [u8], now: Instant) -> Turn {
        self.respond(refusal.response(true), chunk, now)
    }

    fn try_advance(&mut self, chunk: &mut [u8], now: Instant) -> io::Result<Turn> {
        loop {
            match &mut self.state {
                State::Reading(reader) => {
                    let length = read(&mut self.stream, chunk)?;
                    self.last_active = now;
                    match reader.push(chunk.get(..length).unwrap_or_default()) {
                        // What was begun does not come to its end.
                        Progress::More if length == 0 && !reader.is_empty() => {
                            return Ok(self.refuse(Refusal::BadRequest, chunk, now));
                        }
                        Progress::More if length == 0 => return Ok(Turn::Ended),
                        Progress::More => {}
                        Progress::Request(request) => return Ok(Turn::Request(Box::new(request))),
                        Progress::Refused(refusal) => return Ok(self.refuse(refusal, chunk, now)),
                    }
                }
                State::Writing { response, written } => match response.get(*written..).unwrap_or_default() {
                    [] => {
                        self.stream.shutdown(Shutdown::Write)?;
                        self.state = State::Closing { ignored: 0 };
                    }
                    rest => {
                        *written += write(&mut self.stream, rest)?;
                        self.last_active = now;
                    }
                },
                State::Closing { ignored } => match read(&mut self.stream, chunk)? {
                    0 => return Ok(Turn::Ended),
                    _ if *ignored > MOST_IGNORED => return Ok(Turn::Ended),
                    length => *ignored += length,
                },
            }
        }
    }
}

/// The response to a request that is refused.
pub(crate) fn refusal(refusal: Refusal, request: &Request) -> Response {
    refusal.response(request.method != Method::Head)
}

fn read(stream: &mut TcpStream, chunk: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(chunk) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match stream.write(bytes) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            result => return result,
        }
    }
}
