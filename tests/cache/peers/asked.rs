//! Asking for every combination of what a query can ask for: each token answers those that it was issued to, and no
//! other.
use crate::peers::{ALICE, BOB, CLIENT, COM, GUEST, HASH, NET, SIBLING, TENANT};
use crate::support::now;
use msal_proto::cache::{AccessTokenQuery, CacheRead, ExtCacheKey};
use msal_proto::{Scopes, TokenCache};
use std::collections::BTreeSet;

pub(crate) type Extra = &'static [(&'static str, &'static str)];

/// A token of a file, with what it was issued to.
#[derive(Clone, Copy)]
pub(crate) struct Token {
    pub(crate) secret: &'static str,
    pub(crate) home: Option<&'static str>,
    pub(crate) host: &'static str,
    pub(crate) realm: &'static str,
    pub(crate) target: &'static str,
    pub(crate) key_id: Option<&'static str>,
    pub(crate) extra: Extra,
    pub(crate) hash: Option<&'static str>,
}

/// An application's own, for this resource.
pub(crate) fn app(secret: &'static str, target: &'static str) -> Token {
    Token { secret, home: None, host: NET, realm: TENANT, target, key_id: None, extra: &[], hash: None }
}

/// Alice's, for these scopes.
pub(crate) fn alice(secret: &'static str, target: &'static str) -> Token {
    Token { home: Some(ALICE), ..app(secret, target) }
}

/// Bob's, on whose behalf the application acts.
pub(crate) fn bob(secret: &'static str, target: &'static str) -> Token {
    Token { home: Some(BOB), hash: Some(HASH), ..app(secret, target) }
}

fn is_same_cloud(one: &str, other: &str) -> bool {
    one == other || [one, other].iter().all(|host| [COM, NET].contains(host))
}

fn strip(hash: &str) -> &str {
    hash.trim_end_matches('=')
}

/// Asks everything, and compares with what the list says.
pub(crate) fn each_answers_its_own_queries(cache: &TokenCache, tokens: &[Token]) {
    let of = |member: fn(&Token) -> &'static str, others: &[&'static str]| -> BTreeSet<&'static str> {
        tokens.iter().map(member).chain(others.iter().copied()).collect()
    };
    let some = |member: fn(&Token) -> Option<&'static str>, others: &[&'static str]| {
        let some = tokens.iter().filter_map(member).chain(others.iter().copied()).map(Some);
        some.chain([None]).collect::<BTreeSet<_>>()
    };
    let scopes = tokens.iter().flat_map(|token| token.target.split(' '));
    let targets: BTreeSet<_> =
        scopes.chain(tokens.iter().map(|token| token.target)).chain(["Other"]).collect();
    let extras: BTreeSet<_> =
        tokens.iter().map(|token| token.extra).chain([&[("fmi_path", "Other")][..], &[]]).collect();
    let mut answered = BTreeSet::new();
    for home in some(|token| token.home, &["other"]) {
        for host in of(|token| token.host, &[COM, NET, "login.chinacloudapi.cn"]) {
            for realm in of(|token| token.realm, &[GUEST, "common"]) {
                for target in &targets {
                    for key_id in some(|token| token.key_id, &["other"]) {
                        for extra in &extras {
                            for hash in some(|token| token.hash, &["other"]) {
                                let asked =
                                    Token { secret: "", home, host, realm, target, key_id, extra, hash };
                                answered.extend(answers(cache, tokens, &asked));
                            }
                        }
                    }
                }
            }
        }
    }
    assert_eq!(answered, tokens.iter().map(|token| token.secret).collect(), "each answers somebody");
}

fn answers(cache: &TokenCache, tokens: &[Token], asked: &Token) -> BTreeSet<&'static str> {
    let query = AccessTokenQuery {
        home_account_id: asked.home.map(Into::into),
        environment: asked.host.into(),
        client_id: CLIENT.into(),
        realm: asked.realm.into(),
        target: Scopes::parse(asked.target),
        key_id: asked.key_id.map(Into::into),
        ext_cache_key: ExtCacheKey::new(asked.extra.iter().copied()),
        user_assertion_hash: asked.hash.map(Into::into),
    };
    let is_it = |token: &&Token| {
        // What is had on behalf of somebody is found by the assertion alone.
        (asked.hash.is_some() || token.home == asked.home)
            && is_same_cloud(token.host, asked.host)
            && token.realm == asked.realm
            && asked.target.split(' ').all(|scope| token.target.split(' ').any(|own| own == scope))
            && token.key_id == asked.key_id
            && token.extra == asked.extra
            && token.hash.map(strip) == asked.hash.map(strip)
    };
    let expected: BTreeSet<_> = tokens.iter().filter(is_it).map(|token| token.secret).collect();
    let found: Vec<_> = cache.matches(&query).map(|token| token.secret().expose()).collect();
    assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), expected, "{query:?}");
    assert_eq!(found.len(), expected.len(), "none twice: {query:?}");
    let first = cache.find(&query, now()).map(|token| token.secret().expose());
    assert_eq!(first, found.first().copied(), "{query:?}");
    let read = cache.read(&CacheRead::AccessTokens { query: query.clone(), now: now() }).access_tokens;
    assert_eq!(read.first().map(|token| token.secret().expose()), first);
    let stranger = AccessTokenQuery { client_id: SIBLING.into(), ..query };
    assert_eq!(cache.matches(&stranger).count(), 0, "another client's");
    expected
}
