//! Finding the access tokens that answer a query.
use super::access_tokens::AccessTokens;
use super::bound::answers;
use super::index::{Digest, PartitionKey, same};
use super::postings::Places;
use super::{AccessToken, AccessTokenQuery, ExtCacheKey};
use alloc::{sync::Arc, vec::Vec};

/// A query with its digest, of the partition and the extra parameters.
#[derive(Clone)]
struct Lookup<'a> {
    query: &'a AccessTokenQuery,
    /// The digest of the extra parameters, in one of its spellings.
    ext_cache_key: Option<&'a str>,
    digest: Digest,
}

/// Which environments of a cloud are looked at, in this order: the query's own, then the others.
const OWN_THEN_OTHERS: [bool; 2] = [true, false];

impl AccessTokens {
    /// The first of [`Self::matches`] that is good. Without an allocation, unless the query names no scope.
    pub(super) fn find(
        &self,
        query: &AccessTokenQuery,
        is_good: impl Fn(&AccessToken) -> bool,
    ) -> Option<&Arc<AccessToken>> {
        let key = query.ext_cache_key.as_ref();
        let found = self.find_as(query, key.map(ExtCacheKey::netstring), &is_good);
        match key {
            Some(key) if found.is_none() => self.find_as(query, Some(key.plain()), &is_good),
            _ => found,
        }
    }

    /// The same, of those that have the extra parameters' digest spelled so.
    #[inline]
    fn find_as(
        &self,
        query: &AccessTokenQuery,
        ext_cache_key: Option<&str>,
        is_good: impl Fn(&AccessToken) -> bool,
    ) -> Option<&Arc<AccessToken>> {
        let lookup = self.lookup(query, ext_cache_key);
        let is_good = |(_, token): &(u32, &Arc<AccessToken>)| is_good(token);
        let found = OWN_THEN_OTHERS.into_iter().find_map(|own| {
            let exact = self.exact(&lookup, own).find(is_good);
            exact.or_else(|| self.supersets(&lookup, own).find(is_good))
        });
        found.map(|(_, token)| token)
    }

    /// Those that have the extra parameters' digest as this library writes it come before those that have the other.
    pub(super) fn matches<'a>(
        &'a self,
        query: &'a AccessTokenQuery,
    ) -> impl Iterator<Item = &'a Arc<AccessToken>> {
        let key = query.ext_cache_key.as_ref();
        let plain = key.map(|key| self.lookup(query, Some(key.plain())));
        let lookups = [Some(self.lookup(query, key.map(ExtCacheKey::netstring))), plain];
        let found = lookups.into_iter().flatten().flat_map(move |lookup| {
            OWN_THEN_OTHERS
                .into_iter()
                .flat_map(move |own| self.exact(&lookup, own).chain(self.supersets(&lookup, own)))
        });
        found.map(|(_, token)| token)
    }

    fn lookup<'a>(&self, query: &'a AccessTokenQuery, ext_cache_key: Option<&'a str>) -> Lookup<'a> {
        let digest = PartitionKey::of_query(query).digest(&self.hasher);
        Lookup { query, ext_cache_key, digest: digest.extended(ext_cache_key) }
    }

    /// Tokens for exactly the query's scopes, in the order in which they came.
    fn exact<'a, 'q>(
        &'a self,
        lookup: &Lookup<'q>,
        own: bool,
    ) -> impl Iterator<Item = (u32, &'a Arc<AccessToken>)> + use<'a, 'q> {
        let Lookup { query, ext_cache_key, .. } = *lookup;
        let found = self.exact.get(lookup.digest.with(query.target.as_str()));
        found.filter(move |(_, token)| is_exact(token, query) && is_answer(token, query, ext_cache_key, own))
    }

    /// Tokens for more than the query's scopes, in the order in which they came.
    fn supersets<'a, 'q>(
        &'a self,
        lookup: &Lookup<'q>,
        own: bool,
    ) -> impl Iterator<Item = (u32, &'a Arc<AccessToken>)> + use<'a, 'q> {
        let Lookup { query, ext_cache_key, .. } = *lookup;
        let postings = query.target.iter().map(|scope| self.by_scope.get(lookup.digest.with(scope)));
        let shortest = postings.min_by_key(|places| places.map_or(0, Places::len)).flatten();
        let mut any = Vec::new();
        if query.target.is_empty() {
            any = self.all_of(query);
            any.sort_unstable();
        }
        let places = shortest.into_iter().flat_map(Places::iter).chain(any);
        let found = places.filter_map(|place| Some((place, self.token(place)?)));
        found.filter(move |(_, token)| {
            !is_exact(token, query) && is_answer(token, query, ext_cache_key, own) && includes(token, query)
        })
    }
}

impl AccessTokenQuery {
    /// Whether a token answers this; one that has expired may.
    pub(crate) fn is_answered_by(&self, token: &AccessToken) -> bool {
        let key = self.ext_cache_key.as_ref();
        let spellings = [key.map(ExtCacheKey::netstring), key.map(ExtCacheKey::plain)];
        let is_in = |own| spellings.iter().any(|spelling| is_answer(token, self, *spelling, own));
        OWN_THEN_OTHERS.into_iter().any(is_in) && (is_exact(token, self) || includes(token, self))
    }
}

/// For exactly the query's scopes.
fn is_exact(token: &AccessToken, query: &AccessTokenQuery) -> bool {
    let target = query.target.as_str();
    !target.is_empty() && same(token.target.as_str(), target)
}

/// Good for all of the query's scopes. Both are sorted.
fn includes(token: &AccessToken, query: &AccessTokenQuery) -> bool {
    let mut granted = token.target.iter();
    query.target.iter().all(|scope| granted.any(|one| one == scope))
}

/// In the partition, in the query's own environment or another of its cloud, and bound to just what it asks for.
fn is_answer(token: &AccessToken, query: &AccessTokenQuery, ext_cache_key: Option<&str>, own: bool) -> bool {
    same(&token.environment, &query.environment) == own
        && PartitionKey::of_token(token).is(&PartitionKey::of_query(query))
        && answers(token, query, ext_cache_key)
}
