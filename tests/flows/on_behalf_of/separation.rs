//! Two users behind one middle tier, row CAC-23: no token of one answers for the other.
use super::*;
use insta::assert_snapshot;

#[test]
fn cac_23_two_users_behind_one_middle_tier() {
    let mut world = World::warm().answers(&adas("canary-of-ada")).answers(&bobs("canary-of-bob"));
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-of-ada", "identity_provider"));
    assert_eq!(brief(&world.on_behalf_of(BOB).unwrap()), ("canary-of-bob", "identity_provider"));
    for _ in 0..2 {
        assert_eq!(brief(&world.on_behalf_of(BOB).unwrap()), ("canary-of-bob", "cache"));
        assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-of-ada", "cache"));
    }
    assert_snapshot!(world.log);
    // Nor does a later assertion of the same user get what was issued to the earlier one.
    world = world.answers(&adas("canary-later"));
    assert_eq!(brief(&world.on_behalf_of(ADA_LATER).unwrap()), ("canary-later", "identity_provider"));
    assert_eq!(world.section("AccessToken").len(), 3);
}

#[test]
fn cac_23_users_whom_the_service_does_not_name() {
    let mut world =
        World::warm().answers(&an_applications("canary-of-one")).answers(&an_applications("canary-of-two"));
    world.on_behalf_of(ADA).unwrap();
    world.on_behalf_of(BOB).unwrap();
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-of-one", "cache"));
    assert_eq!(brief(&world.on_behalf_of(BOB).unwrap()), ("canary-of-two", "cache"));
}

/// Somebody who has signed in here keeps their own tokens: what is had on behalf of them is not had by their account.
#[test]
fn cac_23_who_has_signed_in_is_served_their_own() {
    let mut world = World::warm().signed_in(|answer| answer["scope"] = json!("Mail.Read openid"));
    world = world.answers(&adas("canary-on-behalf")).answers(&refreshed());
    world.on_behalf_of(ADA).unwrap();
    let account = world.account();
    let result = world.call(|app| app.acquire_token_silent([SCOPE], &account)).unwrap().unwrap();
    assert_eq!(brief(&result), ("canary-second-access-token", "identity_provider"));
    assert_eq!(world.sent("refresh_token"), Some("canary-refresh-token"));
    world.call(|app| app.remove_account(&account)).unwrap();
    assert_eq!(brief(&world.on_behalf_of(ADA).unwrap()), ("canary-on-behalf", "cache"));
}

/// Another application's tokens in a shared cache are its own.
#[test]
fn cac_23_another_middle_tier_is_served_nothing() {
    let mut world = World::warm().answers(&adas("canary-first"));
    world.on_behalf_of(ADA).unwrap();
    let other = msal_proto::ConfidentialClientApplication::builder("another").authority(AUTHORITY);
    let credential = msal_proto::ClientCredential::secret(CLIENT_SECRET).unwrap();
    let mut other = World::of(other.client_credential(credential)).knowing(AUTHORITY);
    other.cache = world.cache.clone();
    let mut tokens = adas("canary-another");
    tokens.as_object_mut().unwrap().remove("id_token");
    other = other.answers(&tokens);
    assert_eq!(brief(&other.on_behalf_of(ADA).unwrap()), ("canary-another", "identity_provider"));
}

/// Who may name a process after another's assertion gains and spoils nothing.
#[test]
fn cac_23_a_process_under_the_digest_of_another_s_assertion() {
    let digest = msal_proto::cache::user_assertion_hash(BOB);
    let mut world = World::warm().answers(&adas("canary-of-ada")).answers(&bobs("canary-of-bob"));
    world.initiate(ADA, Some(&digest)).unwrap();
    assert_eq!(brief(&world.on_behalf_of(BOB).unwrap()), ("canary-of-bob", "identity_provider"));
    assert_eq!(brief(&world.go_on(&digest).unwrap()), ("canary-of-ada", "cache"));
    // And the other way about.
    let mut world = World::warm().answers(&bobs("canary-of-bob")).answers(&adas("canary-of-ada"));
    world.on_behalf_of(BOB).unwrap();
    assert_eq!(
        brief(&world.initiate(ADA, Some(&digest)).unwrap().result),
        ("canary-of-ada", "identity_provider")
    );
    assert_eq!(brief(&world.go_on(&digest).unwrap()), ("canary-of-ada", "cache"));
}
