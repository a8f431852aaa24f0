//! Somebody who has signed in.
use super::fields::text;
use crate::json::JsonObject;
use alloc::{borrow::Cow, sync::Arc};
use core::{fmt, ops::Deref};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// An account as MSAL's `get_accounts` gives it, with MSAL's names in JSON: a program may keep it in a session. It
/// holds no token, but it tells who somebody is; `Debug` does not. `home_account_id` is all that a silent call needs of it.
///
/// Clones share one allocation: a list of ten thousand is made without copying any.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(Arc<AccountInfo>);

/// What an [`Account`] tells.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountInfo {
    /// `uid.utid`: the same in every tenant.
    pub home_account_id: Arc<str>,
    /// The authority's host.
    #[serde(default)]
    pub environment: Option<Arc<str>>,
    /// The name to show, mostly an address (`preferred_username`, `upn`). It may change: tell nobody apart by it.
    #[serde(default)]
    pub username: Option<Arc<str>>,
    /// The grant by which they signed in, e.g. `authorization_code`.
    #[serde(default)]
    pub account_source: Option<Arc<str>>,
    /// `MSSTS` (Microsoft Entra) or `ADFS`.
    #[serde(default = "mssts")]
    pub authority_type: Arc<str>,
    /// Their object id in the tenant [`Self::realm`].
    #[serde(default)]
    pub local_account_id: Option<Arc<str>>,
    /// The tenant that they last signed in to.
    #[serde(default)]
    pub realm: Option<Arc<str>>,
}

impl fmt::Debug for AccountInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("environment", &self.environment)
            .field("account_source", &self.account_source)
            .field("authority_type", &self.authority_type)
            .field("realm", &self.realm)
            .finish_non_exhaustive()
    }
}

const MSSTS: &str = "MSSTS";

fn mssts() -> Arc<str> {
    Arc::from(MSSTS)
}

/// An entry of the file. A member of another type is as good as none.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    home_account_id: Option<&'a RawValue>,
    #[serde(borrow)]
    environment: Option<&'a RawValue>,
    #[serde(borrow)]
    username: Option<&'a RawValue>,
    #[serde(borrow)]
    account_source: Option<&'a RawValue>,
    #[serde(borrow)]
    authority_type: Option<&'a RawValue>,
    #[serde(borrow)]
    local_account_id: Option<&'a RawValue>,
    #[serde(borrow)]
    realm: Option<&'a RawValue>,
}

impl Deref for Account {
    type Target = AccountInfo;

    fn deref(&self) -> &AccountInfo {
        &self.0
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Account {
    /// Reads an entry; none if it does not tell whose it is. One without a type is of Entra. `intern` shares texts
    /// that many entries have.
    pub(super) fn read(entry: &str, mut intern: impl FnMut(Cow<'_, str>) -> Arc<str>) -> Option<Self> {
        let members: Members<'_> = serde_json::from_str(entry).ok()?;
        let own = |raw: Option<&RawValue>| text(raw?.get()).map(|text| Arc::from(&*text));
        let authority_type = members.authority_type.and_then(|raw| text(raw.get()));
        let authority_type = intern(authority_type.unwrap_or(Cow::Borrowed(MSSTS)));
        let mut shared = |raw: Option<&RawValue>| text(raw?.get()).map(&mut intern);
        Some(Self(Arc::new(AccountInfo {
            home_account_id: own(members.home_account_id).filter(|home: &Arc<str>| !home.is_empty())?,
            environment: shared(members.environment),
            username: own(members.username),
            account_source: shared(members.account_source),
            authority_type,
            local_account_id: own(members.local_account_id),
            realm: shared(members.realm),
        })))
    }

    /// The same, of an entry that is to be put.
    pub(super) fn of_members(members: &JsonObject) -> Option<Self> {
        Self::read(&super::text::of_members(members), |text| Arc::from(&*text))
    }

    /// Whether MSAL lists it.
    pub(super) fn is_listed(&self) -> bool {
        matches!(&*self.authority_type, MSSTS | "ADFS")
    }

    /// Its members in the file, but for those of other libraries.
    pub fn members(&self) -> JsonObject {
        let mut members = JsonObject::default();
        members.set_string("home_account_id", &self.home_account_id);
        members.set_string("authority_type", &self.authority_type);
        let others = [
            ("environment", &self.environment),
            ("realm", &self.realm),
            ("local_account_id", &self.local_account_id),
            ("username", &self.username),
            ("account_source", &self.account_source),
        ];
        for (name, value) in others {
            value.iter().for_each(|value| members.set_string(name, value));
        }
        members
    }
}
