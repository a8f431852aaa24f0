//! README's rules of comparison on whole transcripts: what each lets pass, and what it does not.

use msal_conformance::compare::Verdict;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::{Outcome, Step, Transcript};
use serde_json::{Value, json};

use crate::support::{compare, difference, filled, golden, oracle, scenario};

struct Case {
    scenario: Scenario,
    golden: Transcript,
    ours: Transcript,
}

impl Case {
    fn new(folder: &str, name: &str) -> Self {
        let golden = golden(folder, name).unwrap();
        Self { scenario: scenario(name), ours: filled(&golden), golden }
    }

    fn step(&mut self, id: &str) -> &mut Step {
        self.ours.steps.iter_mut().find(|step| step.id == id).unwrap()
    }

    fn verdict(&self) -> Verdict {
        compare(&self.scenario, vec![self.golden.clone()], &self.ours)
    }

    #[track_caller]
    fn passes(&self) {
        assert_eq!(self.verdict(), Verdict::Passed);
    }

    #[track_caller]
    fn differs_at(&self, path: &str) {
        let found = difference(self.verdict()).path;
        assert!(found.starts_with(path), "{found}");
    }
}

fn without_gets(step: &mut Step) {
    step.effects.retain(|effect| effect["method"] != "GET");
}

#[test]
fn a_discovery_is_lazy() {
    // Known hosts need no document, neither for the authority nor after an error.
    let mut case = Case::new("golden", "cc-http-400-cached-60s");
    case.ours.steps.iter_mut().for_each(without_gets);
    case.passes();
    // Nothing else may be left out.
    let mut case = Case::new("golden", "ropc-managed");
    case.step("ropc").effects.retain(|effect| effect["method"] != "GET");
    case.differs_at("ropc.effects[0]");
}

#[test]
fn a_other_hosts_are_asked_first_and_once() {
    let mut case = Case::new("golden", "authority-oidc");
    let get = case.step("new").effects[0].clone();
    case.step("new").effects.clear();
    case.differs_at("cc.discovery");
    // Later is soon enough, if before its endpoints are used.
    case.step("cc").effects.insert(0, get.clone());
    case.passes();
    case.step("cc").effects.insert(0, get.clone());
    case.differs_at("cc.discovery");
    case.step("cc").effects.clear();
    case.step("cc")
        .effects
        .extend([golden("golden", "authority-oidc").unwrap().steps[1].effects[0].clone(), get]);
    case.differs_at("cc.discovery");
}

#[test]
fn a_a_golden_that_fails_at_a_get_that_we_do_not_make() {
    let mut case = Case::new("golden", "cc-error-then-metadata-fails");
    without_gets(case.step("bad"));
    case.step("bad").outcome = Outcome::Ok(json!({"error": "invalid_client"}));
    case.passes();
    // Nothing may be written.
    let write = Case::new("golden", "cc-secret-cache-lifecycle").step("first").cache_writes[0].clone();
    case.step("bad").cache_writes.push(write);
    case.differs_at("bad.cache_writes");
    // The other effects are compared all the same.
    case.step("bad").cache_writes.clear();
    case.step("bad").effects.clear();
    case.differs_at("bad.effects[0]");
    // Whoever makes the GET fails like the golden.
    let mut case = Case::new("golden", "cc-error-then-metadata-fails");
    case.step("bad").outcome = Outcome::Ok(json!({"error": "invalid_client"}));
    case.differs_at("bad.outcome");
}

#[test]
fn a_an_unscripted_document() {
    let mut case = Case::new("golden", "cc-secret-cache-lifecycle");
    case.step("new").effects[0]["reply"] = json!({"unscripted": true});
    case.differs_at("new.discovery");
}

#[test]
fn b_runs_of_slashes() {
    let mut case = Case::new("golden", "cc-secret-cache-lifecycle");
    let effect = &mut case.step("first").effects[0];
    effect["url"] = json!(effect["url"].as_str().unwrap().replace("/oauth2/", "//oauth2///"));
    case.passes();
    let effect = &mut case.step("first").effects[0];
    effect["url"] = json!(effect["url"].as_str().unwrap().replace("v2.0/token", "v2.0token"));
    case.differs_at("first.effects[0].url");
}

