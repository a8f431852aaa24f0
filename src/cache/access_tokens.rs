//! The section of access tokens with its indices.
use super::index::{PartitionKey, same, same_cloud};
use super::{AccessToken, AccessTokenQuery, Purge};
use crate::engine::UnixTime;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::{string::String, sync::Arc, vec::Vec};
use core::iter;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

/// What has ended is removed only when it ended this long ago, in seconds: a clock may have been wrong for a moment.
const GRACE: u64 = 300;

/// An entry in the order of the file.
#[derive(Clone)]
pub(super) enum Slot {
    Token(Arc<AccessToken>),
    /// No access token that could be served: its key and its text.
    Unreadable(String, String),
    Gone,
}

/// Places are numbers that grow: their order is that in which entries came.
#[derive(Clone, Default)]
pub(super) struct AccessTokens {
    hasher: DefaultHashBuilder,
    slots: Vec<Slot>,
    gone: usize,
    /// By partition and whole target.
    exact: HashTable<u32>,
    /// By partition and one scope.
    by_scope: HashMap<u64, BTreeSet<u32>>,
    /// By partition and end.
    by_end: BTreeSet<(u64, UnixTime, u32)>,
    /// Those of applications themselves, by client and cloud.
    of_apps: HashMap<u64, BTreeSet<u32>>,
    interned: HashMap<Arc<str>, ()>,
}

