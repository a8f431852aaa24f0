//! Text from outside, for people to read.
use core::fmt::{self, Write};

/// No text is shown longer than this many characters.
const LONGEST: usize = 2_000;

/// Text from outside is data: it shows shortened, and without characters that a terminal takes for orders, that break a line or
/// that turn the direction of writing.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |c: &char| {
            c.is_control()
                || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        self.0.chars().filter(|c| !hidden(c)).take(LONGEST).try_for_each(|c| f.write_char(c))
    }
}
