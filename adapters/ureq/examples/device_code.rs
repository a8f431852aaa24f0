//! Signs a person in on another device: shows the code and where to enter it, also as a QR code, and waits. Ctrl-C gives it up.
//!
//! Without arguments they sign in at an offline Entra on this machine. At a tenant of yours, where the application is registered
//! to allow public client flows:
//!
//! ```text
//! cargo run -p msal-ureq --example device_code -- \
//!     --authority https://login.microsoftonline.com/contoso.onmicrosoft.com --client-id 00001111-aaaa-2222-bbbb-3333cccc4444
//! ```
#[path = "console/device_prompt.rs"]
mod device_prompt;
#[path = "console/progress.rs"]
mod progress;

use lexopt::prelude::*;
use msal_fixture_authority::{Application, Authority, Loopback, Tenant, User};
use msal_proto::PublicClientApplication;
use msal_proto::engine::BrowserFault;
use msal_ureq::{Cancel, Client, Interaction, Transport, TransportOptions};
use progress::Progress;
use std::error::Error;
use std::process::ExitCode;

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
const USERNAME: &str = "alice@contoso.example";
const PASSWORD: &str = "pa55word";
const USAGE: &str = "device_code [--authority URL --client-id ID] [--scope SCOPE]...

Without an authority it starts an offline one.";

/// The command line.
struct Arguments {
    target: Option<(String, String)>,
    scopes: Vec<String>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(Arguments { target, scopes }) = Arguments::parse()? else {
        println!("{USAGE}");
        return Ok(());
    };
    let offline = if target.is_none() { Some(start_offline()?) } else { None };
    let mut options = TransportOptions::default();
    options.extra_ca = offline.as_ref().map(|entra| entra.ca_pem().into()).unwrap_or_default();
    let at_offline = |entra: &Loopback| (format!("{}/{TENANT}", entra.origin()), CLIENT_ID.into());
    let (authority, client_id) = target.or(offline.as_ref().map(at_offline)).ok_or(USAGE)?;
    let app = PublicClientApplication::builder(client_id)
        .authority(authority)
        .instance_discovery(offline.is_none())
        .app_name("device_code")
        .build()?;
    if offline.is_some() {
        println!("You are {USERNAME}, and your password is {PASSWORD}.");
        println!("Use a browser on this machine: nobody else gets here. It will warn of the");
        println!("certificate, which was made for this run: go on to localhost.");
    }

    let (progress, cancel) = (Progress::default(), Cancel::new());
    ctrlc::set_handler({
        let cancel = cancel.clone();
        move || cancel.cancel()
    })?;
    let (shown, waiting) = (progress.clone(), progress.clone());
    let interaction = Interaction::new()
        .user_prompt(move |prompt| device_prompt::show(prompt, &shown))
        .on_wait(move |wait| device_prompt::go_on(wait, &waiting))
        .cancel(cancel);
    let client = Client::new(app).with_transport(Transport::new(&options)?).with_interaction(interaction);
    let end = client.run(client.app().acquire_token_by_device_code(scopes));
    progress.clear();
    match end {
        Ok(result) => {
            let account = result.account.as_ref();
            let username = account.and_then(|account| account.username.as_deref());
            println!("Signed in: {}", username.unwrap_or("somebody"));
            println!("A token for {}, good for {} s", result.scope.as_str(), result.expires_in);
            Ok(())
        }
        Err(error) if error == BrowserFault::Cancelled.into() => {
            println!("Given up: nobody waits for the code any more.");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// An Entra of our own, which knows one person and this application. It serves until it is dropped.
fn start_offline() -> std::io::Result<Loopback> {
    let alice = User::new(USERNAME, PASSWORD, "66666666-6666-6666-6666-666666666666").name("Alice Example");
    let mut authority = Authority::new("https://localhost");
    authority.verification_uri_complete(true);
    authority.register(Tenant::new(TENANT).application(Application::new(CLIENT_ID)).user(alice));
    Loopback::start(authority)
}

impl Arguments {
    /// None for who asks for help.
    fn parse() -> Result<Option<Self>, Box<dyn Error>> {
        let (mut authority, mut client_id, mut scopes) = (None, None, Vec::new());
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("authority") => authority = Some(arguments.value()?.string()?),
                Long("client-id") => client_id = Some(arguments.value()?.string()?),
                Long("scope") => scopes.push(arguments.value()?.string()?),
                Long("help") => return Ok(None),
                _ => return Err(argument.unexpected().into()),
            }
        }
        let target = match (authority, client_id) {
            (None, None) => None,
            (Some(authority), Some(client_id)) => Some((authority, client_id)),
            _ => return Err("authority and client id belong together, see --help".into()),
        };
        if scopes.is_empty() {
            scopes.push("User.Read".into());
        }
        Ok(Some(Self { target, scopes }))
    }
}
