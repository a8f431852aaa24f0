//! Accounts and what they own against lists that are looked through, over many steps that are the same in every run.
use crate::accounts::{account, list, refresh_token};
use crate::model::Random;
use crate::support::{CLIENT, NOW, access_token, entry, put};
use msal_proto::TokenCache;
use msal_proto::cache::{CacheEntries, CacheRead, CredentialType, Entry};
use serde_json::{Value, json};

const HOSTS: [&str; 4] =
    ["login.microsoftonline.com", "login.windows.net", "Login.Microsoft.com", "login.example.com"];
const HOMES: [&str; 4] = ["u.t", "U.T", "u2.t", ""];
const CLIENTS: [&str; 2] = [CLIENT, "other"];

/// Entries with their keys, in the order in which they came.
#[derive(Default)]
struct Model(Vec<(CredentialType, String, Value)>);

fn text(entry: &Value, name: &str) -> String {
    entry[name].as_str().unwrap_or_default().to_lowercase()
}

fn cloud(host: &str) -> &'static str {
    if host.to_lowercase() == "login.example.com" { "own" } else { "public" }
}

impl Model {
    fn put(&mut self, kind: CredentialType, value: Value) {
        let key = entry(kind, &value).key();
        match self.0.iter_mut().find(|(own, other, _)| *own == kind && *other == key) {
            Some((_, _, other)) => *other = value,
            None => self.0.push((kind, key, value)),
        }
    }

    fn remove(&mut self, kind: CredentialType, value: &Value) {
        let key = entry(kind, value).key();
        self.0.retain(|(own, other, _)| (*own, other) != (kind, &key));
    }

    /// The entries of a kind that have this owner in this host's cloud.
    fn of(&self, kind: CredentialType, name: &str, owner: &str, host: &str) -> Vec<&Value> {
        let is_it = |(own, _, value): &&(CredentialType, String, Value)| {
            *own == kind
                && !owner.is_empty()
                && text(value, name) == owner.to_lowercase()
                && cloud(value["environment"].as_str().unwrap()) == cloud(host)
        };
        self.0.iter().filter(is_it).map(|(_, _, value)| value).collect()
    }

    fn listed(&self, host: &str) -> Vec<Value> {
        let mut homes: Vec<String> = Vec::new();
        for (kind, _, value) in &self.0 {
            let home = text(value, "home_account_id");
            let is_here = cloud(value["environment"].as_str().unwrap()) == cloud(host);
            if *kind == CredentialType::Account && is_here && !home.is_empty() && !homes.contains(&home) {
                homes.push(home);
            }
        }
        let pick = |home: String| {
            let all = self.of(CredentialType::Account, "home_account_id", &home, host);
            let listed: Vec<_> = all.into_iter().filter(|value| value["authority_type"] != "WEIRD").collect();
            let own = listed.iter().rfind(|value| text(value, "environment") == host.to_lowercase());
            own.or(listed.last()).map(|value| (*value).clone())
        };
        homes.into_iter().filter_map(pick).collect()
    }
}

fn random_entry(random: &mut Random, number: u64) -> (CredentialType, Value) {
    let (home, host) = (random.pick(&HOMES), random.pick(&HOSTS));
    let client = random.pick(&CLIENTS);
    let place = json!({"home_account_id": home, "environment": host});
    let mut value = match random.below(5) {
        0 => {
            return (
                CredentialType::AccessToken,
                access(home, host, client, random.pick(&["r1", "r2"]), number),
            );
        }
        1 => refresh_token(json!({"secret": number.to_string(), "client_id": client,
            "last_modification_time": random.below(4).to_string(), "target": random.pick(&["a", "b", "c"])})),
        2 => json!({"client_id": client, "realm": random.pick(&["r1", "r2"]), "secret": number.to_string()}),
        3 => {
            return (
                CredentialType::AppMetadata,
                json!({"client_id": client, "environment": host, "family_id": number.to_string()}),
            );
        }
        _ => account(json!({"realm": random.pick(&["r1", "r2"]), "username": number.to_string(),
            "authority_type": random.pick(&["MSSTS", "ADFS", "WEIRD"])})),
    };
    for (name, member) in place.as_object().unwrap() {
        value[name] = member.clone();
    }
    let kind = match value {
        _ if value.get("username").is_some() => CredentialType::Account,
        _ if value.get("target").is_some() => CredentialType::RefreshToken,
        _ => CredentialType::IdToken,
    };
    (kind, value)
}

fn access(home: &str, host: &str, client: &str, realm: &str, number: u64) -> Value {
    let token = access_token(json!({"home_account_id": home, "environment": host, "client_id": client,
        "realm": realm, "secret": number.to_string(), "target": "s", "expires_on": (NOW + 9000).to_string()}));
    serde_json::to_value(&*token).unwrap()
}

