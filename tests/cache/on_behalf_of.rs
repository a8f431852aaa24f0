//! Tokens that an application has on behalf of somebody: told apart, out of reach of who does not tell them apart, and read
//! as other MSALs write them.
use crate::accounts::refresh_token;
use crate::support::{
    ALICE, CLIENT, HOST, NOW, TENANT, access_token, file, found, load, matches, now, object, put, query,
    saved, token,
};
use msal_proto::cache::{
    AccessTokenQuery, AssertionKey, CacheChange, CacheEntries, CacheRead, Entry, Purge, TokenEvent,
    user_assertion_hash,
};
use msal_proto::engine::UnixTime;
use msal_proto::json::JsonObject;
use msal_proto::{Scopes, TokenCache};
use serde_json::{Value, json};

const ENDPOINT: &str =
    "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token";

fn of(hash: &str) -> AccessTokenQuery {
    AccessTokenQuery { user_assertion_hash: Some(hash.into()), ..query("s1") }
}

fn key(hash: &str, started_with: Option<&str>) -> AssertionKey {
    AssertionKey {
        user_assertion_hash: hash.into(),
        started_with: started_with.map(Into::into),
        account: None,
    }
}

fn client_info(home: &str) -> String {
    let (uid, utid) = home.split_once('.').unwrap();
    let info = json!({"uid": uid, "utid": utid}).to_string();
    base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, info)
}

fn answer(secret: &str, home: Option<&str>) -> JsonObject {
    let mut answer =
        json!({"access_token": secret, "refresh_token": format!("{secret}-RT"), "expires_in": 3600});
    if let Some(home) = home {
        answer["client_info"] = json!(client_info(home));
        answer["id_token"] = json!("h.eyJzdWIiOiJzIn0.s");
    }
    object(&answer)
}

fn add(cache: &mut TokenCache, answer: &JsonObject, key: &AssertionKey, scopes: &str) {
    let event = TokenEvent {
        client_id: CLIENT,
        scope: Scopes::parse(scopes),
        token_endpoint: Some(ENDPOINT),
        environment: Some(HOST),
        response: Some(answer),
        on_behalf_of: Some(key),
        ..TokenEvent::default()
    };
    cache.add(&event, now());
}

fn under(cache: &TokenCache, key: &str) -> CacheEntries {
    cache.read(&CacheRead::OnBehalfOf {
        user_assertion_hash: key.into(),
        environment: HOST.into(),
        client_id: CLIENT.into(),
    })
}

fn entries(cache: &TokenCache, section: &str) -> Vec<Value> {
    saved(cache)[section].as_object().into_iter().flat_map(|section| section.values().cloned()).collect()
}

#[test]
fn cac_23_two_users_and_two_assertions_of_one_of_them() {
    let mut cache = TokenCache::new();
    for (hash, home) in [("A1", ALICE), ("A2", ALICE), ("B", "bob.t")] {
        add(&mut cache, &answer(hash, Some(home)), &key(hash, None), "s1 s2");
    }
    for hash in ["A1", "A2", "B"] {
        assert_eq!(matches(&cache, &of(hash)), [hash]);
        assert_eq!(matches(&cache, &of(&format!("{hash}="))), [hash], "padding does not count");
    }
    assert_eq!(matches(&cache, &of("C")), [""; 0]);
    assert_eq!(matches(&cache, &of("a1")), [""; 0], "case does");
    let kinds = saved(&cache);
    assert_eq!(kinds.as_object().unwrap().keys().collect::<Vec<_>>(), ["AccessToken", "AppMetadata"]);
    assert_eq!(entries(&cache, "AccessToken").len(), 3, "each has a key of its own");
}

