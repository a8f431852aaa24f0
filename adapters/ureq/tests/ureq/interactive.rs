//! Signing in where a person takes part: with their browser, which the test plays, and on another device.
use crate::people::{ALICE, CLIENT_ID, TENANT};
use html5gum::{Token, Tokenizer};
use msal_fixture_authority::{Application, Authority, Loopback, Request, Tenant, User};
use msal_proto::engine::{BrowserFault, Host, Request as _, ResponseMode, Step, Suspended, WaitReason, run};
use msal_proto::flows::Interactive;
use msal_proto::{Error, PublicClientApplication, TokenSource};
use msal_ureq::msal_loopback::ListenOptions;
use msal_ureq::{Cancel, Client, Interaction, Transport, TransportOptions};
use std::io;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::SystemTime;
use url::form_urlencoded::Serializer;

fn entra() -> Arc<Loopback> {
    let alice = User::new(ALICE, "pa55word", "66666666-6666-6666-6666-666666666666");
    let application = Application::new(CLIENT_ID).redirect_uri("http://localhost");
    let mut authority = Authority::new("https://localhost");
    authority.register(Tenant::new(TENANT).application(application).user(alice));
    authority.auto_approve(Some(ALICE));
    authority.device_codes(1, 900);
    Arc::new(Loopback::start(authority).unwrap())
}

fn client(entra: &Loopback, interaction: Interaction) -> Client<PublicClientApplication> {
    let mut options = TransportOptions::default();
    options.extra_ca = entra.ca_pem().into();
    let app = PublicClientApplication::builder(CLIENT_ID)
        .authority(format!("{}/{TENANT}", entra.origin()))
        .instance_discovery(false)
        .build()
        .unwrap();
    Client::new(app).with_transport(Transport::new(&options).unwrap()).with_interaction(interaction)
}

/// What a browser does: goes to the service, and from there back to the listener, by a redirect or with the form.
fn browse(entra: &Loopback, auth_uri: &str) -> io::Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let response = entra.authority().handle(now, &Request::get(auth_uri));
    let answer = match response.header("location") {
        Some(location) => ureq::get(location).call(),
        None => {
            let (action, form) = form(std::str::from_utf8(&response.body).unwrap());
            let post = ureq::post(&action).header("origin", entra.origin());
            post.header("content-type", "application/x-www-form-urlencoded").send(form)
        }
    };
    assert_eq!(answer.unwrap().status(), 200);
    Ok(())
}

/// Where the page's form goes to, and what is in it.
fn form(page: &str) -> (String, String) {
    let (mut action, mut form) = (String::new(), Serializer::new(String::new()));
    for token in Tokenizer::new(page).flatten() {
        let Token::StartTag(tag) = token else { continue };
        let attribute = |name: &str| {
            let value = tag.attributes.get(name.as_bytes());
            value.map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
        };
        match tag.name.as_slice() {
            b"form" => action = attribute("action"),
            b"input" if !attribute("name").is_empty() => {
                form.append_pair(&attribute("name"), &attribute("value"));
            }
            _ => {}
        }
    }
    (action, form.finish())
}

/// Somebody sits before it who signs in.
fn attended(entra: &Arc<Loopback>) -> ListenOptions {
    let entra = Arc::clone(entra);
    ListenOptions::new().opener(move |auth_uri| browse(&entra, auth_uri))
}

#[test]
fn a_person_signs_in_with_their_browser() {
    let entra = entra();
    let told = Arc::new(Mutex::new(Vec::new()));
    let interaction = Interaction::new().listen(attended(&entra)).on_before_launching_ui({
        let told = Arc::clone(&told);
        move |ui| told.lock().unwrap().push(ui.to_owned())
    });
    let client = client(&entra, interaction);
    for mode in [ResponseMode::FormPost, ResponseMode::Query] {
        let request = client.app().acquire_token_interactive(["User.Read"]).response_mode(mode).timeout(60);
        let result = client.run(request).unwrap();
        assert_eq!(result.token_source, TokenSource::IdentityProvider);
        let account = result.account.unwrap();
        assert_eq!(account.username.as_deref(), Some(ALICE));
        let silent = client.run(client.app().acquire_token_silent(["User.Read"], &*account)).unwrap();
        assert_eq!(silent.unwrap().token_source, TokenSource::Cache);
    }
    assert_eq!(*told.lock().unwrap(), ["browser", "browser"]);
}

