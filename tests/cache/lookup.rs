//! Which tokens answer a query, and in which order.
use crate::support::{CLIENT, ENVIRONMENT, NOW, TENANT, cache_of, file_of, found, query, secrets};
use msal_proto::Scopes;
use msal_proto::cache::{AccessTokenQuery, CacheRead};
use serde_json::json;

fn at(environment: &str) -> AccessTokenQuery {
    AccessTokenQuery { environment: environment.into(), ..query("s") }
}

#[test]
fn the_token_for_exactly_these_scopes_is_first_then_they_answer_as_they_came() {
    let cache = cache_of([
        json!({ "secret": "three", "target": "a b c" }),
        json!({ "secret": "unlike", "target": "a c" }),
        json!({ "secret": "two", "target": "a b" }),
        json!({ "secret": "four", "target": "0 a b z" }),
        json!({ "secret": "one", "target": "a" }),
    ]);
    assert_eq!(secrets(&cache, &query("a b")), ["two", "three", "four"]);
    assert_eq!(secrets(&cache, &query("b a")), ["two", "three", "four"]);
    assert_eq!(secrets(&cache, &query("a")), ["one", "three", "unlike", "two", "four"]);
    assert_eq!(secrets(&cache, &query("c b")), ["three"]);
    assert_eq!(secrets(&cache, &query("b z")), ["four"]);
    assert_eq!(secrets(&cache, &query("c z")), [""; 0]);
    assert_eq!(secrets(&cache, &query("a b c d")), [""; 0]);
    assert_eq!(secrets(&cache, &query("ab")), [""; 0]);
}

#[test]
fn a_query_without_scopes_is_answered_by_all_of_the_partition_as_they_came() {
    let cache = cache_of([
        json!({ "secret": "late", "target": "z", "expires_on": "1800000000" }),
        json!({ "secret": "early", "target": "a", "expires_on": "1600000000" }),
        json!({ "secret": "other tenant", "realm": "t" }),
        json!({ "secret": "none", "target": "" }),
        json!({ "secret": "last", "target": "b c" }),
    ]);
    assert_eq!(secrets(&cache, &query("")), ["late", "early", "none", "last"]);
    assert_eq!(secrets(&cache, &query("a")), ["early"]);
}

#[test]
fn the_order_of_scopes_in_a_file_does_not_count() {
    let cache = file_of([json!({ "target": "c  a b a" })]);
    assert_eq!(secrets(&cache, &query("a b c")), ["AT"]);
    assert_eq!(secrets(&cache, &query("b")), ["AT"]);
}

#[test]
fn cac_11_an_alias_of_the_cloud_answers_and_the_own_environment_before_it() {
    let cache = cache_of([
        json!({ "secret": "alias", "environment": "login.windows.net" }),
        json!({ "secret": "alias, more", "environment": "sts.windows.net", "target": "s t" }),
        json!({ "secret": "china", "environment": "login.chinacloudapi.cn" }),
        json!({ "secret": "own, more", "target": "s t" }),
        json!({ "secret": "own" }),
    ]);
    assert_eq!(secrets(&cache, &query("s"))[0], "own");
    assert_eq!(secrets(&cache, &at("login.windows.net"))[0], "alias");
    let mut all = secrets(&cache, &at("login.microsoft.com"));
    all.sort();
    assert_eq!(all, ["alias", "alias, more", "own", "own, more"]);
    assert_eq!(secrets(&cache, &at("login.partner.microsoftonline.cn")), ["china"]);
    assert_eq!(secrets(&cache, &at("login.microsoftonline.us")), [""; 0]);
    // What MSAL .NET, Node and Java write for the public cloud.
    let peers = cache_of([json!({ "environment": "login.windows.net" })]);
    assert_eq!(secrets(&peers, &query("s")), ["AT"]);
    let peers = cache_of([json!({ "environment": "login.windows.net", "target": "s t" })]);
    assert_eq!(secrets(&peers, &query("s")), ["AT"]);
}

#[test]
fn the_own_environment_answers_wholly_before_an_alias() {
    let cache = cache_of([
        json!({ "secret": "alias", "environment": "login.windows.net" }),
        json!({ "secret": "own, more", "target": "s t" }),
    ]);
    // As MSAL Python, which asks for one environment after the other.
    assert_eq!(secrets(&cache, &query("s")), ["own, more", "alias"]);
}

#[test]
fn cac_11_the_case_of_an_environment_does_not_count() {
    for (own, asked) in [
        (ENVIRONMENT, "LOGIN.MicrosoftOnline.COM"),
        ("Login.Windows.NET", ENVIRONMENT),
        ("ADFS.Contoso.Example", "adfs.contoso.example"),
        ("adfs.contoso.example", "adfs.CONTOSO.example"),
    ] {
        let cache = cache_of([json!({ "environment": own })]);
        assert_eq!(secrets(&cache, &at(asked)), ["AT"], "{own} {asked}");
    }
    let cache = cache_of([json!({ "environment": "adfs.contoso.example" })]);
    assert_eq!(secrets(&cache, &at("adfs.fabrikam.example")), [""; 0]);
    assert_eq!(secrets(&cache, &at("")), [""; 0]);
}

