//! The numbered reasons to deviate: each passes as `deviate` where it applies, and nothing else does.

use std::collections::BTreeSet;

use msal_conformance::compare::Verdict;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::{Outcome, Step, Transcript};
use serde_json::json;

use crate::support::{compare, filled, golden, oracle, scenario};

/// The reasons under which `ours` passes.
#[track_caller]
pub(crate) fn reasons(verdict: Verdict) -> Vec<u8> {
    match verdict {
        Verdict::Deviates(reasons, _) => reasons.into_iter().collect(),
        other => panic!("expected a deviation, got {other:?}"),
    }
}

pub(crate) fn is_failed(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Failed(_))
}

struct Case {
    scenario: Scenario,
    golden: Transcript,
    ours: Transcript,
}

impl Case {
    fn new(name: &str) -> Self {
        let golden = golden("golden", name).unwrap();
        Self { scenario: scenario(name), ours: filled(&golden), golden }
    }

    fn step(&mut self, id: &str) -> &mut Step {
        self.ours.steps.iter_mut().find(|step| step.id == id).unwrap()
    }

    fn verdict(&self) -> Verdict {
        compare(&self.scenario, vec![self.golden.clone()], &self.ours)
    }
}

#[test]
fn reason_2_a_token_in_hand_is_served() {
    let mut case = Case::new("cc-refresh-in-failure-http-503");
    let served = json!({"access_token": "AT1", "token_type": "Bearer", "expires_in": 1798, "token_source": "cache", "refresh_on": 1_700_001_800});
    for id in ["aging", "aging-again"] {
        case.step(id).outcome = Outcome::Ok(served.clone());
    }
    assert_eq!(reasons(case.verdict()), [2]);
    case.step("aging").outcome = Outcome::Ok(json!({"access_token": "AT1"}));
    assert!(is_failed(&case.verdict()));
    // Once it has expired the error is raised.
    case.step("aging").outcome = Outcome::Ok(served.clone());
    case.step("expired").outcome = Outcome::Ok(served);
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reasons_3_and_20_what_is_remembered() {
    let mut case = Case::new("throttle-odd-retry-after");
    let report = |case: &mut Case, id: &str| {
        case.step(id).effects[0]["headers"]["x-client-last-telemetry"].as_str().unwrap().to_owned()
    };
    let ids = |report: &str| -> Vec<String> {
        report.split('|').nth(2).unwrap().split(',').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let (after_b0, before_b4, after_b4) =
        (report(&mut case, "a1"), report(&mut case, "a4"), report(&mut case, "a5"));
    let again = |case: &mut Case, first: &str, second: &str, id: &str, header: String| {
        let mut effect = case.step(first).effects[0].clone();
        effect["headers"]["client-request-id"] = json!(id);
        effect["headers"]["x-client-last-telemetry"] = json!(header);
        case.step(second).effects = vec![effect];
    };
    let (a0, b0, a4, b4) = (
        ids(&after_b0)[0].clone(),
        ids(&after_b0)[1].clone(),
        ids(&after_b4)[6].clone(),
        ids(&after_b4)[7].clone(),
    );
    again(&mut case, "a0", "b0", &b0, format!("4|0|730,{a0}|e|"));
    let mut parts: Vec<String> = before_b4.split('|').map(str::to_owned).collect();
    parts[2] += &format!(",730,{a4}");
    parts[3] += ",odd";
    again(&mut case, "a4", "b4", &b4, parts.join("|"));
    assert_eq!(reasons(case.verdict()), [3, 20]);
    // Another report than what was is a difference.
    again(&mut case, "a0", "b0", &b0, "4|0|||".to_owned());
    assert!(is_failed(&case.verdict()));
    // A number in Retry-After is honoured as recorded.
    again(&mut case, "a0", "b0", &b0, format!("4|0|730,{a0}|e|"));
    let locally = case.step("a1").effects[0].clone();
    case.step("b1").effects = vec![locally];
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reason_5_checked_before_anything_is_cached() {
    let mut case = Case::new("authcode-nonce-absent");
    case.step("redeem").cache_writes.clear();
    case.ours.caches.insert("main".to_owned(), json!({}));
    assert_eq!(reasons(case.verdict()), [5]);
    case.ours.caches.insert("main".to_owned(), json!({"AccessToken": {}}));
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reason_6_an_on_behalf_of_token_never_serves_an_app() {
    let mut case = Case::new("obo-no-client-info");
    let mut effect = case.step("obo").effects[0].clone();
    effect["headers"]["client-request-id"] = json!("6f1a2b3c-9999-4222-8333-000000000001");
    effect["headers"]["x-client-current-telemetry"] = json!("4|730,2|");
    effect["body"]["form"] = json!({
        "client_id": "22222222-2222-2222-2222-222222222222", "client_info": "1", "client_secret": "a secret",
        "grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"
    });
    let mut put = case.step("obo").cache_writes.clone();
    let long = " offline_access openid profile";
    put[0]["key"] = json!(put[0]["key"].as_str().unwrap().strip_suffix(long).unwrap());
    put[0]["entry"]["target"] = json!("https://graph.microsoft.com/.default");
    // The server answers the second request with another token.
    put[0]["entry"]["secret"] = json!("CC-AT");
    effect["reply"]["index"] = json!(1);
    let token = put[0].clone();
    let mut outcome = case.step("obo").outcome.clone();
    if let Outcome::Ok(value) = &mut outcome {
        value["access_token"] = json!("CC-AT");
    }
    let step = case.step("cc-hits-it");
    (step.effects, step.cache_writes, step.outcome) = (vec![effect], put, outcome);
    case.ours.caches.get_mut("main").unwrap()["AccessToken"][token["key"].as_str().unwrap()] =
        token["entry"].clone();
    assert_eq!(reasons(case.verdict()), [6]);
    case.step("cc-hits-it").effects[0]["body"]["form"]["scope"] = json!("other");
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reason_21_the_realm_is_the_tenant() {
    let mut case = Case::new("authority-dsts");
    assert!(is_failed(&case.verdict()), "dstsv2 is no tenant");
    let tenant = "11111111-1111-1111-1111-111111111111";
    let text = serde_json::to_string(&case.ours).unwrap();
    let text = text
        .replace("\"tenant\":\"dstsv2\"", &format!("\"tenant\":\"{tenant}\""))
        .replace("\"realm\":\"dstsv2\"", &format!("\"realm\":\"{tenant}\""))
        .replace("222222222222-dstsv2-", &format!("222222222222-{tenant}-"));
    case.ours = serde_json::from_str(&text).unwrap();
    assert_eq!(reasons(case.verdict()), [21]);
}

/// Refuses to build the client: the steps on it are malformed, and nothing is cached.
fn refuse(case: &mut Case) {
    for step in &mut case.ours.steps {
        let category = if step.op == "construct" { "refused" } else { "malformed" };
        step.outcome = Outcome::error(category, "", "");
        step.effects.clear();
        step.cache_writes.clear();
    }
    case.ours.caches.insert("main".to_owned(), json!({}));
}

#[test]
fn reason_22_traditional_encryption_is_refused() {
    let mut case = Case::new("cc-cert-encrypted-pkcs8");
    refuse(&mut case);
    assert!(is_failed(&case.verdict()));
    let text = std::fs::read_to_string(oracle().join("scenarios/cc-cert-encrypted-pkcs8.json")).unwrap();
    case.scenario =
        Scenario::parse(&text.replace("key-encrypted-pkcs8.pem", "key-encrypted-traditional.pem")).unwrap();
    assert_eq!(reasons(case.verdict()), [22]);
    case.step("cc").outcome = Outcome::Ok(json!(null));
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reason_23_garbage_certificates_and_tricky_authorities_are_refused() {
    let mut case = Case::new("cc-cert-x5c-no-markers");
    refuse(&mut case);
    assert_eq!(reasons(case.verdict()), [23]);
    let mut case = Case::new("cc-cert-x5c");
    refuse(&mut case);
    assert!(is_failed(&case.verdict()));
    let mut case = Case::new("fn-canonicalize");
    case.step("userinfo").outcome = Outcome::error("refused", "", "");
    assert_eq!(reasons(case.verdict()), [23]);
    case.step("port").outcome = Outcome::error("refused", "", "");
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reason_24_aliases_always_apply() {
    let mut case = Case::new("silent-alias-instance-discovery-off");
    let oid = "33333333-3333-3333-3333-333333333333";
    let tenant = "11111111-1111-1111-1111-111111111111";
    case.step("accounts").outcome = Outcome::Ok(json!([{
        "home_account_id": format!("{oid}.{tenant}"), "environment": "login.windows.net", "username": "alice@contoso.example",
        "account_source": "authorization_code", "authority_type": "MSSTS", "local_account_id": oid, "realm": tenant,
    }]));
    assert_eq!(reasons(case.verdict()), [24]);
    let mut redeemed = Case::new("silent-expired-refresh").step("refreshed").effects[0].clone();
    redeemed["url"] = json!(format!("https://login.windows.net/{tenant}/oauth2/v2.0/token"));
    redeemed["headers"]["x-client-current-telemetry"] = json!("4|84,2|");
    redeemed["reply"] = json!({"unscripted": true});
    case.step("none").effects = vec![redeemed];
    case.step("none").outcome = Outcome::error("transport", "", "");
    assert_eq!(reasons(case.verdict()), [24]);
    case.step("none").effects[0]["body"]["form"]["refresh_token"] = json!("other");
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reason_9_a_given_region_asks_nobody() {
    let mut case = Case::new("region-fixed");
    let asked = case.step("new").effects.len();
    case.step("new").effects.retain(|effect| !effect["url"].as_str().unwrap().starts_with("http://169."));
    assert_eq!(case.step("new").effects.len(), asked - 1);
    assert_eq!(reasons(case.verdict()), [9]);
    let mut case = Case::new("region-auto-imds");
    case.step("new").effects.retain(|effect| !effect["url"].as_str().unwrap().starts_with("http://169."));
    assert!(is_failed(&case.verdict()), "a region that is looked for is asked for");
}

#[test]
fn reason_11_the_user_name_is_escaped() {
    let mut case = Case::new("ropc-userrealm-odd-username");
    let effect = &mut case.step("ropc").effects[0];
    effect["url"] =
        json!("https://login.microsoftonline.com/common/userrealm/a%20b%2Fc%3Fd%23e%2540@contoso.example");
    effect["query"] = json!({"api-version": "1.0"});
    assert_eq!(reasons(case.verdict()), [11]);
    case.step("ropc").effects[0]["url"] = json!("https://login.microsoftonline.com/common/userrealm/a");
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reason_11_a_host_without_realms_is_known_to_one_store() {
    let mut case = Case::new("ropc-userrealm-404");
    let mut effect = case.step("ropc").effects[0].clone();
    let id = case.step("second-skips-realm").effects[0]["headers"]["client-request-id"].clone();
    effect["url"] = json!("https://login.microsoftonline.com/common/userrealm/alice@contoso.example");
    effect["headers"]["client-request-id"] = id;
    case.scenario.steps.iter_mut().filter(|step| step.id == "second-skips-realm").for_each(|step| {
        step.args = serde_json::from_value(json!({
            "username": "alice@contoso.example", "password": "p", "scopes": ["User.Read"]
        }))
        .unwrap();
    });
    case.step("second-skips-realm").effects.insert(0, effect);
    assert_eq!(reasons(case.verdict()), [11]);
    case.step("second-skips-realm").effects[0]["reply"]["status"] = json!(200);
    assert!(is_failed(&case.verdict()));
}

#[test]
fn reason_4_another_user_is_not_blocked() {
    let mut case = Case::new("ropc-federated-wstrust-throttle");
    let after = case.step("bob-after-60s").clone();
    let blocked = case.step("bob-is-blocked");
    let (mut envelope, mut token) = (after.effects[0].clone(), after.effects[1].clone());
    let text = envelope["body"]["tree"].to_string();
    for (from, to) in [("22:14:20Z", "22:13:20Z"), ("22:24:20Z", "22:23:20Z")] {
        assert!(text.contains(from), "{text}");
        envelope = serde_json::from_str(&envelope.to_string().replace(from, to)).unwrap();
    }
    token["headers"]["client-request-id"] = blocked.effects[0]["headers"]["client-request-id"].clone();
    let text = |value: &serde_json::Value| value.to_string().replace("1700003660", "1700003600");
    let earlier = |value: &serde_json::Value| -> serde_json::Value {
        let text = text(value).replace("1700000060", "1700000000").replace("1700007260", "1700007200");
        serde_json::from_str(&text.replace("1699999760", "1699999700")).unwrap()
    };
    let message_id = envelope.to_string();
    let start = message_id.find("urn:uuid:").unwrap() + 9;
    let id = message_id[start..start + 36].to_owned();
    envelope =
        serde_json::from_str(&message_id.replace(&id, "6f1a2b3c-9999-4222-8333-000000000001")).unwrap();
    blocked.effects.extend([envelope, token]);
    blocked.outcome = Outcome::Ok(earlier(after.outcome.ok().unwrap()));
    blocked.cache_writes = after.cache_writes.iter().map(earlier).collect();
    assert_eq!(reasons(case.verdict()), [4]);
    // With another password than the user's.
    let mut other =
        Case { scenario: case.scenario.clone(), golden: case.golden.clone(), ours: case.ours.clone() };
    let envelope = &mut other.step("bob-is-blocked").effects[1];
    *envelope = serde_json::from_str(&envelope.to_string().replace("p&ss", "other")).unwrap();
    assert!(is_failed(&other.verdict()));
    // The one who was refused is blocked.
    let sent = case.step("bob-is-blocked").effects[1..].to_vec();
    case = Case::new("ropc-federated-wstrust-throttle");
    case.step("alice-wrong-password").effects.extend(sent);
    assert!(is_failed(&case.verdict()));
}

#[test]
fn no_golden_deviates_from_itself() {
    let used: BTreeSet<bool> = ["cc-secret-cache-lifecycle", "throttle-odd-retry-after", "authcode-max-age"]
        .map(|name| Case::new(name).verdict() == Verdict::Passed)
        .into();
    assert_eq!(used, BTreeSet::from([true]));
}
