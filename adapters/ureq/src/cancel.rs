//! Ending a wait for a person from outside.
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Ends the sign-ins that wait for a person, in the browser or on another device. Any thread may use it, such as the one that a
/// handler of Ctrl-C runs in. What begins later is not touched, so one serves a program for all its life.
///
/// A flow that is asking the service just then ends when it would wait next: tokens that are on their way are not lost.
#[derive(Clone, Default)]
pub struct Cancel {
    uses: Arc<Uses>,
    pub(crate) browser: msal_loopback::Cancel,
}

#[derive(Default)]
struct Uses {
    count: AtomicU64,
    lock: Mutex<()>,
    used: Condvar,
}

/// How often a [`Cancel`] had been used when a flow began.
#[derive(Clone, Copy)]
pub(crate) struct Mark(u64);

impl Cancel {
    /// For [`Interaction::cancel`](crate::Interaction::cancel).
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends what waits now.
    pub fn cancel(&self) {
        let lock = self.uses.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.uses.count.fetch_add(1, Ordering::Release);
        drop(lock);
        self.uses.used.notify_all();
        self.browser.cancel();
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark(self.uses.count.load(Ordering::Acquire))
    }

    pub(crate) fn was_used_since(&self, mark: Mark) -> bool {
        self.mark().0 != mark.0
    }

    /// Waits that long, or until it has been used since then; says whether it was.
    pub(crate) fn wait(&self, mark: Mark, time: Duration) -> bool {
        let lock = self.uses.lock.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.uses.used.wait_timeout_while(lock, time, |()| !self.was_used_since(mark)));
        self.was_used_since(mark)
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel").finish_non_exhaustive()
    }
}
