//! The cache writes that follow an answer of the token endpoint, as MSAL Python makes them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::json::set;

/// An answer to be cached.
#[derive(Clone, Debug)]
pub(crate) struct Answer<'e> {
    /// Name of the cache.
    pub(crate) cache: &'e str,
    /// The client.
    pub(crate) client_id: &'e str,
    /// `environment` of the entries.
    pub(crate) environment: &'e str,
    /// `realm` of the entries.
    pub(crate) realm: &'e str,
    /// The scopes that were asked for; those that the answer names prevail.
    pub(crate) scopes: &'e [String],
    /// `grant_type` of the request.
    pub(crate) grant_type: &'e str,
    /// The members of the answer.
    pub(crate) reply: &'e Value,
    /// The key that the token is bound to.
    pub(crate) key_id: Option<&'e str>,
    /// A refresh in flight never makes an account.
    pub(crate) makes_account: bool,
    /// Epoch seconds.
    pub(crate) clock: i64,
}

/// Grants after which the account says where it comes from.
const ACCOUNT_SOURCES: [&str; 3] =
    ["authorization_code", "password", "urn:ietf:params:oauth:grant-type:device_code"];

impl Answer<'_> {
    /// The puts, one for each token, the account and the app metadata.
    pub(crate) fn writes(&self) -> Vec<Value> {
        let reply = |name: &str| self.reply.get(name).filter(|value| !value.is_null());
        let claims = self.claims();
        let (uid, utid) = self.client_info();
        let home_account_id = match (&uid, &utid) {
            (Some(uid), Some(utid)) => Some(format!("{uid}.{utid}")),
            _ => claims.get("sub").and_then(Value::as_str).map(str::to_owned),
        };
        let home = home_account_id.clone().map_or(Value::Null, Value::String);
        let granted = reply("scope").and_then(Value::as_str);
        let granted = granted.map(|scope| scope.split_whitespace().map(str::to_owned).collect());
        let mut scopes: Vec<String> = granted.unwrap_or_else(|| self.scopes.to_vec());
        scopes.sort();
        let target = scopes.join(" ");
        let mut writes = Vec::new();
        if let Some(secret) = reply("access_token") {
            let expires_in = integer(self.reply.get("expires_in")).unwrap_or(600);
            let extended = integer(self.reply.get("ext_expires_in")).unwrap_or(expires_in);
            let mut entry = json!({
                "credential_type": "AccessToken", "secret": secret, "home_account_id": home,
                "environment": self.environment, "client_id": self.client_id, "target": target, "realm": self.realm,
                "token_type": reply("token_type").and_then(Value::as_str).unwrap_or("Bearer"),
                "cached_at": self.clock.to_string(), "expires_on": (self.clock + expires_in).to_string(),
                "extended_expires_on": (self.clock + extended).to_string(),
            });
            if let Some(key_id) = self.key_id {
                set(&mut entry, &["key_id"], json!(key_id));
            }
            if let Some(refresh_in) = self.reply.get("refresh_in").and_then(Value::as_i64) {
                set(&mut entry, &["refresh_on"], json!((self.clock + refresh_in).to_string()));
            }
            writes.push(self.put(
                "AccessToken",
                self.key(&home_account_id, "AccessToken", self.realm, &target),
                entry,
            ));
        }
        if self.makes_account && home_account_id.is_some() {
            let mut entry = json!({
                "home_account_id": home, "environment": self.environment, "realm": self.realm,
                "local_account_id": claims.get("oid").or(claims.get("sub")),
                "username": claims.get("preferred_username").or(claims.get("upn")).cloned().unwrap_or(json!("")),
                "authority_type": if self.realm == "adfs" { "ADFS" } else { "MSSTS" },
            });
            if ACCOUNT_SOURCES.contains(&self.grant_type) {
                set(&mut entry, &["account_source"], json!(self.grant_type));
            }
            let key =
                [home_account_id.as_deref().unwrap_or_default(), self.environment, self.realm].join("-");
            writes.push(self.put("Account", key.to_lowercase(), entry));
        }
        if let Some(secret) = reply("id_token") {
            let entry = json!({
                "credential_type": "IdToken", "secret": secret, "home_account_id": home,
                "environment": self.environment, "realm": self.realm, "client_id": self.client_id,
            });
            writes.push(self.put("IdToken", self.key(&home_account_id, "IdToken", self.realm, ""), entry));
        }
        if let Some(secret) = reply("refresh_token") {
            let mut entry = json!({
                "credential_type": "RefreshToken", "secret": secret, "home_account_id": home,
                "environment": self.environment, "client_id": self.client_id, "target": target,
                "last_modification_time": self.clock.to_string(),
            });
            if let Some(family) = reply("foci") {
                set(&mut entry, &["family_id"], family.clone());
            }
            writes.push(self.put(
                "RefreshToken",
                self.key(&home_account_id, "RefreshToken", "", &target),
                entry,
            ));
        }
        let mut metadata = json!({"client_id": self.client_id, "environment": self.environment});
        if let Some(family) = reply("foci") {
            set(&mut metadata, &["family_id"], family.clone());
        }
        writes.push(self.put(
            "AppMetadata",
            format!("appmetadata-{}-{}", self.environment, self.client_id),
            metadata,
        ));
        writes
    }

    fn put(&self, section: &str, key: String, entry: Value) -> Value {
        json!({"cache": self.cache, "type": section, "key": key, "op": "put", "entry": entry})
    }

    fn key(&self, home: &Option<String>, section: &str, realm: &str, target: &str) -> String {
        let home = home.as_deref().unwrap_or_default();
        [home, self.environment, section, self.client_id, realm, target].join("-").to_lowercase()
    }

    /// Claims of the id token, in whichever form it is written.
    fn claims(&self) -> Value {
        match self.reply.get("id_token") {
            Some(Value::String(text)) => text.split('.').nth(1).and_then(decoded).unwrap_or_default(),
            Some(built) => built.pointer("/$jwt/claims").cloned().unwrap_or_default(),
            None => Value::Null,
        }
    }

    fn client_info(&self) -> (Option<String>, Option<String>) {
        let info = match self.reply.get("client_info") {
            Some(Value::String(text)) => decoded(text).unwrap_or_default(),
            Some(built) => built.get("$b64url_json").cloned().unwrap_or_default(),
            None => Value::Null,
        };
        let member = |name: &str| info.get(name).and_then(Value::as_str).map(str::to_owned);
        (member("uid"), member("utid"))
    }
}

fn decoded(text: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?).ok()
}

/// A number, or the text of one.
pub(crate) fn integer(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