impl AccessTokens {
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.gone
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| !matches!(slot, Slot::Gone))
    }

    fn token(&self, place: u32) -> Option<&Arc<AccessToken>> {
        match self.slots.get(place as usize) {
            Some(Slot::Token(token)) => Some(token),
            _ => None,
        }
    }

    /// One text for all entries that have it.
    pub(super) fn intern(&mut self, text: String) -> Arc<str> {
        if let Some((known, ())) = self.interned.get_key_value(text.as_str()) {
            return known.clone();
        }
        let text = Arc::<str>::from(text);
        self.interned.insert(text.clone(), ());
        text
    }

    pub(super) fn matches<'a>(
        &'a self,
        query: &AccessTokenQuery,
    ) -> impl Iterator<Item = &'a Arc<AccessToken>> {
        let partition = PartitionKey::of_query(query);
        let target = query.target.as_str();
        let digest = partition.digest_with(target, &self.hasher);
        let own = move |own: bool| {
            let exact = self.exact.iter_hash(digest).filter_map(|place| self.token(*place));
            exact.filter(move |token| {
                (token.environment == query.environment) == own
                    && is_exact(token, query)
                    && answers(token, query)
            })
        };
        let exact = own(true).chain(iter::once_with(move || own(false)).flatten());
        let rest = iter::once_with(move || self.supersets(query)).flatten();
        exact.chain(rest)
    }

    /// Tokens for more than the query's scopes, those of its own environment first.
    fn supersets<'a>(&'a self, query: &AccessTokenQuery) -> Vec<&'a Arc<AccessToken>> {
        let partition = PartitionKey::of_query(query);
        let places: Box<dyn Iterator<Item = u32>> = if query.target.is_empty() {
            let mut places: Vec<_> = self.ends_before(&partition, UnixTime(u64::MAX)).collect();
            places.sort_unstable();
            Box::new(places.into_iter())
        } else {
            let postings = query
                .target
                .iter()
                .map(|scope| self.by_scope.get(&partition.digest_with(scope, &self.hasher)).ok_or(()));
            match postings.collect::<Result<Vec<_>, ()>>() {
                Ok(postings) => {
                    let shortest = postings.into_iter().min_by_key(|places| places.len());
                    Box::new(shortest.into_iter().flatten().copied())
                }
                Err(()) => Box::new(iter::empty()),
            }
        };
        let is_superset = |token: &&Arc<AccessToken>| {
            let is_exact = !query.target.is_empty() && is_exact(token, query);
            !is_exact
                && PartitionKey::of_token(token).is(&partition)
                && includes(token, query)
                && answers(token, query)
        };
        let mut found: Vec<_> = places.filter_map(|place| self.token(place)).filter(is_superset).collect();
        found.sort_by_key(|token| token.environment != query.environment);
        found
    }

    pub(super) fn of_app(
        &self,
        client_id: &str,
        environment: &str,
    ) -> impl Iterator<Item = &Arc<AccessToken>> {
        let places = self.of_apps.get(&self.app_digest(client_id, environment));
        let tokens = places.into_iter().flatten().filter_map(|place| self.token(*place));
        tokens.filter(move |token| {
            token.home_account_id.is_none()
                && same(&token.client_id, client_id)
                && same_cloud(&token.environment, environment)
        })
    }

    fn app_digest(&self, client_id: &str, environment: &str) -> u64 {
        let partition = AccessTokenQuery {
            home_account_id: None,
            environment: environment.into(),
            client_id: client_id.into(),
            realm: "".into(),
            target: Default::default(),
            key_id: None,
            ext_cache_key: None,
            user_assertion_hash: None,
        };
        PartitionKey::of_query(&partition).digest(&self.hasher)
    }

    /// Takes the place of what has its identity.
    pub(super) fn put(&mut self, token: Arc<AccessToken>) {
        let replaced = self.same_identity(&token);
        let mut replaced = replaced.into_iter();
        let first = replaced.next();
        for place in replaced {
            self.take(place);
        }
        match first {
            Some(place) => {
                self.unindex(place);
                self.index(place, &token);
                if let Some(slot) = self.slots.get_mut(place as usize) {
                    *slot = Slot::Token(token);
                }
            }
            None => self.push(Slot::Token(token)),
        }
    }

    /// At the end, whatever else there is.
    pub(super) fn push(&mut self, slot: Slot) {
        if self.gone > self.slots.len() / 2 + 32 {
            self.compact();
        }
        let place = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        if let Slot::Token(token) = &slot {
            self.index(place, token);
        }
        self.slots.push(slot);
    }

    pub(super) fn remove(&mut self, token: &AccessToken) -> bool {
        let places = self.same_identity(token);
        places.iter().for_each(|place| drop(self.take(*place)));
        !places.is_empty()
    }

    pub(super) fn purge(&mut self, purge: &Purge) {
        let partition = PartitionKey::of_query(&purge.partition);
        let ended: Vec<_> = self.ends_before(&partition, purge.now.saturating_sub(GRACE)).collect();
        for place in ended {
            if self.token(place).is_some_and(|token| PartitionKey::of_token(token).is(&partition)) {
                self.take(place);
            }
        }
    }

    pub(super) fn remove_expired(&mut self, now: UnixTime) -> Vec<Arc<AccessToken>> {
        let ended = self.by_end.iter().filter(|(_, end, _)| *end < now).map(|(_, _, place)| *place);
        let mut ended: Vec<_> = ended.collect();
        ended.sort_unstable();
        ended.into_iter().filter_map(|place| self.take(place)).collect()
    }

    fn ends_before(&self, partition: &PartitionKey<'_>, end: UnixTime) -> impl Iterator<Item = u32> {
        let digest = partition.digest(&self.hasher);
        let range = self.by_end.range((digest, UnixTime(0), 0)..(digest, end, 0));
        range.map(|(_, _, place)| *place)
    }

    /// The places of entries that a put of this one replaces: those of the same key in the file.
    fn same_identity(&self, token: &AccessToken) -> Vec<u32> {
        let digest = PartitionKey::of_token(token).digest_with(token.target.as_str(), &self.hasher);
        let is_it = |other: &AccessToken| {
            same(
                other.home_account_id.as_deref().unwrap_or_default(),
                token.home_account_id.as_deref().unwrap_or_default(),
            ) && same(&other.environment, &token.environment)
                && same(&other.client_id, &token.client_id)
                && same(&other.realm, &token.realm)
                && same(other.target.as_str(), token.target.as_str())
                && other.ext_cache_key().map(|key| key.to_ascii_lowercase())
                    == token.ext_cache_key().map(|key| key.to_ascii_lowercase())
        };
        let places = self.exact.iter_hash(digest).copied();
        let mut places: Vec<_> =
            places.filter(|place| self.token(*place).is_some_and(|other| is_it(other))).collect();
        places.sort_unstable();
        places
    }

    fn index(&mut self, place: u32, token: &Arc<AccessToken>) {
        let partition = PartitionKey::of_token(token);
        let Self { hasher, slots, exact, by_scope, by_end, .. } = self;
        let rehash = |place: &u32| match slots.get(*place as usize) {
            Some(Slot::Token(token)) => {
                PartitionKey::of_token(token).digest_with(token.target.as_str(), hasher)
            }
            _ => 0,
        };
        exact.insert_unique(partition.digest_with(token.target.as_str(), hasher), place, rehash);
        for scope in token.target.iter() {
            by_scope.entry(partition.digest_with(scope, hasher)).or_default().insert(place);
        }
        by_end.insert((partition.digest(hasher), token.expires_on, place));
        if token.home_account_id.is_none() {
            let digest = self.app_digest(&token.client_id, &token.environment);
            self.of_apps.entry(digest).or_default().insert(place);
        }
    }

    fn unindex(&mut self, place: u32) {
        let Some(token) = self.token(place).cloned() else {
            return;
        };
        let partition = PartitionKey::of_token(&token);
        let digest = partition.digest_with(token.target.as_str(), &self.hasher);
        if let Ok(entry) = self.exact.find_entry(digest, |other| *other == place) {
            entry.remove();
        }
        let remove = |postings: &mut HashMap<u64, BTreeSet<u32>>, digest| {
            if let Some(places) = postings.get_mut(&digest) {
                places.remove(&place);
                if places.is_empty() {
                    postings.remove(&digest);
                }
            }
        };
        for scope in token.target.iter() {
            remove(&mut self.by_scope, partition.digest_with(scope, &self.hasher));
        }
        self.by_end.remove(&(partition.digest(&self.hasher), token.expires_on, place));
        let digest = self.app_digest(&token.client_id, &token.environment);
        remove(&mut self.of_apps, digest);
    }

    fn take(&mut self, place: u32) -> Option<Arc<AccessToken>> {
        self.unindex(place);
        let slot = self.slots.get_mut(place as usize)?;
        match core::mem::replace(slot, Slot::Gone) {
            Slot::Token(token) => {
                self.gone += 1;
                Some(token)
            }
            other => {
                *slot = other;
                None
            }
        }
    }

    /// Numbers the entries anew. That is rare enough to be nothing to a single write.
    fn compact(&mut self) {
        let slots = core::mem::take(&mut self.slots);
        let (hasher, interned) = (self.hasher.clone(), core::mem::take(&mut self.interned));
        *self = Self { hasher, interned, ..Self::default() };
        for slot in slots.into_iter().filter(|slot| !matches!(slot, Slot::Gone)) {
            self.push(slot);
        }
    }
}

