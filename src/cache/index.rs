//! Where access tokens are found. All of it is by digest or by order, nothing by looking through.
use super::{AccessToken, AccessTokenQuery};
use crate::authority::clouds;
use alloc::string::String;
use core::hash::{BuildHasher, Hasher};
use hashbrown::DefaultHashBuilder;

/// The longest text that is folded without an allocation, in bytes.
const SHORT: usize = 512;

/// Digests texts without regard to ASCII case, all of them at one go.
struct Folded {
    bytes: [u8; SHORT],
    len: usize,
    long: String,
}

impl Folded {
    fn new() -> Self {
        Self { bytes: [0; SHORT], len: 0, long: String::new() }
    }

    fn push(&mut self, text: &str) {
        let end = self.len + text.len() + 1;
        match self.bytes.get_mut(self.len..end) {
            Some(place) if self.long.is_empty() => {
                if let [folded @ .., mark] = place {
                    folded.copy_from_slice(text.as_bytes());
                    folded.make_ascii_lowercase();
                    *mark = 0xff;
                }
                self.len = end;
            }
            _ => {
                self.long.push_str(&text.to_ascii_lowercase());
                self.long.push('\u{ff}');
            }
        }
    }

    fn digest(&self, hasher: &DefaultHashBuilder) -> u64 {
        let mut hasher = hasher.build_hasher();
        hasher.write(self.bytes.get(..self.len).unwrap_or_default());
        hasher.write(self.long.as_bytes());
        hasher.finish()
    }
}

/// What a partition is of: an account (or none), a cloud, a client and a tenant.
#[derive(Clone, Copy)]
pub(super) struct PartitionKey<'a> {
    home_account_id: Option<&'a str>,
    environment: &'a str,
    client_id: &'a str,
    realm: &'a str,
}

impl<'a> PartitionKey<'a> {
    pub(super) fn of_token(token: &'a AccessToken) -> Self {
        Self {
            home_account_id: token.home_account_id.as_deref(),
            environment: &token.environment,
            client_id: &token.client_id,
            realm: &token.realm,
        }
    }

    pub(super) fn of_query(query: &'a AccessTokenQuery) -> Self {
        Self {
            home_account_id: query.home_account_id.as_deref(),
            environment: &query.environment,
            client_id: &query.client_id,
            realm: &query.realm,
        }
    }

    fn fold(&self) -> Folded {
        let mut folded = Folded::new();
        folded.push(self.home_account_id.unwrap_or_default());
        folded.push(clouds::representative(self.environment));
        folded.push(self.client_id);
        folded.push(self.realm);
        folded
    }

    pub(super) fn digest(&self, hasher: &DefaultHashBuilder) -> u64 {
        self.fold().digest(hasher)
    }

    /// Of the partition and one text more: a whole target, or one scope.
    pub(super) fn digest_with(&self, text: &str, hasher: &DefaultHashBuilder) -> u64 {
        let mut folded = self.fold();
        folded.push(text);
        folded.digest(hasher)
    }

    /// Whether both are of one account, cloud, client and tenant.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same_home = match (self.home_account_id, other.home_account_id) {
            (None, None) => true,
            (Some(one), Some(other)) => same(one, other),
            _ => false,
        };
        same_home
            && same(self.client_id, other.client_id)
            && same(self.realm, other.realm)
            && same_cloud(self.environment, other.environment)
    }
}

/// Equal but for ASCII case.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}

pub(super) fn same_cloud(one: &str, other: &str) -> bool {
    one == other || same(clouds::representative(one), clouds::representative(other))
}
