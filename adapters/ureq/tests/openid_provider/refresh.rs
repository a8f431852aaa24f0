//! Refresh tokens that rotate (RFC 6749 section 6, RFC 9700 section 4.14.2).
use crate::provider::{NATIVE_REDIRECT_URI, Provider, SCOPES, SECRET, WEB_REDIRECT_URI, sign_in};
use msal_proto::cache::Account;
use msal_proto::flows::{InitiateAuthCodeFlow, Prompt};
use msal_proto::{AuthenticationResult, ClientApplication, Error, Secret, TokenSource};
use msal_ureq::Client;
use std::ops::Deref;

fn refresh<A: Deref<Target = ClientApplication>>(
    client: &Client<A>,
    account: &Account,
) -> Result<AuthenticationResult, Error> {
    let request = client.app().acquire_token_silent_with_error(SCOPES, account).force_refresh(true);
    client.run(request).map(|result| result.unwrap_or_else(|| panic!("there was nothing to refresh with")))
}

#[track_caller]
fn assert_refused(end: Result<AuthenticationResult, Error>, expected: &str) {
    let Err(Error::Service(error) | Error::SignInNeeded(error)) = end else { panic!("{end:?}") };
    assert_eq!(error.error, expected, "{error}");
}

/// Signs in and refreshes twice: each time with the token of the time before.
fn assert_rotates<A: Deref<Target = ClientApplication>>(
    provider: &Provider,
    client: &Client<A>,
    redirect_uri: &str,
    ask: impl FnOnce(InitiateAuthCodeFlow) -> InitiateAuthCodeFlow,
) {
    let first = sign_in(provider, client, redirect_uri, ask);
    let [alice] = <[Account; 1]>::try_from(client.run(client.app().get_accounts()).unwrap()).unwrap();
    let second = refresh(client, &alice).unwrap();
    let third = refresh(client, &alice).unwrap();
    for (before, after) in [(&first, &second), (&second, &third)] {
        assert_eq!(after.token_source, TokenSource::IdentityProvider);
        assert_ne!(before.access_token, after.access_token);
        assert!(after.refresh_token.is_some());
        assert_ne!(before.refresh_token, after.refresh_token);
        assert_eq!(after.id_token_claims.as_ref().unwrap().sub.as_deref(), Some("alice"));
    }
    let cached = client.run(client.app().acquire_token_silent(SCOPES, &alice)).unwrap().unwrap();
    assert_eq!((cached.token_source, cached.access_token), (TokenSource::Cache, third.access_token));
    assert_eq!(client.run(client.app().get_accounts()).unwrap(), std::slice::from_ref(&alice));

    // The first was redeemed: whoever brings it may be a thief, so the provider ends the sign-in.
    let old: Secret = first.refresh_token.unwrap();
    let import = client.app().acquire_token_by_refresh_token(old, SCOPES);
    assert_refused(client.run(import), "invalid_grant");
    assert_refused(refresh(client, &alice), "invalid_grant");
    let request = client.app().acquire_token_silent(SCOPES, &alice).force_refresh(true);
    assert!(client.run(request).unwrap().is_none(), "she has to sign in again");
}

#[test]
#[ignore = "needs node and npm"]
fn a_public_client_that_had_the_person_consent() {
    let provider = Provider::start();
    let client = provider.client(provider.public().build());
    assert_rotates(&provider, &client, NATIVE_REDIRECT_URI, |request| request.prompt(Prompt::CONSENT));
}

#[test]
#[ignore = "needs node and npm"]
fn a_confidential_client_that_had_the_person_consent() {
    let provider = Provider::start();
    let client = provider.client(provider.with_secret(SECRET).build());
    assert_rotates(&provider, &client, WEB_REDIRECT_URI, |request| request.prompt(Prompt::CONSENT));
}

#[test]
#[ignore = "needs node and npm"]
fn clients_that_leave_offline_access_out() {
    let provider = Provider::start();
    let public = provider.client(provider.public().exclude_scopes(["offline_access"]).build());
    assert_rotates(&provider, &public, NATIVE_REDIRECT_URI, |request| request);
    let web = provider.client(provider.with_secret(SECRET).exclude_scopes(["offline_access"]).build());
    assert_rotates(&provider, &web, WEB_REDIRECT_URI, |request| request);
}

/// OpenID Connect Core section 11 lets a provider drop `offline_access` where the person was not asked for consent, and
/// RFC 6749 section 6 has it refuse what it did not grant. MSAL asks for it all the same: hence the two ways above.
#[test]
#[ignore = "needs node and npm"]
fn without_either_the_provider_refuses() {
    let provider = Provider::start();
    let client = provider.client(provider.public().build());
    let first = sign_in(&provider, &client, NATIVE_REDIRECT_URI, |request| request);
    assert!(first.scope.iter().all(|scope| scope != "offline_access"), "{:?}", first.scope);
    let [alice] = <[Account; 1]>::try_from(client.run(client.app().get_accounts()).unwrap()).unwrap();
    assert_refused(refresh(&client, &alice), "invalid_scope");
}

#[test]
#[ignore = "needs node and npm"]
fn a_refresh_token_of_another_library_is_taken_over() {
    let provider = Provider::start();
    let client = || provider.client(provider.public().build());
    let (old, new) = (client(), client());
    let first = sign_in(&provider, &old, NATIVE_REDIRECT_URI, |request| request.prompt(Prompt::CONSENT));
    let import = new.app().acquire_token_by_refresh_token(first.refresh_token.unwrap(), SCOPES);
    let imported = new.run(import).unwrap();
    assert_eq!(imported.id_token_claims.unwrap().sub.as_deref(), Some("alice"));
    let [alice] = <[Account; 1]>::try_from(new.run(new.app().get_accounts()).unwrap()).unwrap();
    assert_eq!(&*alice.home_account_id, "alice");
    refresh(&new, &alice).unwrap();
    assert_refused(new.run(new.app().acquire_token_by_refresh_token("garbage", SCOPES)), "invalid_grant");
}
