//! Accounts: who is listed.
use crate::support::{ALICE, CLIENT, HOST, TENANT, entry, load, put, saved};
use msal_proto::TokenCache;
use msal_proto::cache::{Account, CacheEntries, CacheRead, CredentialType};
use serde_json::{Value, json};

pub(crate) const ALIAS: &str = "login.windows.net";
pub(crate) const OTHER_CLOUD: &str = "login.chinacloudapi.cn";

pub(crate) fn account(over: Value) -> Value {
    with(
        json!({"home_account_id": ALICE, "environment": HOST, "realm": TENANT, "local_account_id": "local",
            "username": "alice@contoso.example", "authority_type": "MSSTS", "account_source": "authorization_code"}),
        over,
    )
}

pub(crate) fn refresh_token(over: Value) -> Value {
    with(
        json!({"credential_type": "RefreshToken", "secret": "RT", "home_account_id": ALICE, "environment": HOST,
            "client_id": CLIENT, "target": "s", "last_modification_time": "1000"}),
        over,
    )
}

/// These members put over it; null takes a member out.
pub(crate) fn with(mut entry: Value, over: Value) -> Value {
    for (name, value) in over.as_object().unwrap() {
        entry[name] = value.clone();
    }
    entry.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    entry
}

pub(crate) fn section(entries: &[Value]) -> Value {
    entries.iter().enumerate().map(|(number, entry)| (format!("key {number:06}"), entry.clone())).collect()
}

pub(crate) fn list(cache: &TokenCache, environment: &str) -> Vec<Value> {
    listed(
        cache,
        CacheRead::Accounts { environment: environment.into(), home_account_id: None, username: None },
    )
}

fn listed(cache: &TokenCache, read: CacheRead) -> Vec<Value> {
    let entries: CacheEntries = cache.read(&read);
    entries.accounts.iter().map(|account| serde_json::to_value(account).unwrap()).collect()
}

fn named(cache: &TokenCache, username: &str) -> usize {
    let read = CacheRead::Accounts {
        environment: HOST.into(),
        home_account_id: None,
        username: Some(username.into()),
    };
    listed(cache, read).len()
}

pub(crate) fn members<'a>(listed: &'a [Value], name: &str) -> Vec<&'a str> {
    listed.iter().map(|account| account[name].as_str().unwrap()).collect()
}

#[test]
fn an_account_has_msals_members() {
    let cache = load(&json!({"Account": section(&[account(json!({"client_info": "x"}))])}));
    assert_eq!(list(&cache, HOST), [account(json!({}))]);
    let few = json!({"home_account_id": "h.i", "environment": HOST, "authority_type": "ADFS"});
    let cache = load(&json!({"Account": section(std::slice::from_ref(&few))}));
    let mut all = few;
    for name in ["username", "account_source", "local_account_id", "realm"] {
        all[name] = Value::Null;
    }
    assert_eq!(list(&cache, HOST), [all.clone()]);
    let again: Account = serde_json::from_value(all.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), all);
    let least: Account = serde_json::from_value(json!({"home_account_id": ALICE})).unwrap();
    assert_eq!((&*least.home_account_id, &*least.authority_type), (ALICE, "MSSTS"));
}

#[test]
fn cac_07_an_account_without_a_type_is_of_entra() {
    for odd in [Value::Null, json!(5), json!([])] {
        let mut entry = account(json!({}));
        entry["authority_type"] = odd;
        let text = json!({"Account": {"k": entry}});
        let cache = load(&text);
        assert_eq!(members(&list(&cache, HOST), "authority_type"), ["MSSTS"]);
        assert_eq!(saved(&cache), text);
    }
    let cache = load(&json!({"Account": section(&[account(json!({"authority_type": null}))])}));
    assert_eq!(members(&list(&cache, HOST), "authority_type"), ["MSSTS"]);
}

#[test]
fn who_is_not_listed() {
    let hidden = [
        json!({"authority_type": "CLOUDSHELL"}),
        json!({"authority_type": "WEIRD"}),
        json!({"home_account_id": ""}),
        json!({"home_account_id": 5}),
        json!({"environment": OTHER_CLOUD}),
        json!({"environment": "login.example.com"}),
    ];
    for over in hidden {
        let text =
            json!({"Account": section(&[account(over.clone()), account(json!({"home_account_id": "b.c"}))])});
        assert_eq!(members(&list(&load(&text), HOST), "home_account_id"), ["b.c"], "{over}");
        assert_eq!(saved(&load(&text)), text, "{over}");
    }
    assert_eq!(list(&TokenCache::new(), HOST), [Value::Null; 0]);
}

