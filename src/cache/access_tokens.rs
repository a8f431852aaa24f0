//! The section of access tokens with its indices.
use super::exact::Exact;
use super::index::{PartitionKey, same};
use super::postings::Postings;
use super::{AccessToken, AccessTokenQuery, Purge};
use crate::engine::UnixTime;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::{borrow::Cow, string::String, sync::Arc, vec::Vec};
use hashbrown::{DefaultHashBuilder, HashSet};

/// What has ended is removed only when it ended this long ago, in seconds: a clock may have been wrong for a moment.
const GRACE: u64 = 300;

/// An entry in the order of the file.
#[derive(Clone)]
pub(super) enum Slot {
    Token(Arc<AccessToken>),
    /// No access token that could be served: its key and its text.
    Unreadable(Box<(String, String)>),
    Gone,
}

/// Places are numbers that grow: their order is that in which entries came.
#[derive(Clone, Default)]
pub(super) struct AccessTokens {
    pub(super) hasher: DefaultHashBuilder,
    slots: Vec<Slot>,
    gone: usize,
    /// By partition, extra parameters and whole target.
    pub(super) exact: Exact,
    /// By partition, extra parameters and one scope: those that have others too. Who asks for the only scope of a
    /// token asks for its whole target.
    pub(super) by_scope: Postings,
    /// By partition and end. Half a digest is enough to tell most partitions apart.
    by_end: BTreeSet<(u32, UnixTime, u32)>,
    /// By account and cloud; those of applications themselves by client and cloud. What is had on behalf of somebody
    /// by its hash, client and cloud as well.
    by_owner: Postings,
    interned: HashSet<Arc<str>>,
}

