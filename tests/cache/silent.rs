//! What a silent call reads.
use crate::accounts::{refresh_token, section};
use crate::support::{
    ALICE, CLIENT, HOST, NOW, TENANT, entry, file, load, now, object, put, query, saved, token,
};
use msal_proto::TokenCache;
use msal_proto::cache::{AccessTokenQuery, CacheEntries, CacheRead, CredentialType, RefreshToken};
use serde_json::{Value, json};

const ALIAS: &str = "login.windows.net";
const FAMILY: &str = "77777777-7777-7777-7777-777777777777";

fn alice(scopes: &str) -> AccessTokenQuery {
    AccessTokenQuery { home_account_id: Some(ALICE.into()), ..query(scopes) }
}

fn silent(cache: &TokenCache, query: AccessTokenQuery) -> CacheEntries {
    cache.read(&CacheRead::Silent { query, now: now() })
}

fn refresh_tokens(cache: &TokenCache, environment: &str) -> CacheEntries {
    cache.read(&CacheRead::RefreshTokens {
        home_account_id: ALICE.into(),
        environment: environment.into(),
        client_id: CLIENT.into(),
    })
}

fn secrets(tokens: &[RefreshToken]) -> Vec<&str> {
    tokens.iter().map(|token| token.secret().expose()).collect()
}

/// A cache with one access token of Alice's that ends then, and her refresh token.
fn cache(expires_in: u64, refresh_on: Option<u64>) -> TokenCache {
    let mut access =
        json!({"home_account_id": ALICE, "target": "s1 s2", "expires_on": (NOW + expires_in).to_string()});
    if let Some(refresh_on) = refresh_on {
        access["refresh_on"] = json!(refresh_on.to_string());
    }
    load(&json!({
        "AccessToken": file(&[token(access)])["AccessToken"],
        "RefreshToken": section(&[refresh_token(json!({}))]),
        "AppMetadata": section(&[json!({"client_id": CLIENT, "environment": HOST})]),
    }))
}

#[test]
fn refresh_tokens_come_along_if_the_access_token_does_not_do() {
    let counts = |found: &CacheEntries| {
        (found.access_tokens.len(), found.refresh_tokens.len(), found.app_metadata.len())
    };
    assert_eq!(counts(&silent(&cache(3600, None), alice("s1"))), (1, 0, 0), "good");
    assert_eq!(counts(&silent(&cache(3600, Some(NOW)), alice("s1"))), (1, 0, 0), "not yet due");
    assert_eq!(counts(&silent(&cache(3600, Some(NOW - 1)), alice("s1"))), (1, 1, 1), "due");
    assert_eq!(counts(&silent(&cache(299, None), alice("s1"))), (1, 1, 1), "expired");
    assert_eq!(counts(&silent(&cache(3600, None), alice("s3"))), (0, 1, 1), "for other scopes");
    assert_eq!(counts(&refresh_tokens(&cache(3600, None), HOST)), (0, 1, 1), "passed by");
}

#[test]
fn an_application_and_who_acts_on_behalf_of_somebody_get_none() {
    assert_eq!(silent(&cache(299, None), query("s1")), CacheEntries::default());
    let on_behalf = AccessTokenQuery { user_assertion_hash: Some("h".into()), ..alice("s1") };
    assert_eq!(silent(&cache(299, None), on_behalf), CacheEntries::default());
}

#[test]
fn cac_09_a_bound_refresh_token_is_not_for_who_does_not_ask() {
    let bound = [
        json!({"user_assertion_hash": "h"}),
        json!({"userAssertionHash": "h"}),
        json!({"ext_cache_key": "x"}),
        json!({"ext": {"fmi_path": "p"}}),
        json!({"additionalCacheKeyComponents": {"a": "b"}}),
    ];
    for over in bound {
        let cache = load(&json!({"RefreshToken": section(&[refresh_token(over.clone())])}));
        assert_eq!(refresh_tokens(&cache, HOST).refresh_tokens, [], "{over}");
    }
    let free = refresh_token(json!({"user_assertion_hash": "", "ext": {}}));
    assert_eq!(
        refresh_tokens(&load(&json!({"RefreshToken": section(&[free])})), HOST).refresh_tokens.len(),
        1
    );
}

