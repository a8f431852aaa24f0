//! A menu over all that the library does, to try it at an offline Entra or at a tenant of yours: signs people and
//! applications in, shows what came of it as tables with the secrets hidden, and what was sent to get there. Its token cache is
//! a file of MSAL Python's format. The equal of MSAL Python's `python -m msal`.
//!
//! ```text
//! cargo run -p msal-ureq --example console -- --offline
//! cargo run -p msal-ureq --example console -- \
//!     --authority https://login.microsoftonline.com/contoso.onmicrosoft.com --client-id 00001111-aaaa-2222-bbbb-3333cccc4444
//! ```
//!
//! Where its input is no terminal it reads one answer a line, so that a script can drive it.
mod accounts;
mod application;
mod arguments;
mod ask;
mod auth_code;
mod cache_file;
mod cache_table;
mod device_prompt;
mod errors;
mod inspect;
mod interaction;
mod interrupt;
mod menu;
mod offline;
mod offline_menu;
mod options;
mod progress;
mod registration;
mod results;
mod session;
mod sign_in;
mod silent;
mod tables;
mod times;

use arguments::{Arguments, USAGE};
use ask::Terminal;
use cache_file::CacheFile;
use interrupt::Interrupt;
use offline::Offline;
use registration::Registration;
use session::Session;
use std::error::Error;
use std::process::ExitCode;

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
    let Some(Arguments { is_offline, registration, cache }) = Arguments::parse()? else {
        println!("{USAGE}");
        return Ok(());
    };
    let terminal = Terminal::new();
    println!("msal-proto {}: a console over all of its flows\n", msal_proto::VERSION);
    let registration = match registration {
        None if !is_offline => match Registration::ask(&terminal) {
            Ok(registration) => registration?,
            Err(_) => return Ok(()),
        },
        registration => registration,
    };
    let cache = CacheFile::open(cache)?;
    println!("{cache}");
    let mut session = match registration {
        Some(registration) => Session::new(terminal, registration, None, cache, Interrupt::on_ctrl_c()?)?,
        None => {
            let offline = Offline::start()?;
            println!("{offline}");
            let registration = offline.public();
            Session::new(terminal, registration, Some(offline), cache, Interrupt::on_ctrl_c()?)?
        }
    };
    println!("{}\n", session.registration());
    menu::run(&mut session);
    Ok(())
}