/// For exactly the query's scopes, in its partition.
fn is_exact(token: &AccessToken, query: &AccessTokenQuery) -> bool {
    same(token.target.as_str(), query.target.as_str())
        && !query.target.is_empty()
        && PartitionKey::of_token(token).is(&PartitionKey::of_query(query))
}

/// Good for all of the query's scopes.
fn includes(token: &AccessToken, query: &AccessTokenQuery) -> bool {
    let mut granted = token.target.iter();
    query.target.iter().all(|scope| granted.any(|one| one == scope))
}

/// A bound token answers whoever asks for what binds it, and nobody else.
fn answers(token: &AccessToken, query: &AccessTokenQuery) -> bool {
    let equal = |one: Option<&Arc<str>>, other: &Option<Arc<str>>| one == other.as_ref();
    let Some(bound) = token.bound.as_deref() else {
        return query.key_id.is_none()
            && query.ext_cache_key.is_none()
            && query.user_assertion_hash.is_none()
            && token.token_type.eq_ignore_ascii_case("Bearer");
    };
    let hash = query.user_assertion_hash.as_deref().map(|hash| hash.trim_end_matches('='));
    !bound.is_foreign
        && equal(bound.key_id.as_ref(), &query.key_id)
        && equal(bound.ext_cache_key.as_ref(), &query.ext_cache_key)
        && bound.user_assertion_hash.as_deref() == hash
        && (query.key_id.is_some() || token.token_type.eq_ignore_ascii_case("Bearer"))
}
