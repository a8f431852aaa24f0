//! Reading a URL in which there is nothing to mend.
use core::cell::Cell;
use url::Url;

/// The longest URL, in bytes.
const LONGEST: usize = 2_048;

/// An https URL in which the parser had nothing to mend and nobody hides: no user info, fragment, backslash, control
/// character or white space. Request what comes out, not the text: the parser's host is the one that was checked.
pub(crate) fn strict_https(text: &str) -> Result<Url, &'static str> {
    if text.len() > LONGEST {
        return Err("is over 2048 bytes long");
    }
    let mended = Cell::new(false);
    let note = |_| mended.set(true);
    let parsed = Url::options().syntax_violation_callback(Some(&note)).parse(text);
    let url = parsed.map_err(|_| "is not a URL")?;
    if url.scheme() != "https" {
        return Err("is not an https URL");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has user information in it");
    }
    if url.fragment().is_some() {
        return Err("has a fragment");
    }
    if mended.get() || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(
            "is not a clean URL: a backslash, white space, a control or another character has no place in it",
        );
    }
    Ok(url)
}
