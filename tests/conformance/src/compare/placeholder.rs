//! Placeholders in golden texts, `<kind:n>` (FORMAT.md 2.2): what they may stand for, and what they already stand for.

use std::collections::BTreeMap;

/// Kinds without a number: the implementation's own words, and a random text that occurs nowhere else.
const FREE: [&str; 4] = ["sku", "ver", "os", "uuid"];
const NUMBERED: [&str; 7] = ["uuid", "state", "nonce_hash", "nonce", "verifier", "challenge", "port"];

/// What the placeholders of one golden transcript stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bindings {
    bound: BTreeMap<String, String>,
}

impl Bindings {
    /// Whether `text` is `golden` with its placeholders filled. A first occurrence binds, later ones must be equal, and
    /// two placeholders of one kind stand for different texts.
    pub(crate) fn matches(&mut self, golden: &str, text: &str) -> bool {
        let mut bound = self.bound.clone();
        let fits = fill(&pieces(golden), text, &mut bound);
        if fits {
            self.bound = bound;
        }
        fits
    }

    /// What a placeholder stands for, if it has occurred.
    pub(crate) fn get(&self, placeholder: &str) -> Option<&str> {
        self.bound.get(placeholder).map(String::as_str)
    }
}

/// A piece of a golden text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece<'a> {
    Literal(&'a str),
    /// The whole placeholder, its kind, and whether it is numbered.
    Placeholder(&'a str, &'a str, bool),
}

/// A golden text in its pieces.
pub(super) fn pieces(golden: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut literal = 0;
    for (start, _) in golden.match_indices('<') {
        if start < literal {
            continue;
        }
        let Some(placeholder) = golden.get(start..).and_then(at_start) else { continue };
        let Piece::Placeholder(whole, ..) = placeholder else { continue };
        pieces.extend(golden.get(literal..start).filter(|text| !text.is_empty()).map(Piece::Literal));
        pieces.push(placeholder);
        literal = start + whole.len();
    }
    pieces.extend(golden.get(literal..).filter(|text| !text.is_empty()).map(Piece::Literal));
    pieces
}

fn at_start(text: &str) -> Option<Piece<'_>> {
    let end = text.find('>')?;
    let whole = text.get(..=end)?;
    let inner = text.get(1..end)?;
    match inner.split_once(':') {
        None => FREE.contains(&inner).then_some(Piece::Placeholder(whole, inner, false)),
        Some((kind, number)) => {
            (NUMBERED.contains(&kind) && is_number(number)).then_some(Piece::Placeholder(whole, kind, true))
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn fill(pieces: &[Piece<'_>], text: &str, bound: &mut BTreeMap<String, String>) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return text.is_empty() };
    match first {
        Piece::Literal(literal) => text.strip_prefix(literal).is_some_and(|text| fill(rest, text, bound)),
        Piece::Placeholder(whole, kind, numbered) => {
            if let Some(value) = bound.get(*whole).cloned() {
                return text.strip_prefix(value.as_str()).is_some_and(|text| fill(rest, text, bound));
            }
            let longest =
                text.chars().take_while(|character| belongs(kind, *character)).map(char::len_utf8).sum();
            for length in (1..=longest).rev() {
                let Some((value, remainder)) = text.split_at_checked(length) else { continue };
                if !has_shape(kind, value) || (*numbered && is_taken(whole, value, bound)) {
                    continue;
                }
                let mut attempt = bound.clone();
                if *numbered {
                    attempt.insert((*whole).to_owned(), value.to_owned());
                }
                if fill(rest, remainder, &mut attempt) {
                    *bound = attempt;
                    return true;
                }
            }
            false
        }
    }
}

/// Random texts that one golden tells apart are different; a port may be given twice.
fn is_taken(whole: &str, value: &str, bound: &BTreeMap<String, String>) -> bool {
    let is_alike = |name: &String| kind_and_golden(name) == kind_and_golden(whole);
    !whole.starts_with("<port:")
        && bound.iter().any(|(name, taken)| is_alike(name) && taken.eq_ignore_ascii_case(value))
}

/// The kind, and which golden numbered it: `<uuid:v2n7>` is the seventh of the second.
fn kind_and_golden(whole: &str) -> (&str, &str) {
    let (kind, number) = whole.split_once(':').unwrap_or((whole, ""));
    (kind, number.rsplit_once('n').map_or("", |(golden, _)| golden))
}

fn belongs(kind: &str, character: char) -> bool {
    match kind {
        "uuid" => character.is_ascii_hexdigit() || character == '-',
        "nonce_hash" => matches!(character, '0'..='9' | 'a'..='f'),
        "challenge" => character.is_ascii_alphanumeric() || "_-".contains(character),
        "port" => character.is_ascii_digit(),
        "sku" | "ver" | "os" => !character.is_whitespace(),
        _ => character.is_ascii_alphanumeric() || "._~-".contains(character),
    }
}

/// Whether a text that is made of the kind's characters also has its shape.
fn has_shape(kind: &str, text: &str) -> bool {
    match kind {
        "uuid" => {
            let lengths: Vec<usize> = text.split('-').map(str::len).collect();
            lengths == [8, 4, 4, 4, 12]
        }
        "state" | "nonce" => text.len() >= 16,
        "verifier" => (43..=128).contains(&text.len()),
        "challenge" => text.len() == 43,
        "nonce_hash" => text.len() == 64,
        "port" => text.len() <= 5,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "6f1a2b3c-0000-4000-8000-0123456789ab";
    const TWO: &str = "7f1a2b3c-0000-4000-8000-0123456789ab";

    #[test]
    fn the_first_occurrence_binds_and_later_ones_must_be_equal() {
        let mut bindings = Bindings::default();
        assert!(bindings.matches("<uuid:1>", ONE));
        assert!(
            bindings.matches("4|0|730,<uuid:1>,730,<uuid:2>|e,e|", &format!("4|0|730,{ONE},730,{TWO}|e,e|"))
        );
        assert!(!bindings.matches("<uuid:2>", ONE));
        assert!(!bindings.matches("<uuid:1>", TWO));
        assert_eq!(bindings.get("<uuid:2>"), Some(TWO));
    }

    #[test]
    fn one_random_text_is_not_two() {
        let mut bindings = Bindings::default();
        assert!(!bindings.matches("<uuid:1>,<uuid:2>", &format!("{ONE},{ONE}")));
        assert!(bindings.matches("<port:1>,<port:2>", "80,80"));
    }

    #[test]
    fn every_kind_has_a_shape() {
        let fits = |golden: &str, text: &str| Bindings::default().matches(golden, text);
        assert!(fits("http://localhost:<port:1>", "http://localhost:49999"));
        assert!(!fits("http://localhost:<port:1>", "http://localhost:499999"));
        assert!(fits("<state:1>", "abcdefghij._~-12") && !fits("<state:1>", "short"));
        assert!(fits("<challenge:1>", &"a".repeat(43)) && !fits("<challenge:1>", &"a".repeat(42)));
        assert!(fits("<verifier:1>", &"a".repeat(128)) && !fits("<verifier:1>", &"a".repeat(129)));
        assert!(fits("<nonce_hash:1>", &"0f".repeat(32)) && !fits("<nonce_hash:1>", &"0F".repeat(32)));
        assert!(fits("<sku>", "any.thing") && !fits("<sku>", "") && !fits("<sku>", "a b"));
        assert!(!fits("<uuid:1>", "not-a-uuid"));
        assert!(fits("a<b>c<x:1>", "a<b>c<x:1>"));
    }
}
