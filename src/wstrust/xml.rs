//! XML 1.0 as far as federation services need it. What a hostile one could send is refused before a tree is built of it:
//! the parser is iterative, but takes long over many attributes and namespaces.
use crate::error::Violation;
use alloc::string::String;
use roxmltree::{Document, Node, ParsingOptions};

/// How many elements may be in each other.
const DEEPEST: usize = 64;
/// How many attributes an element may have, namespaces among them.
const ATTRIBUTES: usize = 64;
/// How many namespaces may be declared in all.
const NAMESPACES: usize = 1_024;
/// How many nodes there may be in all.
const NODES: u32 = 50_000;

/// The text of a document: UTF-8, with or without a byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Violation> {
    let text = str::from_utf8(bytes).map_err(|_| Violation::Xml("not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let declaration = text.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()).unwrap_or_default();
    match declaration.split_once("encoding") {
        Some((_, encoding)) if !is_utf8(encoding) => Err(Violation::Xml("in another encoding than UTF-8")),
        _ => Ok(text),
    }
}

/// What follows the word `encoding`.
fn is_utf8(rest: &str) -> bool {
    let is_around = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '"' | '\'');
    let name = rest.trim_start_matches(is_around).split(is_around).next();
    name.is_some_and(|name| name.eq_ignore_ascii_case("utf-8"))
}

/// The tree of a [`text`]. No document type, so no entities but the five of XML itself.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Violation> {
    check_shape(text)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => Violation::Xml("with a document type"),
        roxmltree::Error::NodesLimitReached => Violation::Xml("too large"),
        _ => Violation::Xml("not well-formed"),
    })
}

/// Bounds what the parser is going to do. Of a document that is not well-formed it may say anything: the parser refuses it.
fn check_shape(text: &str) -> Result<(), Violation> {
    let (mut depth, mut namespaces) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some((before, markup)) = rest.split_once('<') {
        if before.split("&#").skip(1).any(is_bad_reference) {
            return Err(Violation::Xml("with a reference to no character"));
        }
        rest = markup;
        for (start, end) in [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")] {
            if let Some(inside) = markup.strip_prefix(start) {
                rest = inside.split_once(end).map_or("", |(_, after)| after);
            }
        }
        match markup.as_bytes().first() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            // No `<` may be in an attribute, so the tag ends before the next one.
            Some(_) => {
                let tag = Tag::read(markup.split('<').next().unwrap_or_default());
                namespaces = namespaces.saturating_add(tag.namespaces);
                depth = depth.saturating_add(1);
                if depth > DEEPEST || tag.attributes > ATTRIBUTES || namespaces > NAMESPACES {
                    return Err(Violation::Xml("too deep, or with too many attributes"));
                }
                depth = depth.saturating_sub(usize::from(tag.is_empty));
            }
        }
    }
    Ok(())
}

/// What follows `&#`. The parser would put another character in its place.
fn is_bad_reference(rest: &str) -> bool {
    let number = rest.split(';').next().unwrap_or_default();
    let number = match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    number.ok().and_then(char::from_u32).is_none_or(|c| !is_xml_char(c))
}

/// A start tag, or an empty element's.
struct Tag {
    attributes: usize,
    namespaces: usize,
    is_empty: bool,
}

impl Tag {
    /// Reads up to the `>` that is in no attribute.
    fn read(markup: &str) -> Self {
        let mut tag = Self { attributes: 0, namespaces: 0, is_empty: false };
        let mut rest = markup;
        while let Some((before, after)) = rest.split_once(['"', '\'', '>']) {
            let Some(found @ ('"' | '\'')) = rest.get(before.len()..).and_then(|rest| rest.chars().next())
            else {
                tag.is_empty = before.ends_with('/');
                break;
            };
            tag.attributes = tag.attributes.saturating_add(1);
            let name = before.trim_end().trim_end_matches('=').trim_end();
            let name = name.rsplit(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
            tag.namespaces = tag.namespaces.saturating_add(usize::from(name.starts_with("xmlns")));
            rest = after.split_once(found).map_or("", |(_, after)| after);
        }
        tag
    }
}

/// The children of this name in a namespace.
pub(super) fn children<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name((namespace, name)))
}

/// The first of them.
pub(super) fn child<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Option<Node<'a, 'i>> {
    children(node, namespace, name).next()
}

/// The text that stands in an element before any other element; none if there is none but blanks.
pub(super) fn text_of<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.text().map(str::trim).filter(|text| !text.is_empty())
}

/// Whether XML can carry it (XML 1.0 section 2.2).
pub(crate) fn is_xml(text: &str) -> bool {
    text.chars().all(is_xml_char)
}

fn is_xml_char(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => c >= ' ',
    }
}

/// Adds it as character data or as the value of an attribute, such that a parser gives the same back.
pub(super) fn push_escaped(xml: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            '\t' => xml.push_str("&#9;"),
            '\n' => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            c => xml.push(c),
        }
    }
}

/// The most bytes that one byte becomes by [`push_escaped`].
pub(super) const LONGEST_ESCAPE: usize = 6;
