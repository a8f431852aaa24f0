//! Templates after Python's `string.Template.safe_substitute`, which MSAL's are.
use std::borrow::Cow;

/// Good enough for MSAL: pages are the program's own.
pub(crate) fn is_html(template: &str) -> bool {
    template.starts_with('<')
}

/// Puts values in; in HTML they are escaped. Names without a value stay as they are written.
pub(crate) fn fill<'a>(template: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let escaped = |value: Cow<'a, str>| match is_html(template) {
        true => html_escape::encode_quoted_attribute(&value).into_owned(),
        false => value.into_owned(),
    };
    let mut page = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        page.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            page.push('$');
            rest = after;
            continue;
        }
        let found = placeholder(rest).and_then(|(name, after)| Some((value(name)?, after)));
        match found {
            Some((value, after)) => {
                page.push_str(&escaped(value));
                rest = after;
            }
            None => page.push('$'),
        }
    }
    page.push_str(rest);
    page
}

/// The name after a dollar sign, braced or not, and what follows it.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    if let Some(braced) = text.strip_prefix('{') {
        let (name, after) = name(braced)?;
        return Some((name, after.strip_prefix('}')?));
    }
    name(text)
}

fn name(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (name, after) = text.split_at_checked(end)?;
    (!name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::fill;

    fn filled(template: &str) -> String {
        fill(template, |name| match name {
            "error" => Some("<b>&\"'".into()),
            "e_2" => Some("$error".into()),
            _ => None,
        })
    }

    #[test]
    fn html_is_escaped_as_python_does() {
        assert_eq!(filled("<p>$error</p>"), "<p>&lt;b&gt;&amp;&quot;&#x27;</p>");
        assert_eq!(filled(" <p>$error"), " <p><b>&\"'", "it is not HTML");
    }

    /// Each is what CPython's `string.Template(...).safe_substitute(...)` returns.
    #[test]
    fn placeholders_are_pythons() {
        for (template, expected) in [
            ("${error}s", "<b>&\"'s"),
            ("$errors $missing ${missing}", "$errors $missing ${missing}"),
            ("$$error $$$error", "$error $<b>&\"'"),
            ("$e_2", "$error"),
            ("$ERROR", "$ERROR"),
            ("$1 $ $", "$1 $ $"),
            ("${error", "${error"),
            ("${ error}", "${ error}"),
            ("$-error", "$-error"),
            ("$errorü", "<b>&\"'ü"),
            ("", ""),
        ] {
            assert_eq!(filled(template), expected, "{template}");
        }
    }
}
