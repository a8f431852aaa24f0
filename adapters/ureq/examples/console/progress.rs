//! That the program waits, and how long it still will. Nothing is drawn where there is no terminal.
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use msal_proto::engine::UnixTime;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// One wait after the other. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Progress(Arc<Mutex<Option<(ProgressBar, UnixTime)>>>);

impl Progress {
    /// Begins to count down.
    pub(crate) fn begin(&self, what: &'static str, until: UnixTime) {
        let left = move |_: &ProgressState, out: &mut dyn Write| {
            let left = until.since(now());
            // It is drawn again in a moment.
            let _ = write!(out, "{}:{:02}", left / 60, left % 60);
        };
        let style = ProgressStyle::with_template("{spinner} {prefix}, {left} left; {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::new_spinner().with_style(style.with_key("left", left));
        let bar = bar.with_prefix(what).with_message("Ctrl-C gives it up");
        bar.enable_steady_tick(Duration::from_millis(100));
        *self.lock() = Some((bar, until));
    }

    /// What there is to say meanwhile.
    pub(crate) fn say(&self, text: &'static str) {
        self.lock().iter().for_each(|(bar, _)| bar.set_message(text));
    }

    /// The wait has ended, or something else is to be said. When it would have ended; 0 if there was none.
    pub(crate) fn clear(&self) -> UnixTime {
        let Some((bar, until)) = self.lock().take() else { return UnixTime::default() };
        bar.finish_and_clear();
        until
    }

    fn lock(&self) -> MutexGuard<'_, Option<(ProgressBar, UnixTime)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// By this machine's clock.
pub(crate) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| since.as_secs()))
}
