//! Refresh tokens of a family under the keys of other libraries.
use crate::peers::*;
use crate::support::{load, object, saved};
use msal_proto::Scopes;
use msal_proto::cache::CredentialType;

#[test]
fn a_family_s_refresh_token_of_msal_dotnet_stays_beside_the_one_that_renewed_it() {
    let fields = json!({"home_account_id": ALICE, "environment": NET, "client_id": CLIENT, "credential_type": "RefreshToken", "family_id": "1"});
    let token = |secret: &str| {
        let mut token = fields.clone();
        token["secret"] = json!(secret);
        token
    };
    let of_family = format!("{ALICE}-{NET}-refreshtoken-1--");
    let own = format!("{ALICE}-{NET}-refreshtoken-{CLIENT}--");
    let mut cache = load(&json!({"RefreshToken": {(of_family.clone()): token("PEER")}}));
    let entry = |secret: &str| Entry::Other(CredentialType::RefreshToken, object(&token(secret)));
    put(&mut cache, [entry("RT")]);
    put(&mut cache, [entry("RT2")]);
    let expected = json!({"RefreshToken": {(of_family.clone()): token("PEER"), (own.clone()): token("RT2")}});
    assert_eq!(saved(&cache), expected);
    // Who signs out loses both.
    assert!(cache.remove(&entry("RT2")));
    assert_eq!(saved(&cache), json!({"RefreshToken": {}}));
}

#[test]
fn a_search_finds_other_libraries_entries_by_their_members() {
    let cache = load(
        &json!({ "RefreshToken": { "any": { "secret": "RT", "family_id": "1", "n": 1.50 }, "other": { "secret": "no" } } }),
    );
    let found = cache.search(
        CredentialType::RefreshToken,
        &Scopes::default(),
        &object(&json!({ "family_id": "1" })),
        None,
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].string("secret").as_deref(), Some("RT"));
}
