//! Looking up access tokens.
use crate::support::{
    ALICE, HOST, NOW, access_token, file, found, load, matches, now, put, query, saved, token,
};
use msal_proto::TokenCache;
use msal_proto::cache::{AccessTokenQuery, CacheChange, CacheRead, Entry, Purge};
use msal_proto::engine::UnixTime;
use serde_json::{Value, json};

fn ending(secret: &str, target: &str, seconds: i64) -> Value {
    let at = (i64::try_from(NOW).unwrap() + seconds).to_string();
    token(json!({"secret": secret, "target": target, "expires_on": at}))
}

#[test]
fn the_exact_target_comes_first_then_supersets_as_they_came() {
    let cache = load(&file(&[
        token(json!({"secret": "1", "target": "a b c"})),
        token(json!({"secret": "2", "target": "a b"})),
        token(json!({"secret": "3", "target": "a"})),
        token(json!({"secret": "4", "target": "b c"})),
    ]));
    assert_eq!(matches(&cache, &query("a b")), ["2", "1"]);
    assert_eq!(matches(&cache, &query("b a")), ["2", "1"]);
    assert_eq!(matches(&cache, &query("a")), ["3", "1", "2"]);
    assert_eq!(matches(&cache, &query("b")), ["1", "2", "4"]);
    assert_eq!(matches(&cache, &query("c a")), ["1"]);
    assert_eq!(matches(&cache, &query("a d")), [""; 0]);
    assert_eq!(matches(&cache, &query("")), ["1", "2", "3", "4"], "no scope asks for any token");
}

#[test]
fn scopes_have_case_but_a_whole_target_is_looked_up_by_its_key() {
    let cache = load(&file(&[token(json!({"target": "User.Read openid"}))]));
    assert_eq!(matches(&cache, &query("user.read")), [""; 0]);
    assert_eq!(matches(&cache, &query("User.Read")), ["AT"]);
    assert_eq!(
        matches(&cache, &query("User.READ openid")),
        ["AT"],
        "as in MSAL Python, whose keys are lower case"
    );
}

#[test]
fn an_expired_exact_match_does_not_hide_a_good_superset() {
    let cache = load(&file(&[ending("old", "a", 10), ending("good", "a b", 3600)]));
    assert_eq!(found(&cache, &query("a")).as_deref(), Some("good"));
    assert_eq!(matches(&cache, &query("a")), ["old", "good"]);
}

#[test]
fn cac_20_less_than_five_minutes_count_as_expired() {
    for (seconds, is_served) in [(-5, false), (0, false), (299, false), (300, true), (301, true)] {
        let cache = load(&file(&[ending("AT", "s", seconds)]));
        assert_eq!(found(&cache, &query("s")).is_some(), is_served, "{seconds}");
        assert_eq!(matches(&cache, &query("s")), ["AT"], "{seconds}");
    }
}

#[test]
fn cac_05_a_time_that_cannot_be_read_has_passed() {
    let odd = [
        json!("x"),
        json!("1e10"),
        json!(""),
        json!("-5"),
        json!(-5),
        json!([1]),
        json!(true),
        json!({}),
        json!(1_700_003_600.5),
    ];
    for expires_on in odd {
        let text = file(&[
            token(json!({"expires_on": expires_on})),
            token(json!({"secret": "good", "target": "s1 x"})),
        ]);
        let cache = load(&text);
        assert_eq!(found(&cache, &query("s1")).as_deref(), Some("good"), "{expires_on}");
        assert_eq!(saved(&cache), text, "{expires_on}");
    }
    let cache = load(&file(&[token(json!({"expires_on": null}))]));
    assert_eq!(found(&cache, &query("s1")), None);
    let cache = load(&file(&[token(json!({"expires_on": NOW + 3600, "cached_at": NOW}))]));
    assert_eq!(found(&cache, &query("s1")).as_deref(), Some("AT"), "an integer will do");
}

