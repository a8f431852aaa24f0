//! The scripted world: directives, effects, assertions, and the run of a scenario.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use msal_conformance::assertion;
use msal_conformance::by_type::ByType;
use msal_conformance::driver::NotRun;
use msal_conformance::run::run;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::Outcome;
use msal_conformance::world::{BrowserReply, HttpReply, HttpRequest, LibraryObject, TransportFault, World};
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::fixtures;

fn scripted(http: Value, steps: Value) -> Scenario {
    let text = json!({"format": 1, "name": "n", "title": "t", "clock": 1000, "http": http, "steps": steps, "files": {"/f": {"size": 5}}});
    Scenario::parse(&text.to_string()).unwrap()
}

fn resolved(directive: &str) -> Value {
    let scenario = scripted(json!([]), json!([]));
    let fixtures = fixtures();
    let mut world = World::new(&scenario, &fixtures);
    world.set_result("s", json!({"list": [{"url": "https://h/?a=1&b=x%20y"}]}));
    world.resolve_value(&serde_json::from_str(directive).unwrap()).unwrap()
}

#[test]
fn directives_stand_for_values() {
    assert_eq!(resolved(r#"{"$now": -5}"#), json!(995));
    assert_eq!(resolved(r#"{"$now": 5, "as": "str"}"#), json!("1005"));
    assert_eq!(
        resolved(r#"{"$concat": ["a", {"$now": 0}, {"$json_text": {"z": 1, "a": [1.5, null]}}]}"#),
        json!("a1000{\"z\":1,\"a\":[1.5,null]}")
    );
    assert_eq!(
        resolved(r#"{"$b64url_json": {"b": 1, "a": 2}}"#),
        json!(URL_SAFE_NO_PAD.encode(r#"{"b":1,"a":2}"#))
    );
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let claims = URL_SAFE_NO_PAD.encode(r#"{"z":"é","a":1000}"#);
    assert_eq!(
        resolved(r#"{"$jwt": {"claims": {"z": "é", "a": {"$now": 0}}}}"#),
        json!(format!("{header}.{claims}.c2ln"))
    );
    assert_eq!(resolved(r#"{"$ref": "s.list.0.url", "query": "b"}"#), json!("x y"));
    assert!(resolved(r#"{"$file": "fixtures/certs/sha1.txt"}"#).as_str().unwrap().len() >= 40);
    assert!(resolved(r#"{"$path": "fixtures/certs/cert.pfx"}"#).as_str().unwrap().starts_with('/'));
}

#[test]
fn library_objects_stay_markers() {
    let object = |directive: &str| LibraryObject::of(&resolved(directive));
    assert_eq!(object(r#"{"$bytes": "ab"}"#), Some(LibraryObject::Bytes(b"ab".to_vec())));
    assert_eq!(object(r#"{"$callable": ["a"]}"#), Some(LibraryObject::Callable(0)));
    assert_eq!(object(r#"{"$callback": "n"}"#), Some(LibraryObject::Callback("n".to_owned())));
    assert_eq!(object(r#"{"$always": true}"#), Some(LibraryObject::Always(true)));
    assert_eq!(object(r#"{"$system_assigned": true}"#), Some(LibraryObject::SystemAssigned));
    assert_eq!(
        object(r#"{"$user_assigned": {"client_id": "c"}}"#),
        Some(LibraryObject::UserAssigned(json!({"client_id": "c"})))
    );
    assert_eq!(
        object(r#"{"$authority_builder": ["h", "t"]}"#),
        Some(LibraryObject::AuthorityBuilder("h".to_owned(), "t".to_owned()))
    );
    assert_eq!(object(r#"{"a": 1}"#), None);
}

#[test]
fn what_the_host_does_is_recorded() {
    let scenario = scripted(
        json!([
            {"id": "r", "url": "https://h/t", "responses": [{"takes": 2, "json": {"back": {"$req": "form.a"}, "j": {"$b64url_json": {"u": 1}}}}]},
            {"url": "https://h/down", "responses": [{"error": "read_timeout"}]}
        ]),
        json!([{"id": "s", "op": "x", "browser": {"response": {"state": {"$auth_uri": "state"}, "code": "C"}, "takes": 3}}]),
    );
    let fixtures = fixtures();
    let mut world = World::new(&scenario, &fixtures);
    let form = [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    let post = |url| HttpRequest { method: "POST", url, headers: &form, body: b"a=1+2" };
    let reply = world.exchange(post("https://h/t?q=1")).unwrap();
    let HttpReply::Response { status: 200, body, .. } = reply else { panic!("{reply:?}") };
    assert_eq!(String::from_utf8(body).unwrap(), r#"{"back":"1 2","j":"eyJ1IjoxfQ"}"#);
    assert_eq!(world.clock, 1002);
    assert_eq!(
        world.exchange(post("https://h/down")).unwrap(),
        HttpReply::Fault(TransportFault::ReadTimeout)
    );
    assert_eq!(world.exchange(post("https://h/none")).unwrap(), HttpReply::Fault(TransportFault::Connect));
    world.sleep(2);
    world.sleep(3);
    assert_eq!(world.read_file("/f", 4), None);
    assert_eq!(world.read_file("/f", 5).as_deref(), Some("xxxxx"));
    let callable =
        world.resolve_value(&serde_json::from_str(r#"{"$callable": ["a", "b"]}"#).unwrap()).unwrap();
    let Some(LibraryObject::Callable(callable)) = LibraryObject::of(&callable) else { panic!("{callable}") };
    let calls: Vec<Value> = (0..3).map(|_| world.call(callable).unwrap()).collect();
    assert_eq!(calls, ["a", "b", "b"]);
    let opened = world.browse(&scenario.steps[0], "https://h/authorize?state=S", &json!({})).unwrap();
    assert_eq!(opened, BrowserReply::Response(json!({"state": "S", "code": "C"})));
    world.cache_put("main", "AppMetadata", "k", json!({"secret": "eyJ1IjoxfQ"}));
    world.cache_remove("main", "AppMetadata", "k", true);
    world.finish_step(&scenario.steps[0], Outcome::Ok(json!({"info": "eyJ1IjoxfQ"}))).unwrap();
    let transcript = world.finish(BTreeMap::from([("main".to_owned(), json!({}))]));
    let step = &transcript.steps[0];
    let kinds: Vec<&str> = step.effects.iter().map(|effect| effect["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["http", "http", "http", "sleep", "read_file", "callback", "callback", "callback", "browser"]
    );
    assert_eq!(step.effects[0]["reply"], json!({"rule": "r", "index": 0, "status": 200}));
    assert_eq!(step.effects[0]["query"], json!({"q": "1"}));
    assert_eq!(step.effects[1]["reply"], json!({"rule": "rule1", "index": 0, "error": "read_timeout"}));
    assert_eq!(step.effects[2]["reply"], json!({"unscripted": true}));
    assert_eq!(step.effects[3], json!({"type": "sleep", "seconds": 5}));
    assert_eq!(step.outcome, Outcome::Ok(json!({"info": {"$b64url_json": {"u": 1}}})));
    assert_eq!(step.cache_writes[0]["entry"], json!({"secret": {"$b64url_json": {"u": 1}}}));
    assert_eq!(step.clock, 1010);
}

#[test]
fn a_foreign_state_ends_as_a_timeout() {
    let steps = json!([{"id": "s", "op": "x", "browser": {"response": {"state": "other", "code": "C"}}}]);
    let (scenario, fixtures) = (scripted(json!([]), steps), fixtures());
    let mut world = World::new(&scenario, &fixtures);
    let opened = world.browse(&scenario.steps[0], "https://h/authorize?state=S", &json!({})).unwrap();
    assert_eq!(opened, BrowserReply::TimedOut);
}

#[test]
fn the_app_changes_clock_environment_and_values() {
    let scenario = scripted(
        json!([]),
        json!([
            {"op": "advance", "seconds": 5}, {"op": "set_clock", "clock": 7}, {"op": "set_env", "env": {"A": "1", "B": null}},
            {"op": "mutate", "ref": "flow.list.0.expires_at", "value": 0}, {"op": "get_accounts"}
        ]),
    );
    let fixtures = fixtures();
    let mut world = World::new(&scenario, &fixtures);
    world.env.insert("B".to_owned(), "2".to_owned());
    world.set_result("flow", json!({"list": [{"expires_at": 9}]}));
    let done: Vec<bool> = scenario.steps.iter().map(|step| world.control(step).unwrap().is_some()).collect();
    assert_eq!(done, [true, true, true, true, false]);
    assert_eq!(
        (world.clock, world.env.get("A").map(String::as_str), world.env.get("B")),
        (7, Some("1"), None)
    );
    let changed = world.resolve_value(&serde_json::from_str(r#"{"$ref": "flow.list.0"}"#).unwrap()).unwrap();
    assert_eq!(changed, json!({"expires_at": 0}));
}

#[test]
fn signatures_are_really_verified() {
    let key = fixtures().text("fixtures/certs/key.pem").unwrap();
    let certificate = fixtures().text("fixtures/certs/cert.pem").unwrap();
    let key = rsa::PrivateKey::from_pkcs8_pem(&key).unwrap();
    let assertion = |algorithm: &str, signature: &dyn Fn(&[u8]) -> Vec<u8>| {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(json!({"alg": algorithm})), part(json!({"exp": 2, "iat": 1})));
        let signature = URL_SAFE_NO_PAD.encode(signature(signed.as_bytes()));
        format!("{signed}.{signature}")
    };
    let verified =
        |text: &str| assertion::view(text, &certificate).unwrap()["$jwt"]["signature_verified"].clone();
    let rs256 = |bytes: &[u8]| SigningKey::<Sha256>::new(key.clone()).sign(bytes).to_vec();
    let ps256 = |salt: usize| {
        let key = key.clone();
        move |bytes: &[u8]| {
            use rsa::signature::RandomizedSigner as _;
            let signer = rsa::pss::SigningKey::<Sha256>::new_with_salt_len(key.clone(), salt);
            signer.sign_with_rng(&mut Counter(0), bytes).to_vec()
        }
    };
    assert_eq!(verified(&assertion("RS256", &rs256)), json!(true));
    assert_eq!(verified(&assertion("PS256", &ps256(32))), json!(true));
    assert_eq!(verified(&assertion("PS256", &ps256(20))), json!(false));
    assert_eq!(verified(&assertion("PS256", &rs256)), json!(false));
    assert_eq!(verified(&assertion("RS256", &|_| vec![1; 256])), json!(false));
    let other = fixtures().text("fixtures/certs/ca.pem").unwrap();
    let view = assertion::view(&assertion("RS256", &rs256), &other).unwrap();
    assert_eq!(view["$jwt"]["signature_verified"], json!(false));
    assert!(
        !assertion::is_signed("opaque.assertion.text") && !assertion::is_signed(&assertion("none", &rs256))
    );
}

/// Random numbers for a test: all different.
struct Counter(u64);

impl rsa::rand_core::TryRng for Counter {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.0 += 1;
        Ok(self.0 as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0 += 1;
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.iter_mut().for_each(|byte| {
            self.0 += 1;
            *byte = self.0 as u8;
        });
        Ok(())
    }
}

impl rsa::rand_core::TryCryptoRng for Counter {}

#[test]
fn an_operation_that_is_not_built_is_named() {
    let scenario = scripted(json!([]), json!([{"op": "no_such_operation"}]));
    let by_type = ByType::read().unwrap();
    let built = run(&scenario, &fixtures(), &by_type);
    assert!(matches!(built, Err(NotRun::NotBuilt(op)) if op == "no_such_operation"));
}

#[test]
fn the_runner_answers_what_types_exclude_and_steps_on_no_client() {
    let scenario = scripted(
        json!([]),
        json!([
            {"op": "construct", "client": "a", "kind": "public", "args": {"client_id": "c", "client_credential": "x"}},
            {"op": "get_accounts", "client": "a"}
        ]),
    );
    let transcript = run(&scenario, &fixtures(), &ByType::read().unwrap()).unwrap();
    let categories: Vec<_> = transcript.steps.iter().map(|step| step.outcome.category()).collect();
    assert_eq!(categories, [Some("refused"), Some("malformed")]);
}