#[test]
fn cac_12_the_case_of_ids_does_not_count() {
    let cache = cache_of([json!({ "home_account_id": "Uid.uTid", "client_id": "AbC", "realm": "Contoso.Example" })]);
    let query = |home: &str, client_id: &str, realm: &str| AccessTokenQuery {
        home_account_id: Some(home.into()),
        client_id: client_id.into(),
        realm: realm.into(),
        ..query("s")
    };
    assert_eq!(secrets(&cache, &query("uid.utid", "aBc", "contoso.EXAMPLE")), ["AT"]);
    assert_eq!(secrets(&cache, &query("uid.utie", "abc", "contoso.example")), [""; 0]);
    assert_eq!(secrets(&cache, &query("uid.utid", "abd", "contoso.example")), [""; 0]);
    assert_eq!(secrets(&cache, &query("uid.utid", "abc", "contoso.exampl")), [""; 0]);
}

#[test]
fn the_case_of_scopes_counts_but_for_all_of_them() {
    // MSAL Python finds the whole target by a key in lower case, and one scope among others as it is.
    let cache = cache_of([json!({ "target": "Mail.Read User.Read" })]);
    assert_eq!(secrets(&cache, &query("mail.read user.read")), ["AT"]);
    assert_eq!(secrets(&cache, &query("User.Read")), ["AT"]);
    assert_eq!(secrets(&cache, &query("user.read")), [""; 0]);
}

#[test]
fn each_token_answers_once() {
    let cache = cache_of([json!({ "secret": "one" }), json!({ "secret": "two", "environment": "login.windows.net" })]);
    for target in ["s", ""] {
        assert_eq!(secrets(&cache, &query(target)), ["one", "two"]);
    }
}

#[test]
fn an_expired_token_gives_way_to_one_that_is_good() {
    let expired = |members: serde_json::Value| {
        let mut members = members;
        members["expires_on"] = json!("1700000299");
        members
    };
    let cache = cache_of([
        expired(json!({ "secret": "exact" })),
        expired(json!({ "secret": "more", "target": "s t" })),
        json!({ "secret": "good", "target": "s u" }),
    ]);
    assert_eq!(secrets(&cache, &query("s")), ["exact", "more", "good"]);
    assert_eq!(found(&cache, &query("s")).as_deref(), Some("good"));
    let cache = cache_of([
        expired(json!({ "secret": "own" })),
        json!({ "secret": "alias", "environment": "login.windows.net" }),
    ]);
    assert_eq!(found(&cache, &query("s")).as_deref(), Some("alias"));
}

#[test]
fn twins_of_a_file_answer_as_they_stand_there() {
    // MSAL Node's keys end in a dash: the same token may be there twice.
    let cache = file_of((0..40).map(|place| json!({ "secret": place.to_string() })));
    let all: Vec<_> = (0..40).map(|place| place.to_string()).collect();
    assert_eq!(secrets(&cache, &query("s")), all);
    assert_eq!(found(&cache, &query("s")).as_deref(), Some("0"));
}

#[test]
fn a_read_gives_what_matches() {
    let cache = cache_of([json!({ "secret": "more", "target": "s t" }), json!({ "secret": "exact" })]);
    let found = cache.read(&CacheRead::AccessTokens(query("s"))).access_tokens;
    assert!(cache.matches(&query("s")).eq(&found));
    assert_eq!(found.len(), 2);
    assert_eq!(cache.read(&CacheRead::AccessTokens(query("u"))).access_tokens, []);
}

#[test]
fn an_applications_own_tokens_are_read_over_tenants_scopes_and_aliases() {
    let cache = cache_of([
        json!({ "secret": "1" }),
        json!({ "secret": "user's", "home_account_id": "uid.utid" }),
        json!({ "secret": "2", "realm": "other", "target": "t" }),
        json!({ "secret": "3", "environment": "login.windows.net", "expires_on": "0" }),
        json!({ "secret": "4", "key_id": "K", "target": "u" }),
        json!({ "secret": "other client's", "client_id": "c" }),
        json!({ "secret": "other cloud's", "environment": "login.microsoftonline.us" }),
        json!({ "secret": "5", "ext_cache_key": "x" }),
    ]);
    let read = |client_id: &str, environment: &str| {
        let read = CacheRead::AppTokens { client_id: client_id.into(), environment: environment.into() };
        let found = cache.read(&read).access_tokens;
        found.iter().map(|token| token.secret().expose().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(read(CLIENT, ENVIRONMENT), ["1", "2", "3", "4", "5"]);
    assert_eq!(read(&CLIENT.to_uppercase(), "Login.Microsoft.com"), ["1", "2", "3", "4", "5"]);
    assert_eq!(read("C", ENVIRONMENT), ["other client's"]);
    assert_eq!(read(CLIENT, TENANT), [""; 0]);
}

#[test]
fn long_texts_are_told_apart_and_found() {
    let long = |end: &str| format!("{}{end}", "x".repeat(2_000));
    let cache = cache_of([
        json!({ "secret": "1", "target": long("1") }),
        json!({ "secret": "2", "target": long("2") }),
        json!({ "secret": "3", "target": long("1"), "realm": long("") }),
    ]);
    assert_eq!(secrets(&cache, &query(&long("1"))), ["1"]);
    assert_eq!(secrets(&cache, &query(&long("2"))), ["2"]);
    let query = AccessTokenQuery { realm: long("").to_uppercase().into(), target: Scopes::new([long("1")]), ..query("") };
    assert_eq!(secrets(&cache, &query), ["3"]);
    assert_eq!(cache.find(&query, NOW).unwrap().secret().expose(), "3");
}
