//! Accounts of ADFS, which have no tenant, and of Azure AD B2C, which have a policy in their ids.
use crate::peers::asked::{Token, alice, each_answers_its_own_queries};
use crate::peers::*;
use msal_proto::cache::{AccessTokenQuery, CacheChange, CacheEntries, CacheRead};

const B2C: &str = "contoso.b2clogin.com";
const SIGNED_IN: &str =
    "33333333-3333-3333-3333-333333333333-b2c_1_sign_in.11111111-1111-1111-1111-111111111111";
const EDITED: &str = "33333333-3333-3333-3333-333333333333-b2c_1_edit.11111111-1111-1111-1111-111111111111";
const ADFS: &str = "fs.contoso.com";
const SUBJECT: &str = "s-1-5-21-alice";

/// The accounts at a host, and the refresh tokens of one of them.
fn at(cache: &TokenCache, host: &str, home: &str) -> (Vec<String>, Vec<String>) {
    let accounts = CacheRead::Accounts { environment: host.into(), home_account_id: None, username: None };
    let accounts = cache.read(&accounts).accounts;
    let tokens = CacheRead::RefreshTokens {
        home_account_id: home.into(),
        environment: host.into(),
        client_id: CLIENT.into(),
    };
    let tokens = cache.read(&tokens).refresh_tokens;
    (
        accounts.iter().map(|account| account.home_account_id.to_string()).collect(),
        tokens.iter().map(|token| token.secret().expose().to_owned()).collect(),
    )
}

fn of_account(cache: &TokenCache, host: &str, home: &str) -> CacheEntries {
    cache.read(&CacheRead::OfAccount {
        home_account_id: home.into(),
        environment: host.into(),
        client_id: CLIENT.into(),
    })
}

#[test]
fn accounts_of_two_policies_are_two() {
    let mut cache = load("b2c");
    let token = |secret, home| Token {
        home: Some(home),
        host: B2C,
        ..alice(secret, "https://contoso.onmicrosoft.com/api/read")
    };
    each_answers_its_own_queries(&cache, &[token("signed-in", SIGNED_IN), token("edited", EDITED)]);
    let (accounts, tokens) = at(&cache, B2C, SIGNED_IN);
    assert_eq!((accounts, tokens), (vec![SIGNED_IN.into(), EDITED.into()], vec!["signed-in-refresh".into()]));
    assert_eq!(at(&cache, COM, SIGNED_IN), (vec![], vec![]), "no other host's");
    let change = CacheChange::removing(of_account(&cache, B2C, EDITED));
    cache.apply(&change);
    let (gone, new) = changes("b2c", &cache);
    assert!(
        gone.len() == 3 && gone.iter().all(|key| key.contains(EDITED)) && new.is_empty(),
        "{gone:?} {new:?}"
    );
}

#[test]
fn adfs_has_no_tenants() {
    let mut cache = load("adfs");
    let token =
        Token { home: Some(SUBJECT), host: ADFS, realm: "adfs", ..alice("alice", "openid allatclaims") };
    each_answers_its_own_queries(&cache, &[token]);
    assert_eq!(at(&cache, ADFS, SUBJECT), (vec![SUBJECT.into()], vec!["alice-refresh".into()]));
    assert_eq!(at(&cache, "sts.contoso.com", SUBJECT), (vec![], vec![]));
    let query = AccessTokenQuery {
        home_account_id: Some(SUBJECT.to_uppercase().into()),
        environment: ADFS.to_uppercase().into(),
        realm: "ADFS".into(),
        ..crate::support::query("openid")
    };
    assert!(cache.find(&query, now()).is_some(), "none of it has case");
    let change = CacheChange::removing(of_account(&cache, ADFS, SUBJECT));
    cache.apply(&change);
    assert_eq!(cache.serialize(), r#"{"AccessToken":{},"RefreshToken":{},"IdToken":{},"Account":{}}"#);
}

#[test]
fn a_policy_s_client_finds_its_own_people() {
    let authority = format!("https://{B2C}/{TENANT}/b2c_1_sign_in");
    let mut program = Program::of_people_at(&authority, "b2c");
    let accounts = program.accounts();
    let found = accounts.iter().find(|account| &*account.home_account_id == SIGNED_IN).unwrap();
    let scope = "https://contoso.onmicrosoft.com/api/read";
    assert_eq!(program.silent(scope, found).as_deref(), Some("signed-in"));
    assert_eq!(program.requests.len(), 0);
    program.call(|app| app.remove_account(found));
    let (gone, new) = changes("b2c", &program.cache);
    assert!(
        gone.len() == 4 && gone.iter().all(|key| key.contains(SIGNED_IN)) && new.is_empty(),
        "{gone:?} {new:?}"
    );
}

#[test]
fn a_client_of_adfs_finds_its_own_people() {
    let mut program = Program::of_people_at(&format!("https://{ADFS}/adfs"), "adfs");
    let alice = program.account(NAME);
    assert_eq!((&*alice.home_account_id, &*alice.authority_type), (SUBJECT, "ADFS"));
    assert_eq!(program.silent("allatclaims", &alice).as_deref(), Some("alice"));
    assert_eq!(changes("adfs", &program.cache), (vec![], vec![]));
}
