//! Rule b: runs of `/` in the paths of rules and requests collapse into one.

use serde_json::Value;

/// A URL with every run of `/` in its path as one.
pub fn collapse(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (path, tail) = rest.split_at(end);
    let mut collapsed = String::with_capacity(url.len());
    if !scheme.is_empty() {
        collapsed.push_str(scheme);
        collapsed.push_str("://");
    }
    for character in path.chars() {
        if character != '/' || !collapsed.ends_with('/') || collapsed.ends_with("://") {
            collapsed.push(character);
        }
    }
    collapsed + tail
}

/// The URLs of requests in an effect: of `http`, and the address that `browser` opens.
pub fn effect(effect: &mut Value) {
    if let Some(url) = effect.get_mut("url") {
        collapse_in(url);
    }
}

/// The endpoints that `construct` reports, and URLs that the library made for the app to open.
pub fn outcome(op: &str, value: &mut Value) {
    if op == "construct" {
        let authority = value.get_mut("authority").and_then(Value::as_object_mut);
        for (_, endpoint) in authority.into_iter().flatten().filter(|(name, _)| name.ends_with("_endpoint")) {
            collapse_in(endpoint);
        }
        if let Some(endpoint) = value.get_mut("regional_token_endpoint") {
            collapse_in(endpoint);
        }
    }
    if let Some(url) = value.get_mut("auth_uri") {
        collapse_in(url);
    }
    if op == "get_authorization_request_url" {
        collapse_in(value);
    }
}

fn collapse_in(url: &mut Value) {
    match url.pointer_mut("/$url/base") {
        Some(Value::String(base)) => *base = collapse(base),
        _ => {
            if let Value::String(text) = url {
                *text = collapse(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_collapse() {
        assert_eq!(collapse("https://h//a///b?x=//c"), "https://h/a/b?x=//c");
        assert_eq!(collapse("https://h/a"), "https://h/a");
        assert_ne!(collapse("https://h/ab"), collapse("https://h/a/b"));
    }
}