impl AccessTokens {
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.gone
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| !matches!(slot, Slot::Gone))
    }

    pub(super) fn token(&self, place: u32) -> Option<&Arc<AccessToken>> {
        match self.slots.get(place as usize) {
            Some(Slot::Token(token)) => Some(token),
            _ => None,
        }
    }

    /// One text for all entries that have it.
    pub(super) fn intern(&mut self, text: Cow<'_, str>) -> Arc<str> {
        if let Some(known) = self.interned.get(&*text) {
            return known.clone();
        }
        let text = Arc::<str>::from(text);
        self.interned.insert(text.clone());
        text
    }

    /// Those of an account or an application itself, in the order in which they came.
    pub(super) fn owned_by<'a>(
        &'a self,
        owner: PartitionKey<'a>,
    ) -> impl Iterator<Item = &'a Arc<AccessToken>> {
        let places = self.by_owner.places(owner.digest(&self.hasher).finish());
        let tokens = places.filter_map(|place| self.token(place));
        tokens.filter(move |token| owners(token).any(|own| own.is(&owner)))
    }

    /// Takes the place of what has its identity.
    pub(super) fn put(&mut self, mut token: AccessToken) {
        let texts = [&mut token.environment, &mut token.client_id, &mut token.realm, &mut token.token_type];
        for text in texts.into_iter().chain(&mut token.home_account_id) {
            *text = self.intern(Cow::Borrowed(&**text));
        }
        let token = Arc::new(token);
        let mut replaced = self.same_identity(&token).into_iter();
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

    /// Whether there was something to remove.
    pub(super) fn purge(&mut self, purge: &Purge) -> bool {
        let partition = PartitionKey::of_query(&purge.partition);
        let ended: Vec<_> = self.ends_before(partition, purge.now.saturating_sub(GRACE)).collect();
        ended.iter().for_each(|place| drop(self.take(*place)));
        !ended.is_empty()
    }

    pub(super) fn remove_expired(&mut self, now: UnixTime) -> Vec<Arc<AccessToken>> {
        let ended = self.by_end.iter().filter(|(_, end, _)| *end < now).map(|(_, _, place)| *place);
        let mut ended: Vec<_> = ended.collect();
        ended.sort_unstable();
        ended.into_iter().filter_map(|place| self.take(place)).collect()
    }

    /// Of a partition, or of all assertions if it is of one.
    pub(super) fn ends_before(
        &self,
        partition: PartitionKey<'_>,
        end: UnixTime,
    ) -> impl Iterator<Item = u32> {
        let partition = partition.of_expiry();
        let digest = partition.digest(&self.hasher).finish() as u32;
        let range = self.by_end.range((digest, UnixTime(0), 0)..(digest, end, 0));
        let is_in = move |place: &u32| {
            let token = self.token(*place);
            token.is_some_and(|token| PartitionKey::of_token(token).of_expiry().is(&partition))
        };
        range.map(|(_, _, place)| *place).filter(is_in)
    }

    /// All of a partition, in no order.
    pub(super) fn all_of(&self, query: &AccessTokenQuery) -> Vec<u32> {
        let partition = PartitionKey::of_query(query);
        match partition.user_assertion_hash {
            None => self.ends_before(partition, UnixTime(u64::MAX)).collect(),
            Some(hash) => {
                let owner = PartitionKey::of_assertion(hash, partition.client_id, partition.environment);
                self.by_owner.places(owner.digest(&self.hasher).finish()).collect()
            }
        }
    }

    /// The places of entries that a put of this one replaces: that of its key in the file, and the same token under
    /// another library's key. Another library's token that is bound to something else stays.
    fn same_identity(&self, token: &AccessToken) -> Vec<u32> {
        let own = PartitionKey::of_token(token);
        let is_it = |other: &AccessToken| {
            own.is(&PartitionKey::of_token(other))
                && same(home(other), home(token))
                && same(&other.environment, &token.environment)
                && same(other.target.as_str(), token.target.as_str())
                && same(extended(other), extended(token))
                && (other.file_key().is_none()
                    || other.bound == token.bound && same(&other.token_type, &token.token_type))
        };
        let digest = own.digest(&self.hasher).extended(token.ext_cache_key().map(|key| &**key));
        let found = self.exact.get(digest.with(token.target.as_str()));
        found.filter(|(_, other)| is_it(other)).map(|(place, _)| place).collect()
    }

    fn index(&mut self, place: u32, token: &Arc<AccessToken>) {
        let partition = PartitionKey::of_token(token).digest(&self.hasher);
        let digest = partition.extended(token.ext_cache_key().map(|key| &**key));
        self.exact.insert(digest.with(token.target.as_str()), place, token.clone());
        for scope in scopes_to_index(token) {
            self.by_scope.insert(digest.with(scope), place);
        }
        self.by_end.insert((self.expiry(token), token.expires_on, place));
        for owner in owners(token) {
            self.by_owner.insert(owner.digest(&self.hasher).finish(), place);
        }
    }

    fn unindex(&mut self, place: u32) {
        let Some(token) = self.token(place).cloned() else {
            return;
        };
        let partition = PartitionKey::of_token(&token).digest(&self.hasher);
        let digest = partition.extended(token.ext_cache_key().map(|key| &**key));
        self.exact.remove(digest.with(token.target.as_str()), place);
        for scope in scopes_to_index(&token) {
            self.by_scope.remove(digest.with(scope), place);
        }
        self.by_end.remove(&(self.expiry(&token), token.expires_on, place));
        for owner in owners(&token) {
            self.by_owner.remove(owner.digest(&self.hasher).finish(), place);
        }
    }

    fn expiry(&self, token: &AccessToken) -> u32 {
        PartitionKey::of_token(token).of_expiry().digest(&self.hasher).finish() as u32
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
        let (hasher, mut interned) = (self.hasher.clone(), core::mem::take(&mut self.interned));
        interned.retain(|text| Arc::strong_count(text) > 1);
        *self = Self { hasher, interned, ..Self::default() };
        for slot in slots.into_iter().filter(|slot| !matches!(slot, Slot::Gone)) {
            self.push(slot);
        }
    }
}

/// Whose it is, in the ways in which it is asked for.
fn owners(token: &AccessToken) -> impl Iterator<Item = PartitionKey<'_>> {
    [Some(PartitionKey::of_owner(token)), PartitionKey::of_assertion_of(token)].into_iter().flatten()
}

fn home(token: &AccessToken) -> &str {
    token.home_account_id().map_or("", |home| home)
}

fn extended(token: &AccessToken) -> &str {
    token.ext_cache_key().map_or("", |key| key)
}

fn scopes_to_index(token: &AccessToken) -> impl Iterator<Item = &str> {
    let has_others = token.target.iter().nth(1).is_some();
    token.target.iter().filter(move |_| has_others)
}
