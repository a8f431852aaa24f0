//! The indices against a list that is looked through, over many steps that are the same in every run.
use crate::support::{NOW, access_token, matches, query, saved};
use msal_proto::cache::{AccessToken, AccessTokenQuery, CacheChange, Entry, ExtCacheKey, Purge};
use msal_proto::engine::UnixTime;
use msal_proto::{Scopes, TokenCache};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    fn scopes(&mut self, most: u64) -> String {
        let count = 1 + self.below(most);
        let scopes: BTreeSet<_> = (0..count).map(|_| self.pick(&["a", "b", "c", "d", "E", "e"])).collect();
        scopes.into_iter().collect::<Vec<_>>().join(" ")
    }
}

const HOSTS: [&str; 4] =
    ["login.microsoftonline.com", "login.windows.net", "Login.Microsoft.com", "login.example.com"];
const HOMES: [&str; 3] = ["", "u.t", "U2.t"];
const EXTRA: [(&str, &str); 1] = [("fmi_path", "x")];
const HASHES: [&str; 2] = ["h1", "h2"];
const REALMS: [&str; 2] = ["t1", "T2"];

/// The list: entries in the order in which they came.
#[derive(Default)]
struct Model(Vec<(String, Arc<AccessToken>)>);

fn low(text: &str) -> String {
    text.to_lowercase()
}

fn cloud(host: &str) -> String {
    let host = low(host);
    if host == "login.example.com" { host } else { "public".into() }
}

fn home(token: &AccessToken) -> String {
    low(token.home_account_id().map_or("", |home| home))
}

impl Model {
    fn put(&mut self, token: Arc<AccessToken>) {
        let key = Entry::AccessToken(token.clone()).key();
        match self.0.iter_mut().find(|(other, _)| *other == key) {
            Some((_, other)) => *other = token,
            None => self.0.push((key, token)),
        }
    }

    fn remove(&mut self, token: &Arc<AccessToken>) {
        let key = Entry::AccessToken(token.clone()).key();
        self.0.retain(|(other, _)| *other != key);
    }

    fn is_in(token: &AccessToken, query: &AccessTokenQuery) -> bool {
        let is_whose = match &query.user_assertion_hash {
            Some(hash) => token.user_assertion_hash() == Some(hash),
            None => {
                token.user_assertion_hash().is_none()
                    && home(token) == low(query.home_account_id.as_deref().unwrap_or_default())
            }
        };
        is_whose
            && cloud(token.environment()) == cloud(&query.environment)
            && low(token.client_id()) == low(&query.client_id)
            && low(token.realm()) == low(&query.realm)
    }

    fn matches(&self, query: &AccessTokenQuery) -> Vec<String> {
        let mut found = Vec::new();
        let (key, both) =
            (query.ext_cache_key.as_ref(), [(true, true), (true, false), (false, true), (false, false)]);
        for spelling in key.map_or(vec![None], |key| vec![Some(key.netstring()), Some(key.plain())]) {
            for (own, exact) in both {
                let is_it = |(_, token): &&(String, Arc<AccessToken>)| {
                    let scopes: BTreeSet<_> = token.target().iter().collect();
                    let is_exact = !query.target.is_empty()
                        && low(token.target().as_str()) == low(query.target.as_str());
                    Self::is_in(token, query)
                        && (low(token.environment()) == low(&query.environment)) == own
                        && is_exact == exact
                        && (is_exact || query.target.iter().all(|scope| scopes.contains(scope)))
                        && token.key_id() == query.key_id.as_ref()
                        && token.ext_cache_key().map(|key| &**key) == spelling
                };
                found
                    .extend(self.0.iter().filter(is_it).map(|(_, token)| token.secret().expose().to_owned()));
            }
        }
        found
    }

    fn purge(&mut self, query: &AccessTokenQuery, now: u64) {
        // Of tokens on behalf of somebody those of all assertions go.
        let of_any = |token: &AccessToken| AccessTokenQuery {
            user_assertion_hash: query.user_assertion_hash.as_ref().and(token.user_assertion_hash()).cloned(),
            ..query.clone()
        };
        let is_in = |token: &AccessToken| {
            query.user_assertion_hash.is_some() == token.user_assertion_hash().is_some()
                && Self::is_in(token, &of_any(token))
        };
        self.0.retain(|(_, token)| !is_in(token) || token.expires_on().0 + 300 >= now);
    }