#[test]
fn cac_11_environments_of_one_cloud_are_one_whatever_their_case() {
    let cache = load(&file(&[
        token(json!({"secret": "alias", "environment": "login.windows.net"})),
        token(json!({"secret": "upper", "environment": "STS.Windows.NET"})),
        token(json!({"secret": "own"})),
        token(json!({"secret": "china", "environment": "login.chinacloudapi.cn"})),
        token(json!({"secret": "unknown", "environment": "login.example.com"})),
    ]));
    assert_eq!(matches(&cache, &query("s1 s2")), ["own", "alias", "upper"]);
    let from = |host: &str| matches(&cache, &AccessTokenQuery { environment: host.into(), ..query("s1") });
    assert_eq!(from("LOGIN.MICROSOFTONLINE.COM"), ["own", "alias", "upper"]);
    assert_eq!(from("login.windows.net"), ["alias", "upper", "own"]);
    assert_eq!(from("login.partner.microsoftonline.cn"), ["china"]);
    assert_eq!(from("Login.Example.com"), ["unknown"]);
    assert_eq!(from("login.example.org"), [""; 0]);
}

#[test]
fn the_own_environment_comes_before_an_exact_alias() {
    let cache = load(&file(&[
        token(json!({"secret": "alias", "environment": "login.windows.net", "target": "a"})),
        token(json!({"secret": "own", "target": "a b"})),
    ]));
    assert_eq!(matches(&cache, &query("a")), ["own", "alias"]);
}

#[test]
fn cac_12_identifiers_have_no_case() {
    let cache =
        load(&file(&[token(json!({"client_id": "ABCDEF", "realm": "Tenant", "home_account_id": "U.T"}))]));
    let asked = AccessTokenQuery {
        client_id: "abcdef".into(),
        realm: "TENANT".into(),
        home_account_id: Some("u.t".into()),
        ..query("s1")
    };
    assert_eq!(matches(&cache, &asked), ["AT"]);
}

#[test]
fn cac_24_an_applications_token_and_a_users_are_never_crossed() {
    let mut app = token(json!({"secret": "app"}));
    app["home_account_id"] = Value::Null;
    let cache = load(&file(&[
        app,
        token(json!({"secret": "empty"})),
        token(json!({"secret": "user", "home_account_id": ALICE})),
    ]));
    assert_eq!(matches(&cache, &query("s1")), ["app", "empty"]);
    let users = AccessTokenQuery { home_account_id: Some(ALICE.into()), ..query("s1") };
    assert_eq!(matches(&cache, &users), ["user"]);
}

#[test]
fn other_tenants_clients_and_accounts_do_not_match() {
    let cache = load(&file(&[token(json!({"home_account_id": ALICE}))]));
    let own = AccessTokenQuery { home_account_id: Some(ALICE.into()), ..query("s1") };
    assert_eq!(matches(&cache, &own), ["AT"]);
    for other in [
        AccessTokenQuery { realm: "t".into(), ..own.clone() },
        AccessTokenQuery { client_id: "c".into(), ..own.clone() },
        AccessTokenQuery { home_account_id: Some("h".into()), ..own.clone() },
        AccessTokenQuery { environment: "h".into(), ..own },
    ] {
        assert_eq!(matches(&cache, &other), [""; 0], "{other:?}");
    }
}

#[test]
fn cac_18_a_far_end_is_cut_and_a_future_start_is_not_believed() {
    let ten_years = 315_360_000;
    let cache = load(&file(&[token(json!({"expires_on": "100000000000"}))]));
    assert_eq!(cache.matches(&query("s1")).next().unwrap().expires_on(), UnixTime(NOW + ten_years));
    let digits = "9".repeat(30);
    let text = file(&[token(json!({"expires_on": digits}))]);
    assert_eq!(saved(&load(&text)), text, "the text stays");
    for (ahead, is_served) in [(86_400, true), (86_401, false)] {
        let (cached_at, end) = ((NOW + ahead).to_string(), (NOW + ahead + 3600).to_string());
        let cache = load(&file(&[token(json!({"cached_at": cached_at, "expires_on": end}))]));
        assert_eq!(found(&cache, &query("s1")).is_some(), is_served, "{ahead}");
    }
}

