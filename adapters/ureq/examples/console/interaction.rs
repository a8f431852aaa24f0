//! How this program meets the person who signs in.
use crate::device_prompt;
use crate::interrupt::Interrupt;
use crate::offline::Offline;
use crate::progress::Progress;
use msal_ureq::Interaction;
use msal_ureq::msal_loopback::ListenOptions;
use std::io;
use std::sync::Arc;

/// With the person's own browser, unless somebody of the offline Entra signs in by themselves.
pub(crate) fn interaction(
    progress: &Progress,
    interrupt: &Interrupt,
    offline: Option<&Arc<Offline>>,
) -> Interaction {
    let (shown, waiting, told) = (progress.clone(), progress.clone(), progress.clone());
    let mut listen = ListenOptions::new().auth_uri_callback(move |auth_uri| {
        let until = told.clear();
        println!("No browser can be opened. Open this address in one on this machine:\n\n{auth_uri}\n");
        told.begin(BROWSER, until);
    });
    if let Some(offline) = offline.filter(|offline| offline.stand_in().is_some()) {
        let offline = Arc::clone(offline);
        listen = listen.opener(move |auth_uri| browse(&offline, auth_uri));
    }
    let offline = offline.cloned();
    Interaction::new()
        .listen(listen)
        .user_prompt(move |prompt| {
            device_prompt::show(prompt, &shown);
            offline.iter().for_each(|offline| offline.approve(prompt));
        })
        .on_wait(move |wait| device_prompt::go_on(wait, &waiting))
        .cancel(interrupt.cancel())
}

/// What is waited for meanwhile.
pub(crate) const BROWSER: &str = "Waiting for the browser";

/// What the stand-in's browser does: it brings the answer from the service to the listener.
fn browse(offline: &Offline, auth_uri: &str) -> io::Result<()> {
    let answer = offline.answer(auth_uri)?;
    ureq::get(answer).call().map(drop).map_err(io::Error::other)
}
