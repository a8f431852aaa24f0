//! Texts that are no cache, and what is left of the cache then.
use crate::support::{NOW, file, found, load, query, saved, token};
use msal_proto::TokenCache;
use msal_proto::cache::CacheError;
use msal_proto::json::JsonFault;
use serde_json::json;

#[test]
fn cac_01_an_empty_text_is_an_empty_cache() {
    for text in ["", " ", "\n\t\r\n"] {
        let mut cache = load(&file(&[token(json!({}))]));
        cache.deserialize(text).unwrap();
        assert_eq!(saved(&cache), json!({}), "{text:?}");
    }
}

#[test]
fn cac_02_a_damaged_text_leaves_the_cache_as_it_was() {
    let whole = file(&[token(json!({}))]).to_string();
    let mut damaged =
        vec!["null", "[]", "5", "\"text\"", "not json", "{\"AccessToken\":{}}x", "\u{feff}{}", "\0\0\0"];
    damaged.extend((1..whole.len()).step_by(7).map(|end| &whole[..end]));
    for text in damaged {
        let mut cache = load(&file(&[token(json!({}))]));
        let before = saved(&cache);
        let error = cache.deserialize(text).unwrap_err();
        assert!(matches!(error, CacheError::Corrupt(_)), "{text:?}");
        assert_eq!(saved(&cache), before, "{text:?}");
        assert_eq!(found(&cache, &query("s1")).as_deref(), Some("AT"), "{text:?}");
    }
}

#[test]
fn cac_02_the_error_says_where_and_not_what() {
    let error =
        TokenCache::new().deserialize("{\n  \"AccessToken\": {\"k\": {\"secret\": SESAME}}}").unwrap_err();
    assert_eq!(error, CacheError::Corrupt(JsonFault::Syntax { line: 2, column: 35 }));
    let text = format!("{error} {error:?}");
    assert!(!text.contains("SESAME"), "{text}");
    assert!(text.contains("line 2, column 35"), "{text}");
}

#[test]
fn cac_10_numbers_that_are_not_json_are_refused() {
    for number in ["NaN", "Infinity", "-Infinity", "01"] {
        let text = format!("{{\"AccessToken\": {{\"k\": {{\"x\": {number}}}}}}}");
        assert!(matches!(TokenCache::new().deserialize(&text), Err(CacheError::Corrupt(_))), "{number}");
    }
}

#[test]
fn cac_16_a_text_over_64_mib_is_refused() {
    let mut cache = load(&file(&[token(json!({}))]));
    let text = format!("{{\"x\":\"{}\"}}", "x".repeat(64 << 20));
    assert_eq!(cache.deserialize(&text), Err(CacheError::TooLarge));
    assert_eq!(found(&cache, &query("s1")).as_deref(), Some("AT"));
}

#[test]
fn a_text_may_be_nested_as_deep_as_it_likes() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = format!("{{\"Other\":{deep},\"AccessToken\":{{\"k\":{{\"secret\":\"x\",\"deep\":{deep}}}}}}}");
    let mut cache = TokenCache::new();
    cache.deserialize(&text).unwrap();
    assert_eq!(cache.serialize().matches('[').count(), 400_000);
}

#[test]
fn a_hundred_thousand_members_are_read() {
    let sections: String = (0..100_000).map(|number| format!("\"s{number}\":1,")).collect();
    let members: String = (0..100_000).map(|number| format!("\"m{number}\":1,")).collect();
    let text = format!("{{{sections}\"AccessToken\":{{\"k\":{{{members}\"secret\":\"x\"}}}}}}");
    let mut cache = TokenCache::new();
    cache.deserialize(&text).unwrap();
    assert_eq!(cache.serialize().len(), text.len());
}

#[test]
fn the_changed_flag_follows_msal_python() {
    let mut cache = TokenCache::new();
    assert!(!cache.has_state_changed());
    cache.deserialize(&file(&[token(json!({"expires_on": (NOW - 1000).to_string()}))]).to_string()).unwrap();
    assert!(!cache.has_state_changed());
    found(&cache, &query("s1"));
    assert!(!cache.has_state_changed(), "a look-up changes nothing");
    assert_eq!(cache.remove_expired(crate::support::now()).len(), 1);
    assert!(cache.has_state_changed());
    cache.serialize();
    assert!(!cache.has_state_changed());
    assert!(cache.remove_expired(crate::support::now()).is_empty());
    assert!(!cache.has_state_changed(), "nothing was removed");
}
