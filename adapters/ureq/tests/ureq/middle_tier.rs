//! A middle tier at the offline Entra: people sign in at a front end, which calls it, and it calls on in their names.
use crate::people::{ALICE, REDIRECT_URI, TENANT, browse};
use msal_fixture_authority::{Application, Authority, Loopback, Tenant, User};
use msal_proto::cache::InMemoryStore;
use msal_proto::flows::LongRunningError;
use msal_proto::{
    AuthenticationResult, ClientCredential, ConfidentialClientApplication, Error, PublicClientApplication,
    TokenSource,
};
use msal_ureq::{Client, Transport, TransportOptions};
use std::sync::Arc;
use std::thread;

const FRONT_END: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
const MIDDLE_TIER: &str = "55556666-eeee-7777-ffff-8888aaaa9999";
const BOB: &str = "bob@contoso.example";
const GRAPH: [&str; 1] = ["User.Read"];

fn entra() -> Loopback {
    let alice = User::new(ALICE, "pa55word", "66666666-6666-6666-6666-666666666666");
    let bob = User::new(BOB, "pa55word", "88888888-8888-8888-8888-888888888888");
    let tenant = Tenant::new(TENANT)
        .application(Application::new(FRONT_END).redirect_uri(REDIRECT_URI))
        .application(Application::new(MIDDLE_TIER).secret("s3cret"))
        .application(Application::new("daemon").secret("s3cret"));
    let mut authority = Authority::new("https://localhost");
    authority.register(tenant.user(alice).user(bob));
    Loopback::start(authority).unwrap()
}

fn transport(entra: &Loopback) -> Transport {
    let mut options = TransportOptions::default();
    options.extra_ca = entra.ca_pem().into();
    Transport::new(&options).unwrap()
}

fn confidential(entra: &Loopback, client_id: &str) -> Client<ConfidentialClientApplication> {
    let app = ConfidentialClientApplication::builder(client_id)
        .authority(format!("{}/{TENANT}", entra.origin()))
        .client_credential(ClientCredential::secret("s3cret").unwrap())
        .instance_discovery(false)
        // The tokens that come are the service's own, to the last check.
        .strict_id_token(true)
        .verify_id_token_signature(true);
    Client::new(app.build().unwrap()).with_transport(transport(entra))
}

/// Somebody signs in at the front end, and is asked for these claims: the token that it calls the middle tier with.
fn assertion_of(entra: &Loopback, username: &str, claims: &str) -> String {
    let app = PublicClientApplication::builder(FRONT_END)
        .authority(format!("{}/{TENANT}", entra.origin()))
        .instance_discovery(false)
        .build()
        .unwrap();
    let client = Client::new(app).with_transport(transport(entra));
    let scope = format!("api://{MIDDLE_TIER}/access_as_user");
    let request = client.app().initiate_auth_code_flow([scope]).redirect_uri(REDIRECT_URI);
    let flow = client.run(request.claims_challenge(claims)).unwrap();
    entra.authority().auto_approve(Some(username));
    let answer = browse(entra, &flow.auth_uri);
    let result = client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap();
    result.access_token.unwrap().expose().to_owned()
}

/// Whose token it is, as the resource reads it.
fn upn(result: &AuthenticationResult) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let token = result.access_token.as_ref().unwrap().expose();
    let payload = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    claims["upn"].as_str().unwrap_or("nobody").to_owned()
}

