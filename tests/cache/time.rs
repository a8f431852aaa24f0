//! When a token is good, and when it goes.
use crate::support::{NOW, cache_of, entry, file_of, found, purge, query, secrets, token, written};
use msal_proto::cache::AccessTokenQuery;
use msal_proto::engine::UnixTime;
use serde_json::{Value, json};

fn ends_at(expires_on: Value) -> Option<String> {
    found(&file_of([json!({ "expires_on": expires_on })]), &query("s"))
}

#[test]
fn cac_05_a_time_is_a_number_or_its_digits_else_the_token_has_expired() {
    for good in [json!("1700003600"), json!(1_700_003_600), json!(1_700_003_600.9), json!("01700003600")] {
        assert_eq!(ends_at(good.clone()).as_deref(), Some("AT"), "{good}");
    }
    for bad in [json!("absent"), json!(null), json!("x"), json!(""), json!("1e10"), json!("-1"), json!(-1), json!([1])] {
        assert_eq!(ends_at(bad.clone()), None, "{bad}");
        let mut cache = file_of([json!({ "expires_on": bad })]);
        assert_eq!(secrets(&cache, &query("s")), ["AT"]);
        assert_eq!(written(&mut cache)["AccessToken"]["k0"], entry(json!({ "expires_on": bad })));
    }
}

#[test]
fn cac_18_no_token_is_good_for_more_than_ten_years() {
    let decade = 315_360_000;
    for end in ["99999999999", "2015360001", "1000000000000000000000000000000"] {
        let cache = file_of([json!({ "expires_on": end })]);
        let token = cache.find(&query("s"), NOW).unwrap();
        assert_eq!(token.expires_on(), UnixTime(NOW.0 + decade), "{end}");
        assert_eq!(token.expires_in(NOW), decade);
        assert_eq!(cache.find(&query("s"), UnixTime(NOW.0 + decade)), None);
        // The file still says what it said.
        assert_eq!(written(&mut { cache })["AccessToken"]["k0"]["expires_on"], json!(end));
    }
}

#[test]
fn cac_18_a_token_from_the_future_has_expired() {
    let from = |cached_at: u64| {
        let cache = cache_of([json!({ "cached_at": cached_at.to_string(), "expires_on": (NOW.0 + 400_000).to_string() })]);
        found(&cache, &query("s"))
    };
    assert_eq!(from(NOW.0 + 86_400).as_deref(), Some("AT"));
    assert_eq!(from(NOW.0 + 86_401), None);
    let token = token(json!({ "cached_at": (NOW.0 + 86_401).to_string(), "expires_on": (NOW.0 + 400_000).to_string() }));
    assert_eq!(token.expires_in(NOW), 0);
}

#[test]
fn cac_19_a_clock_that_jumps_never_makes_an_expired_token_good() {
    let cache = cache_of([json!({})]);
    let year = 31_536_000;
    assert_eq!(cache.find(&query("s"), UnixTime(NOW.0 - year)), None);
    assert!(cache.find(&query("s"), NOW).is_some());
    for now in [NOW.0 + 3_301, NOW.0 + year, u64::MAX] {
        assert_eq!(cache.find(&query("s"), UnixTime(now)), None);
    }
    assert_eq!(cache.find(&query("s"), UnixTime(0)), None);
}

#[test]
fn cac_19_a_purge_leaves_what_expired_within_five_minutes() {
    for (end, is_left) in [(NOW.0 - 301, false), (NOW.0 - 300, true), (NOW.0 - 1, true), (NOW.0, true)] {
        let mut cache = cache_of([json!({ "expires_on": end.to_string() })]);
        cache.apply(&purge(query("any"), NOW));
        assert_eq!(secrets(&cache, &query("s")).len() == 1, is_left, "{end}");
    }
}