#[test]
fn cac_15_the_newest_first_and_own_before_family() {
    let at = |secret: &str, time: Value, over: Value| {
        let mut entry =
            refresh_token(json!({"secret": secret, "target": secret, "last_modification_time": time}));
        over.as_object().unwrap().iter().for_each(|(name, value)| entry[name] = value.clone());
        entry
    };
    let family = json!({"client_id": FAMILY, "family_id": "1"});
    let cache = load(&json!({"RefreshToken": section(&[
        at("alias", json!("9000"), json!({"environment": ALIAS})),
        at("unknown", Value::Null, json!({})),
        at("odd", json!("x"), json!({})),
        at("family", json!("2000"), family.clone()),
        at("own", json!("2000"), json!({})),
        at("own too", json!("2000"), json!({"family_id": "1"})),
        at("newest", json!("3000"), family),
        at("older", json!(1000), json!({})),
        at("a stranger's", json!("5000"), json!({"client_id": FAMILY})),
        at("somebody's", json!("5000"), json!({"home_account_id": "b.c"})),
    ])}));
    let found = refresh_tokens(&cache, HOST).refresh_tokens;
    assert_eq!(secrets(&found), ["newest", "own", "own too", "family", "older", "unknown", "odd", "alias"]);
    let found = refresh_tokens(&cache, "Login.Windows.Net").refresh_tokens;
    assert_eq!(secrets(&found)[..2], ["alias", "newest"]);
    assert_eq!(refresh_tokens(&cache, "login.chinacloudapi.cn").refresh_tokens, []);
}

#[test]
fn an_account_and_a_client_have_no_case() {
    let cache = cache(299, None);
    let found = cache.read(&CacheRead::RefreshTokens {
        home_account_id: ALICE.to_uppercase().into(),
        environment: HOST.to_uppercase().into(),
        client_id: CLIENT.to_uppercase().into(),
    });
    assert_eq!((found.refresh_tokens.len(), found.app_metadata.len()), (1, 1));
}

#[test]
fn a_refresh_token_has_its_fields_and_keeps_its_members() {
    let entry = refresh_token(json!({"family_id": "1", "x": {"y": [1.5]}}));
    let cache = load(&json!({"RefreshToken": section(std::slice::from_ref(&entry))}));
    let found = refresh_tokens(&cache, HOST).refresh_tokens;
    let token = &found[0];
    assert_eq!(
        (&**token.home_account_id(), &**token.environment(), &**token.client_id()),
        (ALICE, HOST, CLIENT)
    );
    assert_eq!((token.family_id().map(|id| &**id), token.last_modification_time().0), (Some("1"), 1000));
    assert_eq!(serde_json::to_value(token.members()).unwrap(), entry);
    assert!(!format!("{token:?}").contains("\"RT\""));
}

#[test]
fn cac_04_what_is_no_refresh_token_is_not_given() {
    let odd = [
        json!("text"),
        json!(null),
        refresh_token(json!({"secret": null})),
        refresh_token(json!({"secret": 5})),
        refresh_token(json!({"secret": ""})),
        refresh_token(json!({"client_id": 5})),
        refresh_token(json!({"environment": null})),
    ];
    let text = json!({"RefreshToken": section(&odd)});
    assert_eq!(refresh_tokens(&load(&text), HOST).refresh_tokens, []);
    assert_eq!(saved(&load(&text)), text);
}

#[test]
fn app_metadata_of_the_own_environment_comes_first() {
    let metadata = |environment: &str, family: Value| json!({"client_id": CLIENT, "environment": environment, "family_id": family});
    let mut cache = load(&json!({"AppMetadata": section(&[
        metadata(ALIAS, json!("1")), metadata(HOST, json!(null)), metadata("login.chinacloudapi.cn", json!("2")),
        json!({"client_id": FAMILY, "environment": HOST, "family_id": "3"}), json!({"client_id": CLIENT}), json!(5),
    ])}));
    let families = |cache: &TokenCache, environment: &str| {
        let found = refresh_tokens(cache, environment).app_metadata;
        found.iter().map(|own| own.family_id.as_deref().unwrap_or("none").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(families(&cache, HOST), ["none", "1"]);
    assert_eq!(families(&cache, ALIAS), ["1", "none"]);
    put(&mut cache, [entry(CredentialType::AppMetadata, &metadata(HOST, json!("1")))]);
    assert_eq!(families(&cache, HOST), ["1", "1"]);
    let family = object(&json!({"client_id": CLIENT, "environment": ALIAS}));
    assert!(cache.remove(&msal_proto::cache::Entry::Other(CredentialType::AppMetadata, family)));
    assert_eq!(families(&cache, ALIAS), ["1"]);
}

#[test]
fn reads_survive_json() {
    let reads = [
        CacheRead::Silent { query: alice("s1"), now: now() },
        CacheRead::RefreshTokens {
            home_account_id: ALICE.into(),
            environment: HOST.into(),
            client_id: CLIENT.into(),
        },
        CacheRead::Accounts {
            environment: HOST.into(),
            home_account_id: Some(ALICE.into()),
            username: Some(TENANT.into()),
        },
        CacheRead::OfAccount {
            home_account_id: ALICE.into(),
            environment: HOST.into(),
            client_id: CLIENT.into(),
        },
    ];
    for read in reads {
        let text = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<CacheRead>(&text).unwrap(), read);
    }
}
