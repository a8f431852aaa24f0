//! A step's arguments, named as MSAL Python names them.

use serde_json::{Map, Value};

use super::NotRun;
use crate::scenario::Step;
use crate::world::{LibraryObject, World};

/// What is left of them: each is taken once, and none may be left over.
#[derive(Debug)]
pub(super) struct Arguments {
    op: String,
    left: Map<String, Value>,
}

impl Arguments {
    /// The step's, as values.
    pub(super) fn of(world: &mut World<'_>, step: &Step) -> Result<Self, NotRun> {
        let left = match world.resolve_value(&step.args)? {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        Ok(Self::new(&step.op, left))
    }

    /// The members of one argument, taken in the same way.
    pub(super) fn new(op: &str, left: Map<String, Value>) -> Self {
        Self { op: op.to_owned(), left }
    }

    /// One of them; `null` is none.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// One that is text; bytes are their text.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, NotRun> {
        self.take(name).map(|value| text(&value).ok_or_else(|| self.wrong(name, "a text"))).transpose()
    }

    /// One that is text and must be there.
    pub(super) fn needed_text(&mut self, name: &str) -> Result<String, NotRun> {
        self.text(name)?.ok_or_else(|| self.wrong(name, "a text"))
    }

    /// One that is a list of texts.
    pub(super) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, NotRun> {
        let texts = |value: Value| value.as_array()?.iter().map(text).collect::<Option<Vec<_>>>();
        self.take(name)
            .map(|value| texts(value).ok_or_else(|| self.wrong(name, "a list of texts")))
            .transpose()
    }

    /// One that is `true` or `false`.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, NotRun> {
        let flag = self.take(name);
        flag.map(|value| value.as_bool().ok_or_else(|| self.wrong(name, "true or false"))).transpose()
    }

    /// One that is epoch seconds.
    pub(super) fn seconds(&mut self, name: &str) -> Result<Option<i64>, NotRun> {
        let seconds = self.take(name);
        seconds.map(|value| value.as_i64().ok_or_else(|| self.wrong(name, "whole seconds"))).transpose()
    }

    /// One that is an object.
    pub(super) fn object(&mut self, name: &str) -> Result<Option<Map<String, Value>>, NotRun> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(_) => Err(self.wrong(name, "an object")),
        }
    }

    /// One that is an object of texts.
    pub(super) fn members(&mut self, name: &str) -> Result<Vec<(String, String)>, NotRun> {
        let members = self.object(name)?.unwrap_or_default().into_iter();
        let member = |(key, value)| Some((key, text(&value)?));
        members.map(member).collect::<Option<_>>().ok_or_else(|| self.wrong(name, "an object of texts"))
    }

    /// The operation with an argument that the library does not have yet.
    pub(super) fn not_built(&self, name: &str) -> NotRun {
        NotRun::NotBuilt(format!("{} with {name}", self.op))
    }

    /// Whether all of them were taken. What is `null` or `false` asks for nothing.
    pub(super) fn end(&self) -> Result<(), NotRun> {
        let asked = self.left.iter().find(|(_, value)| !matches!(value, Value::Null | Value::Bool(false)));
        asked.map_or(Ok(()), |(name, _)| Err(self.not_built(name)))
    }

    fn wrong(&self, name: &str, expected: &str) -> NotRun {
        NotRun::Scenario(format!("{}: {name} is not {expected}", self.op))
    }
}

/// The text of a string or of bytes.
pub(super) fn text(value: &Value) -> Option<String> {
    match LibraryObject::of(value) {
        Some(LibraryObject::Bytes(bytes)) => String::from_utf8(bytes).ok(),
        Some(_) => None,
        None => value.as_str().map(str::to_owned),
    }
}
