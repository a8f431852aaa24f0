//! The form for readers: a sequence diagram.
use super::note::{Note, Shown, Whom};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::fmt::Write;
use core::mem;
use url::Url;

/// Characters in one line at an arrow, unless one word is longer.
const ARROW: usize = 48;

/// The same in a note, whose box does not grow with its text.
const NOTE: usize = 28;

/// What Mermaid looks for inside a label too.
const WORDS: [(&str, &str); 3] = [("style", "st#121;le"), ("classDef", "class#68;ef"), ("wrap:", "wrap#58;")];

pub(super) fn diagram(notes: &[Note]) -> String {
    let mut services: Vec<String> = Vec::new();
    let mut lines = String::new();
    // Who owes the answer.
    let mut asked = "program".to_owned();
    for note in notes {
        // Writing to a string does not fail.
        let _ = match note {
            Note::Began(request) => line(&mut lines, "program->>msal", request),
            Note::Remark(text) => line(&mut lines, "Note over program", text),
            Note::Request { method, url, form, .. } => {
                let (service, path) = split(url);
                let place = services.iter().position(|known| *known == service).unwrap_or(services.len());
                if place == services.len() {
                    services.push(service);
                }
                asked = format!("service{}", place + 1);
                let grant = form.iter().find(|(name, _)| name == "grant_type");
                let grant = grant.map(|(_, grant)| format!("\ngrant_type={grant}")).unwrap_or_default();
                line(&mut lines, &format!("msal->>{asked}"), &format!("{method} {path}{grant}"))
            }
            Note::Asked { whom, brief, .. } => {
                asked = if *whom == Whom::Cache { "cache" } else { "program" }.to_owned();
                line(&mut lines, &format!("msal->>{asked}"), brief)
            }
            Note::Answer { status, body } => {
                let holds = match body {
                    Ok(members) => names(members),
                    Err(bytes) => format!("{bytes} bytes"),
                };
                line(&mut lines, &format!("{asked}-->>msal"), &format!("{status}\n{holds}"))
            }
            Note::Got(text) => line(&mut lines, &format!("{asked}-->>msal"), text),
            Note::Ended { address: Some((address, parameters)), .. } => {
                let (service, path) = split(address);
                let names = names(parameters);
                line(&mut lines, "program->>browser", &format!("open {service}\n{path}\nwith {names}"))
            }
            Note::Ended { text, .. } => line(&mut lines, "Note over program,msal", text),
        };
    }
    let has = |who: &str| lines.contains(&format!(">{who}: "));
    let mut diagram = "sequenceDiagram\n".to_owned();
    if has("browser") {
        diagram += "    participant browser\n";
    }
    diagram += "    participant program\n    participant msal as msal-proto\n";
    if has("cache") {
        diagram += "    participant cache as token cache\n";
    }
    for (place, service) in services.iter().enumerate() {
        let _ = writeln!(diagram, "    participant service{} as {}", place + 1, escaped(service));
    }
    diagram + &lines
}

fn line(lines: &mut String, start: &str, text: &str) -> core::fmt::Result {
    let width = if start.starts_with("Note") { NOTE } else { ARROW };
    writeln!(lines, "    {start}: {}", label(text, width))
}

/// A host with its port, and the path.
fn split(url: &str) -> (String, String) {
    let Ok(parsed) = Url::parse(url) else { return ("service".into(), "/".into()) };
    let port = parsed.port().map(|port| format!(":{port}")).unwrap_or_default();
    (format!("{}{port}", parsed.host_str().unwrap_or_default()), parsed.path().to_owned())
}

/// What members are called; of an error, which it is.
fn names(members: &[Shown]) -> String {
    let name = |(name, value): &Shown| match name.as_str() {
        "error" => format!("error {}", value.trim_matches('"')),
        _ => name.clone(),
    };
    members.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Lines of at most so many characters, broken after blanks and slashes.
fn label(text: &str, width: usize) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut current = String::new();
        for piece in line.split_inclusive([' ', '/']) {
            if !current.is_empty() && current.chars().count() + piece.trim_end().chars().count() > width {
                lines.push(mem::take(&mut current));
            }
            current += piece;
        }
        lines.push(current);
    }
    lines.iter().map(|line| escaped(line.trim())).collect::<Vec<_>>().join("<br/>")
}

/// What Mermaid could take for anything but text, as its character codes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || " -_./:,()[]=+*?@|'".contains(c) {
            escaped.push(c);
        } else if !c.is_control() {
            let _ = write!(escaped, "#{};", u32::from(c));
        }
    }
    let words = escaped.split(' ').map(|word| if word == "end" { "e#110;d" } else { word });
    let escaped = words.collect::<Vec<_>>().join(" ");
    WORDS.iter().fold(escaped, |text, (word, code)| text.replace(word, code))
}
