//! The store of one process.
use crate::support::{access_token, query};
use msal_proto::TokenCache;
use msal_proto::cache::{
    AsyncCacheStore, CacheChange, CacheFault, CacheRead, CacheStore, Entry, InMemoryStore,
};
use serde_json::json;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

fn change(secret: &str) -> CacheChange {
    CacheChange {
        puts: vec![Entry::AccessToken(access_token(json!({"secret": secret})))],
        ..CacheChange::default()
    }
}

fn secrets(store: &dyn CacheStore) -> Vec<String> {
    let found =
        store.read(&CacheRead::AccessTokens { query: query("s1"), now: crate::support::now() }).unwrap();
    found.access_tokens.iter().map(|token| token.secret().expose().to_owned()).collect()
}

#[test]
fn what_is_written_is_read() {
    let store = InMemoryStore::default();
    assert_eq!(secrets(&store), [""; 0]);
    CacheStore::write(&store, &change("one")).unwrap();
    assert_eq!(secrets(&store), ["one"]);
}

#[test]
fn many_threads_share_it() {
    let store = Arc::new(InMemoryStore::new(TokenCache::new()));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..200 {
                    CacheStore::write(&**store, &change(&format!("{thread} {n}"))).unwrap();
                    assert_eq!(secrets(&**store).len(), 1);
                }
            });
        }
    });
}

#[test]
fn a_panic_elsewhere_does_not_end_it() {
    let store = Arc::new(InMemoryStore::default());
    CacheStore::write(&*store, &change("one")).unwrap();
    let other = store.clone();
    let panicked = std::thread::spawn(move || {
        let _guard = other.lock_mut();
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    assert_eq!(secrets(&*store), ["one"]);
    CacheStore::write(&*store, &change("two")).unwrap();
    assert_eq!(secrets(&*store), ["two"]);
}

fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory waits for nothing"),
    }
}

#[test]
fn it_serves_async_programs_too() {
    let store = InMemoryStore::default();
    ready(AsyncCacheStore::write(&store, &change("one"))).unwrap();
    let found = ready(AsyncCacheStore::read(
        &store,
        &CacheRead::AccessTokens { query: query("s1"), now: crate::support::now() },
    ))
    .unwrap();
    assert_eq!(found.access_tokens.len(), 1);
}

#[test]
fn a_fault_says_what_failed() {
    assert_eq!(CacheFault("disk full".into()).to_string(), "the token cache failed: disk full");
}

#[test]
fn stores_are_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<InMemoryStore>();
    is_shared::<TokenCache>();
    is_shared::<Arc<dyn CacheStore>>();
}
