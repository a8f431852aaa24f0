//! Directives: objects with a `$` member that stand for a value, made when it is used (FORMAT.md 1.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::World;
use crate::json::Node;

/// A resolved argument that stands for one of the library's own objects.
#[derive(Clone, Debug, PartialEq)]
pub enum LibraryObject {
    /// A function without arguments; run it with [`World::call`].
    Callable(usize),
    /// A function that only records its call; run it with [`World::callback`].
    Callback(String),
    /// A predicate that always returns this.
    Always(bool),
    /// `PopAuthScheme` with these arguments.
    Pop(Value),
    /// `AuthorityBuilder(instance, tenant)`.
    AuthorityBuilder(String, String),
    /// `SystemAssignedManagedIdentity()`.
    SystemAssigned,
    /// `UserAssignedManagedIdentity` with these arguments.
    UserAssigned(Value),
    /// These bytes.
    Bytes(Vec<u8>),
    /// `PublicClientApplication.CONSOLE_WINDOW_HANDLE`.
    ConsoleWindow,
}

impl LibraryObject {
    /// Reads a resolved argument: `None` if it is plain JSON.
    pub fn of(value: &Value) -> Option<Self> {
        let (name, argument) = value.as_object()?.iter().find(|(name, _)| name.starts_with('$'))?;
        let text = |position: usize| argument.get(position).and_then(Value::as_str).map(str::to_owned);
        match name.as_str() {
            "$callable" => {
                argument.as_u64().and_then(|number| usize::try_from(number).ok()).map(Self::Callable)
            }
            "$callback" => argument.as_str().map(|name| Self::Callback(name.to_owned())),
            "$always" => argument.as_bool().map(Self::Always),
            "$pop" => Some(Self::Pop(argument.clone())),
            "$authority_builder" => Some(Self::AuthorityBuilder(text(0)?, text(1)?)),
            "$system_assigned" => Some(Self::SystemAssigned),
            "$user_assigned" => Some(Self::UserAssigned(argument.clone())),
            "$bytes" => argument.as_str().map(|text| Self::Bytes(text.as_bytes().to_vec())),
            "$console_window" => Some(Self::ConsoleWindow),
            _ => None,
        }
    }
}

