//! The recorded behaviour of MSAL Python: the cache's own operations.
use crate::support::{entry, object, saved};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::cache::{CacheChange, CredentialType, TokenEvent};
use msal_proto::engine::UnixTime;
use msal_proto::json::JsonObject;
use msal_proto::{Scopes, TokenCache};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Replaces directives by the values they stand for.
fn expand(value: &Value, clock: u64) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| expand(item, clock)).collect(),
        Value::Object(members) => {
            if let Some(offset) = members.get("$now") {
                let time = clock.saturating_add_signed(offset.as_i64().unwrap());
                return if members.contains_key("as") { json!(time.to_string()) } else { json!(time) };
            }
            if let Some(payload) = members.get("$b64url_json") {
                return json!(BASE64_URL_SAFE_NO_PAD.encode(expand(payload, clock).to_string()));
            }
            if let Some(jwt) = members.get("$jwt") {
                let header = jwt.get("header").cloned().unwrap_or(json!({"alg": "none", "typ": "JWT"}));
                let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(expand(value, clock).to_string());
                return json!(format!("{}.{}.c2ln", part(&header), part(&jwt["claims"])));
            }
            members
                .iter()
                .map(|(name, value)| (name.clone(), expand(value, clock)))
                .collect::<Map<_, _>>()
                .into()
        }
        other => other.clone(),
    }
}

