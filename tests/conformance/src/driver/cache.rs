//! `cache.X`: a token cache by itself.

use std::sync::Arc;

use msal_proto::Scopes;
use msal_proto::cache::{AccessToken, CacheChange, CredentialType, Entry, TokenEvent};
use msal_proto::json::JsonObject;
use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::recorded::{Recorded, value};
use super::{Driver, NotRun, Owned, host};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::World;

type Members = Map<String, Value>;

impl Driver {
    pub(super) fn use_cache(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        op: &str,
        arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let name = step.cache().ok_or_else(|| format!("{} without a cache", step.op))?;
        let cache = match self.open_cache(world, &Owned::Shared(name.to_owned()))? {
            Ok(cache) => cache,
            Err(outcome) => return Ok(outcome),
        };
        call(cache, world, op, arguments)
    }

    /// The cache, with what the scenario begins it with at its first use. What cannot be read is no cache.
    pub(super) fn open_cache(
        &mut self,
        world: &mut World<'_>,
        owner: &Owned,
    ) -> Result<Result<&mut Recorded, Outcome>, NotRun> {
        if let (Owned::Shared(name), false) = (owner, self.caches.contains_key(owner)) {
            let mut cache = Recorded { name: Some(name.clone()), ..Recorded::default() };
            if let Some(text) = world.initial_cache(name)?
                && let Err(error) = cache.tokens.deserialize(&text)
            {
                return Ok(Err(Outcome::error("malformed", "CacheError", error.to_string())));
            }
            self.caches.insert(owner.clone(), cache);
        }
        Ok(Ok(self.caches.entry(owner.clone()).or_default()))
    }
}

fn call(
    cache: &mut Recorded,
    world: &mut World<'_>,
    op: &str,
    mut arguments: Arguments,
) -> Result<Outcome, NotRun> {
    let ok = match op {
        "search" | "find" => search(cache, world, &mut arguments)?,
        "add" => {
            let event = arguments.object("event")?.unwrap_or_default();
            let now = arguments.seconds("now")?.unwrap_or(world.clock);
            add(cache, world, Arguments::new("cache.add", event), now)?;
            Value::Null
        }
        "modify" => {
            let credential_type = arguments.needed_text("credential_type")?;
            let entry = arguments.object("old_entry")?.unwrap_or_default();
            let new = arguments.object("new_key_value_pairs")?.unwrap_or_default();
            match CredentialType::from_name(&credential_type) {
                Some(credential_type) => modify(cache, world, credential_type, entry, new)?,
                None => {
                    return Ok(Outcome::error("malformed", "credential_type", "no such kind of entries"));
                }
            }
            Value::Null
        }
        "update_rt" => {
            let new = json!({
                "secret": arguments.needed_text("new_rt")?,
                "last_modification_time": world.clock.to_string(),
            });
            let new = new.as_object().cloned().unwrap_or_default();
            return change_kind(cache, world, CredentialType::RefreshToken, arguments, new);
        }
        "remove_rt" => return remove(cache, world, CredentialType::RefreshToken, arguments),
        "remove_at" => return remove(cache, world, CredentialType::AccessToken, arguments),
        "remove_idt" => return remove(cache, world, CredentialType::IdToken, arguments),
        "remove_account" => return remove(cache, world, CredentialType::Account, arguments),
        "serialize" => {
            let text = cache.tokens.serialize();
            json!({"$json": serde_json::from_str::<Value>(&text).map_err(|error| error.to_string())?})
        }
        "deserialize" => {
            let state = arguments.text("state")?.unwrap_or_default();
            if let Err(error) = cache.tokens.deserialize(&state) {
                return Ok(Outcome::error("malformed", "CacheError", error.to_string()));
            }
            Value::Null
        }
        "has_state_changed" => json!(cache.tokens.has_state_changed()),
        op => return Err(NotRun::NotBuilt(format!("cache.{op}"))),
    };
    arguments.end()?;
    Ok(Outcome::Ok(ok))
}

/// MSAL's search also removes the access tokens that have expired.
fn search(cache: &mut Recorded, world: &mut World<'_>, arguments: &mut Arguments) -> Result<Value, NotRun> {
    let credential_type = arguments.needed_text("credential_type")?;
    let target = Scopes::new(arguments.texts("target")?.unwrap_or_default());
    let query = members(arguments.object("query")?.unwrap_or_default())?;
    let now = host::unix_time(arguments.seconds("now")?.unwrap_or(world.clock));
    let Some(credential_type) = CredentialType::from_name(&credential_type) else {
        return Ok(json!([]));
    };
    let found = cache.tokens.search(credential_type, &target, &query, Some(now));
    if credential_type == CredentialType::AccessToken {
        let removed = cache.tokens.remove_expired(now);
        cache.record_expired(world, &removed);
    }
    Ok(found.iter().map(value).collect())
}

