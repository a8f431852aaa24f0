//! PEM (RFC 7468): finding a block in a text that may hold others.
use alloc::{string::String, vec::Vec};
use base64::{Engine, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One block: what its label says it is, and the text between its lines.
pub(super) struct Block<'a> {
    pub(super) label: &'a str,
    pub(super) body: &'a str,
}

impl Block<'_> {
    /// The bytes; none if the text is not base64 without headers.
    pub(super) fn decode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let text: Zeroizing<String> = Zeroizing::new(self.body.split_whitespace().collect());
        BASE64_STANDARD.decode(text.as_bytes()).ok().map(Zeroizing::new)
    }
}

/// All blocks of a text, in order; what is around them does not count. Labels in any case.
pub(super) fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (start, label, body) = next(rest)?;
        rest = rest.get(start..)?;
        Some(Block { label, body })
    })
}

/// The first whole block, and where the text after it begins.
fn next(text: &str) -> Option<(usize, &str, &str)> {
    let begin = find(text, BEGIN, 0)?;
    let label_start = begin + BEGIN.len();
    let label_end = find(text, DASHES, label_start)?;
    let body_start = label_end + DASHES.len();
    let body_end = find(text, END, body_start)?;
    let label = text.get(label_start..label_end)?;
    Some((body_end + END.len(), label, text.get(body_start..body_end)?))
}

/// Where a marker is, in either case.
fn find(text: &str, marker: &str, from: usize) -> Option<usize> {
    let windows = text.as_bytes().get(from..)?.windows(marker.len());
    let at = windows.into_iter().position(|window| window.eq_ignore_ascii_case(marker.as_bytes()))?;
    Some(from + at)
}