    fn saved(&self) -> Value {
        let entries =
            self.0.iter().map(|(key, token)| (key.clone(), serde_json::to_value(&**token).unwrap()));
        Value::Object(entries.collect())
    }
}

fn random_query(random: &mut Random) -> AccessTokenQuery {
    let home = random.pick(&HOMES);
    AccessTokenQuery {
        home_account_id: (!home.is_empty()).then(|| home.into()),
        environment: random.pick(&HOSTS).into(),
        realm: random.pick(&REALMS).into(),
        target: Scopes::parse(&if random.below(12) == 0 { String::new() } else { random.scopes(3) }),
        key_id: (random.below(5) == 0).then(|| "K".into()),
        ext_cache_key: if random.below(5) == 0 { ExtCacheKey::new(EXTRA) } else { None },
        user_assertion_hash: (random.below(3) == 0).then(|| random.pick(&HASHES).into()),
        ..query("")
    }
}

fn random_token(random: &mut Random, number: u64) -> Arc<AccessToken> {
    let mut over = json!({
        "secret": number.to_string(), "home_account_id": random.pick(&HOMES), "environment": random.pick(&HOSTS),
        "realm": random.pick(&REALMS), "target": random.scopes(4),
        "expires_on": (NOW + random.below(7200) - 3600).to_string(), "cached_at": (NOW - 3600).to_string(),
    });
    if random.below(5) == 0 {
        over["key_id"] = json!("K");
    }
    if random.below(5) == 0 {
        let key = ExtCacheKey::new(EXTRA).unwrap();
        over["ext_cache_key"] = json!(random.pick(&[key.netstring(), key.plain()]));
    }
    if random.below(3) == 0 {
        // As this library writes it, with an id that is no account's.
        let hash = random.pick(&HASHES);
        over["user_assertion_hash"] = json!(hash);
        over["home_account_id"] = json!(format!("{}.obo.{hash}", over["home_account_id"].as_str().unwrap()));
    }
    access_token(over)
}

fn run(seed: u64, steps: u64) {
    let (mut random, mut model, mut cache) = (Random(seed), Model::default(), TokenCache::new());
    for step in 0..steps {
        let mut change = CacheChange::default();
        match random.below(20) {
            0..8 => {
                let token = random_token(&mut random, step);
                model.put(token.clone());
                change.puts.push(Entry::AccessToken(token));
            }
            8 | 9 if !model.0.is_empty() => {
                let place = usize::try_from(random.below(model.0.len() as u64)).unwrap();
                let token = model.0[place].1.clone();
                model.remove(&token);
                change.removals.push(Entry::AccessToken(token));
            }
            10 => {
                let (partition, now) = (random_query(&mut random), NOW - 3600 + random.below(3600));
                model.purge(&partition, now);
                change.purge = Some(Purge { partition, now: UnixTime(now) });
            }
            11 if random.below(20) == 0 => {
                let end = NOW - 3600 + random.below(1800);
                model.0.retain(|(_, token)| token.expires_on().0 >= end);
                cache.remove_expired(UnixTime(end));
            }
            12 => cache = reloaded(&mut cache),
            _ => {
                let asked = random_query(&mut random);
                assert_eq!(
                    matches(&cache, &asked),
                    model.matches(&asked),
                    "step {step} of {seed}: {asked:?}"
                );
                let good = model.matches(&asked);
                let served =
                    cache.find(&asked, UnixTime(NOW - 300)).map(|token| token.secret().expose().to_owned());
                let expected = good.into_iter().find(|secret| {
                    let (_, token) =
                        model.0.iter().find(|(_, token)| token.secret().expose() == secret).unwrap();
                    token.expires_on().0 >= NOW
                });
                assert_eq!(served, expected, "step {step} of {seed}");
            }
        }
        cache.apply(&change);
        if step % 100 == 0 {
            let saved = saved(&cache);
            assert_eq!(
                saved.get("AccessToken").unwrap_or(&json!({})),
                &model.saved(),
                "step {step} of {seed}"
            );
        }
    }
}

/// Through the text, which keeps the order of entries.
fn reloaded(cache: &mut TokenCache) -> TokenCache {
    let mut again = TokenCache::new();
    again.deserialize(&cache.serialize()).unwrap();
    again
}

#[test]
fn a_cache_behaves_as_a_list_would() {
    for seed in 1..=5 {
        run(seed, 500);
    }
}
