//! Authorization code with PKCE (RFC 6749 section 4.1, RFC 7636), as both kinds of client, in both response modes.
use crate::provider::{NATIVE_REDIRECT_URI, Provider, SECRET, WEB_REDIRECT_URI, browse, sign_in};
use msal_proto::flows::{AuthCodeFlow, Prompt};
use msal_proto::{AuthenticationResult, ClientApplication, Error, IdTokenClaims, TokenSource};
use msal_ureq::Client;
use std::ops::Deref;

/// What the provider says of Alice.
fn assert_is_alice(provider: &Provider, client_id: &str, result: &AuthenticationResult) {
    assert_eq!((result.token_source, &*result.token_type), (TokenSource::IdentityProvider, "Bearer"));
    assert!(result.access_token.is_some() && result.id_token.is_some());
    assert_eq!(result.warnings, []);
    let claims: &IdTokenClaims = result.id_token_claims.as_deref().unwrap();
    assert_eq!((claims.iss.as_deref(), claims.sub.as_deref()), (Some(provider.issuer()), Some("alice")));
    assert_eq!(claims.aud, [client_id]);
    assert_eq!(claims.preferred_username.as_deref(), Some("alice@contoso.example"));
    assert_eq!(claims.name.as_deref(), Some("User alice"));
    assert!(claims.nonce.is_some() && claims.exp > claims.iat);
}

/// In both response modes, and again from the cache.
fn assert_signs_in<A: Deref<Target = ClientApplication>>(
    provider: &Provider,
    client_id: &str,
    redirect_uri: &str,
    client: impl Fn() -> Client<A>,
) {
    for mode in ["query", "form_post"] {
        let client = client();
        let ask = |request: msal_proto::flows::InitiateAuthCodeFlow| request.response_mode(mode);
        let (flow, answer) = browse(&client, &mut provider.browser(), redirect_uri, ask);
        assert_eq!(answer.starts_with(redirect_uri), mode == "query", "{mode}: {answer}");
        assert!(answer.contains("iss=https%3A%2F%2Flocalhost"), "RFC 9207: {answer}");
        let result = client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap();
        assert_is_alice(provider, client_id, &result);

        let accounts = client.run(client.app().get_accounts()).unwrap();
        let [alice] = accounts.as_slice() else { panic!("{accounts:?}") };
        assert_eq!(&*alice.home_account_id, "alice", "without client_info it is the subject");
        assert_eq!(alice.username.as_deref(), Some("alice@contoso.example"));
        assert_eq!(
            (alice.environment.as_deref(), alice.realm.as_deref()),
            (Some("localhost"), Some("tenant1"))
        );
        let silent = client.run(client.app().acquire_token_silent(["api.read"], alice)).unwrap().unwrap();
        assert_eq!(silent.token_source, TokenSource::Cache);
        assert_eq!(silent.access_token, result.access_token);

        client.run(client.app().remove_account(alice)).unwrap();
        assert!(client.run(client.app().get_accounts()).unwrap().is_empty());
        assert!(client.run(client.app().acquire_token_silent(["api.read"], alice)).unwrap().is_none());
    }
}

#[test]
#[ignore = "needs node and npm"]
fn a_public_client_signs_in() {
    let provider = Provider::start();
    assert_signs_in(&provider, "public-app", NATIVE_REDIRECT_URI, || {
        provider.client(provider.public().build())
    });
}

#[test]
#[ignore = "needs node and npm"]
fn a_confidential_client_signs_in() {
    let provider = Provider::start();
    assert_signs_in(&provider, "secret-app", WEB_REDIRECT_URI, || {
        provider.client(provider.with_secret(SECRET).build())
    });
}

/// The keys are the provider's own, which nobody here made.
#[test]
#[ignore = "needs node and npm"]
fn a_client_that_verifies_signatures_and_is_strict_signs_in() {
    let provider = Provider::start();
    assert_signs_in(&provider, "public-app", NATIVE_REDIRECT_URI, || {
        provider.client(provider.public().verify_id_token_signature(true).strict_id_token(true).build())
    });
}

#[test]
#[ignore = "needs node and npm"]
fn what_was_asked_of_the_person_is_asked() {
    let provider = Provider::start();
    let client = provider.client(provider.with_secret(SECRET).build());
    let mut browser = provider.browser();
    // Nobody has signed in: without a page there is no code.
    let (flow, answer) =
        browse(&client, &mut browser, WEB_REDIRECT_URI, |request| request.prompt(Prompt::NONE));
    let error = client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap_err();
    let Error::SignInNeeded(error) = error else { panic!("{error}") };
    assert_eq!(error.error, "login_required");

    let (flow, answer) = browse(&client, &mut browser, WEB_REDIRECT_URI, |request| {
        request.prompt(Prompt::LOGIN).max_age(60).login_hint("alice@contoso.example")
    });
    let result = client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap();
    assert!(result.id_token_claims.unwrap().auth_time.is_some());

    // She has by now.
    let (flow, answer) =
        browse(&client, &mut browser, WEB_REDIRECT_URI, |request| request.prompt(Prompt::NONE));
    client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap();
}

#[test]
#[ignore = "needs node and npm"]
fn a_code_is_good_once_and_for_who_asked() {
    let provider = Provider::start();
    let client = provider.client(provider.public().build());
    let begin = || browse(&client, &mut provider.browser(), NATIVE_REDIRECT_URI, |request| request);
    let redeem = |flow: &AuthCodeFlow, answer: &str| {
        client.run(client.app().acquire_token_by_auth_code_flow(flow.clone(), answer))
    };
    let assert_refused = |end: Result<AuthenticationResult, Error>| {
        let Err(Error::Service(error) | Error::SignInNeeded(error)) = end else { panic!("{end:?}") };
        assert_eq!(error.error, "invalid_grant");
    };
    let (flow, answer) = begin();
    redeem(&flow, &answer).unwrap();
    assert_refused(redeem(&flow, &answer));

    let (mut flow, answer) = begin();
    flow.code_verifier = "another-verifier-of-a-length-that-is-allowed".into();
    assert_refused(redeem(&flow, &answer));
}

#[test]
#[ignore = "needs node and npm"]
fn a_person_signs_in_at_one_client_and_is_unknown_to_another() {
    let provider = Provider::start();
    let (one, other) =
        (provider.client(provider.public().build()), provider.client(provider.with_secret(SECRET).build()));
    sign_in(&provider, &one, NATIVE_REDIRECT_URI, |request| request);
    assert_eq!(one.run(one.app().get_accounts()).unwrap().len(), 1);
    assert!(other.run(other.app().get_accounts()).unwrap().is_empty());
}
