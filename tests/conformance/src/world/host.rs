//! Effects other than HTTP: waiting, files, the browser and its listener (README rule j).

use serde_json::{Value, json};

use super::World;
use crate::json::{Node, set};
use crate::scenario::Step;

/// The port of a listener where the system chooses one.
pub const PORT: u16 = 49_999;

/// What came back from the browser.
#[derive(Clone, Debug, PartialEq)]
pub enum BrowserReply {
    /// These parameters reached the redirect URI.
    Response(Value),
    /// The person did not finish.
    TimedOut,
}

impl World<'_> {
    /// A `Wait` of the library: the clock moves, and waits that follow one another add up.
    pub fn sleep(&mut self, seconds: i64) {
        self.clock += seconds;
        self.record.sleep(seconds);
    }

    /// A small file: its text if it exists and has at most `limit` bytes. Only then the read is an effect.
    pub fn read_file(&mut self, path: &str, limit: usize) -> Option<String> {
        let file = self.scenario.files.get(path)?;
        let text = file.text.clone().unwrap_or_else(|| "x".repeat(file.size.unwrap_or(0)));
        if text.len() > limit {
            return None;
        }
        self.record.effect(json!({"type": "read_file", "path": path}));
        Some(text)
    }

    /// Whether the scripted file system has this file, and its length. No effect.
    pub fn file_size(&self, path: &str) -> Option<usize> {
        let file = self.scenario.files.get(path)?;
        Some(file.text.as_ref().map_or(file.size.unwrap_or(0), String::len))
    }

    /// The library wants a listener on this port (0: any). Gives the port it has.
    pub fn listen(&mut self, port: u16) -> u16 {
        self.record.effect(json!({"type": "listen", "port": port}));
        if port == 0 { PORT } else { port }
    }

    /// The library opens the browser. `options` are what the runner adds by rule j: `timeout`, templates.
    pub fn browse(&mut self, step: &Step, url: &str, options: &Value) -> Result<BrowserReply, String> {
        self.auth_uri = Some(url.to_owned());
        let mut effect = json!({"type": "browser", "url": url, "timeout": null});
        for (name, value) in options.as_object().into_iter().flatten() {
            set(&mut effect, &[name.as_str()], value.clone());
        }
        self.record.effect(effect);
        let script = step.browser.as_ref().ok_or_else(|| format!("step {} scripts no browser", step.id))?;
        if script.timeout {
            return Ok(BrowserReply::TimedOut);
        }
        self.clock += script.takes;
        let response = self.resolve_value(script.response.as_ref().unwrap_or(&Node::Null))?;
        // The listener ignores a response whose state differs, so it ends as a time-out.
        let (_, query) = super::http::split_url(url);
        let sent = super::http::multimap(query).get("state").cloned();
        let other_state = sent.as_ref().is_some_and(|state| response.get("state") != Some(state));
        Ok(if other_state { BrowserReply::TimedOut } else { BrowserReply::Response(response) })
    }

    /// The library wants the server's certificate pinned to this SHA-1 thumbprint.
    pub fn pin_certificate(&mut self, sha1: &str) {
        self.record.effect(json!({"type": "pin_certificate", "sha1": sha1}));
    }

    /// The library put `entry` into token cache `cache`.
    pub fn cache_put(&mut self, cache: &str, credential_type: &str, key: &str, entry: Value) {
        let write = json!({"cache": cache, "type": credential_type, "key": key, "op": "put", "entry": entry});
        self.record.write(write);
    }

    /// The library removed the entry under `key`, which did or did not exist.
    pub fn cache_remove(&mut self, cache: &str, credential_type: &str, key: &str, existed: bool) {
        let write =
            json!({"cache": cache, "type": credential_type, "key": key, "op": "remove", "existed": existed});
        self.record.write(write);
    }
}
