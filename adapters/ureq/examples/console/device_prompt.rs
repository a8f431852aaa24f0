//! What a person sees who is to sign in on another device: the service's message, a QR code, and that the program waits.
use crate::progress::Progress;
use msal_proto::engine::{UserPrompt, Wait, WaitReason};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::{self, IsTerminal};

/// Black on white, whatever the terminal's own colours are: numbers 16 and 231 of 256 mean these everywhere.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const AS_BEFORE: &str = "\x1b[0m";

/// Shows the code, and that it is waited for.
pub(crate) fn show(prompt: &UserPrompt, progress: &Progress) {
    println!("\n{prompt}\n");
    let complete = prompt.verification_uri_complete.as_deref();
    let address = complete.or(prompt.verification_uri.as_deref());
    if let Some(picture) = address.filter(|_| io::stdout().is_terminal()).and_then(qr_code) {
        println!("{picture}");
        if complete.is_some() {
            println!("The QR code has the code {} in it.", prompt.user_code);
        }
    }
    progress.begin("Waiting for the sign-in", prompt.expires_at);
}

/// Shows why it is waited on.
pub(crate) fn go_on(wait: &Wait, progress: &Progress) {
    progress.say(match wait.reason {
        WaitReason::SlowDown => "the service wants to be asked less often",
        WaitReason::Unreachable => "the service was not reached just now",
        _ => "Ctrl-C gives it up",
    });
}

/// In characters, two modules high each; none if the address is too long for one.
fn qr_code(address: &str) -> Option<String> {
    let code = QrCode::new(address).ok()?;
    let picture = code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build();
    Some(picture.lines().map(|line| format!("  {BLACK_ON_WHITE}{line}{AS_BEFORE}\n")).collect())
}
