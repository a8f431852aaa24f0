//! The rows SEC: no secret shows, and none is stored where it does not belong.
use crate::support::*;
use msal_proto::cache::{AccessToken, CacheEntries, Entry, InMemoryStore};
use msal_proto::engine::{
    CacheWrite, Effect, Entropy, Flow, Host, HostFacts, HttpRequest, Operation, Reply, Request, Step,
    Suspended,
};
use msal_proto::{
    CertificateCredential, ClientCredential, ConfidentialClientApplication, Secret, SecretBytes,
};
use serde::Serialize;
use std::fmt::Debug;

const KEY: &str = include_str!("../../fixtures/keys/app-key.pem");

/// Neither form of `Debug` shows a canary, a part of the key, or what else is given.
fn hides(value: &dyn Debug, others: &[String]) {
    let text = format!("{value:?} {value:#?}");
    assert!(!shows_a_secret(&text), "{text}");
    for secret in others.iter().map(String::as_str).chain(KEY.lines().skip(1).take(20)) {
        assert!(!text.contains(secret), "{text}");
    }
}

/// Each way to authenticate.
fn credentials() -> [ClientCredential; 4] {
    [
        ClientCredential::secret(CLIENT_SECRET).unwrap(),
        certificate(),
        ClientCredential::assertion("canary.ready-made.assertion").unwrap(),
        ClientCredential::assertion_from_host(),
    ]
}

fn world(credential: ClientCredential) -> World {
    let mut world = World::of(builder().authority(DOMAIN).client_credential(credential));
    world.assertion = Some(Ok(Secret::new("canary.made.assertion")));
    world.http(200, &document(AUTHORITY)).http(200, AGING)
}

/// Does what is asked, if it is.
fn advance<F: Flow>(step: Step<F>, world: &mut World) -> Step<F> {
    match step {
        Step::HttpRequest(pending) => {
            let reply = world.http_request(pending.op());
            pending.resume(&mut world.env(), reply)
        }
        Step::CacheRead(pending) => {
            let reply = world.cache_read(pending.op()).unwrap();
            pending.resume(&mut world.env(), reply)
        }
        Step::CacheWrite(pending) => {
            let reply = world.cache_write(pending.op()).unwrap();
            pending.resume(&mut world.env(), reply)
        }
        Step::ClientAssertion(pending) => {
            let reply = world.client_assertion(pending.op()).unwrap();
            pending.resume(&mut world.env(), reply)
        }
        other => other,
    }
}

fn assertion_in(request: &HttpRequest) -> Option<String> {
    let member = request.form().iter().find(|(name, _)| name == "client_assertion");
    member.map(|(_, value)| value.expose().to_owned())
}

#[test]
fn a_suspended_flow_holds_no_client_secret_key_or_assertion() {
    for credential in credentials() {
        let mut world = world(credential);
        let (mut stored, mut assertions) = (Vec::new(), Vec::new());
        let mut step = world.app.acquire_token_for_client([GRAPH]).start(&mut world.env());
        while let Ok(flow) = step.suspend() {
            hides(&flow, &assertions);
            stored.push(to_json(&flow));
            step = flow.wake(&mut world.env()).unwrap();
            hides(&step, &assertions);
            if let Step::HttpRequest(pending) = &step {
                assertions.extend(assertion_in(pending.op()));
            }
            step = advance(step, &mut world);
        }
        assert!(stored.len() >= 4);
        assert_eq!(stored.iter().filter(|text| text.contains("canary-aging-token")).count(), 1);
        for text in stored {
            for secret in assertions.iter().map(String::as_str).chain(KEY.lines().skip(1).take(20)) {
                assert!(!text.contains(secret), "{text}");
            }
            // The one secret that a flow may hold is the token that it has still to store.
            assert!(!shows_a_secret(&text.replace("canary-aging-token", "")), "{text}");
        }
    }
}

/// It may hold what the user came with, or the refresh token; what the client proves itself by it does not.
#[test]
fn a_suspended_flow_on_behalf_of_somebody_shows_nothing_and_holds_no_client_secret() {
    fn suspended<R>(world: &mut World, request: R) -> usize
    where
        R: Request<Flow: Flow<Output: Debug> + Serialize + serde::de::DeserializeOwned + Clone + Debug>
            + Debug
            + Clone,
    {
        hides(&request, &[]);
        let (mut step, mut steps) = (request.start(&mut world.env()), 0);
        loop {
            let flow = match step {
                Step::Done(end) => {
                    hides(&end.unwrap(), &[]);
                    return steps;
                }
                step => step.suspend().unwrap(),
            };
            hides(&flow, &[]);
            let text = to_json(&flow);
            assert!(!text.contains(CLIENT_SECRET), "{text}");
            step = serde_json::from_str::<Suspended<R::Flow>>(&text).unwrap().wake(&mut world.env()).unwrap();
            hides(&step, &[]);
            step = advance(step, world);
            steps += 1;
        }
    }
    use crate::on_behalf_of::{ADA, PROCESS, adas};
    let app = || builder().build().unwrap();
    let mut world = World::new().http(200, &document(AUTHORITY));
    for token in ["canary-first", "canary-second", "canary-third"] {
        world = world.http(200, &adas(token).to_string());
    }
    assert_eq!(suspended(&mut world, app().acquire_token_on_behalf_of(ADA, [GRAPH])), 4);
    let request = app().initiate_long_running_on_behalf_of([GRAPH], ADA, Some(PROCESS));
    assert_eq!(suspended(&mut world, request), 3);
    world.now += 3_600;
    let request = app().acquire_token_in_long_running_on_behalf_of([GRAPH], PROCESS);
    assert_eq!(suspended(&mut world, request), 3);
    assert_eq!(suspended(&mut world, app().stop_long_running_on_behalf_of(PROCESS)), 2);
}

