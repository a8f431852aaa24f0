//! Which accounts there are, in the order in which MSAL lists them.
use super::Account;
use super::index::same;
use crate::authority::clouds;
use alloc::collections::BTreeMap;
use alloc::string::String;
use hashbrown::HashMap;

/// One person's entries by their places: one for each tenant and each environment of the cloud.
type Group = BTreeMap<u32, Account>;

/// By cloud.
#[derive(Clone, Default)]
pub(super) struct Accounts(HashMap<String, Cloud>);

#[derive(Clone, Default)]
struct Cloud {
    /// By the first place in each.
    groups: BTreeMap<u32, Group>,
    /// That place by home account id, in lower case.
    firsts: HashMap<String, u32>,
}

impl Accounts {
    pub(super) fn insert(&mut self, place: u32, account: Account) {
        let home = account.home_account_id.to_ascii_lowercase();
        let cloud = self.0.entry(cloud_of(&account)).or_default();
        let mut group = cloud.take(&home);
        group.insert(place, account);
        cloud.keep(home, group);
    }

    pub(super) fn remove(&mut self, place: u32, account: &Account) {
        let home = account.home_account_id.to_ascii_lowercase();
        if let Some(cloud) = self.0.get_mut(&cloud_of(account)) {
            let mut group = cloud.take(&home);
            group.remove(&place);
            cloud.keep(home, group);
        }
    }

    /// Everybody who is listed in this environment's cloud, each once.
    pub(super) fn listed(&self, environment: &str) -> impl Iterator<Item = &Account> {
        let cloud = self.0.get(&cloud_name(environment)).into_iter();
        cloud.flat_map(|cloud| cloud.groups.values()).filter_map(move |group| pick(group, environment))
    }

    /// The one person who has this id, if listed.
    pub(super) fn find(&self, home_account_id: &str, environment: &str) -> Option<&Account> {
        pick(self.group(home_account_id, environment)?, environment)
    }

    /// All of a person's entries in this environment's cloud, listed or not.
    pub(super) fn of(&self, home_account_id: &str, environment: &str) -> impl Iterator<Item = &Account> {
        self.group(home_account_id, environment).into_iter().flat_map(BTreeMap::values)
    }

    fn group(&self, home_account_id: &str, environment: &str) -> Option<&Group> {
        let cloud = self.0.get(&cloud_name(environment))?;
        cloud.groups.get(cloud.firsts.get(&home_account_id.to_ascii_lowercase())?)
    }
}

impl Cloud {
    fn take(&mut self, home: &str) -> Group {
        self.firsts.remove(home).and_then(|first| self.groups.remove(&first)).unwrap_or_default()
    }

    fn keep(&mut self, home: String, group: Group) {
        if let Some(first) = group.keys().next().copied() {
            self.firsts.insert(home, first);
            self.groups.insert(first, group);
        }
    }
}

/// The last of the environment's own entries, as MSAL Python; if there is none, the last of its cloud's.
fn pick<'a>(group: &'a Group, environment: &str) -> Option<&'a Account> {
    let is_own = |account: &Account| account.environment.as_deref().is_some_and(|own| same(own, environment));
    group
        .values()
        .filter(|account| account.is_listed())
        .reduce(|before, account| if is_own(before) && !is_own(account) { before } else { account })
}

fn cloud_of(account: &Account) -> String {
    cloud_name(account.environment.as_deref().unwrap_or_default())
}

fn cloud_name(environment: &str) -> String {
    clouds::representative(environment).to_ascii_lowercase()
}
