//! The keys of the file.
use crate::support::{ALICE, CLIENT, HOST, TENANT, entry, token};
use msal_proto::cache::CredentialType::{self, AccessToken, Account, AppMetadata, IdToken, RefreshToken};
use serde_json::{Value, json};

fn key(kind: CredentialType, members: &Value) -> String {
    entry(kind, members).key()
}

#[test]
fn keys_are_spelled_as_msal_python_does() {
    let all = json!({"home_account_id": ALICE, "environment": HOST, "client_id": CLIENT, "realm": TENANT,
        "target": "User.Read", "secret": "x"});
    assert_eq!(key(AccessToken, &all), format!("{ALICE}-{HOST}-accesstoken-{CLIENT}-{TENANT}-user.read"));
    assert_eq!(key(RefreshToken, &all), format!("{ALICE}-{HOST}-refreshtoken-{CLIENT}--user.read"));
    assert_eq!(key(IdToken, &all), format!("{ALICE}-{HOST}-idtoken-{CLIENT}-{TENANT}-"));
    assert_eq!(key(Account, &all), format!("{ALICE}-{HOST}-{TENANT}"));
    assert_eq!(key(AppMetadata, &all), format!("appmetadata-{HOST}-{CLIENT}"));
}

#[test]
fn cac_12_keys_are_lower_case_but_for_app_metadata() {
    let all = json!({"home_account_id": "H.É", "environment": "HOST", "client_id": "C", "realm": "R", "target": "T",
        "secret": "x"});
    assert_eq!(key(RefreshToken, &all), "h.é-host-refreshtoken-c--t");
    assert_eq!(key(Account, &all), "h.é-host-r");
    assert_eq!(key(AppMetadata, &all), "appmetadata-HOST-C");
}

#[test]
fn what_is_missing_is_empty() {
    assert_eq!(key(RefreshToken, &json!({})), "--refreshtoken---");
    assert_eq!(key(AppMetadata, &json!({"client_id": "c", "environment": null})), "appmetadata--c");
    assert_eq!(key(Account, &json!({"realm": 5})), "--");
}

#[test]
fn an_extended_token_has_its_digest_in_the_key() {
    let extended = token(json!({"target": "s", "ext_cache_key": "F3J1-4ylp"}));
    assert_eq!(key(AccessToken, &extended), format!("-{HOST}-atext-{CLIENT}-{TENANT}-s-f3j1-4ylp"));
}