fn as_values<T: serde::Serialize>(entries: &[T]) -> Vec<Value> {
    entries.iter().map(|entry| serde_json::to_value(entry).unwrap()).collect()
}

fn secrets(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["secret"].as_str().unwrap()).collect()
}

fn compare(cache: &TokenCache, model: &Model, home: &str, host: &str, client: &str) {
    assert_eq!(list(cache, host), model.listed(host), "{host}");
    let read = CacheRead::OfAccount {
        home_account_id: home.into(),
        environment: host.into(),
        client_id: client.into(),
    };
    let all: CacheEntries = cache.read(&read);
    let of = |kind| {
        let found = model.of(kind, "home_account_id", home, host);
        found.into_iter().cloned().collect::<Vec<_>>()
    };
    let own = |mut tokens: Vec<Value>| {
        tokens.retain(|token| text(token, "client_id") == client.to_lowercase());
        tokens
    };
    let expected = of(CredentialType::AccessToken);
    assert_eq!(secrets(&as_values(&all.access_tokens)), secrets(&expected), "{home} {host}");
    let mut expected = own(of(CredentialType::RefreshToken));
    assert_eq!(as_values(&all.refresh_tokens), expected, "{home} {host}");
    assert_eq!(as_values(&all.id_tokens), of(CredentialType::IdToken), "{home} {host}");
    assert_eq!(as_values(&all.accounts), of(CredentialType::Account), "{home} {host}");
    let metadata = model.of(CredentialType::AppMetadata, "client_id", client, host);
    let mut metadata: Vec<_> = metadata.into_iter().cloned().collect();
    metadata.sort_by_key(|own| text(own, "environment") != host.to_lowercase());
    assert_eq!(as_values(&all.app_metadata), metadata, "{client} {host}");
    let read = CacheRead::RefreshTokens {
        home_account_id: home.into(),
        environment: host.into(),
        client_id: client.into(),
    };
    expected.sort_by_key(|token| {
        let age = token["last_modification_time"].as_str().unwrap().parse::<i64>().unwrap();
        (text(token, "environment") != host.to_lowercase(), -age)
    });
    assert_eq!(as_values(&cache.read(&read).refresh_tokens), expected, "{home} {host}");
}

fn run(seed: u64, steps: u64) {
    let (mut random, mut model, mut cache) = (Random(seed), Model::default(), TokenCache::new());
    for step in 0..steps {
        match random.below(10) {
            // Times in which more goes than comes, so that places are numbered anew.
            0..6 if step / 200 % 2 == 0 || model.0.is_empty() => {
                let (kind, value) = random_entry(&mut random, step);
                put(&mut cache, [entry(kind, &value)]);
                model.put(kind, value);
            }
            0..8 if !model.0.is_empty() => {
                let place = usize::try_from(random.below(model.0.len() as u64)).unwrap();
                let (kind, _, value) = model.0[place].clone();
                assert!(cache.remove(&entry(kind, &value)));
                model.remove(kind, &value);
            }
            8 => {
                let text = cache.serialize();
                cache = TokenCache::new();
                cache.deserialize(&text).unwrap();
            }
            _ => {}
        }
        let (home, host) = (random.pick(&HOMES), random.pick(&HOSTS));
        compare(&cache, &model, home, host, random.pick(&CLIENTS));
    }
}

#[test]
fn owners_are_found_as_in_a_list() {
    for seed in 1..=4 {
        run(seed, 1000);
    }
}

/// Entries come and go by the hundred: places are numbered anew.
#[test]
fn what_is_left_after_many_removals_is_still_found() {
    let mut cache = TokenCache::new();
    let home = |number: u32| format!("u{number}.t");
    let entries = |number: u32| {
        let over = json!({"home_account_id": home(number)});
        [
            (CredentialType::Account, account(over.clone())),
            (CredentialType::RefreshToken, refresh_token(over)),
        ]
        .map(|(kind, value)| entry(kind, &value))
    };
    put(&mut cache, (0..500).flat_map(entries));
    for number in (0..500).filter(|number| number % 100 != 7) {
        assert!(entries(number).iter().all(|entry: &Entry| cache.remove(entry)));
    }
    let left: Vec<_> = (0..500).filter(|number| number % 100 == 7).map(home).collect();
    let listed = list(&cache, HOSTS[1]);
    assert_eq!(listed.iter().map(|account| account["home_account_id"].clone()).collect::<Vec<_>>(), left);
    for home in left {
        let read = CacheRead::RefreshTokens {
            home_account_id: home.into(),
            environment: HOSTS[0].into(),
            client_id: CLIENT.into(),
        };
        assert_eq!(cache.read(&read).refresh_tokens.len(), 1);
    }
}