impl World<'_> {
    /// The value that a node of the scenario stands for now. Library objects stay as objects with their `$` member:
    /// see [`LibraryObject::of`].
    pub fn resolve_value(&mut self, node: &Node) -> Result<Value, String> {
        self.resolve(node).map(|node| node.to_value())
    }

    /// The same, members in the scenario's order.
    pub(crate) fn resolve(&mut self, node: &Node) -> Result<Node, String> {
        match node {
            Node::Array(items) => {
                items.iter().map(|item| self.resolve(item)).collect::<Result<_, _>>().map(Node::Array)
            }
            Node::Object(members) => match members.iter().find(|(name, _)| name.starts_with('$')) {
                Some((name, argument)) => self.directive(name, argument, node),
                None => members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.resolve(value)?)))
                    .collect::<Result<_, String>>()
                    .map(Node::Object),
            },
            plain => Ok(plain.clone()),
        }
    }

    fn directive(&mut self, name: &str, argument: &Node, whole: &Node) -> Result<Node, String> {
        let text = || argument.as_str().ok_or_else(|| format!("{name} needs a string"));
        match name {
            "$now" => {
                let offset = argument.to_value().as_i64().ok_or("$now needs an integer")?;
                let seconds = self.clock + offset;
                let as_text = whole.get("as").and_then(Node::as_str) == Some("str");
                Ok(if as_text { Node::String(seconds.to_string()) } else { Node::Number(seconds.into()) })
            }
            "$file" => self.fixtures.text(text()?).map(Node::String),
            "$path" => Ok(Node::String(self.fixtures.path(text()?).to_string_lossy().into_owned())),
            "$concat" => {
                let Node::Array(parts) = argument else { return Err("$concat needs a list".to_owned()) };
                let mut joined = String::new();
                for part in parts {
                    match self.resolve(part)? {
                        Node::String(text) => joined.push_str(&text),
                        other => joined.push_str(&other.to_text()),
                    }
                }
                Ok(Node::String(joined))
            }
            "$json_text" => Ok(Node::String(self.resolve(argument)?.to_text())),
            "$b64url_json" => {
                let value = self.resolve(argument)?;
                let text = URL_SAFE_NO_PAD.encode(value.to_text());
                self.built.insert(text.clone(), json!({"$b64url_json": value.to_value()}));
                Ok(Node::String(text))
            }
            "$jwt" => self.jwt(argument),
            "$ref" => {
                let value = self.reference(text()?)?;
                pick(value, whole)
            }
            "$req" => {
                let mut value = self.request.as_ref().ok_or("$req outside of a reply")?;
                for part in text()?.split('.') {
                    value = value.get(part).ok_or_else(|| format!("$req: the request has no {part}"))?;
                }
                pick(value.clone(), whole)
            }
            "$auth_uri" => {
                let uri = self.auth_uri.clone().ok_or("$auth_uri before the browser was opened")?;
                query_parameter(&uri, text()?).map(Node::String)
            }
            "$callable" => {
                let Node::Array(values) = argument else { return Err("$callable needs a list".to_owned()) };
                self.callables.push((values.clone(), 0));
                Ok(object(name, Node::Number((self.callables.len() - 1).into())))
            }
            "$pop" | "$user_assigned" | "$bytes" | "$authority_builder" => {
                Ok(object(name, self.resolve(argument)?))
            }
            "$callback" | "$always" | "$system_assigned" | "$console_window" => Ok(whole.clone()),
            unknown => Err(format!("the directive {unknown} is not known")),
        }
    }

    fn jwt(&mut self, argument: &Node) -> Result<Node, String> {
        let header = match argument.get("header") {
            Some(header) => self.resolve(header)?,
            None => object2("alg", "none", "typ", "JWT"),
        };
        let claims = self.resolve(argument.get("claims").ok_or("$jwt without claims")?)?;
        let signature = argument.get("sig").and_then(Node::as_str).unwrap_or("c2ln");
        let part = |node: &Node| URL_SAFE_NO_PAD.encode(node.to_text());
        let text = format!("{}.{}.{signature}", part(&header), part(&claims));
        let view =
            json!({"$jwt": {"header": header.to_value(), "claims": claims.to_value(), "sig": signature}});
        self.built.insert(text.clone(), view);
        Ok(Node::String(text))
    }

    /// Runs a [`LibraryObject::Callable`]: records the call and gives its next value.
    pub fn call(&mut self, callable: usize) -> Result<Value, String> {
        let (values, calls) = self.callables.get_mut(callable).ok_or("no such $callable")?;
        let index = *calls;
        *calls += 1;
        let value = values.get(index).or(values.last()).cloned().ok_or("$callable without values")?;
        self.record.effect(json!({"type": "callback", "name": "client_assertion", "index": index}));
        self.resolve_value(&value)
    }

    /// Runs a [`LibraryObject::Callback`]: records the call.
    pub fn callback(&mut self, name: &str, arguments: Value) {
        self.record.effect(json!({"type": "callback", "name": name, "args": arguments}));
    }

    /// What is beyond the end of a list is null: a deviation may have made it shorter.
    fn reference(&self, path: &str) -> Result<Value, String> {
        let mut parts = path.split('.');
        let missing = || format!("$ref: nothing at {path}");
        let mut value = parts.next().and_then(|id| self.results.get(id)).ok_or_else(missing)?;
        for part in parts {
            let inner = match (value, part.parse::<usize>()) {
                (Value::Array(items), Ok(position)) => match items.get(position) {
                    None => return Ok(Value::Null),
                    item => item,
                },
                (other, _) => other.get(part),
            };
            value = inner.ok_or_else(missing)?;
        }
        Ok(value.clone())
    }
}

/// A value, or with `query` the query parameter of the URL that it is.
fn pick(value: Value, whole: &Node) -> Result<Node, String> {
    match whole.get("query").and_then(Node::as_str) {
        None => Ok(Node::from(value)),
        Some(name) => query_parameter(value.as_str().unwrap_or_default(), name).map(Node::String),
    }
}

fn query_parameter(url: &str, name: &str) -> Result<String, String> {
    let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key == name)
        .last()
        .map(|(_, value)| value.into_owned())
        .ok_or_else(|| format!("the URL has no query parameter {name}"))
}

fn object(name: &str, value: Node) -> Node {
    Node::Object(vec![(name.to_owned(), value)])
}

fn object2(name: &str, value: &str, name2: &str, value2: &str) -> Node {
    let text = |text: &str| Node::String(text.to_owned());
    Node::Object(vec![(name.to_owned(), text(value)), (name2.to_owned(), text(value2))])
}