/// The spelling of all MSALs, and how long.
#[test]
fn the_digest_of_an_assertion() {
    // RFC 7636 appendix B digests in the same way.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(user_assertion_hash(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

/// What MSAL Python asks its cache for has an account's id, or null: neither is in an entry that is had on behalf of
/// somebody. It compares members, and does not know `user_assertion_hash`.
#[test]
fn cac_09_msal_python_serves_them_to_nobody() {
    let mut cache = TokenCache::new();
    let process = key("K", Some("A"));
    for home in [Some(ALICE), Some("bob.t"), None] {
        add(&mut cache, &answer("plain", home), &key("A", None), "s1");
        add(&mut cache, &answer("process", home), &process, "s1");
    }
    assert_eq!((entries(&cache, "AccessToken").len(), entries(&cache, "RefreshToken").len()), (6, 3));
    for entry in entries(&cache, "AccessToken").iter().chain(&entries(&cache, "RefreshToken")) {
        let home = entry["home_account_id"].as_str().unwrap();
        assert!(home != ALICE && home != "bob.t" && !home.is_empty(), "{entry}");
    }
    for home in [None, Some(ALICE), Some("bob.t")] {
        let asked = AccessTokenQuery { home_account_id: home.map(Into::into), ..query("s1") };
        assert_eq!(matches(&cache, &asked), [""; 0]);
    }
    let app_tokens = CacheRead::AppTokens { client_id: CLIENT.into(), environment: HOST.into() };
    assert_eq!(cache.read(&app_tokens).access_tokens, []);
    let refresh_tokens = CacheRead::RefreshTokens {
        home_account_id: ALICE.into(),
        environment: HOST.into(),
        client_id: CLIENT.into(),
    };
    assert_eq!(cache.read(&refresh_tokens).refresh_tokens, []);
}

#[test]
fn the_file_comes_back_as_it_was_and_so_does_a_look_up() {
    let mut cache = TokenCache::new();
    add(&mut cache, &answer("plain", Some(ALICE)), &key("A", None), "s1");
    add(&mut cache, &answer("process", Some(ALICE)), &key("K", Some("A")), "s1");
    let text = cache.serialize();
    let mut again = TokenCache::new();
    again.deserialize(&text).unwrap();
    assert_eq!(again.serialize(), text);
    assert_eq!(
        (found(&again, &of("A")).as_deref(), found(&again, &of("K")).as_deref()),
        (Some("plain"), Some("process"))
    );
    let process = under(&again, "K");
    assert_eq!((process.access_tokens.len(), process.refresh_tokens.len()), (1, 1));
    // A flow stores what it found.
    let stored: CacheEntries = serde_json::from_str(&serde_json::to_string(&process).unwrap()).unwrap();
    assert_eq!(stored, process);
    // Two keys that differ by case alone are two.
    assert_eq!(under(&again, "k"), CacheEntries::default());
}

#[test]
fn a_process_keeps_one_refresh_token_whatever_it_asks_for() {
    let mut cache = TokenCache::new();
    add(&mut cache, &answer("one", Some(ALICE)), &key("K", Some("A")), "s1");
    add(&mut cache, &answer("two", Some(ALICE)), &key("K", Some("A")), "s2");
    let process = under(&cache, "K");
    assert_eq!(process.access_tokens.len(), 2);
    assert_eq!(process.refresh_tokens[0].secret().expose(), "two-RT");
    assert_eq!(process.refresh_tokens.len(), 1);
    // Another user's is put beside it, if it comes to that.
    add(&mut cache, &answer("other", Some("bob.t")), &key("K", Some("B")), "s1");
    assert_eq!(under(&cache, "K").refresh_tokens.len(), 2);
    let change = CacheChange::removing(under(&cache, "K"));
    cache.apply(&change);
    assert_eq!(under(&cache, "K"), CacheEntries::default());
    assert_eq!((entries(&cache, "AccessToken").len(), entries(&cache, "RefreshToken").len()), (0, 0));
}

/// As MSAL .NET, Java, Go (which pads) and Node write them: with the account's own id, and their keys in the file.
#[test]
fn what_other_msals_keep_is_found_by_its_hash_and_by_nothing_else() {
    for (name, hash) in
        [("user_assertion_hash", "H"), ("user_assertion_hash", "H="), ("userAssertionHash", "H")]
    {
        let theirs = |secret: &str, over: Value| {
            let mut entry = token(json!({"secret": secret, "home_account_id": ALICE, (name): hash}));
            over.as_object().unwrap().iter().for_each(|(name, value)| entry[name] = value.clone());
            entry
        };
        let tokens = [
            theirs("theirs", json!({})),
            theirs("elsewhere", json!({"client_id": "another"})),
            theirs("application's", json!({"home_account_id": "", "realm": "other"})),
            token(json!({"secret": "free", "home_account_id": ALICE})),
        ];
        let mut file = file(&tokens);
        file["RefreshToken"] = json!({
            "a": refresh_token(json!({"secret": "RT", (name): hash})),
            "b": refresh_token(json!({"secret": "extended", (name): hash, "ext": {"a": "b"}})),
            "c": refresh_token(json!({"secret": "free"})),
        });
        let mut cache = load(&file);
        assert_eq!(matches(&cache, &of("H")), ["theirs"], "{name} {hash}");
        assert_eq!(
            matches(&cache, &AccessTokenQuery { realm: "other".into(), ..of("H") }),
            ["application's"]
        );
        let alice = AccessTokenQuery { home_account_id: Some(ALICE.into()), ..query("s1") };
        assert_eq!(matches(&cache, &alice), ["free"]);
        let process = under(&cache, "H");
        assert_eq!(process.access_tokens.len(), 2);
        assert_eq!(
            process.refresh_tokens.iter().map(|token| token.secret().expose()).collect::<Vec<_>>(),
            ["RT"]
        );
        // Ours comes beside theirs.
        add(&mut cache, &answer("ours", Some(ALICE)), &key("H", None), "s1");
        assert_eq!(matches(&cache, &of("H")), ["ours", "theirs"], "for just these scopes first");
        let kept = saved(&cache);
        assert_eq!(kept["AccessToken"]["key 000000"], tokens[0], "{kept}");
        assert_eq!(kept["RefreshToken"], file["RefreshToken"]);
    }
}

#[test]
fn an_alias_of_the_cloud_is_the_same() {
    let mut cache = TokenCache::new();
    add(&mut cache, &answer("one", Some(ALICE)), &key("K", Some("A")), "s1");
    for environment in ["login.windows.net", "STS.windows.net"] {
        assert_eq!(
            matches(&cache, &AccessTokenQuery { environment: environment.into(), ..of("K") }),
            ["one"]
        );
    }
    assert_eq!(
        matches(&cache, &AccessTokenQuery { environment: "login.microsoftonline.us".into(), ..of("K") }),
        [""; 0]
    );
    assert_eq!(matches(&cache, &AccessTokenQuery { realm: "other".into(), ..of("K") }), [""; 0]);
    assert_eq!(matches(&cache, &AccessTokenQuery { target: Scopes::default(), ..of("K") }), ["one"]);
    assert_eq!(matches(&cache, &AccessTokenQuery { target: Scopes::default(), ..of("k") }), [""; 0]);
}

/// Nobody comes back with an assertion that has ended, so its token goes with anybody's next write.
#[test]
fn cac_17_what_has_expired_goes_whatever_assertion_it_was_for() {
    let mut cache = TokenCache::new();
    for number in 0..1_000 {
        add(&mut cache, &answer("old", Some(ALICE)), &key(&format!("H{number}"), None), "s1");
    }
    let app = access_token(json!({"secret": "app"}));
    let user = access_token(json!({"secret": "user", "home_account_id": ALICE}));
    let elsewhere = access_token(json!({"secret": "realm", "realm": "t2", "user_assertion_hash": "x"}));
    put(&mut cache, [app, user, elsewhere].map(Entry::AccessToken));
    let purge = |partition, now| CacheChange {
        purge: Some(Purge { partition, now: UnixTime(now) }),
        ..CacheChange::default()
    };
    cache.apply(&purge(of("new"), NOW + 3_600));
    assert_eq!(entries(&cache, "AccessToken").len(), 1_003, "a clock may be wrong for a moment");
    cache.apply(&purge(of("new"), NOW + 4_000));
    assert_eq!(entries(&cache, "AccessToken").len(), 3, "of this tenant, and no others");
    // Nor does another partition's purge take them.
    add(&mut cache, &answer("kept", None), &key("H", None), "s1");
    cache.apply(&purge(query("s1"), NOW + 4_000));
    assert_eq!(found(&cache, &of("H")).as_deref(), Some("kept"));
    assert_eq!(entries(&cache, "AccessToken").len(), 3);
    assert_eq!(TENANT, "11111111-1111-1111-1111-111111111111");
}

#[test]
fn nothing_shows_the_key_of_a_process() {
    let read = CacheRead::OnBehalfOf {
        user_assertion_hash: "canary".into(),
        environment: HOST.into(),
        client_id: CLIENT.into(),
    };
    let text = format!("{read:?} {:?} {:?}", of("canary"), key("canary", Some("canary")));
    assert!(!text.contains("canary"), "{text}");
}