#[test]
fn c_certificate_headers() {
    let mut case = Case::new("golden", "cc-cert-x5c-chain");
    let change = |case: &mut Case, pointer: &str, change: &dyn Fn(&Value) -> Value| {
        let view = &mut case.step("cc").effects[0]["body"]["form"]["client_assertion"]["$jwt"];
        let value = view.pointer_mut(pointer).unwrap();
        *value = change(value);
    };
    change(&mut case, "/header/x5t", &|x5t| json!(x5t.as_str().unwrap().trim_end_matches('=')));
    change(&mut case, "/header/x5c", &|x5c| {
        let clean = |text: &Value| json!(text.as_str().unwrap().replace(['\n', ' '], ""));
        x5c.as_array().unwrap().iter().map(clean).collect()
    });
    case.passes();
    change(&mut case, "/claims/exp", &|exp| json!(exp.as_i64().unwrap() + 5));
    change(&mut case, "/claims/iat", &|iat| json!(iat.as_i64().unwrap() + 5));
    case.passes();
    change(&mut case, "/claims/iat", &|iat| json!(iat.as_i64().unwrap() + 1));
    case.differs_at("cc.effects[0].body.form.client_assertion.$jwt.claims");
    change(&mut case, "/claims/iat", &|iat| json!(iat.as_i64().unwrap() - 1));
    change(&mut case, "/header/x5c", &|x5c| x5c.as_array().unwrap()[..1].iter().cloned().collect());
    case.differs_at("cc.effects[0].body.form.client_assertion.$jwt.header.x5c");
}

#[test]
fn d_accidents_accept_any_error_but_no_writes() {
    let mut case = Case::new("golden", "cc-transport-failures");
    case.step("not-json").outcome = Outcome::error("protocol", "", "");
    case.passes();
    let write = Case::new("golden", "cc-secret-cache-lifecycle").step("first").cache_writes[0].clone();
    case.step("not-json").cache_writes.push(write);
    case.differs_at("not-json.cache_writes");
    case.step("not-json").cache_writes.clear();
    case.step("not-json").outcome = Outcome::Ok(json!(null));
    case.differs_at("not-json.outcome");
    // No other category accepts another.
    let mut case = Case::new("golden", "cc-transport-failures");
    case.step("refused").outcome = Outcome::error("http_status", "", "");
    case.differs_at("refused.outcome");
}

#[test]
fn e_a_refusal_need_not_ask_first() {
    let mut case = Case::new("golden", "authcode-legacy-api");
    assert!(!case.step("wrong-nonce").effects.is_empty());
    case.step("wrong-nonce").effects.clear();
    case.passes();
    let mut case = Case::new("golden", "authcode-legacy-api");
    case.step("redeem").effects.clear();
    case.differs_at("redeem.effects[0]");
    let mut case = Case::new("golden", "cc-argument-errors");
    let effect = case.step("empty-scopes").effects[0].clone();
    case.step("scopes-string").effects.push(effect);
    case.differs_at("scopes-string.effects[0]");
}

#[test]
fn g_expired_access_tokens_may_stay() {
    let mut case = Case::new("golden", "cc-secret-cache-lifecycle");
    let step = case.step("long-expired");
    let all = step.cache_writes.len();
    step.cache_writes.retain(|write| write["op"] != "remove");
    assert_eq!(step.cache_writes.len(), all - 2);
    // One that was removed and not put again is still there.
    let recorded = golden("golden", "cc-secret-cache-lifecycle").unwrap();
    let write = recorded.steps.iter().find(|step| step.id == "other").unwrap().cache_writes[0].clone();
    let tokens = &mut case.ours.caches.get_mut("main").unwrap()["AccessToken"];
    tokens[write["key"].as_str().unwrap()] = write["entry"].clone();
    case.passes();
    // A token that is still good is not purged.
    let good = golden("golden", "cc-secret-cache-lifecycle").unwrap().steps[1].cache_writes[0].clone();
    let removal =
        json!({"cache": "main", "type": "AccessToken", "key": good["key"], "op": "remove", "existed": true});
    case.step("hit").cache_writes.push(removal);
    case.differs_at("hit.cache_writes");
}

