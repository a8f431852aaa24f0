//! How a program meets the person who signs in.
use crate::cancel::Cancel;
use msal_loopback::ListenOptions;
use msal_proto::engine::{UserPrompt, Wait};
use std::fmt;

type Hook<T> = Box<dyn Fn(&T) + Send + Sync>;

/// What a client does where a person takes part. Without any of it, the person's own browser is opened and nobody can be shown a
/// device's code.
#[derive(Default)]
pub struct Interaction {
    pub(crate) listen: ListenOptions,
    pub(crate) on_before_launching_ui: Option<Hook<str>>,
    pub(crate) user_prompt: Option<Hook<UserPrompt>>,
    pub(crate) on_wait: Option<Hook<Wait>>,
    pub(crate) cancel: Cancel,
}

impl Interaction {
    /// The default.
    pub fn new() -> Self {
        Self::default()
    }

    /// How the answer of a sign-in is received: the pages that the person sees, another way to open the browser, what to do where
    /// there is none.
    pub fn listen(mut self, options: ListenOptions) -> Self {
        self.listen = options;
        self
    }

    /// Called before a browser is opened, with the word `browser`, as MSAL Python does: to tell the person to expect it.
    pub fn on_before_launching_ui(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.on_before_launching_ui = Some(Box::new(tell));
        self
    }

    /// Shows the person where to sign in with another device, and the code to enter there. Print it as it is (its `Display`), or
    /// draw `verification_uri_complete` as a QR code.
    pub fn user_prompt(mut self, show: impl Fn(&UserPrompt) + Send + Sync + 'static) -> Self {
        self.user_prompt = Some(Box::new(show));
        self
    }

    /// Called before each wait, to show that it goes on.
    pub fn on_wait(mut self, tell: impl Fn(&Wait) + Send + Sync + 'static) -> Self {
        self.on_wait = Some(Box::new(tell));
        self
    }

    /// With what ends the sign-ins that wait for a person; they then end as
    /// [`BrowserFault::Cancelled`](msal_proto::engine::BrowserFault::Cancelled). It takes the place of one in the listen options.
    pub fn cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = cancel;
        self
    }
}

impl fmt::Debug for Interaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interaction").field("listen", &self.listen).finish_non_exhaustive()
    }
}
