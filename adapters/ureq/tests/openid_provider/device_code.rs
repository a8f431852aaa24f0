//! Signing in on another device (RFC 8628): the code is approved in the browser.
use crate::provider::{Provider, SCOPES};
use msal_proto::{Error, TokenSource};

#[test]
#[ignore = "needs node and npm"]
fn a_code_is_approved_elsewhere() {
    let provider = Provider::start();
    let client = provider.client(provider.public().exclude_scopes(["offline_access"]).build());
    let flow = client.run(client.app().initiate_device_flow(SCOPES)).unwrap();
    assert!(flow.verification_uri.as_deref().unwrap().starts_with("https://localhost:"));

    // Nobody has been there yet.
    let once = client.run(client.app().acquire_token_by_device_flow(flow.clone()).once(true));
    let Err(Error::DevicePending(pending)) = once else { panic!("{once:?}") };
    assert_eq!(pending.error.error, "authorization_pending");

    provider.browser().approve(flow.verification_uri_complete.as_deref().unwrap(), "alice");
    let result = client.run(client.app().acquire_token_by_device_flow(pending.flow)).unwrap();
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    let alice = result.account.unwrap();
    assert_eq!(alice.username.as_deref(), Some("alice@contoso.example"));
    let silent = client.run(client.app().acquire_token_silent(SCOPES, &*alice)).unwrap().unwrap();
    assert_eq!(silent.token_source, TokenSource::Cache);

    // A code is good for one sign-in.
    let again = client.run(client.app().acquire_token_by_device_flow(flow)).unwrap_err();
    let Error::SignInNeeded(error) = again else { panic!("{again}") };
    assert_eq!(error.error, "invalid_grant");
}

#[test]
#[ignore = "needs node and npm"]
fn a_program_waits_until_the_code_is_approved() {
    let provider = Provider::start();
    let client = provider.client(provider.public().build());
    let mut flow = client.run(client.app().initiate_device_flow(SCOPES)).unwrap();
    // So that nobody waits here for long.
    flow.interval = 1;
    let result = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| client.run(client.app().acquire_token_by_device_flow(flow.clone())));
        provider.browser().approve(flow.verification_uri_complete.as_deref().unwrap(), "bob");
        waiting.join().unwrap()
    });
    assert_eq!(result.unwrap().account.unwrap().username.as_deref(), Some("bob@contoso.example"));
}