fn to_json<F: Serialize>(flow: &Suspended<F>) -> String {
    serde_json::to_string(flow).unwrap()
}

#[test]
fn a_stored_client_state_holds_no_assertion_and_nothing_that_a_secret_names() {
    for credential in credentials() {
        let mut world = world(credential);
        world.token().unwrap();
        let assertion = world.sent("client_assertion").map(str::to_owned);
        world = world.http(400, REFUSED).http(429, r#"{"error":"busy"}"#);
        for scope in ["api://bad/.default", "api://busy/.default"] {
            world.call(|app| app.acquire_token_for_client([scope])).unwrap_err();
        }
        hides(&world.state, assertion.as_slice());
        let text = serde_json::to_string(&world.state).unwrap();
        assert!(
            !shows_a_secret(&text) && assertion.is_none_or(|assertion| !text.contains(&assertion)),
            "{text}"
        );

        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let members: Vec<_> = value.as_object().unwrap().keys().collect();
        assert_eq!(members, ["documents", "federation", "signing_keys", "telemetry", "throttled"]);
        assert_eq!(value["throttled"]["busy"].as_object().unwrap().len(), 1);
        assert_eq!(value["throttled"].as_object().unwrap().keys().collect::<Vec<_>>(), ["busy", "salt"]);
    }
}

#[test]
fn sec_01_14_no_public_type_shows_a_secret() {
    for credential in credentials() {
        hides(&credential, &[]);
        let mut world = world(credential);
        hides(&world.app, &[]);
        let result = world.token().unwrap();
        let assertion: Vec<_> = world.requests.last().and_then(assertion_in).into_iter().collect();
        hides(&(&result, result.access_token.as_ref(), &result.members), &assertion);
        hides(&(&world.requests, &world.cache, &world.state), &assertion);
        hides(&world.env(), &assertion);
    }

    let facts = HostFacts::new("linux", |_| Some(CANARY.into()));
    hides(&(facts, Entropy::new(*b"canarycanarycanarycanarycanaryca").unwrap()), &[]);
    hides(&(Secret::new(CANARY), SecretBytes::new(CANARY)), &[]);
    hides(&builder().client_claims(CANARY), &[]);
    hides(&CertificateCredential::builder(KEY.as_bytes()).passphrase(CANARY), &[]);
    let app = builder().build().unwrap();
    let request = app.acquire_token_for_client([GRAPH]).data("user_assertion", "canary");
    hides(&(&request, request.clone().start(&mut World::new().env())), &[]);
}

#[test]
fn sec_01_nor_does_what_goes_to_and_from_the_cache() {
    let mut world = World::warm().http(200, TOKEN);
    world.token().unwrap();
    let mut text = world.cache.serialize();
    text.insert_str(1, r#""Unknown":{"a":"canary"},"RefreshToken":{"k":{"secret":"canary"}},"#);
    world.cache.deserialize(&text).unwrap();
    let read = msal_proto::cache::CacheRead::AppTokens {
        client_id: CLIENT_ID.into(),
        environment: "login.microsoftonline.com".into(),
    };
    let entries: CacheEntries = world.cache.read(&read);
    let token: &AccessToken = &entries.access_tokens[0];
    let entry = Entry::AccessToken(entries.access_tokens[0].clone());
    hides(&(&entries, token, &entry, token.members(), entry.members()), &[]);
    let change =
        msal_proto::cache::CacheChange { puts: vec![entry.clone()], removals: vec![entry], purge: None };
    hides(&change, &[]);
    let write: Effect = CacheWrite { change: change.into() }.effect();
    hides(&write, &[]);
    hides(&(Reply::CacheRead(Ok(entries)), Reply::ClientAssertion(Ok(Secret::new(CANARY)))), &[]);
    hides(&(response(200, TOKEN), Reply::HttpRequest(Ok(response(200, TOKEN)))), &[]);
    hides(&(&world.cache, InMemoryStore::new(world.cache.clone())), &[]);
}

#[test]
fn sec_03_no_error_of_a_builder_shows_what_it_was_given() {
    let secret = || ClientCredential::secret(CLIENT_SECRET).unwrap();
    let app = || ConfidentialClientApplication::builder(CLIENT_ID).client_credential(secret());
    let builders = [
        app().authority("https://user:canary@login.microsoftonline.com/common"),
        app().authority("https://login.microsoftonline.com/common?canary#canary"),
        app().authority("http://canary"),
        app().authority("canary"),
        app().authority("https://login.microsoftonline.com/canary canary"),
        app().client_claims(r#"{"canary":"canary""#),
        app().client_claims(r#""canary""#),
        app().client_capabilities(["canary canary"]),
        app().app_name("canary\r\n"),
        app().instance_discovery_endpoint("https://canary:canary@example.com"),
        ConfidentialClientApplication::builder("canary id").client_credential(secret()),
        ConfidentialClientApplication::builder("canary"),
    ];
    for builder in builders {
        let error = builder.build().unwrap_err();
        assert!(!shows_a_secret(&everything_said(&error)), "{}", everything_said(&error));
    }
    for assertion in ["canary canary", "canary\u{e9}", &"canary".repeat(20_000)] {
        let error = ClientCredential::assertion(assertion).unwrap_err();
        assert!(!shows_a_secret(&everything_said(&error)));
    }
    let error =
        CertificateCredential::builder(b"-----BEGIN PRIVATE KEY-----\ncanary").passphrase(CANARY).build();
    assert!(!shows_a_secret(&everything_said(&error.unwrap_err())));
}