#[test]
fn g_a_search_at_another_time_removes_what_it_says() {
    let mut case = Case::new("golden", "cache-search");
    assert!(!case.step("explicit-now-purges").cache_writes.is_empty());
    case.step("explicit-now-purges").cache_writes.clear();
    case.differs_at("explicit-now-purges.cache_writes");
}

#[test]
fn h_composed_texts() {
    let mut case = Case::new("golden-1.39.0", "mi-service-fabric-errors");
    if let Outcome::Ok(value) = &mut case.step("e0").outcome {
        value["error_description"] = json!("our own words");
    }
    case.passes();
    if let Outcome::Ok(value) = &mut case.step("e0").outcome {
        value["error"] = json!("other");
    }
    case.differs_at("e0.outcome.error");
    let mut case = Case::new("golden", "authcode-token-error");
    if let Outcome::Ok(value) = &mut case.step("redeem").outcome {
        value["error_description"] = json!("our own words");
    }
    case.differs_at("redeem.outcome.error_description");
}

#[test]
fn k_a_step_that_no_reason_explains_fails() {
    let mut case = Case::new("golden", "cc-secret-cache-lifecycle");
    case.step("hit").outcome = Outcome::error("transport", "", "");
    case.differs_at("hit.outcome");
    assert!(compare(&case.scenario, Vec::new(), &case.ours) != Verdict::Passed, "no golden, no pass");
}

#[test]
fn l_a_step_on_a_client_that_was_not_built_is_malformed() {
    let text = std::fs::read_to_string(oracle().join("scenarios/authority-oidc-pathless.json")).unwrap();
    let mut scenario: Value = serde_json::from_str(&text).unwrap();
    let client = scenario["steps"][0]["client"].clone();
    let step = json!({"id": "later", "op": "get_accounts", "client": client});
    scenario["steps"] = json!([scenario["steps"][0], step]);
    let scenario = Scenario::parse(&scenario.to_string()).unwrap();
    let mut golden = golden("golden", "authority-oidc-pathless").unwrap();
    golden.steps.truncate(1);
    golden.steps.push(Step {
        id: "later".to_owned(),
        op: "get_accounts".to_owned(),
        outcome: Outcome::error("malformed", "KeyError", ""),
        ..golden.steps[0].clone()
    });
    let ours = filled(&golden);
    assert_eq!(compare(&scenario, vec![golden.clone()], &ours), Verdict::Passed);
    let mut ours = ours;
    ours.steps[1].outcome = Outcome::Ok(json!([]));
    assert!(matches!(compare(&scenario, vec![golden], &ours), Verdict::Failed(_)));
}

#[test]
fn m_of_xml_the_tree_is_compared() {
    let mut case = Case::new("golden", "ropc-federated-13");
    let is_xml = |effect: &&mut Value| effect["body"]["type"] == "xml";
    case.step("ropc").effects.iter_mut().find(is_xml).unwrap()["body"]["raw"] = json!("<other text/>");
    case.passes();
    let body = &mut case.step("ropc").effects.iter_mut().find(is_xml).unwrap()["body"];
    body["tree"]["tag"] = json!("other");
    case.differs_at("ropc.effects[");
}

#[test]
fn m_the_reserved_key_is_skipped() {
    let mut case = Case::new("golden", "fn-expiring-mapping");
    case.step("reserved").outcome = Outcome::Ok(json!(["ok", 1]));
    case.passes();
    case.step("basic").outcome = Outcome::Ok(json!([]));
    case.differs_at("basic.outcome");
}