#[test]
fn cac_19_a_clock_that_was_wrong_costs_no_good_token_and_serves_no_bad_one() {
    let mut cache =
        load(&file(&[ending("old", "a", -400), ending("late", "a b", 200), ending("good", "a c", 3600)]));
    let year = 31_536_000;
    let back = UnixTime(NOW - year);
    assert!(cache.find(&query("a"), back).is_none(), "what came from the future is not served");
    let purge = |cache: &mut TokenCache, at| {
        cache.apply(&CacheChange {
            purge: Some(Purge { partition: query("a"), now: at }),
            ..CacheChange::default()
        });
    };
    purge(&mut cache, back);
    purge(&mut cache, UnixTime(NOW + 400));
    assert_eq!(matches(&cache, &query("a")), ["late", "good"], "what ended a moment ago stays");
    assert_eq!(found(&cache, &query("a")).as_deref(), Some("good"));
}

#[test]
fn cac_17_what_has_expired_in_a_partition_is_purged_with_a_write() {
    let mut tokens: Vec<_> = (0..1000).map(|n| ending("old", &format!("s{n}"), -301)).collect();
    tokens.push(token(json!({"secret": "elsewhere", "realm": "other", "expires_on": "1"})));
    tokens.push(token(json!({"secret": "alias", "environment": "login.windows.net", "expires_on": "1"})));
    let mut cache = load(&file(&tokens));
    let puts = vec![Entry::AccessToken(access_token(json!({"secret": "new", "target": "s1"})))];
    let purge = Some(Purge { partition: query("s1"), now: now() });
    cache.apply(&CacheChange { puts, purge, ..CacheChange::default() });
    let left = saved(&cache);
    let left: Vec<_> = left["AccessToken"]
        .as_object()
        .unwrap()
        .values()
        .map(|entry| entry["secret"].as_str().unwrap())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.contains(&"new") && left.contains(&"elsewhere"), "{left:?}");
}

#[test]
fn remove_expired_takes_what_has_ended_as_msal_python_does() {
    let mut cache = load(&file(&[ending("1", "a", -1), ending("2", "b", 0), ending("3", "c", -500)]));
    let removed: Vec<_> =
        cache.remove_expired(now()).iter().map(|token| token.secret().expose().to_owned()).collect();
    assert_eq!(removed, ["1", "3"]);
    assert_eq!(matches(&cache, &query("")), ["2"]);
}

#[test]
fn app_tokens_are_those_of_every_tenant_and_alias() {
    let cache = load(&file(&[
        token(json!({"secret": "1", "realm": "t1"})),
        token(json!({"secret": "2", "realm": "t2", "environment": "login.windows.net"})),
        token(json!({"secret": "bound", "realm": "t3", "key_id": "k"})),
        token(json!({"secret": "user", "home_account_id": ALICE})),
        token(json!({"secret": "other", "client_id": "c"})),
        token(json!({"secret": "cloud", "environment": "login.chinacloudapi.cn"})),
    ]));
    let read = CacheRead::AppTokens { client_id: crate::support::CLIENT.into(), environment: HOST.into() };
    let found: Vec<_> =
        cache.read(&read).access_tokens.iter().map(|token| token.secret().expose().to_owned()).collect();
    assert_eq!(found, ["1", "2", "bound"]);
}

#[test]
fn cac_16_thousands_of_tokens_of_one_tenant() {
    let mut cache = TokenCache::new();
    let scope = |n: usize| format!("https://resource-{n}.example.com/.default");
    put(
        &mut cache,
        (0..5_000)
            .map(|n| Entry::AccessToken(access_token(json!({"target": scope(n), "secret": n.to_string()})))),
    );
    for n in [0, 1, 2_499, 4_999] {
        assert_eq!(found(&cache, &query(&scope(n))), Some(n.to_string()));
    }
    assert_eq!(found(&cache, &query("https://resource-100000.example.com/.default")), None);
}
