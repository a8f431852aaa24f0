//! One change in a golden, and it no longer passes.

use msal_conformance::compare::Verdict;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::Transcript;
use serde_json::{Value, json};

use crate::support::{compare, difference, filled, golden, names, places, scenario};

/// The scenario whose first change of a kind is looked for.
fn changed(name: &str, change: impl Fn(&mut Transcript)) -> Verdict {
    let golden = golden("golden", name).unwrap();
    let mut ours = filled(&golden);
    let before = serde_json::to_value(&ours).unwrap();
    change(&mut ours);
    assert_ne!(serde_json::to_value(&ours).unwrap(), before, "the change must change something");
    compare(&scenario(name), vec![golden], &ours)
}

fn request<'t>(ours: &'t mut Transcript, step: &str) -> &'t mut Value {
    let step = ours.steps.iter_mut().find(|candidate| candidate.id == step).unwrap();
    step.effects.iter_mut().find(|effect| effect["method"] == "POST").unwrap()
}

#[test]
fn a_header_a_form_member_a_write_or_the_clock() {
    let name = "cc-secret-cache-lifecycle";
    let header = changed(name, |ours| request(ours, "first")["headers"]["accept"] = json!("*/*"));
    assert_eq!(difference(header).path, "first.effects[0].headers.accept");
    let extra = changed(name, |ours| request(ours, "first")["headers"]["x-new"] = json!("1"));
    assert_eq!(difference(extra).path, "first.effects[0].headers.x-new");
    let form = changed(name, |ours| request(ours, "first")["body"]["form"]["scope"] = json!("other"));
    assert_eq!(difference(form).path, "first.effects[0].body.form.scope");
    let write = changed(name, |ours| drop(ours.steps[1].cache_writes.remove(0)));
    assert!(difference(write).path.starts_with("first.cache_writes[put AccessToken"));
    let clock = changed(name, |ours| ours.steps[1].clock += 1);
    assert_eq!(difference(clock).path, "first.clock");
    let cache = changed(name, |ours| drop(ours.caches.get_mut("main").unwrap()["AppMetadata"].take()));
    assert_eq!(difference(cache).path, "caches.main.AppMetadata");
}

#[test]
fn the_binding_of_a_placeholder() {
    // Another correlation id comes back in the next request's report.
    let report = changed("cc-http-400-cached-60s", |ours| {
        let header = &mut request(ours, "retried")["headers"]["x-client-last-telemetry"];
        *header = json!(header.as_str().unwrap().replacen("6f1a2b3c", "7f1a2b3c", 1));
    });
    assert_eq!(difference(report).path, "retried.effects[0].headers.x-client-last-telemetry");
    // The same correlation id for two requests.
    let same = changed("cc-secret-cache-lifecycle", |ours| {
        let first = request(ours, "first")["headers"]["client-request-id"].clone();
        request(ours, "other")["headers"]["client-request-id"] = first;
    });
    assert_eq!(difference(same).path, "other.effects[0].headers.client-request-id");
}

#[test]
fn what_is_derived() {
    let name = "authcode-public";
    let verifier = changed(name, |ours| {
        let text = serde_json::to_string(ours).unwrap();
        let verifier = request(ours, "redeem")["body"]["form"]["code_verifier"].as_str().unwrap().to_owned();
        *ours =
            serde_json::from_str(&text.replace(&verifier, &verifier.replace("random", "rambos"))).unwrap();
    });
    assert!(difference(verifier).path.starts_with("derived."));
}

#[test]
fn a_request_too_many_or_too_few() {
    let name = "cc-secret-cache-lifecycle";
    let twice = changed(name, |ours| {
        let again = request(ours, "first").clone();
        ours.steps[1].effects.push(again);
    });
    assert_eq!(difference(twice).path, "first.effects[1]");
    let none = changed(name, |ours| ours.steps[1].effects.clear());
    assert_eq!(difference(none).path, "first.effects[0]");
    let steps = changed(name, |ours| drop(ours.steps.pop()));
    assert_eq!(difference(steps).path, "steps");
}