/// The same in the text's own order, which is that of the entries.
fn expand_text(raw: &str, clock: u64) -> String {
    match JsonObject::parse(raw.as_bytes()) {
        Ok(object) if !object.contains("$now") => {
            let members = object.members().map(|(name, raw)| format!("{name:?}:{}", expand_text(raw, clock)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        _ => expand(&serde_json::from_str(raw).unwrap(), clock).to_string(),
    }
}

fn add(cache: &mut TokenCache, event: &Value, now: UnixTime) {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let scopes = event.get("scope").and_then(Value::as_array).cloned().unwrap_or_default();
    let response = object(event.get("response").unwrap_or(&json!({})));
    let data = event.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
    let event = TokenEvent {
        client_id: text("client_id").unwrap_or_default(),
        scope: Scopes::new(scopes.iter().filter_map(Value::as_str)),
        token_endpoint: text("token_endpoint"),
        realm: None,
        environment: text("environment"),
        response: Some(&response),
        data: data.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect(),
        grant_type: text("grant_type"),
        username: text("username"),
        skip_account_creation: event.get("skip_account_creation").is_some_and(|skip| skip == true),
        account_id: text("_account_id"),
        authority_type: text("authority_type"),
        ..TokenEvent::default()
    };
    cache.add(&event, now);
}

fn search(cache: &mut TokenCache, args: &Value, clock: u64) -> Value {
    let Some(kind) = args["credential_type"].as_str().and_then(CredentialType::from_name) else {
        return json!([]);
    };
    let scopes = args.get("target").and_then(Value::as_array).cloned().unwrap_or_default();
    let query = args.get("query").map(object).unwrap_or_default();
    let now = UnixTime(args.get("now").and_then(Value::as_u64).unwrap_or(clock));
    let found = cache.search(kind, &Scopes::new(scopes.iter().filter_map(Value::as_str)), &query, Some(now));
    if args.get("now").is_some() {
        cache.remove_expired(now);
    }
    found.iter().map(as_value).collect()
}

fn as_value(object: &JsonObject) -> Value {
    serde_json::to_value(object).unwrap()
}

/// The kind of entry and its members put over with others, as MSAL Python's `modify`.
fn modify(cache: &mut TokenCache, kind: &str, old: &Value, new: &Value) {
    let mut members = old.clone();
    for (name, value) in new.as_object().unwrap() {
        members[name] = value.clone();
    }
    let puts = vec![entry(CredentialType::from_name(kind).unwrap(), &members)];
    cache.apply(&CacheChange { puts, ..CacheChange::default() });
}

/// Does a scenario and compares what is searched, whether entries were there, and all caches at the end.
fn run(text: &str, golden: &str) {
    let (scenario, golden): (Value, Value) =
        (serde_json::from_str(text).unwrap(), serde_json::from_str(golden).unwrap());
    let clock = scenario["clock"].as_u64().unwrap();
    let mut caches: BTreeMap<String, TokenCache> = BTreeMap::new();
    for (name, content) in
        JsonObject::parse(text.as_bytes()).unwrap().get::<JsonObject>("caches").unwrap_or_default().members()
    {
        let content = JsonObject::parse(content.as_bytes()).unwrap();
        let mut cache = TokenCache::new();
        cache.deserialize(&expand_text(content.raw("json").unwrap(), clock)).unwrap();
        caches.insert(name.to_owned(), cache);
    }
    for (step, recorded) in
        scenario["steps"].as_array().unwrap().iter().zip(golden["steps"].as_array().unwrap())
    {
        let args = step.get("args").map(|args| expand(args, clock)).unwrap_or_default();
        let cache =
            caches.entry(step.get("cache").and_then(Value::as_str).unwrap_or("main").into()).or_default();
        let existed = || recorded.pointer("/cache_writes/0/existed").and_then(Value::as_bool);
        let id = &step["id"];
        match step["op"].as_str().unwrap() {
            "cache.add" => {
                add(cache, &args["event"], UnixTime(args.get("now").and_then(Value::as_u64).unwrap_or(clock)))
            }
            "cache.search" | "cache.find" => {
                assert_eq!(search(cache, &args, clock), expand(&recorded["outcome"]["ok"], clock), "{id}");
            }
            "cache.has_state_changed" => {
                assert_eq!(json!(cache.has_state_changed()), recorded["outcome"]["ok"], "{id}")
            }
            "cache.serialize" => {
                let text: Value = serde_json::from_str(&cache.serialize()).unwrap();
                assert_eq!(text, expand(&recorded["outcome"]["ok"]["$json"], clock), "{id}");
            }
            "cache.deserialize" => {
                let read = cache.deserialize(args["state"].as_str().unwrap_or_default());
                assert_eq!(read.is_err(), recorded["outcome"].get("error").is_some(), "{id}");
            }
            "cache.update_rt" => {
                let new = json!({"secret": args["new_rt"], "last_modification_time": clock.to_string()});
                modify(cache, "RefreshToken", &args["entry"], &new);
            }
            "cache.modify" if args.get("new_key_value_pairs").is_some() => {
                modify(
                    cache,
                    args["credential_type"].as_str().unwrap(),
                    &args["old_entry"],
                    &args["new_key_value_pairs"],
                );
            }
            "cache.modify" => {
                let kind = CredentialType::from_name(args["credential_type"].as_str().unwrap()).unwrap();
                assert_eq!(Some(cache.remove(&entry(kind, &args["old_entry"]))), existed(), "{id}");
            }
            // A removal of the wrong kind cannot be written here: an entry knows its kind.
            _ if recorded["outcome"].get("error").is_some() => {}
            removal => {
                let kind = match removal {
                    "cache.remove_rt" => CredentialType::RefreshToken,
                    "cache.remove_at" => CredentialType::AccessToken,
                    "cache.remove_idt" => CredentialType::IdToken,
                    "cache.remove_account" => CredentialType::Account,
                    other => panic!("{other}"),
                };
                assert_eq!(Some(cache.remove(&entry(kind, &args["entry"]))), existed(), "{id}");
            }
        }
    }
    for (name, recorded) in golden["caches"].as_object().unwrap() {
        assert_eq!(saved(&caches[name]), expand(recorded, clock), "cache {name}");
    }
}

macro_rules! scenarios {
    ($($test:ident: $golden:literal $name:literal;)*) => {
        $(#[test]
        fn $test() {
            run(
                include_str!(concat!("../../fixtures/oracle/scenarios/", $name, ".json")),
                include_str!(concat!("../../fixtures/oracle/", $golden, "/", $name, ".json")),
            );
        })*
    };
}

scenarios! {
    cache_add_aad: "golden" "cache-add-aad";
    cache_add_variants: "golden" "cache-add-variants";
    cache_deserialize: "golden" "cache-deserialize";
    cache_remove_update: "golden" "cache-remove-update";
    // Environments have no case since 1.39.0.
    cache_search: "golden-1.39.0" "cache-search";
}
