//! MSAL's general search: by any members, through everything.
use super::access_tokens::Slot;
use super::objects::{Object, Objects};
use super::{CredentialType, TokenCache, bound};
use crate::engine::UnixTime;
use crate::json::JsonObject;
use crate::token::Scopes;
use crate::token::response::seconds;
use alloc::vec::Vec;
use serde_json::Value;

/// The members that bind an access token.
const BINDING: [&[&str]; 4] = [&bound::KEY_ID, &bound::EXTENDED, &bound::HASH, &bound::OTHER];

impl TokenCache {
    /// The entries of a kind that have all of the query's members with equal values and, if `target` names scopes, all
    /// of these among theirs. They come in the order of the cache, but if the query names a whole partition
    /// (`home_account_id`, `environment`, `client_id`, `realm`) the one for exactly these scopes is first. Case does
    /// not count in `environment`. An access token that is bound to something is found only by a query for that;
    /// those that end before `now` are left out.
    ///
    /// It looks through all entries of the kind; [`TokenCache::find`] does not.
    pub fn search(
        &self,
        credential_type: CredentialType,
        target: &Scopes,
        query: &JsonObject,
        now: Option<UnixTime>,
    ) -> Vec<JsonObject> {
        let is_good = |entry: &JsonObject| {
            let end = || seconds(entry, "expires_on").and_then(|end| u64::try_from(end).ok()).unwrap_or(0);
            now.is_none_or(|now| credential_type != CredentialType::AccessToken || end() >= now.0)
        };
        let has_target = |entry: &JsonObject| {
            let granted = entry.string("target").map(|text| Scopes::parse(&text)).unwrap_or_default();
            target.iter().all(|scope| granted.iter().any(|one| one == scope))
        };
        // What is bound is only for who asks for what binds it.
        let is_free = |entry: &JsonObject| {
            let asks = |names: &&[&str]| names.iter().any(|name| query.contains(name));
            let has =
                |names: &&[&str]| names.iter().any(|name| entry.raw(name).is_some_and(|raw| raw != "null"));
            credential_type != CredentialType::AccessToken
                || BINDING.iter().all(|names| !has(names) || asks(names))
        };
        let is_match = |entry: &JsonObject| {
            is_good(entry)
                && is_free(entry)
                && has_target(entry)
                && query.members().all(|(name, raw)| is_equal(name, entry.raw(name), raw))
        };
        let mut found: Vec<_> = self.entries(credential_type).into_iter().filter(is_match).collect();
        let partition = ["home_account_id", "environment", "client_id", "realm"];
        if !target.is_empty() && partition.iter().all(|name| query.contains(name)) {
            let is_exact = |entry: &JsonObject| {
                entry.string("target").is_some_and(|own| own.eq_ignore_ascii_case(target.as_str()))
            };
            if let Some(place) = found.iter().position(is_exact) {
                found.get_mut(..=place).into_iter().for_each(|first| first.rotate_right(1));
            }
        }
        found
    }

    fn entries(&self, credential_type: CredentialType) -> Vec<JsonObject> {
        if credential_type == CredentialType::AccessToken {
            let token =
                |slot: &Slot| if let Slot::Token(token) = slot { Some(token.members()) } else { None };
            return self.access_tokens.slots().filter_map(token).collect();
        }
        let entry = |object: &Object| match object {
            Object::Entry(entry) => JsonObject::parse(entry.text.as_bytes()).ok(),
            _ => None,
        };
        let objects = self.objects.get(&credential_type).into_iter();
        objects.flat_map(Objects::iter).filter_map(entry).collect()
    }
}

fn is_equal(name: &str, own: Option<&str>, asked: &str) -> bool {
    let Some(own) = own else {
        return false;
    };
    let value = |raw| serde_json::from_str::<Value>(raw).ok();
    match (value(own), value(asked)) {
        (Some(Value::String(own)), Some(Value::String(asked))) if name == "environment" => {
            own.eq_ignore_ascii_case(&asked)
        }
        (Some(own), Some(asked)) => own == asked,
        _ => own == asked,
    }
}
