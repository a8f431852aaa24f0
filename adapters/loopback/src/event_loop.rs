//! All connections in one thread, until the answer is there.
use crate::answer::{Expected, Verdict};
use crate::cancel::Wakeup;
use crate::connection::{CLOSING_TIME, Connection, Turn, refusal};
use crate::options::Action;
use crate::pages::{Pages, Refusal, Response};
use crate::request::{CHUNK, Request};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use msal_proto::Secret;
use msal_proto::engine::BrowserFault;
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The most connections at once. A browser has a handful.
const MOST_CONNECTIONS: usize = 16;

/// When newcomers are looked at again that the system could not let in.
const RETRY_TIME: Duration = Duration::from_millis(20);

/// The listeners have the tokens from 0 on, and connections those after this.
pub(crate) const WAKER: Token = Token(8);

/// What one sign-in waits for, and what it shows and does meanwhile.
pub(crate) struct Wait {
    pub(crate) expected: Expected,
    pub(crate) pages: Pages,
    /// Why no browser could be opened.
    pub(crate) launch_fault: Receiver<String>,
    pub(crate) deadline: Option<Instant>,
    /// What is due when, in that order.
    pub(crate) scheduled_actions: VecDeque<(Instant, Arc<Action>)>,
}

pub(crate) struct EventLoop {
    poll: Poll,
    listeners: Vec<TcpListener>,
    wakeup: Arc<Wakeup>,
    wait: Wait,
    connections: Vec<Connection>,
    next_token: usize,
    /// What is read goes through it.
    chunk: Zeroizing<Vec<u8>>,
    /// Somebody may wait to be accepted.
    has_waiting: bool,
    end: Option<End>,
}

/// How the sign-in ended. Its page is on the way to the browser.
struct End {
    result: Result<Secret, BrowserFault>,
    page: Response,
    /// The connection that the page goes over.
    token: Token,
    until: Instant,
}

impl EventLoop {
    pub(crate) fn new(poll: Poll, listeners: Vec<TcpListener>, wakeup: Arc<Wakeup>, wait: Wait) -> Self {
        Self {
            poll,
            listeners,
            wakeup,
            wait,
            connections: Vec::new(),
            next_token: WAKER.0 + 1,
            chunk: Zeroizing::new(vec![0; CHUNK]),
            has_waiting: true,
            end: None,
        }
    }

    pub(crate) fn run(mut self) -> Result<Secret, BrowserFault> {
        let mut events = Events::with_capacity(64);
        loop {
            let now = Instant::now();
            self.run_due_actions(now);
            self.time_out_connections(now);
            self.accept(now);
            if let Some(result) = self.result(now) {
                return result;
            }
            match self.poll.poll(&mut events, self.time_to_sleep(Instant::now())) {
                Err(error) if error.kind() != ErrorKind::Interrupted => {
                    return Err(BrowserFault::Unsupported(format!(
                        "its answer cannot be waited for: {error}"
                    )));
                }
                _ => {}
            }
            let now = Instant::now();
            for event in &events {
                self.has_waiting |= event.token().0 < self.listeners.len();
                self.advance(event.token(), now);
            }
        }
    }

    fn result(&mut self, now: Instant) -> Option<Result<Secret, BrowserFault>> {
        if let Some(end) = &self.end {
            let is_delivered = !self.connections.iter().any(|connection| connection.token == end.token);
            let is_over = is_delivered || now >= end.until || self.wakeup.is_cancelled();
            return is_over.then(|| end.result.clone());
        }
        if self.wakeup.is_cancelled() {
            return Some(Err(BrowserFault::Cancelled));
        }
        if let Ok(reason) = self.wait.launch_fault.try_recv() {
            return Some(Err(BrowserFault::Unsupported(reason)));
        }
        self.wait.deadline.is_some_and(|deadline| now >= deadline).then_some(Err(BrowserFault::TimedOut))
    }

