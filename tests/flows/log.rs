//! The row SEC-05: the `log` facade, at its chattiest, is told no secret in any of these tests.
use crate::support::{GRAPH, World, response, shows_a_secret};
use log::{Level, LevelFilter, Log, Metadata, Record};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Fails the test that logs a secret, or text that breaks the line.
struct NoSecrets;

static LOGGED: AtomicUsize = AtomicUsize::new(0);

impl Log for NoSecrets {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let text = record.args().to_string();
        assert!(!shows_a_secret(&text) && !text.contains(char::is_control), "{text:?}");
        LOGGED.fetch_add(1, Ordering::Relaxed);
    }

    fn flush(&self) {}
}

/// Called by every test's world.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&NoSecrets).unwrap();
        log::set_max_level(LevelFilter::Trace);
    });
}

#[test]
fn sec_05_what_is_logged_is_no_secret() {
    let mut world = World::warm().http(400, r#"{"error":"a\r\nb","error_description":"canary of somebody"}"#);
    world.answers.push_back(Ok(response(200, "canary")));
    let request = |app: &msal_proto::ConfidentialClientApplication| {
        app.acquire_token_for_client([GRAPH]).query("a", "b").data("user_assertion", "canary")
    };
    let step = msal_proto::engine::Request::start(
        request(&world.app),
        &mut msal_proto::engine::Host::env(&mut world),
    );
    assert!(msal_proto::engine::run(step, &mut world).is_err());
    world.token().unwrap_err();
    assert!(LOGGED.load(Ordering::Relaxed) > 6 && log::log_enabled!(Level::Debug));
}