#[test]
fn two_users_behind_one_middle_tier() {
    let entra = entra();
    let middle_tier = confidential(&entra, MIDDLE_TIER);
    let callers = [ALICE, BOB].map(|username| (username, assertion_of(&entra, username, "")));
    let calls = 25;
    let from_cache = thread::scope(|scope| {
        let call = |(username, assertion): &(&str, String)| {
            let mut from_cache = 0;
            for _ in 0..calls {
                let request = middle_tier.app().acquire_token_on_behalf_of(assertion.as_str(), GRAPH);
                let result = middle_tier.run(request).unwrap();
                assert_eq!(upn(&result), *username);
                from_cache += usize::from(result.token_source == TokenSource::Cache);
            }
            from_cache
        };
        let threads: Vec<_> = callers.iter().map(|caller| scope.spawn(move || call(caller))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(from_cache, [calls - 1, calls - 1], "each was exchanged once");
    assert!(middle_tier.run(middle_tier.app().get_accounts()).unwrap().is_empty());
}

#[test]
fn a_claims_challenge_goes_through_to_the_caller_who_meets_it() {
    let entra = entra();
    let middle_tier = confidential(&entra, MIDDLE_TIER);
    let exchange =
        |assertion: &str| middle_tier.run(middle_tier.app().acquire_token_on_behalf_of(assertion, GRAPH));
    let policy = serde_json::json!({"access_token": {"acrs": {"essential": true, "value": "c1"}}});
    entra.authority().require_claims("https://graph.microsoft.com", policy.as_object().cloned());
    let error = exchange(&assertion_of(&entra, ALICE, "")).unwrap_err();
    let Error::SignInNeeded(error) = error else { panic!("{error}") };
    let claims = error.claims.as_deref().unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(claims).unwrap(), policy);
    // The middle tier answers 401 with these; the front end signs the person in anew, and calls again.
    assert_eq!(upn(&exchange(&assertion_of(&entra, ALICE, claims)).unwrap()), ALICE);
}

#[test]
fn a_long_running_process_goes_on_in_another_process_until_it_is_stopped() {
    let entra = entra();
    let store = Arc::new(InMemoryStore::default());
    let middle_tier = || confidential(&entra, MIDDLE_TIER).with_store(store.clone());
    let (web_api, worker) = (middle_tier(), middle_tier());
    let (alice, bob) = (assertion_of(&entra, ALICE, ""), assertion_of(&entra, BOB, ""));
    let initiate = |assertion: &str| {
        web_api.run(web_api.app().initiate_long_running_on_behalf_of(GRAPH, assertion, Some("job-1")))
    };
    assert_eq!(upn(&initiate(&alice).unwrap().result), ALICE);
    assert_eq!(initiate(&bob).unwrap_err(), Error::LongRunning(LongRunningError::AnotherUser));
    // What was kept is in the cache's text, which the worker has of it.
    let text = store.lock().clone().serialize();
    store.lock_mut().deserialize(&text).unwrap();
    let go_on = |scopes: [&str; 1]| {
        worker.run(worker.app().acquire_token_in_long_running_on_behalf_of(scopes, "job-1"))
    };
    let cached = go_on(GRAPH).unwrap();
    assert_eq!((upn(&cached).as_str(), cached.token_source), (ALICE, TokenSource::Cache));
    let other = go_on(["api://another/Read"]).unwrap();
    assert_eq!((upn(&other).as_str(), other.token_source), (ALICE, TokenSource::IdentityProvider));
    entra.authority().revoke_refresh_tokens(ALICE);
    assert!(matches!(go_on(["api://third/Read"]), Err(Error::SignInNeeded(_))));
    assert!(web_api.run(web_api.app().stop_long_running_on_behalf_of("job-1")).unwrap() >= 3);
    assert_eq!(go_on(GRAPH).unwrap_err(), Error::LongRunning(LongRunningError::NotStarted));
    assert_eq!(upn(&initiate(&bob).unwrap().result), BOB);
}

/// A daemon calls in its own name. What comes of it is nobody's, and the middle tier's own token is another.
#[test]
fn an_application_behind_one() {
    let entra = entra();
    let (daemon, middle_tier) = (confidential(&entra, "daemon"), confidential(&entra, MIDDLE_TIER));
    let scope = [format!("api://{MIDDLE_TIER}/.default")];
    let assertion = daemon.run(daemon.app().acquire_token_for_client(scope)).unwrap().access_token.unwrap();
    let graph = ["https://graph.microsoft.com/.default"];
    let exchange =
        || middle_tier.run(middle_tier.app().acquire_token_on_behalf_of(assertion.clone(), graph)).unwrap();
    let (first, second) = (exchange(), exchange());
    assert_eq!(
        (first.token_source, second.token_source),
        (TokenSource::IdentityProvider, TokenSource::Cache)
    );
    let own = middle_tier.run(middle_tier.app().acquire_token_for_client(graph)).unwrap();
    assert_eq!(own.token_source, TokenSource::IdentityProvider);
    assert_ne!(own.access_token, first.access_token);
}

#[test]
fn an_assertion_that_is_none_of_this_middle_tier_s_is_refused() {
    let entra = entra();
    let (daemon, middle_tier) = (confidential(&entra, "daemon"), confidential(&entra, MIDDLE_TIER));
    let alice = assertion_of(&entra, ALICE, "");
    let other = daemon.run(daemon.app().acquire_token_on_behalf_of(alice.as_str(), GRAPH)).unwrap_err();
    let Error::SignInNeeded(other) = other else { panic!("{other}") };
    assert_eq!(other.error_codes, [500_131]);
    let forged = format!("{}x", alice);
    let forged = middle_tier.run(middle_tier.app().acquire_token_on_behalf_of(forged, GRAPH)).unwrap_err();
    assert!(matches!(&forged, Error::SignInNeeded(error) if error.error_codes == [50_013]), "{forged}");
    let no_jwt = middle_tier.run(middle_tier.app().acquire_token_on_behalf_of("text", GRAPH)).unwrap_err();
    assert!(matches!(no_jwt, Error::Service(_)), "{no_jwt}");
}
