//! Reasons 22 and 23: input that the golden takes and we refuse.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::compare::hosts;
use crate::compare::state::State;
use crate::transcript::{Outcome, Step};

/// Reason 22: a PEM key with traditional (DEK-Info) encryption.
pub(crate) fn traditional_encryption_is_refused(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let key = credential(state, "private_key");
    refused_if(golden, golden.op == "construct" && key.is_some_and(|key| key.contains("DEK-Info:")))
}

/// Reason 23: user info, backslash, control characters, white space, a fragment or an empty label in an authority URL; a
/// known host on another port, which a cloud is asked about; a garbage certificate.
pub(crate) fn stricter_input(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let argument = |name: &str| state.argument(name).and_then(|value| value.as_str().map(str::to_owned));
    let is_on_port = argument("authority").is_some_and(|url| hosts::is_known_on_another_port(&url));
    if golden.op == "construct" && is_on_port && golden.outcome.ok().is_some() {
        let unanswered = Outcome::error("transport", "", "no cloud answers in this scenario");
        return vec![Step { outcome: unanswered, effects: Vec::new(), ..golden.clone() }];
    }
    let function = state.step().and_then(|step| step.name.as_deref());
    let is_strict = match (golden.op.as_str(), function) {
        ("construct", _) => {
            ["authority", "oidc_authority"]
                .iter()
                .filter_map(|name| argument(name))
                .any(|url| is_tricky(&url))
                || credential(state, "public_certificate").is_some_and(|text| !holds_certificates(&text))
        }
        ("fn", Some("canonicalize")) => argument("url").is_some_and(|url| is_tricky(&url)),
        ("fn", Some("extract_certs")) => argument("text").is_some_and(|text| !holds_certificates(&text)),
        _ => false,
    };
    refused_if(golden, is_strict)
}

fn refused_if(golden: &Step, applies: bool) -> Vec<Step> {
    if !applies || golden.outcome.ok().is_none() {
        return Vec::new();
    }
    vec![Step {
        outcome: Outcome::error("refused", "", "stricter input"),
        effects: Vec::new(),
        cache_writes: Vec::new(),
        ..golden.clone()
    }]
}

/// A text of the client credential.
fn credential(state: &State<'_>, name: &str) -> Option<String> {
    let node = state.step()?.args.get("client_credential")?.get(name)?;
    match state.resolve(node)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn is_tricky(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.contains('@')
        || host.split('.').any(str::is_empty)
        || url.contains('#')
        || url.contains(|character: char| {
            character == '\\' || character.is_control() || character.is_whitespace()
        })
}

/// Whether a text is one or several certificates: between markers in any case, or without them.
fn holds_certificates(text: &str) -> bool {
    const BEGIN: &str = "-----begin certificate-----";
    const END: &str = "-----end certificate-----";
    let lower = text.to_ascii_lowercase();
    let blocks: Vec<&str> = if lower.contains(BEGIN) {
        let starts = lower.match_indices(BEGIN).map(|(start, _)| start + BEGIN.len());
        starts
            .map(|start| {
                let end =
                    lower.get(start..).and_then(|rest| rest.find(END)).map_or(text.len(), |end| start + end);
                text.get(start..end).unwrap_or_default()
            })
            .collect()
    } else {
        vec![text]
    };
    blocks.iter().all(|block| {
        let base64: String = block.split_whitespace().collect();
        STANDARD.decode(base64).is_ok_and(|der| Certificate::from_der(&der).is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tricks_in_authorities_are_seen() {
        for url in [
            "https://u:p@h.example/t",
            "https://h\\x/t",
            "https://h/t t",
            "https://h/\tt",
            " https://h/t",
            "https://.h/t",
            "https://h/t#x",
        ] {
            assert!(is_tricky(url), "{url}");
        }
        assert!(!is_tricky("https://h.example:1/t@x?q=a@b"));
    }

    #[test]
    fn garbage_is_no_certificate() {
        assert!(!holds_certificates("  TUlJQw== \n"));
        assert!(!holds_certificates("-----BEGIN certificate-----\nAA\n-----END certificate-----"));
    }
}
