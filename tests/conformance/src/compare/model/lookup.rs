//! Looking for an access token in a cache, as MSAL Python does, but never for one that answers another question.

use serde_json::Value;

use crate::compare::caches::{Caches, is_expired, seconds};
use crate::json::set;

/// A token that has less left is not served.
const LEAST_SECONDS: i64 = 300;

/// What is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Query<'q> {
    /// Name of the cache.
    pub(crate) cache: &'q str,
    /// `client_id` of the entry.
    pub(crate) client_id: &'q str,
    /// `environment` of the entry.
    pub(crate) environment: &'q str,
    /// `realm` of the entry.
    pub(crate) realm: &'q str,
    /// `None`: an app's token.
    pub(crate) home_account_id: Option<&'q str>,
    /// The digest of the assertion that it was issued to, whosever it is; `None`: to none.
    pub(crate) user_assertion_hash: Option<&'q str>,
    /// Scopes that the token must have.
    pub(crate) scopes: &'q [String],
    /// The key that the token must be bound to; `None`: to none.
    pub(crate) key_id: Option<&'q str>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    /// A token to serve.
    Token(Value),
    /// A token to serve if it cannot be refreshed.
    Aging(Value),
    /// None, and MSAL's number for why not: 2 absent, 3 expired.
    Nothing(u8),
}

/// Looks for a token. `is_foreign` tells tokens of another flow by their key.
pub(crate) fn find(
    caches: &Caches,
    query: &Query<'_>,
    clock: i64,
    is_foreign: impl Fn(&str) -> bool,
) -> Found {
    let mut matching: Vec<&Value> = caches
        .entries(query.cache, "AccessToken")
        .filter(|(key, entry)| matches(entry, query) && !is_foreign(key) && !is_expired(entry, clock))
        .map(|(_, entry)| entry)
        .collect();
    matching.sort_by_key(|entry| words(entry).len() != query.scopes.len());
    let mut reason = 2;
    for entry in matching {
        if seconds(entry, "expires_on").unwrap_or(0) - clock < LEAST_SECONDS {
            reason = 3;
            continue;
        }
        let is_aging = seconds(entry, "refresh_on").is_some_and(|refresh_on| refresh_on < clock);
        return if is_aging { Found::Aging(entry.clone()) } else { Found::Token(entry.clone()) };
    }
    Found::Nothing(reason)
}

fn matches(entry: &Value, query: &Query<'_>) -> bool {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let hash = text("user_assertion_hash").or(text("userAssertionHash"));
    let hash = hash.map(|hash| hash.trim_end_matches('=')).filter(|hash| !hash.is_empty());
    let words = words(entry);
    text("client_id") == Some(query.client_id)
        && text("environment") == Some(query.environment)
        && text("realm") == Some(query.realm)
        && (query.user_assertion_hash.is_some() || text("home_account_id") == query.home_account_id)
        && hash == query.user_assertion_hash
        && text("key_id") == query.key_id
        && query.scopes.iter().all(|scope| words.contains(&scope.as_str()))
}

fn words(entry: &Value) -> Vec<&str> {
    entry.get("target").and_then(Value::as_str).unwrap_or_default().split_whitespace().collect()
}

/// The result that serves an entry.
pub(crate) fn served(entry: &Value, clock: i64) -> Value {
    let mut result = serde_json::json!({
        "access_token": entry.get("secret"),
        "token_type": entry.get("token_type").and_then(Value::as_str).unwrap_or("Bearer"),
        "expires_in": seconds(entry, "expires_on").unwrap_or(0) - clock,
        "token_source": "cache",
    });
    if let Some(refresh_on) = seconds(entry, "refresh_on") {
        set(&mut result, &["refresh_on"], refresh_on.into());
    }
    result
}
