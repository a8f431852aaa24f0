//! Measures one item of the side-by-side benchmark and prints a line of JSON for each case. See README.md.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, reason = "it is a host: it has a clock, files and an environment")]
mod app_tokens;
mod assertions;
mod file;
mod host;
mod inputs;
mod loopback;
mod memory;
mod on_behalf_of;
mod people;
mod stop_watch;

use inputs::Inputs;
use std::error::Error;

/// What can go wrong here ends the program.
type Failure = Box<dyn Error>;

/// The name of the lines that measure a whole flow.
const PEER: &str = "msal-rs";

fn main() -> Result<(), Failure> {
    let item = std::env::args().nth(1).unwrap_or_default();
    match item.as_str() {
        "W1" => app_tokens::hits(&Inputs::load()?),
        "W2" => people::accounts(&Inputs::load()?),
        "W3" => file::read_and_write(&Inputs::load()?),
        "W4" => app_tokens::misses(&Inputs::load()?),
        "W5" => assertions::assertions(&Inputs::load()?),
        "W6" => loopback::requests(&Inputs::load()?),
        "W7" => memory::per_token(&Inputs::load()?),
        "OBO" => on_behalf_of::hits(&Inputs::load()?),
        // A whole process: it reads no inputs.
        "W8" => loopback::first_token(),
        _ => Err("usage: msal-bench W1|W2|W3|W4|W5|W6|W7|W8|OBO, with BENCH_INPUTS or BENCH_ROOT set".into()),
    }
}
