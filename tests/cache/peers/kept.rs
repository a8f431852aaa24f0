//! What of a file is there again after it was written, text for text.
use msal_proto::json::JsonObject;
use std::collections::BTreeMap;

/// The entries of a file by section and key, and its other sections, each by its text without white space.
pub(crate) fn entries(text: &str) -> BTreeMap<(String, String), String> {
    let known = ["AccessToken", "RefreshToken", "IdToken", "Account", "AppMetadata"];
    let mut entries = BTreeMap::new();
    for (name, section) in JsonObject::parse(text.as_bytes()).unwrap().members() {
        match JsonObject::parse(section.as_bytes()) {
            Ok(section) if known.contains(&name) => {
                for (key, entry) in section.members() {
                    entries.insert((name.to_owned(), key.to_owned()), without_white_space(entry));
                }
            }
            _ => drop(entries.insert((name.to_owned(), String::new()), without_white_space(section))),
        }
    }
    entries
}

/// What differs between two files: the entries of the one that are not in the other just so, by section and key, and
/// the entries of the other that are new or different.
pub(crate) fn difference(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let (before, after) = (entries(before), entries(after));
    let only = |one: &BTreeMap<(String, String), String>, other: &BTreeMap<(String, String), String>| {
        let differs = |(key, entry): &(&(String, String), &String)| other.get(key) != Some(entry);
        one.iter().filter(differs).map(|((section, key), _)| format!("{section} {key}")).collect::<Vec<_>>()
    };
    (only(&before, &after), only(&after, &before))
}

fn without_white_space(json: &str) -> String {
    let (mut out, mut in_string, mut escaped) = (String::new(), false, false);
    for c in json.chars() {
        if in_string || !c.is_whitespace() {
            out.push(c);
        }
        in_string ^= c == '"' && !escaped;
        escaped = in_string && c == '\\' && !escaped;
    }
    out
}