#[test]
fn cac_14_the_accounts_of_one_person_are_one() {
    let cache = load(&json!({"Account": section(&[
        account(json!({"home_account_id": "b.c", "username": "bob"})),
        account(json!({"realm": "r1", "username": "first"})),
        account(json!({"home_account_id": "d.e", "username": "dan", "environment": ALIAS})),
        account(json!({"realm": "r2", "username": "last", "home_account_id": ALICE.to_uppercase()})),
        account(json!({"realm": "r3", "username": "elsewhere", "environment": "Login.Windows.Net"})),
        account(json!({"realm": "r4", "username": "shell", "authority_type": "CLOUDSHELL"})),
        account(json!({"realm": "r5", "username": "abroad", "environment": OTHER_CLOUD})),
    ])}));
    assert_eq!(members(&list(&cache, HOST), "username"), ["bob", "last", "dan"]);
    assert_eq!(members(&list(&cache, "LOGIN.microsoftonline.com"), "username"), ["bob", "last", "dan"]);
    assert_eq!(members(&list(&cache, ALIAS), "username"), ["bob", "elsewhere", "dan"]);
    assert_eq!(members(&list(&cache, "sts.windows.net"), "username"), ["bob", "elsewhere", "dan"]);
    assert_eq!(members(&list(&cache, OTHER_CLOUD), "username"), ["abroad"]);
}

#[test]
fn user_names_have_no_case() {
    let cache = load(&json!({"Account": section(&[
        account(json!({"username": "Alice@Contoso.example"})),
        account(json!({"username": "jÖRG@contoso.example", "home_account_id": "b.c"})),
        account(json!({"username": null, "home_account_id": "d.e"})),
    ])}));
    assert_eq!(named(&cache, "alice@CONTOSO.example"), 1);
    assert_eq!(named(&cache, "JörG@contoso.example"), 1);
    assert_eq!(named(&cache, "alice"), 0);
    assert_eq!(named(&cache, ""), 0);
    // The name of an account is that of the entry which is listed for it.
    let two = load(&json!({"Account": section(&[
        account(json!({"username": "old", "realm": "r1"})), account(json!({"username": "new", "realm": "r2"})),
    ])}));
    assert_eq!((named(&two, "old"), named(&two, "new")), (0, 1));
}

#[test]
fn an_account_is_found_by_its_home_id() {
    let cache = load(&json!({"Account": section(&[
        account(json!({"home_account_id": "b.c", "username": "bob"})),
        account(json!({})),
        account(json!({"realm": "r2", "username": "last", "environment": ALIAS})),
    ])}));
    let find = |home: &str, environment: &str, username: Option<&str>| {
        let read = CacheRead::Accounts {
            environment: environment.into(),
            home_account_id: Some(home.into()),
            username: username.map(Into::into),
        };
        members(&listed(&cache, read), "username").join(" ")
    };
    assert_eq!(find("B.C", HOST, None), "bob");
    assert_eq!(find(ALICE, HOST, None), "alice@contoso.example");
    assert_eq!(find(ALICE, ALIAS, None), "last");
    assert_eq!(find(ALICE, OTHER_CLOUD, None), "");
    assert_eq!(find("b", HOST, None), "");
    assert_eq!(find("b.c", HOST, Some("BOB")), "bob");
    assert_eq!(find("b.c", HOST, Some("alice")), "");
}

#[test]
fn an_account_that_is_replaced_keeps_its_place() {
    let mut cache = load(&json!({"Account": section(&[
        account(json!({})), account(json!({"username": "copy"})), account(json!({"home_account_id": "b.c"})),
    ])}));
    assert_eq!(members(&list(&cache, HOST), "username")[0], "copy");
    put(&mut cache, [entry(CredentialType::Account, &account(json!({"username": "new"})))]);
    assert_eq!(members(&list(&cache, HOST), "username"), ["new", "alice@contoso.example"]);
    assert!(cache.remove(&entry(CredentialType::Account, &account(json!({})))));
    assert_eq!(members(&list(&cache, HOST), "home_account_id"), ["b.c"]);
}
