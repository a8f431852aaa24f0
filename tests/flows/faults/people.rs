//! The flows of people. A fault at the service is an error unless a token is in hand; one of the cache costs no token that
//! was issued.
use super::*;
use crate::person::*;
use msal_proto::cache::Account;
use msal_proto::flows::FederatedUser;
use msal_proto::{
    AuthenticationResult, ClientCredential, ConfidentialClientApplication, PublicClientApplication,
    TokenSource, Warning,
};
use serde_json::{Value, json};

type Public = World<PublicClientApplication>;
type Confidential = World<ConfidentialClientApplication>;

const WITHOUT_CACHE: [&str; 4] = ["HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"];
const SILENT: [&str; 5] = ["CacheRead", "HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"];

/// Refreshes whatever it is given, but for a token that has expired.
fn service(request: &HttpRequest) -> HttpResponse {
    let is_dead = request.form().iter().any(|(_, value)| value.expose() == "canary-dead-token");
    let refuse = || response(400, r#"{"error":"invalid_grant","suberror":"token_expired"}"#);
    let refresh = || response(200, &refreshed().to_string());
    discovery(request).unwrap_or_else(|| if is_dead { refuse() } else { refresh() })
}

pub(super) fn public_world() -> Public {
    let mut world = World::with(public().authority(HOST).build().unwrap());
    world.service = Some(service);
    world
}

/// Has signed in with this answer some time ago; nothing is known of the authority any more.
fn remembered(change: impl FnOnce(&mut Value), seconds: u64) -> Public {
    let mut world = public_world().signed_in(change);
    world.now += seconds;
    world.state = Default::default();
    world
}

pub(super) fn account<C: Deref<Target = ClientApplication>>(world: &World<C>) -> Account {
    let all = msal_proto::cache::CacheRead::Accounts {
        environment: "login.example.com".into(),
        home_account_id: None,
        username: None,
    };
    Account::clone(&world.cache.read(&all).accounts[0])
}

/// A fault of the cache's write is told beside the token; every other is an error.
fn costs_the_token_unless_it_is_written(fault: &Fault<'_>, end: &Result<AuthenticationResult, Error>) {
    match (fault.effect, end) {
        (Effect::CacheWrite(_), Ok(result)) => {
            assert!(result.access_token.is_some() && result.refresh_token.is_some());
            is_warned_of_the_cache(fault, &result.warnings);
        }
        (effect, end) => assert!(end.is_err() && effect.name() != "CacheWrite", "{effect:?} {end:?}"),
    }
}

#[test]
fn initiate_auth_code_flow() {
    let request = |world: &Public| world.app.initiate_auth_code_flow([SCOPE]).redirect_uri(REDIRECT_URI);
    every_fault(&["HttpRequest", "HttpRequest"], public_world, request, |_, end| assert!(end.is_err()));
}

/// What a sign-in was begun with, and the tokens for it as the service gives them.
fn begun<C: Deref<Target = ClientApplication>>(world: &mut World<C>) -> msal_proto::flows::AuthCodeFlow {
    let flow = world.begin();
    world.state = Default::default();
    // A nonce that the service cannot know of beforehand is not compared there.
    serde_json::from_value(json!({
        "auth_uri": flow.auth_uri, "state": "canary-state", "redirect_uri": REDIRECT_URI, "scope": flow.scope,
        "code_verifier": "canary-verifier", "nonce": "canary-nonce",
    }))
    .unwrap()
}

fn service_of_the_nonce(request: &HttpRequest) -> HttpResponse {
    let mut flow = World::public().begin();
    flow.nonce = "canary-nonce".into();
    discovery(request).unwrap_or_else(|| response(200, &tokens_of(&flow).to_string()))
}

const CAME_BACK: &str = "code=canary-code&state=canary-state";

#[test]
fn acquire_token_by_auth_code_flow() {
    let world = || {
        let mut world = public_world();
        world.service = Some(service_of_the_nonce);
        world
    };
    let flow = begun(&mut world());
    let request = |world: &Public| world.app.acquire_token_by_auth_code_flow(flow.clone(), CAME_BACK);
    every_fault(&WITHOUT_CACHE, world, request, costs_the_token_unless_it_is_written);
}

#[test]
fn acquire_token_by_auth_code_flow_of_a_client_whose_host_makes_assertions() {
    let world = || {
        let credential = ClientCredential::assertion_from_host();
        let mut world = World::of(builder().authority(HOST).client_credential(credential));
        world.assertion = Some(Ok(Secret::new("canary.made.assertion")));
        world.service = Some(service_of_the_nonce);
        world
    };
    let flow = begun(&mut world());
    let request = |world: &Confidential| world.app.acquire_token_by_auth_code_flow(flow.clone(), CAME_BACK);
    let effects = ["HttpRequest", "HttpRequest", "ClientAssertion", "HttpRequest", "CacheWrite"];
    every_fault(&effects, world, request, costs_the_token_unless_it_is_written);
}

#[test]
fn acquire_token_interactive() {
    let request = |world: &Public| world.app.acquire_token_interactive([SCOPE]);
    let effects =
        ["HttpRequest", "HttpRequest", "RedirectListen", "BrowserLaunch", "HttpRequest", "CacheWrite"];
    every_fault(&effects, public_world, request, costs_the_token_unless_it_is_written);
}

#[test]
fn acquire_token_by_user_federated_identity_credential() {
    let world = || {
        let credential = ClientCredential::secret(CLIENT_SECRET).unwrap();
        let mut world = World::of(builder().authority(HOST).client_credential(credential));
        world.service = Some(service);
        world
    };
    let request = |world: &Confidential| {
        let user = FederatedUser::Username(USERNAME.into());
        world.app.acquire_token_by_user_federated_identity_credential([SCOPE], "canary-agent-token", user)
    };
    every_fault(&WITHOUT_CACHE, world, request, costs_the_token_unless_it_is_written);
}

#[test]
fn acquire_token_by_refresh_token() {
    let request = |world: &Public| world.app.acquire_token_by_refresh_token("canary-older-token", [SCOPE]);
    every_fault(&WITHOUT_CACHE, public_world, request, costs_the_token_unless_it_is_written);
}

/// What is not in the cache, and why.
fn is_nothing(fault: &Fault<'_>, end: &Result<Option<AuthenticationResult>, Error>) {
    match (fault.reply, end) {
        (Reply::CacheRead(Err(_)), Err(Error::Cache(_))) => {}
        (Reply::CacheRead(Ok(_)) | Reply::Declined, Ok(None)) => {}
        (reply, end) => panic!("{reply:?} {end:?}"),
    }
}

#[test]
fn acquire_token_silent() {
    for folds in [true, false] {
        let request = |world: &Public| match folds {
            true => world.app.acquire_token_silent([SCOPE], &account(world)),
            false => world.app.acquire_token_silent_with_error([SCOPE], &account(world)),
        };
        every_fault(
            &SILENT,
            || remembered(|_| (), 3_600),
            request,
            |fault, end| match (fault.effect, end) {
                (Effect::CacheRead(_), end) => is_nothing(fault, end),
                (Effect::CacheWrite(_), Ok(Some(result))) => is_warned_of_the_cache(fault, &result.warnings),
                (_, Ok(end)) => assert!(folds && end.is_none()),
                (_, Err(error)) => {
                    assert!(!folds || !matches!(error, Error::Service(_) | Error::SignInNeeded(_)))
                }
            },
        );
    }
}

#[test]
fn acquire_token_silent_with_a_token_in_hand() {
    let world = || {
        let aging = |answer: &mut Value| {
            answer["expires_in"] = json!(7_200);
            answer["refresh_in"] = json!(3_600);
        };
        remembered(aging, 3_601)
    };
    let request = |world: &Public| world.app.acquire_token_silent_with_error([SCOPE], &account(world));
    every_fault(&SILENT, world, request, |fault, end| match (fault.effect, end) {
        (Effect::CacheRead(_), end) => is_nothing(fault, end),
        (Effect::CacheWrite(_), Ok(Some(result))) => is_warned_of_the_cache(fault, &result.warnings),
        (_, Ok(Some(result))) => {
            assert_eq!(result.token_source, TokenSource::Cache);
            assert!(matches!(result.warnings[..], [Warning::RefreshFailed(_)]));
        }
        (effect, end) => panic!("{effect:?} {end:?}"),
    });
}

#[test]
fn acquire_token_silent_with_a_second_refresh_token() {
    let world = || {
        let mut world = remembered(|_| (), 3_600);
        let mut file: Value = serde_json::from_str(&world.cache.serialize()).unwrap();
        let (_, mut token) = file["RefreshToken"].as_object().unwrap().clone().into_iter().next().unwrap();
        token["secret"] = json!("canary-dead-token");
        token["last_modification_time"] = json!("1700000900");
        token["target"] = json!("another");
        file["RefreshToken"]["another"] = token;
        world.cache.deserialize(&file.to_string()).unwrap();
        world
    };
    let request = |world: &Public| world.app.acquire_token_silent_with_error([SCOPE], &account(world));
    let effects = ["CacheRead", "HttpRequest", "HttpRequest", "HttpRequest", "HttpRequest", "CacheWrite"];
    every_fault(&effects, world, request, |fault, end| match (fault.effect, end) {
        (Effect::CacheRead(_), end) => is_nothing(fault, end),
        (Effect::CacheWrite(_), Ok(Some(result))) => is_warned_of_the_cache(fault, &result.warnings),
        // The first was refused in other words.
        (Effect::HttpRequest(_), Ok(Some(result))) => {
            assert_eq!((result.token_source, &result.warnings[..]), (TokenSource::IdentityProvider, &[][..]));
        }
        (Effect::HttpRequest(_), Err(_)) => {}
        (effect, end) => panic!("{effect:?} {end:?}"),
    });
}

#[test]
fn acquire_token_silent_in_the_tenant_of_a_domain() {
    let domain = HOST.replace(TENANT, "contoso.onmicrosoft.com");
    let world = || {
        let mut world = remembered(|_| (), 3_600);
        world.app = public().authority(&domain).build().unwrap();
        world
    };
    let request = |world: &Public| world.app.acquire_token_silent_with_error([SCOPE], &account(world));
    let effects = ["HttpRequest", "HttpRequest", "CacheRead", "HttpRequest", "CacheWrite"];
    every_fault(&effects, world, request, |fault, end| match (fault.effect, end) {
        (Effect::CacheRead(_), end) => is_nothing(fault, end),
        (Effect::CacheWrite(_), Ok(Some(result))) => is_warned_of_the_cache(fault, &result.warnings),
        (effect, end) => assert!(end.is_err(), "{effect:?} {end:?}"),
    });
}

#[test]
fn get_accounts() {
    let request = |world: &Public| world.app.get_accounts();
    every_fault(
        &["CacheRead"],
        || remembered(|_| (), 0),
        request,
        |fault, end| match fault.reply {
            Reply::CacheRead(Err(_)) => assert!(matches!(end, Err(Error::Cache(_)))),
            _ => assert_eq!(end.as_ref().unwrap().len(), 0),
        },
    );
}

#[test]
fn remove_account() {
    let somebody = account(&remembered(|_| (), 0));
    let request = |world: &Public| world.app.remove_account(&somebody);
    let effects = ["CacheRead", "CacheWrite"];
    every_fault(
        &effects,
        || remembered(|_| (), 0),
        request,
        |fault, end| match (fault.reply, end) {
            (Reply::CacheRead(Ok(_)), end) => assert_eq!(*end, Ok(())),
            (Reply::Declined, end) => assert!(matches!(end, Err(Error::Unsupported(_)))),
            (_, end) => assert!(matches!(end, Err(Error::Cache(_)))),
        },
    );
}
