//! Signs a person in with their own browser, and gets a token for them again from the cache.
//!
//! Without arguments they sign in at an offline Entra on this machine. At a tenant of yours, where the application is registered
//! with the redirect URI `http://localhost` for mobile and desktop applications:
//!
//! ```text
//! cargo run -p msal-ureq --example interactive -- \
//!     --authority https://login.microsoftonline.com/contoso.onmicrosoft.com --client-id 00001111-aaaa-2222-bbbb-3333cccc4444
//! ```
use lexopt::prelude::*;
use msal_fixture_authority::{Application, Authority, Loopback, Tenant, User};
use msal_proto::PublicClientApplication;
use msal_ureq::msal_loopback::ListenOptions;
use msal_ureq::{Client, Interaction, Transport, TransportOptions};
use std::error::Error;
use std::process::ExitCode;

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
const USERNAME: &str = "alice@contoso.example";
const PASSWORD: &str = "pa55word";
const USAGE: &str =
    "interactive [--authority URL --client-id ID] [--scope SCOPE]... [--timeout SECONDS] [--port NUMBER]

Without an authority it starts an offline one. The person has five minutes unless you say otherwise.
Name a port if the redirect URI is registered with one.";

/// The command line.
struct Arguments {
    target: Option<(String, String)>,
    scopes: Vec<String>,
    timeout: u64,
    port: u16,
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
    let Some(Arguments { target, scopes, timeout, port }) = Arguments::parse()? else {
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
        .app_name("interactive")
        .build()?;

    let listen = ListenOptions::new().auth_uri_callback(|auth_uri| {
        println!("No browser can be opened. Open this address in one on this machine:\n\n{auth_uri}\n");
    });
    let is_offline = offline.is_some();
    let interaction = Interaction::new().listen(listen).on_before_launching_ui(move |_| {
        println!("Sign in with your browser, which opens now.");
        if is_offline {
            println!("You are {USERNAME}, and your password is {PASSWORD}.");
            println!("The browser will warn of the certificate, which was made for this run:");
            println!("go on to localhost.");
        }
    });
    let client = Client::new(app).with_transport(Transport::new(&options)?).with_interaction(interaction);

    let request = client.app().acquire_token_interactive(&scopes).timeout(timeout).port(port);
    let result = client.run(request)?;
    let account = result.account.ok_or("the service did not say who signed in")?;
    let name = result.id_token_claims.and_then(|claims| claims.name);
    let username = account.username.as_deref().unwrap_or("no name");
    println!("Signed in: {} ({username})", name.as_deref().unwrap_or("somebody"));
    println!(
        "A token for {}, good for {} s, from {}",
        result.scope.as_str(),
        result.expires_in,
        result.token_source.as_str()
    );

    // From now on without the person, until the service wants them again.
    let silent = client.run(client.app().acquire_token_silent(&scopes, &*account))?;
    let silent = silent.ok_or("the token was not kept")?;
    println!("The same again, good for {} s, from {}", silent.expires_in, silent.token_source.as_str());
    Ok(())
}

/// An Entra of our own, which knows one person and this application. It serves until it is dropped.
fn start_offline() -> std::io::Result<Loopback> {
    let application = Application::new(CLIENT_ID).redirect_uri("http://localhost").requires_consent();
    let alice = User::new(USERNAME, PASSWORD, "66666666-6666-6666-6666-666666666666").name("Alice Example");
    let mut authority = Authority::new("https://localhost");
    authority.register(Tenant::new(TENANT).application(application).user(alice));
    Loopback::start(authority)
}

impl Arguments {
    /// None for who asks for help.
    fn parse() -> Result<Option<Self>, Box<dyn Error>> {
        let (mut authority, mut client_id, mut scopes) = (None, None, Vec::new());
        let (mut timeout, mut port) = (300, 0);
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("authority") => authority = Some(arguments.value()?.string()?),
                Long("client-id") => client_id = Some(arguments.value()?.string()?),
                Long("scope") => scopes.push(arguments.value()?.string()?),
                Long("timeout") => timeout = arguments.value()?.parse()?,
                Long("port") => port = arguments.value()?.parse()?,
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
        Ok(Some(Self { target, scopes, timeout, port }))
    }
}
