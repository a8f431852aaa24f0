//! Ctrl-C: ends a wait, and the program where there is none.
use msal_ureq::Cancel;
use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// As shells have it for a program that Ctrl-C ended.
const ENDED_BY_CTRL_C: i32 = 130;

/// Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Interrupt {
    cancel: Cancel,
    is_running: Arc<AtomicBool>,
}

impl Interrupt {
    /// Takes Ctrl-C over. At a question of a terminal it is a key like others and does not come here.
    pub(crate) fn on_ctrl_c() -> Result<Self, ctrlc::Error> {
        let interrupt = Self::default();
        let Self { cancel, is_running } = interrupt.clone();
        ctrlc::set_handler(move || match is_running.load(Ordering::SeqCst) {
            true => cancel.cancel(),
            false => exit(ENDED_BY_CTRL_C),
        })?;
        Ok(interrupt)
    }

    /// For the client whose waits it ends.
    pub(crate) fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// While this runs, Ctrl-C does not end the program.
    pub(crate) fn during<T>(&self, run: impl FnOnce() -> T) -> T {
        self.is_running.store(true, Ordering::SeqCst);
        let end = run();
        self.is_running.store(false, Ordering::SeqCst);
        end
    }
}
