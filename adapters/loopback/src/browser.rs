//! Opening the person's own browser, RFC 8252 section 8.12. No shell ever sees the address.
use crate::options::{AuthUriCallback, Opener};
use std::ffi::OsStr;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// The path that the system's administrator owns. On Linux, Edge alone takes part in device-based Conditional Access.
const EDGE: &str = "/usr/bin/microsoft-edge";

/// A browser that fails within this time was not opened.
const FAILS_WITHIN: Duration = Duration::from_secs(5);

/// An http or https URL of printable ASCII.
pub(crate) fn is_clean_url(uri: &str) -> bool {
    let is_http = |scheme: &str| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    uri.split_once("://").is_some_and(|(scheme, _)| is_http(scheme))
        && uri.bytes().all(|b| b.is_ascii_graphic())
}

/// Opens the address in a thread of its own, since some browsers run as long as the person is in them. If that fails, the
/// program is told the address, or else `fail` why.
pub(crate) fn launch(
    uri: String,
    opener: Option<Arc<Opener>>,
    auth_uri_callback: Option<Arc<AuthUriCallback>>,
    fail: impl FnOnce(String) + Send + 'static,
) -> io::Result<()> {
    let work = move || {
        let open = AssertUnwindSafe(|| match opener {
            Some(open) => open(&uri),
            None => open(&uri),
        });
        let opened = catch_unwind(open).unwrap_or_else(|_| Err(io::Error::other("the opener panicked")));
        match (opened, auth_uri_callback) {
            (Ok(()), _) => {}
            (Err(_), Some(tell)) => tell(&uri),
            (Err(error), None) => fail(error.to_string()),
        }
    };
    thread::Builder::new().name("msal-browser".into()).spawn(work).map(drop)
}

fn open(uri: &str) -> io::Result<()> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    // Windows runs the browser where this is a Linux inside of it.
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].into_iter().any(is_set);
    let browser = std::env::var_os("BROWSER").filter(|browser| !browser.is_empty());
    match choose(browser.as_deref(), cfg!(target_os = "linux"), Path::new(EDGE).exists(), has_screen) {
        Choice::Edge => run(Command::new(EDGE).arg(uri)),
        Choice::Default => webbrowser::open(uri),
        Choice::None => Err(io::Error::new(io::ErrorKind::NotFound, "there is no screen for one here")),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Choice {
    Edge,
    /// What `BROWSER` names, or else the system's.
    Default,
    None,
}

/// Whoever names a browser gets it.
fn choose(browser: Option<&OsStr>, is_linux: bool, has_edge: bool, has_screen: bool) -> Choice {
    match browser.map(|browser| browser.to_string_lossy().contains("microsoft-edge")) {
        _ if !is_linux => Choice::Default,
        None if !has_screen => Choice::None,
        None | Some(true) if has_edge => Choice::Edge,
        _ => Choice::Default,
    }
}

/// Waits until it ends, so that the system can forget it.
fn run(command: &mut Command) -> io::Result<()> {
    let begin = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    match status.success() || begin.elapsed() > FAILS_WITHIN {
        true => Ok(()),
        false => Err(io::Error::other(format!("{EDGE} failed with {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, choose, is_clean_url, run};
    use std::ffi::OsStr;
    use std::process::Command;

    /// MSAL Python's rule, and that without a screen nothing is opened that was not named.
    #[test]
    fn edge_is_preferred_on_linux_unless_another_is_named() {
        let choice = |browser: &str, is_linux, has_edge, has_screen| {
            choose(Some(OsStr::new(browser)).filter(|name| !name.is_empty()), is_linux, has_edge, has_screen)
        };
        for (browser, is_linux, has_edge, has_screen, expected) in [
            ("", true, true, true, Choice::Edge),
            ("", true, false, true, Choice::Default),
            ("", true, true, false, Choice::None),
            ("", true, false, false, Choice::None),
            ("", false, true, false, Choice::Default),
            ("firefox", true, true, true, Choice::Default),
            ("firefox", true, true, false, Choice::Default),
            ("microsoft-edge", true, true, true, Choice::Edge),
            ("/opt/bin/microsoft-edge %s", true, true, false, Choice::Edge),
            ("microsoft-edge", true, false, true, Choice::Default),
            ("microsoft-edge", false, true, true, Choice::Default),
        ] {
            let inputs = format!("{browser:?} {is_linux} {has_edge} {has_screen}");
            assert_eq!(choice(browser, is_linux, has_edge, has_screen), expected, "{inputs}");
        }
    }

    #[test]
    fn brw_02_only_clean_web_addresses_are_opened() {
        for clean in ["https://login.example/a?b=%22$(c)&d='", "HTTP://localhost:1?welcome=true"] {
            assert!(is_clean_url(clean), "{clean}");
        }
        for other in [
            "",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https:login",
            "https://a/ b",
            "https://a/\n",
            "https://a/ü",
        ] {
            assert!(!is_clean_url(other), "{other}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn brw_04_a_browser_that_fails_at_once_was_not_opened() {
        assert!(run(&mut Command::new("true")).is_ok());
        assert!(run(&mut Command::new("false")).is_err());
        assert!(run(&mut Command::new("/no/such/browser")).is_err());
    }
}
