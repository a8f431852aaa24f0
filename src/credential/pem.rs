//! PEM (RFC 7468): finding a block in a text that may hold others.
use alloc::vec::Vec;
use base64::{Engine, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// One block: what its label says it is, and what is between its lines.
pub(super) struct Block<'a> {
    label: &'a [u8],
    pub(super) body: &'a [u8],
}

impl Block<'_> {
    /// Whether this is its label, in whatever case.
    pub(super) fn is(&self, label: &str) -> bool {
        self.label.eq_ignore_ascii_case(label.as_bytes())
    }

    /// Whether its label ends so, in whatever case.
    pub(super) fn ends_with(&self, ending: &str) -> bool {
        let start = self.label.len().checked_sub(ending.len());
        let end = start.and_then(|start| self.label.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(ending.as_bytes()))
    }

    /// The bytes; none if the body is not base64 alone. No copy of them stays behind.
    pub(super) fn decode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut text = Zeroizing::new(Vec::with_capacity(self.body.len()));
        text.extend(self.body.iter().filter(|byte| !byte.is_ascii_whitespace()));
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
        BASE64_STANDARD.decode_vec(&*text, &mut bytes).ok()?;
        Some(bytes)
    }
}

/// All whole blocks, in order; what is around them does not count.
pub(super) fn blocks(text: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut rest = text;
    core::iter::from_fn(move || {
        loop {
            let (_, after) = split(rest, BEGIN)?;
            let (label, after) = split(after, DASHES)?;
            let (body, _) = split(after, DASHES)?;
            // Where another block begins before this one ends, this one is cut off.
            rest = after.get(body.len()..)?;
            let end = [END, label, DASHES].iter().try_fold(rest, |rest, part| strip(rest, part));
            if let Some(after) = end {
                rest = after;
                return Some(Block { label, body });
            }
        }
    })
}

/// Whether a text is there, in whatever case.
pub(super) fn contains(text: &[u8], part: &str) -> bool {
    split(text, part.as_bytes()).is_some()
}

/// What is after the start of a text, if that is this one in whatever case.
fn strip<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (own, after) = text.split_at_checked(start.len())?;
    own.eq_ignore_ascii_case(start).then_some(after)
}

/// What is before and after the first occurrence of a marker, in whatever case.
fn split<'a>(text: &'a [u8], marker: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(marker.len()).position(|window| window.eq_ignore_ascii_case(marker))?;
    Some((text.get(..at)?, text.get(at + marker.len()..)?))
}
