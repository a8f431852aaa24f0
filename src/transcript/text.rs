//! The form for snapshots: a mark, what it marks, and indented what belongs to it.
use super::note::{Note, Shown};
use alloc::{borrow::Cow, format, string::String, vec::Vec};
use core::fmt::{self, Write};

/// Writes one note. Lines after its first are indented.
pub(super) fn write(note: &Note, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let text = text(note);
    let mut lines = text.lines();
    writeln!(f, "{} {}", mark(note), lines.next().unwrap_or_default())?;
    lines.try_for_each(|line| writeln!(f, "   {line}"))
}

fn mark(note: &Note) -> &'static str {
    match note {
        Note::Began(_) | Note::Remark(_) => "..",
        Note::Request { .. } | Note::Asked { .. } => "->",
        Note::Answer { .. } | Note::Got(_) => "<-",
        Note::Ended { .. } => "==",
    }
}

fn text(note: &Note) -> Cow<'_, str> {
    Cow::Owned(match note {
        Note::Began(request) => return Cow::Borrowed(request),
        Note::Remark(text) | Note::Asked { text, .. } | Note::Got(text) | Note::Ended { text, .. } => {
            return Cow::Borrowed(text);
        }
        Note::Request { method, url, headers, form } => {
            let mut text = format!("{method} {url}");
            for (name, value) in headers {
                // Writing to a string does not fail.
                let _ = write!(text, "\n{name}: {value}");
            }
            text + &members(form)
        }
        Note::Answer { status, body: Err(bytes) } => {
            format!("{status} with {bytes} bytes that are no JSON object")
        }
        Note::Answer { status, body: Ok(members) } => {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            format!("{status} {{ {} }}", members.join(", "))
        }
    })
}

/// Each on a line of its own.
pub(super) fn members(members: &[Shown]) -> String {
    members.iter().map(|(name, value)| format!("\n{name}={value}")).collect()
}