fn add(cache: &mut Recorded, world: &mut World<'_>, mut event: Arguments, now: i64) -> Result<(), NotRun> {
    let client_id = event.text("client_id")?.unwrap_or_default();
    let (token_endpoint, environment) = (event.text("token_endpoint")?, event.text("environment")?);
    let response = event.object("response")?.map(members).transpose()?;
    let (data, grant_type) = (event.members("data")?, event.text("grant_type")?);
    let (username, account_id) = (event.text("username")?, event.text("_account_id")?);
    let authority_type = event.text("authority_type")?;
    let scope = Scopes::new(event.texts("scope")?.unwrap_or_default());
    let skip_account_creation = event.flag("skip_account_creation")?.unwrap_or(false);
    // The cache looks at no parameter of the URL.
    event.take("params");
    event.end()?;
    let event = TokenEvent {
        client_id: &client_id,
        scope,
        token_endpoint: token_endpoint.as_deref(),
        realm: None,
        environment: environment.as_deref(),
        response: response.as_ref(),
        data: data.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        grant_type: grant_type.as_deref(),
        username: username.as_deref(),
        skip_account_creation,
        account_id: account_id.as_deref(),
        authority_type: authority_type.as_deref(),
        ..TokenEvent::default()
    };
    let now = host::unix_time(now);
    cache.write(world, &event.change(now), |tokens| tokens.add(&event, now));
    Ok(())
}

fn remove(
    cache: &mut Recorded,
    world: &mut World<'_>,
    credential_type: CredentialType,
    arguments: Arguments,
) -> Result<Outcome, NotRun> {
    change_kind(cache, world, credential_type, arguments, Members::new())
}

/// Entries of another kind are refused, as MSAL asserts.
fn change_kind(
    cache: &mut Recorded,
    world: &mut World<'_>,
    credential_type: CredentialType,
    mut arguments: Arguments,
    new: Members,
) -> Result<Outcome, NotRun> {
    let entry = arguments.object("entry")?.unwrap_or_default();
    arguments.end()?;
    let is_of_kind = match credential_type {
        CredentialType::Account => entry.contains_key("authority_type"),
        kind => entry.get("credential_type").is_some_and(|own| own == kind.as_str()),
    };
    if !is_of_kind {
        return Ok(Outcome::error("refused", "credential_type", "an entry of another kind"));
    }
    modify(cache, world, credential_type, entry, new)?;
    Ok(Outcome::Ok(Value::Null))
}

/// Puts the entry with its new members, or removes it if there are none.
fn modify(
    cache: &mut Recorded,
    world: &mut World<'_>,
    credential_type: CredentialType,
    mut entry: Members,
    new: Members,
) -> Result<(), NotRun> {
    let change = if new.is_empty() {
        CacheChange { removals: vec![removal(credential_type, entry)?], ..CacheChange::default() }
    } else {
        entry.extend(new);
        CacheChange { puts: vec![put(credential_type, entry)?], ..CacheChange::default() }
    };
    cache.write(world, &change, |tokens| tokens.apply(&change));
    Ok(())
}

fn put(credential_type: CredentialType, entry: Members) -> Result<Entry, NotRun> {
    if credential_type != CredentialType::AccessToken {
        return Ok(Entry::Other(credential_type, members(entry)?));
    }
    let token: AccessToken = serde_json::from_value(entry.into()).map_err(|error| error.to_string())?;
    Ok(Entry::AccessToken(Arc::new(token)))
}

/// Identity is in a few members, and what is missing of them is empty; an access token needs more to be one.
fn removal(credential_type: CredentialType, mut entry: Members) -> Result<Entry, NotRun> {
    if credential_type == CredentialType::AccessToken {
        for (name, value) in [("secret", "removed"), ("environment", ""), ("client_id", ""), ("target", "")] {
            entry.entry(name).or_insert_with(|| json!(value));
        }
    }
    put(credential_type, entry)
}

fn members(object: Members) -> Result<JsonObject, NotRun> {
    JsonObject::parse(Value::Object(object).to_string().as_bytes())
        .map_err(|error| NotRun::Scenario(error.to_string()))
}
