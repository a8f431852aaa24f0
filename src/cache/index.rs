//! Where access tokens are found. All of it is by digest or by order, nothing by looking through.
use super::on_behalf_of::unpadded;
use super::{AccessToken, AccessTokenQuery};
use crate::authority::clouds;
use core::hash::{BuildHasher, Hasher};
use hashbrown::DefaultHashBuilder;

type State = <DefaultHashBuilder as BuildHasher>::Hasher;

/// Sets the bit that tells ASCII letters of either case apart. Other characters may fall together as well: that
/// makes equal digests of unequal texts, and every digest is followed by a comparison.
const FOLD: u128 = u128::from_le_bytes([0x20; 16]);

/// Digests a text without regard to ASCII case.
#[inline]
fn fold(text: &str, hasher: &mut State) {
    let bytes = text.as_bytes();
    for word in bytes.as_chunks::<16>().0 {
        hasher.write_u128(u128::from_le_bytes(*word) | FOLD);
    }
    // The rest, with some of what was before it if there is any.
    let last = bytes.last_chunk::<16>().copied().unwrap_or_else(|| {
        let mut last = [0; 16];
        bytes.iter().zip(&mut last).for_each(|(byte, place)| *place = *byte);
        last
    });
    // The length keeps one text from running into the next.
    hasher.write_u128((u128::from_le_bytes(last) | FOLD) ^ (text.len() as u128) << 120);
}

/// What a partition is of: an account (or none), a cloud, a client and a tenant. Of what is had on behalf of somebody
/// it is the hash that counts, not the account, which nobody knows before the service tells.
#[derive(Clone, Copy)]
pub(super) struct PartitionKey<'a> {
    pub(super) home_account_id: Option<&'a str>,
    pub(super) user_assertion_hash: Option<&'a str>,
    pub(super) environment: &'a str,
    pub(super) client_id: &'a str,
    pub(super) realm: &'a str,
}

/// A partition's digest, to be continued with what is looked for in it.
#[derive(Clone)]
pub(super) struct Digest(State);

impl<'a> PartitionKey<'a> {
    pub(super) fn of_token(token: &'a AccessToken) -> Self {
        let user_assertion_hash = token.user_assertion_hash().map(|hash| unpadded(hash));
        Self {
            home_account_id: token.home_account_id.as_deref().filter(|_| user_assertion_hash.is_none()),
            user_assertion_hash,
            environment: &token.environment,
            client_id: &token.client_id,
            realm: &token.realm,
        }
    }

    pub(super) fn of_query(query: &'a AccessTokenQuery) -> Self {
        let user_assertion_hash = query.user_assertion_hash.as_deref().map(unpadded);
        Self {
            home_account_id: query.home_account_id.as_deref().filter(|_| user_assertion_hash.is_none()),
            user_assertion_hash,
            environment: &query.environment,
            client_id: &query.client_id,
            realm: &query.realm,
        }
    }

    /// All of an account, whoever was issued it and in whichever tenant.
    pub(super) fn of_account(home_account_id: &'a str, environment: &'a str) -> Self {
        Self {
            home_account_id: Some(home_account_id),
            user_assertion_hash: None,
            environment,
            client_id: "",
            realm: "",
        }
    }

    /// All of an application itself.
    pub(super) fn of_app(client_id: &'a str, environment: &'a str) -> Self {
        Self { home_account_id: None, user_assertion_hash: None, environment, client_id, realm: "" }
    }

    /// All that a client has under a hash, in whichever tenant.
    pub(super) fn of_assertion(hash: &'a str, client_id: &'a str, environment: &'a str) -> Self {
        let user_assertion_hash = Some(unpadded(hash));
        Self { user_assertion_hash, ..Self::of_app(client_id, environment) }
    }

    /// The same that a token is of, if it is had on behalf of somebody.
    pub(super) fn of_assertion_of(token: &'a AccessToken) -> Option<Self> {
        let hash = token.user_assertion_hash()?;
        Some(Self::of_assertion(hash, &token.client_id, &token.environment))
    }

    /// What expires together: nobody comes back for what was had for an assertion that has ended, so all assertions do.
    pub(super) fn of_expiry(self) -> Self {
        Self { user_assertion_hash: self.user_assertion_hash.map(|_| ""), ..self }
    }

    /// The account or the application that a token is of.
    pub(super) fn of_owner(token: &'a AccessToken) -> Self {
        match token.home_account_id.as_deref() {
            Some(home) => Self::of_account(home, &token.environment),
            None => Self::of_app(&token.client_id, &token.environment),
        }
    }

    pub(super) fn digest(&self, hasher: &DefaultHashBuilder) -> Digest {
        let mut state = hasher.build_hasher();
        fold(self.home_account_id.unwrap_or_default(), &mut state);
        fold(clouds::representative(self.environment), &mut state);
        fold(self.client_id, &mut state);
        fold(self.realm, &mut state);
        if let Some(hash) = self.user_assertion_hash {
            fold(hash, &mut state);
        }
        Digest(state)
    }

    /// Whether both are of one account, cloud, client and tenant.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same_home = match (self.home_account_id, other.home_account_id) {
            (None, None) => true,
            (Some(one), Some(other)) => same(one, other),
            _ => false,
        };
        same_home
            && self.user_assertion_hash == other.user_assertion_hash
            && same(self.client_id, other.client_id)
            && same(self.realm, other.realm)
            && same_cloud(self.environment, other.environment)
    }
}

impl Digest {
    /// Of the partition alone.
    pub(super) fn finish(&self) -> u64 {
        self.0.finish()
    }

    /// Of those in the partition that were issued to extra parameters. There may be very many, one for each workload
    /// that an application stands for.
    pub(super) fn extended(&self, ext_cache_key: Option<&str>) -> Self {
        let mut digest = self.clone();
        if let Some(key) = ext_cache_key {
            fold(key, &mut digest.0);
        }
        digest
    }

    /// Of what is in it under this text: a whole target, or one scope.
    pub(super) fn with(&self, text: &str) -> u64 {
        let mut digest = self.clone();
        fold(text, &mut digest.0);
        digest.finish()
    }
}

/// Equal but for ASCII case.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}

fn same_cloud(one: &str, other: &str) -> bool {
    one == other || same(clouds::representative(one), clouds::representative(other))
}