#[test]
fn a_purge_is_of_one_partition_and_all_its_scopes_bound_or_not() {
    let ended = |mut members: Value| {
        members["expires_on"] = json!("1600000000");
        members
    };
    let mut cache = cache_of([
        ended(json!({ "secret": "1", "target": "a b" })),
        ended(json!({ "secret": "2", "target": "c", "key_id": "K" })),
        ended(json!({ "secret": "3", "target": "d", "ext_cache_key": "x" })),
        ended(json!({ "secret": "4", "target": "e", "environment": "login.windows.net" })),
        ended(json!({ "secret": "other tenant's", "realm": "t" })),
        ended(json!({ "secret": "user's", "home_account_id": "uid.utid" })),
        ended(json!({ "secret": "other client's", "client_id": "c" })),
        json!({ "secret": "good" }),
    ]);
    cache.apply(&purge(query("whatever"), NOW));
    let left: Vec<_> = written(&mut cache)["AccessToken"].as_object().unwrap().values().map(|entry| entry["secret"].clone()).collect();
    let mut left: Vec<_> = left.iter().filter_map(Value::as_str).collect();
    left.sort_unstable();
    assert_eq!(left, ["good", "other client's", "other tenant's", "user's"]);
}

#[test]
fn cac_17_all_that_has_expired_goes_in_one_write() {
    let mut cache = cache_of((0..2_000).map(|place| {
        json!({ "target": format!("s{place}"), "expires_on": "1600000000", "realm": format!("t{}", place % 2) })
    }));
    cache.apply(&crate::support::put(token(json!({ "secret": "good" }))));
    let of = |realm: &str| AccessTokenQuery { realm: realm.into(), ..query("") };
    cache.apply(&purge(of("t0"), NOW));
    assert_eq!((secrets(&cache, &of("t0")).len(), secrets(&cache, &of("t1")).len()), (0, 1_000));
    let removed = cache.remove_expired(NOW);
    assert_eq!(removed.len(), 1_000);
    assert_eq!(removed[3].target().as_str(), "s7");
    assert_eq!(secrets(&cache, &query("")), ["good"]);
    assert!(cache.remove_expired(NOW).is_empty());
}

#[test]
fn removing_what_has_expired_takes_no_more() {
    let end = |end: u64| json!({ "secret": end.to_string(), "target": end.to_string(), "expires_on": end.to_string() });
    let mut cache = cache_of([end(NOW.0), end(NOW.0 - 1), end(NOW.0 + 1), end(0)]);
    let removed: Vec<_> = cache.remove_expired(NOW).iter().map(|token| token.expires_on().0).collect();
    assert_eq!(removed, [NOW.0 - 1, 0]);
    assert_eq!(secrets(&cache, &query("")).len(), 2);
}

#[test]
fn cac_20_a_token_that_ends_within_five_minutes_has_expired() {
    for (seconds, is_good) in [(0, false), (299, false), (300, true), (301, true)] {
        let cache = cache_of([json!({ "expires_on": (NOW.0 + seconds).to_string() })]);
        assert_eq!(found(&cache, &query("s")).is_some(), is_good, "{seconds}");
        assert_eq!(cache.matches(&query("s")).next().unwrap().expires_in(NOW), seconds);
    }
}

#[test]
fn looking_up_removes_nothing() {
    let cache = cache_of([json!({ "expires_on": "1" })]);
    assert_eq!(found(&cache, &query("s")), None);
    assert_eq!(secrets(&cache, &query("s")), ["AT"]);
}

#[test]
fn other_times_are_read_too() {
    let cache = file_of([json!({ "refresh_on": 1_700_001_800, "cached_at": 1_699_999_999 })]);
    let token = cache.find(&query("s"), NOW).unwrap();
    assert_eq!(token.refresh_on(), Some(UnixTime(1_700_001_800)));
    assert_eq!(token.cached_at(), UnixTime(1_699_999_999));
    // Peers' ways to say that there is none.
    for none in [json!("0"), json!(0), json!(""), json!(null), json!("absent")] {
        let cache = file_of([json!({ "refresh_on": none })]);
        assert_eq!(cache.find(&query("s"), NOW).unwrap().refresh_on(), None, "{none}");
    }
    for odd in [json!("-62135596800"), json!(null), json!("absent"), json!("x")] {
        let cache = file_of([json!({ "cached_at": odd, "extended_expires_on": odd })]);
        assert_eq!(found(&cache, &query("s")).as_deref(), Some("AT"), "{odd}");
    }
}