    fn time_to_sleep(&self, now: Instant) -> Option<Duration> {
        let connections = self.connections.iter().map(|connection| connection.deadline);
        let room = self.idlest().map_or(now + RETRY_TIME, |(_, may_go_at)| may_go_at);
        let room = self.has_waiting.then_some(room);
        let action = self.wait.scheduled_actions.front().map(|(due, _)| *due);
        let until = self.end.as_ref().map(|end| end.until);
        let others = [action, until, self.wait.deadline, room];
        let next = connections.chain(others.into_iter().flatten()).min();
        next.map(|instant| instant.saturating_duration_since(now))
    }

    fn run_due_actions(&mut self, now: Instant) {
        while self.end.is_none()
            && self.wait.scheduled_actions.front().is_some_and(|(due, _)| *due <= now)
            && let Some((_, action)) = self.wait.scheduled_actions.pop_front()
        {
            action();
        }
    }

    fn time_out_connections(&mut self, now: Instant) {
        self.connections.retain_mut(|connection| {
            now < connection.deadline || !matches!(connection.time_out(&mut self.chunk, now), Turn::Ended)
        });
    }

    /// Takes in newcomers. When there is no room the one that has been idle longest has to go.
    fn accept(&mut self, now: Instant) {
        while self.has_waiting {
            let is_full = self.connections.len() >= MOST_CONNECTIONS;
            if is_full && self.idlest().is_some_and(|(_, may_go_at)| now < may_go_at) {
                return;
            }
            match self.accept_one() {
                Ok(stream) => {
                    if is_full {
                        self.drop_idlest();
                    }
                    self.begin(stream, now);
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => self.has_waiting = false,
                    ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted => {}
                    // The program has too many files open, most likely.
                    _ => return self.drop_idlest(),
                },
            }
        }
    }

    fn accept_one(&self) -> io::Result<TcpStream> {
        let mut end = Err(ErrorKind::WouldBlock.into());
        for listener in &self.listeners {
            match listener.accept() {
                Ok((stream, _)) => return Ok(stream),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => end = Err(error),
            }
        }
        end
    }

    fn begin(&mut self, mut stream: TcpStream, now: Instant) {
        let token = Token(self.next_token);
        self.next_token = self.next_token.saturating_add(1);
        let interest = Interest::READABLE | Interest::WRITABLE;
        if self.poll.registry().register(&mut stream, token, interest).is_ok() {
            self.connections.push(Connection::new(token, stream, now));
            self.advance(token, now);
        }
    }

    fn idlest(&self) -> Option<(usize, Instant)> {
        self.connections.iter().map(Connection::may_go_at).enumerate().min_by_key(|(_, instant)| *instant)
    }

    fn drop_idlest(&mut self) {
        if let Some((index, _)) = self.idlest() {
            self.connections.swap_remove(index);
        }
    }

    fn advance(&mut self, token: Token, now: Instant) {
        let Some(index) = self.connections.iter().position(|connection| connection.token == token) else {
            return;
        };
        let mut connection = self.connections.swap_remove(index);
        let turn = match connection.advance(&mut self.chunk, now) {
            Turn::Request(request) => {
                let response = self.answer(&request, token, now);
                connection.respond(response, &mut self.chunk, now)
            }
            turn => turn,
        };
        if !matches!(turn, Turn::Ended) {
            self.connections.push(connection);
        }
    }

    fn answer(&mut self, request: &Request, token: Token, now: Instant) -> Response {
        match (self.wait.expected.judge(request), &self.end) {
            (Verdict::Refused(reason), _) => refusal(reason, request),
            (Verdict::Welcome, None) => self.wait.pages.welcome(),
            (Verdict::Abort, None) => {
                self.finish(Err(BrowserFault::Cancelled), self.wait.pages.cancelled(), token, now)
            }
            (Verdict::Answer(answer), None) => {
                let page = self.wait.pages.of_answer(&answer);
                self.finish(Ok(answer), page, token, now)
            }
            // A browser that sends the same again sees the same again.
            (Verdict::Answer(answer), Some(end)) if end.result.as_ref() == Ok(&answer) => end.page.clone(),
            (_, Some(_)) => refusal(Refusal::NotFound, request),
        }
    }

    fn finish(
        &mut self,
        result: Result<Secret, BrowserFault>,
        page: Response,
        token: Token,
        now: Instant,
    ) -> Response {
        self.end = Some(End { result, page: page.clone(), token, until: now + CLOSING_TIME });
        page
    }
}
