//! People sign in while hostile connections are made to the listener, round after round. Ends with an error when one of them
//! could not, or when the memory grew.
#![forbid(unsafe_code)]
use lexopt::Arg;
use lexopt::prelude::*;
use msal_hostile::{Failure, round};
use std::time::Instant;

const USAGE: &str = "msal-hostile [--connections N] [--at-once N]

  --connections N  hostile connections in all; default: 5000
  --at-once N      of them in one round, in which one person signs in; default: 200";

/// How much the resident memory may grow, in KiB. The connections of our side are in it.
const MOST_GROWTH: u64 = 16 * 1024;

fn main() -> Result<(), Failure> {
    let Some((connections, at_once)) = arguments()? else {
        println!("{USAGE}");
        return Ok(());
    };
    let rounds = connections.div_ceil(at_once);
    let (begin, before) = (Instant::now(), resident());
    let (mut successes, mut growth) = (0, 0);
    for number in 1..=rounds {
        match round(at_once) {
            Ok(()) => successes += 1,
            Err(error) => println!("round {number}: {error}"),
        }
        growth = growth.max(resident().saturating_sub(before));
    }
    println!("connections: {}", rounds * at_once);
    println!("rounds: {rounds}");
    println!("successes: {successes}");
    println!("seconds: {:.1}", begin.elapsed().as_secs_f64());
    println!("growth of resident memory: {growth} KiB");
    if successes < rounds {
        return Err("somebody could not sign in".into());
    }
    if growth > MOST_GROWTH {
        return Err(format!("the memory grew by over {MOST_GROWTH} KiB").into());
    }
    Ok(())
}

fn arguments() -> Result<Option<(usize, usize)>, Failure> {
    let (mut connections, mut at_once) = (5_000, 200_usize);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("connections") => connections = parser.value()?.parse()?,
            Arg::Long("at-once") => at_once = parser.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            unexpected => return Err(unexpected.unexpected().into()),
        }
    }
    match at_once {
        0 => Err("--at-once is 0".into()),
        _ => Ok(Some((connections, at_once))),
    }
}

/// The process's resident set in KiB, where the system tells it (Linux), else 0.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