#[test]
fn a_program_gives_up_waiting_for_the_browser() {
    let (entra, cancel) = (entra(), Cancel::new());
    let listen = ListenOptions::new().opener({
        let cancel = cancel.clone();
        move |_| {
            cancel.cancel();
            Ok(())
        }
    });
    let client = client(&entra, Interaction::new().listen(listen).cancel(cancel));
    let request = || client.app().acquire_token_interactive(["User.Read"]);
    assert_eq!(client.run(request()).unwrap_err(), BrowserFault::Cancelled.into());
    // Its port is free again, and the next sign-in is another matter.
    assert_eq!(client.run(request()).unwrap_err(), BrowserFault::Cancelled.into());
}

#[test]
fn a_flow_that_was_put_away_at_the_browser_listens_again() {
    let entra = entra();
    let client = client(&entra, Interaction::new().listen(attended(&entra)));
    let mut host = client.host();
    let mut step = client.app().acquire_token_interactive(["User.Read"]).start(&mut host.env());
    let stored = loop {
        step = match step {
            Step::HttpRequest(pending) => {
                let reply = host.http_request(pending.op());
                pending.resume(&mut host.env(), reply)
            }
            Step::RedirectListen(pending) => {
                let reply = host.redirect_listen(pending.op()).unwrap();
                pending.resume(&mut host.env(), reply)
            }
            step => break serde_json::to_string(&step.suspend().unwrap()).unwrap(),
        }
    };
    drop(host);
    let flow: Suspended<Interactive> = serde_json::from_str(&stored).unwrap();
    let mut host = client.host();
    let step = flow.wake(&mut host.env()).unwrap();
    let result = run(step, &mut host).unwrap();
    assert_eq!(result.account.unwrap().username.as_deref(), Some(ALICE));
}

#[test]
fn a_person_signs_in_on_another_device() {
    let entra = entra();
    let (waited, waits) = channel();
    let interaction = Interaction::new()
        .user_prompt({
            let entra = Arc::clone(&entra);
            move |prompt| {
                assert!(prompt.to_string().contains(&prompt.user_code));
                let (entra, code) = (Arc::clone(&entra), prompt.user_code.clone());
                // The first question comes too early.
                thread::spawn(move || {
                    while !entra.authority().handled().iter().any(|handled| handled.path.ends_with("/token"))
                    {
                        thread::yield_now();
                    }
                    entra.authority().approve_device_code(&code, ALICE).unwrap();
                });
            }
        })
        .on_wait(move |wait| waited.send(wait.reason).unwrap());
    let client = client(&entra, interaction);
    let result = client.run(client.app().acquire_token_by_device_code(["User.Read"])).unwrap();
    assert_eq!(result.account.unwrap().username.as_deref(), Some(ALICE));
    assert_eq!(waits.try_iter().next(), Some(WaitReason::AuthorizationPending));
}

#[test]
fn a_program_gives_up_waiting_for_another_device() {
    let (entra, cancel) = (entra(), Cancel::new());
    let interaction = Interaction::new().user_prompt(|_| ()).cancel(cancel.clone()).on_wait({
        let cancel = cancel.clone();
        move |_| cancel.cancel()
    });
    let client = client(&entra, interaction);
    let error = client.run(client.app().acquire_token_by_device_code(["User.Read"])).unwrap_err();
    assert_eq!(error, BrowserFault::Cancelled.into());
}

#[test]
fn nobody_can_be_shown_a_code() {
    let entra = entra();
    let client = client(&entra, Interaction::new());
    let error = client.run(client.app().acquire_token_by_device_code(["User.Read"])).unwrap_err();
    assert_eq!(error, Error::Unsupported("UserPrompt"));
}
