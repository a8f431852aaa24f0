//! What goes when somebody signs out, and what stays.
use crate::accounts::{ALIAS, OTHER_CLOUD, account, list, members, refresh_token, section, with};
use crate::support::{ALICE, CLIENT, HOST, TENANT, entry, file, load, now, object, put, saved, token};
use msal_proto::TokenCache;
use msal_proto::cache::{CacheChange, CacheEntries, CacheRead, CredentialType, TokenEvent};
use serde_json::{Value, json};

const OTHER_CLIENT: &str = "99999999-9999-9999-9999-999999999999";

fn id_token(over: Value) -> Value {
    with(
        json!({"credential_type": "IdToken", "secret": "h.e30.s", "home_account_id": ALICE, "environment": HOST,
            "realm": TENANT, "client_id": CLIENT}),
        over,
    )
}

fn of_account(cache: &TokenCache, environment: &str) -> CacheEntries {
    cache.read(&CacheRead::OfAccount {
        home_account_id: ALICE.into(),
        environment: environment.into(),
        client_id: CLIENT.into(),
    })
}

/// Everything that a sign-out takes with it, under two aliases, and what it leaves.
fn signed_in() -> TokenCache {
    let taken_and_left =
        |kind: &str, taken: &[Value], left: &[Value]| (kind.to_owned(), section(&[taken, left].concat()));
    let user_token = |over: Value| token(with(json!({"home_account_id": ALICE}), over));
    load(&Value::Object(
        [
            taken_and_left(
                "AccessToken",
                &[
                    user_token(json!({})),
                    user_token(json!({"client_id": OTHER_CLIENT, "realm": "guest"})),
                    user_token(json!({"environment": ALIAS, "key_id": "K"})),
                ],
                &[
                    token(json!({"secret": "left"})),
                    user_token(json!({"secret": "left", "home_account_id": "b.c"})),
                    user_token(json!({"secret": "left", "environment": OTHER_CLOUD})),
                ],
            ),
            taken_and_left(
                "RefreshToken",
                &[
                    refresh_token(json!({})),
                    refresh_token(json!({"environment": ALIAS, "target": null})),
                    refresh_token(json!({"client_id": OTHER_CLIENT, "family_id": "1"})),
                    refresh_token(json!({"target": "on behalf", "user_assertion_hash": "h"})),
                ],
                &[
                    refresh_token(json!({"secret": "left", "client_id": OTHER_CLIENT, "target": "t"})),
                    refresh_token(json!({"secret": "left", "client_id": "c3", "family_id": "2"})),
                    refresh_token(json!({"secret": "left", "home_account_id": "b.c"})),
                    refresh_token(json!({"secret": "left", "environment": OTHER_CLOUD})),
                ],
            ),
            taken_and_left(
                "IdToken",
                &[id_token(json!({})), id_token(json!({"environment": ALIAS, "client_id": OTHER_CLIENT}))],
                &[id_token(json!({"secret": "left", "home_account_id": "b.c"}))],
            ),
            taken_and_left(
                "Account",
                &[
                    account(json!({})),
                    account(json!({"environment": ALIAS, "realm": "guest"})),
                    account(json!({"realm": "odd", "authority_type": "WEIRD"})),
                    account(json!({"realm": null})),
                ],
                &[account(json!({"secret": "left", "home_account_id": "b.c"}))],
            ),
            taken_and_left(
                "AppMetadata",
                &[],
                &[json!({"secret": "left", "client_id": CLIENT, "environment": HOST, "family_id": "1"})],
            ),
        ]
        .into_iter()
        .collect(),
    ))
}

#[test]
fn what_an_account_has_goes_under_every_alias() {
    for environment in [HOST, ALIAS, "Sts.Windows.Net"] {
        let mut cache = signed_in();
        let found = of_account(&cache, environment);
        let counts = (found.access_tokens.len(), found.refresh_tokens.len(), found.id_tokens.len());
        assert_eq!((counts, found.accounts.len(), found.app_metadata.len()), ((3, 4, 2), 4, 1));
        let change = CacheChange::removing(found);
        assert_eq!(change.removals.len(), 13);
        cache.apply(&change);
        let after = saved(&cache);
        let left =
            after.as_object().unwrap().values().flat_map(|section| section.as_object().unwrap().values());
        assert!(left.clone().all(|entry| entry["secret"] == "left"), "{after}");
        assert_eq!(left.count(), 3 + 4 + 1 + 1 + 1);
        assert_eq!(of_account(&cache, environment).accounts, []);
        assert_eq!(members(&list(&cache, environment), "home_account_id"), ["b.c"]);
    }
}

#[test]
fn a_client_of_no_family_leaves_family_refresh_tokens() {
    let mut cache = signed_in();
    put(&mut cache, [entry(CredentialType::AppMetadata, &json!({"client_id": CLIENT, "environment": HOST}))]);
    assert_eq!(of_account(&cache, HOST).refresh_tokens.len(), 3);
}

#[test]
fn cac_22_a_refresh_in_flight_does_not_bring_the_account_back() {
    let mut cache = signed_in();
    let change = CacheChange::removing(of_account(&cache, HOST));
    cache.apply(&change);
    let (uid, utid) = ALICE.split_once('.').unwrap();
    let client_info = base64::Engine::encode(
        &base64::prelude::BASE64_URL_SAFE_NO_PAD,
        json!({"uid": uid, "utid": utid}).to_string(),
    );
    let response =
        object(&json!({"access_token": "AT2", "refresh_token": "RT2", "client_info": client_info}));
    let endpoint = format!("https://{HOST}/{TENANT}/oauth2/v2.0/token");
    let event = |skip_account_creation| TokenEvent {
        client_id: CLIENT,
        token_endpoint: Some(&endpoint),
        response: Some(&response),
        skip_account_creation,
        ..TokenEvent::default()
    };
    cache.add(&event(true), now());
    assert_eq!(members(&list(&cache, HOST), "home_account_id"), ["b.c"]);
    cache.add(&event(false), now());
    assert_eq!(members(&list(&cache, HOST), "home_account_id"), ["b.c", ALICE], "else it would have");
}

#[test]
fn cac_24_nobody_is_not_an_account() {
    let cache = load(&json!({
        "AccessToken": file(&[token(json!({}))])["AccessToken"],
        "RefreshToken": section(&[refresh_token(json!({"home_account_id": ""}))]),
    }));
    let found = cache.read(&CacheRead::OfAccount {
        home_account_id: "".into(),
        environment: HOST.into(),
        client_id: CLIENT.into(),
    });
    assert_eq!(found, CacheEntries::default());
}

#[test]
fn all_of_an_account_survives_json_and_shows_no_token() {
    let found = of_account(&signed_in(), HOST);
    let again: CacheEntries = serde_json::from_str(&serde_json::to_string(&found).unwrap()).unwrap();
    assert_eq!(again, found);
    let shown = format!("{found:?} {:?}", CacheChange::removing(found.clone()));
    for secret in ["\"RT\"", "\"AT\"", "e30"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
