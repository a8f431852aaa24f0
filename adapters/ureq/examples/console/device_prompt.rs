//! What a person sees who is to sign in on another device: the message, a QR code, and that the program waits.
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use msal_proto::engine::{UnixTime, UserPrompt, Wait, WaitReason};
use msal_ureq::Interaction;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Black on white, whatever the terminal's own colours are: numbers 16 and 231 of 256 mean these everywhere.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const AS_BEFORE: &str = "\x1b[0m";

/// Shows it, for one sign-in after the other. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct DevicePrompt(Arc<Mutex<Option<ProgressBar>>>);

impl DevicePrompt {
    /// An interaction that shows it.
    pub(crate) fn tell(self, interaction: Interaction) -> Interaction {
        let waiting = self.clone();
        interaction.user_prompt(move |prompt| self.show(prompt)).on_wait(move |wait| waiting.say(wait))
    }

    /// Takes the progress away: the sign-in has ended.
    pub(crate) fn clear(&self) {
        let bar = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        bar.iter().for_each(ProgressBar::finish_and_clear);
    }

    fn show(&self, prompt: &UserPrompt) {
        println!("{prompt}\n");
        let complete = prompt.verification_uri_complete.as_deref();
        let address = complete.or(prompt.verification_uri.as_deref());
        if let Some(picture) = address.filter(|_| io::stdout().is_terminal()).and_then(qr_code) {
            println!("{picture}");
            if complete.is_some() {
                println!("The QR code has the code {} in it.", prompt.user_code);
            }
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress(prompt.expires_at));
    }

    fn say(&self, wait: &Wait) {
        let text = match wait.reason {
            WaitReason::SlowDown => "the service wants to be asked less often",
            WaitReason::Unreachable => "the service was not reached just now",
            _ => "Ctrl-C gives it up",
        };
        let bar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bar.iter().for_each(|bar| bar.set_message(text));
    }
}

/// Counts down to the end of the code by itself; draws nothing where there is no terminal.
fn progress(expires_at: UnixTime) -> ProgressBar {
    let left = move |_: &ProgressState, out: &mut dyn Write| {
        let left = expires_at.since(now());
        // It is drawn again in a moment.
        let _ = write!(out, "{}:{:02}", left / 60, left % 60);
    };
    let style = ProgressStyle::with_template("{spinner} Waiting for the sign-in, {left} left; {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style.with_key("left", left));
    bar.set_message("Ctrl-C gives it up");
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| since.as_secs()))
}

/// In characters, two modules high each; none if the address is too long for one.
fn qr_code(address: &str) -> Option<String> {
    let code = QrCode::new(address).ok()?;
    let picture = code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build();
    Some(picture.lines().map(|line| format!("  {BLACK_ON_WHITE}{line}{AS_BEFORE}\n")).collect())
}
