//! HTTP: a request of the library becomes an effect in the shape of FORMAT.md 2.1, and is answered by the script.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::World;
use crate::json::{Node, set};

/// Headers that transports add by themselves; a transcript does not have them.
const TRANSPORT_HEADERS: [&str; 5] =
    ["accept-encoding", "connection", "content-length", "host", "user-agent"];

/// A request that the library wants sent.
#[derive(Clone, Copy, Debug)]
pub struct HttpRequest<'r> {
    /// `GET` or `POST`.
    pub method: &'r str,
    /// The whole URL, with its query.
    pub url: &'r str,
    /// Names in any case.
    pub headers: &'r [(String, String)],
    /// Empty: no body.
    pub body: &'r [u8],
}

/// What comes back.
#[derive(Clone, Debug, PartialEq)]
pub enum HttpReply {
    /// A response.
    Response {
        /// HTTP status.
        status: u16,
        /// As scripted.
        headers: Vec<(String, String)>,
        /// Its bytes.
        body: Vec<u8>,
    },
    /// The transport failed.
    Fault(TransportFault),
}

/// How a transport fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TransportFault {
    /// No connection.
    Connect,
    /// Time-out while connecting.
    Timeout,
    /// Time-out while reading.
    ReadTimeout,
}

impl World<'_> {
    /// Sends a request to the scripted servers and records it with its reply.
    pub fn exchange(&mut self, request: HttpRequest<'_>) -> Result<HttpReply, String> {
        let mut effect = effect(&request);
        let Some(selected) = self.server.select(&effect) else {
            set(&mut effect, &["reply"], json!({"unscripted": true}));
            self.record.effect(effect);
            return Ok(HttpReply::Fault(TransportFault::Connect));
        };
        self.clock += selected.response.takes;
        let mut reply = json!({"rule": selected.rule, "index": selected.index});
        if let Some(error) = &selected.response.error {
            set(&mut reply, &["error"], json!(error));
            set(&mut effect, &["reply"], reply);
            self.record.effect(effect);
            return match error.as_str() {
                "connect" => Ok(HttpReply::Fault(TransportFault::Connect)),
                "timeout" => Ok(HttpReply::Fault(TransportFault::Timeout)),
                "read_timeout" => Ok(HttpReply::Fault(TransportFault::ReadTimeout)),
                other => Err(format!("the transport error {other} is not known")),
            };
        }
        let mut seen = effect.clone();
        let form = effect.pointer("/body/form").cloned().unwrap_or_else(|| json!({}));
        set(&mut seen, &["form"], form);
        self.request = Some(seen);
        let body = self.body(selected.response)?;
        let headers = self.resolve(&selected.response.headers)?;
        self.request = None;
        let status = selected.response.status.unwrap_or(200);
        set(&mut reply, &["status"], json!(status));
        set(&mut effect, &["reply"], reply);
        self.record.effect(effect);
        let text = |value: &Node| value.as_str().map_or_else(|| value.to_text(), str::to_owned);
        let headers = headers.members().iter().map(|(name, value)| (name.clone(), text(value))).collect();
        Ok(HttpReply::Response { status, headers, body: body.into_bytes() })
    }

    /// The body of a scripted response as the client receives it.
    pub(crate) fn body(&mut self, response: &crate::scenario::Response) -> Result<String, String> {
        match (&response.json, &response.file, &response.text) {
            (Some(json), ..) => Ok(self.resolve(json)?.to_text()),
            (None, Some(file), _) => self.fixtures.text(file),
            (None, None, Some(text)) => Ok(self.resolve(text)?.as_str().unwrap_or_default().to_owned()),
            (None, None, None) => Ok(String::new()),
        }
    }
}

/// The `http` effect of a request, without its reply.
fn effect(request: &HttpRequest<'_>) -> Value {
    let (base, query) = split_url(request.url);
    let headers: BTreeMap<String, &str> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
        .filter(|(name, _)| !TRANSPORT_HEADERS.contains(&name.as_str()))
        .collect();
    let content_type = headers.get("content-type").copied().unwrap_or_default();
    let body = body_view(content_type, request.body);
    json!({"type": "http", "method": request.method, "url": base, "query": multimap(query), "headers": headers, "body": body})
}

/// A URL without query and fragment, and its query.
pub(crate) fn split_url(url: &str) -> (&str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    url.split_once('?').unwrap_or((url, ""))
}

/// Form-encoded text as JSON: sorted by name, a list for a name that occurs twice.
pub(crate) fn multimap(encoded: &str) -> Value {
    let mut members = Map::new();
    for (name, value) in url::form_urlencoded::parse(encoded.as_bytes()) {
        let value = Value::String(value.into_owned());
        match members.get_mut(name.as_ref()) {
            None => {
                members.insert(name.into_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(members)
}

fn body_view(content_type: &str, body: &[u8]) -> Value {
    if body.is_empty() {
        return json!({"type": "none"});
    }
    let text = String::from_utf8_lossy(body);
    if content_type.contains("x-www-form-urlencoded") {
        return json!({"type": "form", "form": multimap(&text)});
    }
    if content_type.contains("xml") {
        let mut view = xml_view(&text);
        set(&mut view, &["type"], json!("xml"));
        return view;
    }
    match serde_json::from_str::<Value>(&text) {
        Ok(value) if content_type.contains("json") => json!({"type": "json", "json": value}),
        _ => json!({"type": "text", "text": text}),
    }
}

/// XML with its tree (FORMAT.md 2); without one if it is not well-formed.
pub(crate) fn xml_view(raw: &str) -> Value {
    match roxmltree::Document::parse(raw) {
        Ok(document) => json!({"tree": tree(document.root_element()), "raw": raw}),
        Err(_) => json!({"raw": raw}),
    }
}

fn tree(node: roxmltree::Node<'_, '_>) -> Value {
    let clark = |namespace: Option<&str>, name: &str| match namespace {
        Some(namespace) => format!("{{{namespace}}}{name}"),
        None => name.to_owned(),
    };
    let mut view = json!({"tag": clark(node.tag_name().namespace(), node.tag_name().name())});
    let attributes = node.attributes();
    let attributes: Map<_, _> = attributes
        .map(|attribute| (clark(attribute.namespace(), attribute.name()), json!(attribute.value())))
        .collect();
    if !attributes.is_empty() {
        set(&mut view, &["attrs"], Value::Object(attributes));
    }
    // The text before the first element.
    let text: String =
        node.children().take_while(|child| child.is_text()).filter_map(|child| child.text()).collect();
    if !text.trim().is_empty() {
        set(&mut view, &["text"], json!(text.trim()));
    }
    let children: Vec<_> = node.children().filter(|child| child.is_element()).map(tree).collect();
    if !children.is_empty() {
        set(&mut view, &["children"], json!(children));
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_an_effect() {
        let headers =
            [("Content-Type", "application/x-www-form-urlencoded"), ("User-Agent", "x"), ("Accept", "a")];
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let request = HttpRequest {
            method: "POST",
            url: "https://h/p%20q?b=2&a=x%20y&b=3#f",
            headers: &headers,
            body: b"scope=a+b&empty=",
        };
        assert_eq!(
            effect(&request),
            json!({
                "type": "http", "method": "POST", "url": "https://h/p%20q",
                "query": {"a": "x y", "b": ["2", "3"]},
                "headers": {"accept": "a", "content-type": "application/x-www-form-urlencoded"},
                "body": {"type": "form", "form": {"scope": "a b", "empty": ""}}
            })
        );
    }
}
