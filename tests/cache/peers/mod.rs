//! Files as other MSALs and older versions of MSAL Python write them (`fixtures/cache-files`): what each token answers,
//! what a program does with them, and that all of it is there again after a write.
mod adfs_and_b2c;
mod asked;
mod dotnet;
mod families;
mod go;
mod java;
mod kept;
mod node;
mod program;
mod python;
mod shared;
mod unreadable;

use crate::support::{access_token, now, put};
use kept::difference;
use msal_proto::TokenCache;
use msal_proto::cache::Entry;
use program::Program;
use serde_json::json;

pub(crate) use crate::support::{ALICE, CLIENT, TENANT};

pub(crate) const COM: &str = "login.microsoftonline.com";
pub(crate) const NET: &str = "login.windows.net";
pub(crate) const SIBLING: &str = "99999999-9999-9999-9999-999999999999";
pub(crate) const GUEST: &str = "44444444-4444-4444-4444-444444444444";
pub(crate) const BOB: &str = "55555555-5555-5555-5555-555555555555.11111111-1111-1111-1111-111111111111";
pub(crate) const NAME: &str = "alice@contoso.com";
pub(crate) const GRAPH: &str = "https://graph.microsoft.com/.default";
pub(crate) const FMI_PATH: &str = "SomeFmiPath/FmiCredentialPath";
pub(crate) const FMI: asked::Extra = &[("fmi_path", FMI_PATH)];
/// SHA-256 of the assertion in Bob's name.
pub(crate) const HASH: &str = "nggGx5eFkaAeymgBSY42S8EVvZ04kVNJEnXzuRGgSe4";

macro_rules! files {
    ($($name:literal)*) => {
        const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../fixtures/cache-files/", $name, ".json")))),*];
    };
}

files! {
    "adfs" "b2c" "dotnet" "dotnet-3" "dotnet-dictionary" "go" "go-1.0" "java" "node-3" "node-7" "python-0" "python-1.33"
    "python-1.39" "shared"
}

pub(crate) fn text(file: &str) -> &'static str {
    FILES.iter().find(|(name, _)| *name == file).unwrap().1
}

/// All of them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

pub(crate) fn load(file: &str) -> TokenCache {
    let mut cache = TokenCache::new();
    cache.deserialize(text(file)).unwrap();
    cache
}

/// What is gone or different in what would be written, and what is new or different there.
pub(crate) fn changes(file: &str, cache: &TokenCache) -> (Vec<String>, Vec<String>) {
    difference(text(file), &cache.clone().serialize())
}

#[test]
fn a_file_that_is_read_is_written_as_it_was() {
    for file in names() {
        let mut cache = load(file);
        assert_eq!(changes(file, &cache), (vec![], vec![]), "{file}");
        let once = cache.serialize();
        cache.deserialize(&once).unwrap();
        assert_eq!(cache.serialize(), once, "{file}: and again");
    }
}

#[test]
fn one_more_entry_is_one_more_entry() {
    for file in names() {
        let mut cache = load(file);
        put(&mut cache, [Entry::AccessToken(access_token(json!({ "target": "more" })))]);
        let new = format!("AccessToken -{COM}-accesstoken-{CLIENT}-{TENANT}-more");
        assert_eq!(changes(file, &cache), (vec![], vec![new]), "{file}");
    }
}

#[test]
fn what_has_not_expired_is_not_removed() {
    for file in names() {
        let mut cache = load(file);
        cache.remove_expired(now());
        let (gone, new) = changes(file, &cache);
        let expected = match file {
            // MSAL .NET's first day of all days; a time that is no whole number has passed.
            "dotnet-3" | "python-0" => vec![format!(
                "AccessToken {ALICE}-{}",
                match file {
                    "dotnet-3" => format!("{NET}-accesstoken-{CLIENT}-{TENANT}-mail.read"),
                    _ => format!("{COM}-accesstoken-{CLIENT}-{TENANT}-mail.read"),
                }
            )],
            _ => vec![],
        };
        assert_eq!((gone, new), (expected, vec![]), "{file}");
    }
}

/// A token of another application for somebody else is nothing that a program of this one could be given.
#[test]
fn somebody_else_finds_nothing() {
    for file in names() {
        let mut program = Program::of_people(file);
        let account = json!({ "home_account_id": "other.other" });
        let account = serde_json::from_value(account).unwrap();
        assert_eq!(program.silent("User.Read", &account), None, "{file}");
        program.call(|app| app.remove_account(&account));
        assert_eq!(changes(file, &program.cache), (vec![], vec![]), "{file}");
        assert_eq!(program.requests.len(), 0, "{file}");
    }
}

/// What was had there on behalf of somebody is found here by the same assertion, and by no other.
#[test]
fn who_acts_for_somebody_there_acts_for_them_here() {
    for file in ["dotnet", "go", "java", "node-7"] {
        let mut program = Program::of_itself(file);
        let mut get = |assertion: &str| {
            let result = program.call(|app| app.acquire_token_on_behalf_of(assertion, ["User.Read"]));
            result.access_token.unwrap().expose().to_owned()
        };
        assert_eq!(get("bob's assertion"), "bob-on-behalf", "{file}");
        assert_eq!(get("another's assertion"), "new", "{file}");
        assert_eq!(program.sent("assertion"), ["another's assertion"], "{file}");
    }
}