#[test]
fn an_assertion_that_was_not_verified() {
    let verified = changed("cc-cert-pem-sha1", |ours| {
        request(ours, "cc")["body"]["form"]["client_assertion"]["$jwt"]["signature_verified"] = json!(false);
    });
    assert!(difference(verified).path.ends_with("signature_verified"));
    let undecoded = changed("cc-cert-pem-sha1", |ours| {
        request(ours, "cc")["body"]["form"]["client_assertion"] = json!("a.b.c");
    });
    assert!(difference(undecoded).path.ends_with("client_assertion"));
}

/// Every place of every golden, changed one at a time, must make a difference, but for what the rules name.
#[test]
fn every_place_counts() {
    let mut tried = 0;
    for name in names() {
        let golden = golden("golden", &name).or_else(|| golden("golden-1.39.0", &name)).unwrap();
        let scenario = scenario(&name);
        let ours = serde_json::to_value(filled(&golden)).unwrap();
        let mut found = Vec::new();
        places(&json!({"steps": ours["steps"], "caches": ours["caches"]}), "", &mut found);
        // A quarter of the places of each file, which one depends on the name: enough, and quick.
        for place in
            found.iter().skip(name.len() % 4).step_by(4).filter(|place| counts(place, &ours, &scenario))
        {
            let mut changed = ours.clone();
            let value = changed.pointer_mut(place).unwrap();
            *value = match value {
                Value::String(text) => json!(format!("{text}~")),
                Value::Number(number) => json!(number.as_i64().unwrap() + 1),
                Value::Bool(truth) => json!(!*truth),
                _ => json!("something"),
            };
            let changed: Transcript = match serde_json::from_value(changed) {
                Ok(changed) => changed,
                Err(_) => continue,
            };
            let verdict = compare(&scenario, vec![golden.clone()], &changed);
            assert!(matches!(verdict, Verdict::Failed(_)), "{name} {place}: {verdict:?}");
            tried += 1;
        }
    }
    assert!(tried > 4000, "{tried}");
}

/// Places that no rule leaves out.
fn counts(place: &str, ours: &Value, scenario: &Scenario) -> bool {
    let parts: Vec<&str> = place.split('/').collect();
    let parent = |depth: usize| ours.pointer(&parts[..parts.len() - depth].join("/")).unwrap_or(&Value::Null);
    let step = ours.pointer(&parts[..3.min(parts.len())].join("/")).unwrap_or(&Value::Null);
    let effect = ours.pointer(&parts[..5.min(parts.len())].join("/")).unwrap_or(&Value::Null);
    let is_discovery = effect["method"] == "GET";
    let fails_at_get = step["outcome"].get("error").is_some()
        && step["effects"]
            .as_array()
            .and_then(|effects| effects.last())
            .is_some_and(|last| last["method"] == "GET");
    let error =
        parts.contains(&"error") && parts.get(3) == Some(&"outcome") && parts.get(4) == Some(&"error");
    let malformed = step["outcome"]["error"]["category"] == "malformed";
    !(is_discovery && parts.get(3) == Some(&"effects")
        || place.contains("/logs/")
        || place.ends_with("/op")
        // Identity headers are anyone's own; exp and iat may differ together.
        || place.contains("x-client-sku")
        || place.contains("x-client-ver")
        || place.contains("x-client-os")
        || error && (malformed || !place.ends_with("/category"))
        || fails_at_get
        // Composed texts (rule h) and the text of XML (rule m).
        || place.ends_with("/error_description") && scenario.steps.iter().any(|step| step.kind.as_deref() == Some("managed_identity"))
        || place.contains("/exchanges/") && !place.ends_with("/status")
        || place.ends_with("/body/raw")
        // Removals of expired tokens (rule g), and tokens that have expired at the end.
        || (parts.get(3) == Some(&"cache_writes") && parent(1)["op"] == "remove" && parent(1)["type"] == "AccessToken")
        || (parts[1] == "caches" && parts.get(3) == Some(&"AccessToken")))
        // A random text that occurs once may be any other of its kind.
        && !ours.pointer(place).and_then(Value::as_str).is_some_and(|text| text.starts_with("6f1a2b3c") || text.starts_with("random-"))
}
