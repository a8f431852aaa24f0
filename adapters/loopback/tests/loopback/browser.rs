//! Opening the browser.
use crate::support::{good, request, sign_in_with};
use msal_hostile::{Client, form_post};
use msal_loopback::msal_proto::engine::BrowserFault;
use msal_loopback::{AuthCodeReceiver, ListenOptions};
use std::io;
use std::sync::mpsc::channel;

const AUTH_URI: &str = "https://login.example/authorize?a=1&b=%22$(touch%20x)`y`;'z'|&c";

#[test]
fn an_opener_gets_the_address_and_may_be_the_browser_itself() {
    let receiver = AuthCodeReceiver::listen(0, &ListenOptions::new()).unwrap();
    let port = receiver.port();
    drop(receiver);
    let options = ListenOptions::new().opener(move |uri| {
        assert_eq!(uri, AUTH_URI);
        Client::exchange(port, &form_post(port, &good())).map(drop)
    });
    let receiver = AuthCodeReceiver::listen(port, &options).unwrap();
    let answer = receiver.get_auth_response(request().auth_uri(AUTH_URI)).unwrap();
    assert_eq!(answer.expose(), good());
}

fn without_browser() -> ListenOptions {
    ListenOptions::new().opener(|_| Err(io::Error::other("it is headless")))
}

#[test]
fn brw_04_without_a_browser_the_program_shows_the_address_and_the_wait_goes_on() {
    let (sender, told) = channel();
    let options = without_browser().auth_uri_callback(move |uri| sender.send(uri.to_owned()).unwrap());
    let sign_in = sign_in_with(&options, request().auth_uri(AUTH_URI));
    assert_eq!(told.recv().unwrap(), AUTH_URI);
    sign_in.succeed();
}

#[test]
fn brw_04_without_a_browser_and_a_call_back_it_ends_and_says_what_to_do() {
    let end = sign_in_with(&without_browser(), request().auth_uri(AUTH_URI)).end();
    let Err(BrowserFault::Unsupported(text)) = end else { panic!("{end:?}") };
    for part in ["it is headless", "BROWSER", "auth_uri_callback", "device code"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("login.example"), "{text}");
}

#[test]
fn a_browser_that_opens_is_not_told_of() {
    let (sender, told) = channel();
    let options =
        ListenOptions::new().opener(|_| Ok(())).auth_uri_callback(move |_| sender.send(()).unwrap());
    sign_in_with(&options, request().auth_uri(AUTH_URI)).succeed();
    drop(options);
    assert!(told.recv().is_err());
}

#[test]
fn who_opens_the_browser_itself_needs_none() {
    let (sender, opened) = channel();
    let options = ListenOptions::new().opener(move |_| {
        sender.send(()).unwrap();
        Err(io::Error::other("it is headless"))
    });
    sign_in_with(&options, request()).succeed();
    drop(options);
    assert!(opened.recv().is_err());
}

#[test]
fn brw_02_only_web_addresses_are_opened_or_shown() {
    for uri in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://login.example/\r\nx",
        "https://login.example/ x",
    ] {
        let options = ListenOptions::new()
            .opener(|_| panic!("it is opened"))
            .auth_uri_callback(|_| panic!("it is shown"))
            .welcome_template("<a href='$auth_uri'>");
        let end = sign_in_with(&options, request().auth_uri(uri)).end();
        assert!(matches!(end, Err(BrowserFault::Unsupported(_))), "{uri}: {end:?}");
    }
}

/// An opener that panics opened nothing, and does not leave anybody waiting.
#[test]
fn an_opener_that_panics_is_no_browser() {
    let options = ListenOptions::new().opener(|_| panic!("on purpose"));
    let end = sign_in_with(&options, request().auth_uri(AUTH_URI)).end();
    assert!(matches!(end, Err(BrowserFault::Unsupported(_))), "{end:?}");
}

/// In a process of its own, whose `BROWSER` is a script that writes down its arguments.
#[cfg(unix)]
mod own {
    use super::{AUTH_URI, request};
    use msal_loopback::msal_proto::engine::BrowserFault;
    use msal_loopback::{AuthCodeReceiver, ListenOptions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::Command;
    use std::{env, fs, thread, time::Duration};

    /// The script's arguments when the variable ends so.
    fn arguments(name: &str, arguments: &str) -> String {
        let folder = env::temp_dir().join(format!("msal-loopback-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (browser, seen) = (folder.join("browser"), folder.join("seen"));
        let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$SEEN.new\"\nmv \"$SEEN.new\" \"$SEEN\"\n";
        fs::write(&browser, script).unwrap();
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
        let output = Command::new(env::current_exe().unwrap())
            .args(["--exact", "browser::own::opens", "--ignored"])
            .env("BROWSER", format!("{}{arguments}", browser.display()))
            .env("SEEN", &seen)
            .env_remove("DISPLAY")
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let seen = fs::read_to_string(seen).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing of the address was run");
        fs::remove_dir_all(folder).unwrap();
        seen
    }

    /// As it is opened: a URL has no quotes.
    fn opened() -> String {
        AUTH_URI.replace('\'', "%27")
    }

    #[test]
    fn brw_02_no_shell_sees_the_address() {
        assert_eq!(arguments("plain", ""), format!("{}\n", opened()));
    }

    #[test]
    fn brw_03_the_command_is_split_before_the_address_is_put_in() {
        assert_eq!(arguments("template", " --new %s --end"), format!("--new\n{}\n--end\n", opened()));
    }

    #[test]
    #[ignore = "the other process"]
    fn opens() {
        let Some(seen) = env::var_os("SEEN") else { return };
        let receiver = AuthCodeReceiver::listen(0, &ListenOptions::new()).unwrap();
        let cancel = receiver.canceller();
        thread::spawn(move || {
            while !Path::new(&seen).exists() {
                thread::sleep(Duration::from_millis(10));
            }
            cancel.cancel();
        });
        assert_eq!(receiver.get_auth_response(request().auth_uri(AUTH_URI)), Err(BrowserFault::Cancelled));
    }
}
