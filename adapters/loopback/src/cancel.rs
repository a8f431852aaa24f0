//! Ending a wait from outside.
use mio::Waker;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Ends sign-ins that wait for their answer, at once and as [`BrowserFault::Cancelled`]: those of the receivers that were made
/// with it ([`ListenOptions::cancel`]), or one ([`AuthCodeReceiver::canceller`]).
///
/// Any thread may use it, such as the one that a handler of Ctrl-C runs in. Sign-ins that begin later are not touched, so one
/// serves a program for all its life.
///
/// [`BrowserFault::Cancelled`]: msal_proto::engine::BrowserFault::Cancelled
/// [`ListenOptions::cancel`]: crate::ListenOptions::cancel
/// [`AuthCodeReceiver::canceller`]: crate::AuthCodeReceiver::canceller
#[derive(Clone, Default)]
pub struct Cancel(Arc<Mutex<Vec<Weak<Wakeup>>>>);

impl Cancel {
    /// For [`ListenOptions::cancel`](crate::ListenOptions::cancel).
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends what waits now.
    pub fn cancel(&self) {
        for wakeup in self.lock().drain(..).filter_map(|wakeup| wakeup.upgrade()) {
            wakeup.cancelled.store(true, Ordering::Release);
            wakeup.wake();
        }
    }

    pub(crate) fn watch(&self, wakeup: &Arc<Wakeup>) {
        let mut watched = self.lock();
        watched.retain(|wakeup| wakeup.strong_count() > 0);
        watched.push(Arc::downgrade(wakeup));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Wakeup>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel").finish_non_exhaustive()
    }
}

/// Gets one waiting receiver to look up.
pub(crate) struct Wakeup {
    cancelled: AtomicBool,
    waker: Waker,
}

impl Wakeup {
    pub(crate) fn new(waker: Waker) -> Self {
        Self { cancelled: AtomicBool::new(false), waker }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// When it fails nobody waits any more.
    pub(crate) fn wake(&self) {
        let _ = self.waker.wake();
    }
}
