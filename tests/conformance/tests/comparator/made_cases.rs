//! Reasons that no recorded scenario of client credentials reaches: the scenario and its golden are made here.

use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::{Outcome, Step, Transcript};
use serde_json::{Value, json};

use crate::deviations::{is_failed, reasons};
use crate::support::{compare, filled, golden, oracle};

/// A scenario of client credentials with one token rule, and the golden that MSAL Python would give it.
fn client_credentials(responses: Value, calls: &[(&str, Value)]) -> (Scenario, Vec<Step>) {
    let mut scenario: Value = serde_json::from_str(
        &std::fs::read_to_string(oracle().join("scenarios/cc-secret-cache-lifecycle.json")).unwrap(),
    )
    .unwrap();
    let rules = scenario["http"].as_array_mut().unwrap();
    rules.retain(|rule| rule["method"] == "GET");
    let url = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token";
    rules.push(json!({"id": "token", "method": "POST", "url": url, "responses": responses}));
    let construct = scenario["steps"][0].clone();
    let call = |(id, args): &(&str, Value)| json!({"id": id, "op": "acquire_token_for_client", "client": "app", "args": args});
    scenario["steps"] = [construct].into_iter().chain(calls.iter().map(call)).collect();
    let recorded = golden("golden", "cc-secret-cache-lifecycle").unwrap();
    (Scenario::parse(&scenario.to_string()).unwrap(), recorded.steps[..2].to_vec())
}

fn transcript(steps: Vec<Step>, caches: Value) -> Transcript {
    let caches = serde_json::from_value(json!({"main": caches})).unwrap();
    let derived = Default::default();
    Transcript {
        format: 1,
        scenario: "n".into(),
        library: "l".into(),
        version: "1.33.0".into(),
        steps,
        caches,
        derived,
    }
}

fn cached(steps: &[&Step]) -> Value {
    let mut cache = json!({});
    for write in steps.iter().flat_map(|step| &step.cache_writes) {
        cache[write["type"].as_str().unwrap()][write["key"].as_str().unwrap()] = write["entry"].clone();
    }
    cache
}

#[test]
fn reason_7_a_key_bound_token_is_for_its_key() {
    let bound = json!({"token_type": "ssh-cert", "key_id": "k1", "req_cnf": "c"});
    let scopes = json!(["https://graph.microsoft.com/.default"]);
    let reply = |token: &str, kind: &str| json!({"json": {"token_type": kind, "expires_in": 3599, "ext_expires_in": 3599, "access_token": token}});
    let (scenario, recorded) = client_credentials(
        json!([reply("SSH", "ssh-cert"), reply("AT2", "Bearer")]),
        &[("bound", json!({"scopes": scopes, "data": bound})), ("free", json!({"scopes": scopes}))],
    );
    let [construct, first] = <[Step; 2]>::try_from(recorded).unwrap();
    let named = |id: &str, mut step: Step, token: &str, kind: &str| {
        step.id = id.to_owned();
        step.outcome = Outcome::Ok(
            json!({"token_type": kind, "expires_in": 3599, "ext_expires_in": 3599, "access_token": token, "token_source": "identity_provider"}),
        );
        step.cache_writes[0]["entry"]["secret"] = json!(token);
        step.cache_writes[0]["entry"]["token_type"] = json!(kind);
        step
    };
    let mut ssh = named("bound", first.clone(), "SSH", "ssh-cert");
    ssh.cache_writes[0]["entry"]["key_id"] = json!("k1");
    for (name, value) in bound.as_object().unwrap() {
        ssh.effects[0]["body"]["form"][name] = value.clone();
    }
    let hit = Step {
        id: "free".to_owned(),
        outcome: Outcome::Ok(
            json!({"access_token": "SSH", "token_type": "ssh-cert", "expires_in": 3599, "token_source": "cache"}),
        ),
        effects: Vec::new(),
        cache_writes: Vec::new(),
        ..first.clone()
    };
    let mut asked = named("free", first, "AT2", "Bearer");
    asked.effects[0]["headers"]["client-request-id"] = json!("<uuid:2>");
    asked.effects[0]["reply"]["index"] = json!(1);
    let golden = transcript(vec![construct.clone(), ssh.clone(), hit], cached(&[&ssh]));
    let mut ours = filled(&transcript(vec![construct, ssh.clone(), asked.clone()], cached(&[&ssh, &asked])));
    assert_eq!(reasons(compare(&scenario, vec![golden.clone()], &ours)), [7]);
    ours.steps[2].effects[0]["body"]["form"]["key_id"] = json!("k1");
    assert!(is_failed(&compare(&scenario, vec![golden], &ours)));
}

#[test]
fn reason_16_usable_tokens_are_kept_and_serve_later() {
    let scopes = json!({"scopes": ["https://graph.microsoft.com/.default"]});
    let (scenario, recorded) = client_credentials(
        json!([{"json": {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": "AT1", "refresh_in": "1800"}}]),
        &[("lost", scopes.clone()), ("again", scopes)],
    );
    let [construct, kept] = <[Step; 2]>::try_from(recorded).unwrap();
    let lost = |id: &str, uuid: &str| {
        let mut step = Step {
            id: id.to_owned(),
            outcome: Outcome::error("malformed", "TypeError", ""),
            cache_writes: Vec::new(),
            ..kept.clone()
        };
        step.effects[0]["headers"]["client-request-id"] = json!(uuid);
        step
    };
    let golden =
        transcript(vec![construct.clone(), lost("lost", "<uuid:1>"), lost("again", "<uuid:2>")], json!({}));
    let kept = Step { id: "lost".to_owned(), ..kept.clone() };
    let hit = Step {
        id: "again".to_owned(),
        outcome: Outcome::Ok(
            json!({"access_token": "AT1", "token_type": "Bearer", "expires_in": 3599, "token_source": "cache"}),
        ),
        effects: Vec::new(),
        cache_writes: Vec::new(),
        ..kept.clone()
    };
    let mut kept = kept;
    if let Outcome::Ok(value) = &mut kept.outcome {
        value["refresh_on"] = json!(1_700_001_800);
    }
    let without_refresh = {
        let mut step = kept.clone();
        step.outcome = Outcome::Ok(
            json!({"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": "AT1", "token_source": "identity_provider"}),
        );
        step
    };
    let ours = filled(&transcript(
        vec![construct.clone(), without_refresh.clone(), hit.clone()],
        cached(&[&without_refresh]),
    ));
    assert_eq!(reasons(compare(&scenario, vec![golden.clone()], &ours)), [16]);
    kept.cache_writes[0]["entry"]["refresh_on"] = json!("1700001800");
    let mut hit = hit;
    if let Outcome::Ok(value) = &mut hit.outcome {
        value["refresh_on"] = json!(1_700_001_800);
    }
    let ours = filled(&transcript(vec![construct.clone(), kept.clone(), hit.clone()], cached(&[&kept])));
    assert_eq!(reasons(compare(&scenario, vec![golden.clone()], &ours)), [16]);
    kept.cache_writes[0]["entry"]["secret"] = json!("other");
    let ours = filled(&transcript(vec![construct, kept.clone(), hit], cached(&[&kept])));
    assert!(is_failed(&compare(&scenario, vec![golden], &ours)));
}
