//! The receiver of one sign-in's answer.
use crate::answer::{Expected, hosts};
use crate::auth_response_request::AuthResponseRequest;
use crate::browser::{is_clean_url, launch};
use crate::cancel::{Cancel, Wakeup};
use crate::event_loop::{EventLoop, WAKER, Wait};
use crate::listen::listen;
use crate::options::ListenOptions;
use crate::pages::Pages;
use mio::net::TcpListener;
use mio::{Interest, Poll, Token, Waker};
use msal_proto::Secret;
use msal_proto::engine::{BrowserFault, RedirectFault};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// What to do when no browser opens.
const ADVICE: &str = "set BROWSER to the command of one, give an auth_uri_callback that shows the person the address, \
or sign in with a device code";

/// Listens on this machine for the answer of one sign-in (RFC 8252 section 7.3), as MSAL Python's class of this name.
///
/// Only what [`AuthResponseRequest`] describes ends the wait; whatever else comes to the port is refused, and the wait goes on.
/// When the receiver is dropped the port is free again.
pub struct AuthCodeReceiver {
    poll: Poll,
    listeners: Vec<TcpListener>,
    port: u16,
    wakeup: Arc<Wakeup>,
    options: ListenOptions,
}

impl AuthCodeReceiver {
    /// Takes a port of 127.0.0.1 and ::1 (of 127.0.0.1 alone where there is no IPv6); 0 is any that is free. Serves
    /// [`RedirectListen`](msal_proto::engine::RedirectListen).
    ///
    /// # Errors
    ///
    /// The port is taken or the system reserves it, at either address.
    pub fn listen(port: u16, options: &ListenOptions) -> Result<Self, RedirectFault> {
        let (listeners, port) = listen(port, options.bind_address)?;
        let listeners = listeners.into_iter().map(TcpListener::from_std).collect();
        Self::wait_for(listeners, port, options).map_err(|error| RedirectFault::Other(error.to_string()))
    }

    fn wait_for(mut listeners: Vec<TcpListener>, port: u16, options: &ListenOptions) -> io::Result<Self> {
        let poll = Poll::new()?;
        for (number, listener) in listeners.iter_mut().enumerate() {
            poll.registry().register(listener, Token(number), Interest::READABLE)?;
        }
        let wakeup = Arc::new(Wakeup::new(Waker::new(poll.registry(), WAKER)?));
        if let Some(cancel) = &options.cancel {
            cancel.watch(&wakeup);
        }
        Ok(Self { poll, listeners, port, wakeup, options: options.clone() })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `http://localhost:{port}`: Entra knows native applications by `http://localhost`, at any port.
    pub fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Ends the wait of this receiver, from any thread.
    pub fn canceller(&self) -> Cancel {
        let cancel = Cancel::new();
        cancel.watch(&self.wakeup);
        cancel
    }

    /// Opens the browser if there is an `auth_uri`, and blocks until the answer is there. It is returned as it came, the posted form or the
    /// request target with the query, which is what serves [`BrowserLaunch`](msal_proto::engine::BrowserLaunch); the browser has
    /// its page by then, and the port is free.
    ///
    /// # Errors
    ///
    /// The person, the program or the time ended it, or no browser could be opened and nobody was to be told.
    pub fn get_auth_response(self, request: impl Into<AuthResponseRequest>) -> Result<Secret, BrowserFault> {
        let request = request.into();
        let begin = Instant::now();
        let launch_fault = self.open_browser(&request)?;
        let Self { poll, listeners, port, wakeup, options } = self;
        let after = |seconds| begin.checked_add(Duration::from_secs(seconds));
        let mut scheduled_actions: Vec<_> = options
            .scheduled_actions
            .iter()
            .filter_map(|(seconds, action)| Some((after(*seconds)?, Arc::clone(action))))
            .collect();
        scheduled_actions.sort_by_key(|(due, _)| *due);
        let expected = Expected {
            hosts: hosts(port, options.bind_address),
            state: request.state,
            response_mode: request.response_mode,
            origins: request.origins,
            has_welcome: options.welcome_template.is_some(),
        };
        let pages = Pages {
            auth_uri: request.auth_uri.unwrap_or_default(),
            abort_uri: format!("http://localhost:{port}?error=abort"),
            welcome_template: options.welcome_template,
            success_template: options.success_template,
            error_template: options.error_template,
        };
        let deadline = request.timeout.and_then(after);
        let scheduled_actions = scheduled_actions.into();
        let wait = Wait { expected, pages, launch_fault, deadline, scheduled_actions };
        EventLoop::new(poll, listeners, wakeup, wait).run()
    }

    /// What comes over the channel is why it could not be opened.
    fn open_browser(&self, request: &AuthResponseRequest) -> Result<Receiver<String>, BrowserFault> {
        let (sender, launch_fault) = channel();
        let Some(auth_uri) = &request.auth_uri else { return Ok(launch_fault) };
        if !is_clean_url(auth_uri) {
            let reason =
                "the address of the sign-in is no http or https URL, or has other than printable ASCII in it";
            return Err(BrowserFault::Unsupported(reason.into()));
        }
        let uri = match self.options.welcome_template {
            Some(_) => format!("{}?welcome=true", self.redirect_uri()),
            None => auth_uri.clone(),
        };
        let ListenOptions { opener, auth_uri_callback, .. } = self.options.clone();
        let wakeup = Arc::clone(&self.wakeup);
        let fail = move |reason: String| {
            // When it fails nobody waits any more.
            let _ = sender.send(format!("{reason}; {ADVICE}"));
            wakeup.wake();
        };
        launch(uri, opener, auth_uri_callback, fail)
            .map_err(|error| BrowserFault::Unsupported(error.to_string()))?;
        Ok(launch_fault)
    }
}

impl fmt::Debug for AuthCodeReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthCodeReceiver")
            .field("port", &self.port)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
