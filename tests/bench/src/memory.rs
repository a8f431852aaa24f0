//! W7: resident bytes a cached token.
use crate::app_tokens::fill;
use crate::inputs::{Inputs, Layout};
use crate::{Failure, PEER, stop_watch};
use std::hint::black_box;

const ENTRIES: usize = 100_000;

pub(crate) fn per_token(inputs: &Inputs) -> Result<(), Failure> {
    let warm = fill(inputs, Layout::OneTenant, 10)?;
    let before = resident()?;
    let filled = fill(inputs, Layout::OneTenant, ENTRIES)?;
    let added = resident()?.saturating_sub(before);
    let case = format!("added N={ENTRIES}");
    stop_watch::print(PEER, "W7", &case, "bytes/token", &[added as f64 / ENTRIES as f64], None);
    black_box((warm, filled));
    Ok(())
}

/// The process's resident set, in bytes.
fn resident() -> Result<usize, Failure> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: usize = statm.split(' ').nth(1).ok_or("statm has no resident set")?.parse()?;
    Ok(pages * rustix::param::page_size())
}
