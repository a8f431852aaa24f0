//! Signing in on another device, RFC 8628, and the rows DEV.
use insta::assert_snapshot;
use msal_proto::engine::{Host, Method, Request, Step, UnixTime};
use msal_proto::flows::{DeviceFlow, DevicePending};
use msal_proto::transcript::ScriptedHost;
use msal_proto::{AuthenticationResult, Error, PublicClientApplication};
use serde_json::{Value, json};

pub(crate) const SCOPES: [&str; 1] = ["User.Read"];
const NOW: u64 = 1_700_000_000;
const PENDING: &str = r#"{"error":"authorization_pending","error_description":"AADSTS70016: Pending."}"#;
const SLOW_DOWN: &str = r#"{"error":"slow_down"}"#;

pub(crate) type World = ScriptedHost<PublicClientApplication>;

pub(crate) fn world() -> World {
    let authority = "https://login.microsoftonline.com/contoso.onmicrosoft.com";
    let mut host =
        ScriptedHost::new(PublicClientApplication::builder("my-app").authority(authority).build().unwrap());
    host.answer(200, document());
    host
}

pub(crate) fn document() -> String {
    let base = "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0";
    let document = json!({
        "authorization_endpoint": format!("{base}/authorize"), "token_endpoint": format!("{base}/token"),
        "device_authorization_endpoint": format!("{base}/devicecode"),
    });
    document.to_string()
}

pub(crate) fn codes() -> Value {
    json!({
        "user_code": "canary-user-code", "device_code": "canary-device-code", "expires_in": 900, "interval": 5,
        "verification_uri": "https://microsoft.com/devicelogin", "message": "Enter canary-user-code there.",
    })
}

/// What comes of these codes.
fn begun_with(codes: &Value) -> (World, Result<DeviceFlow, Error>) {
    let mut host = world();
    host.answer(200, codes.to_string());
    let end = host.call(|app| app.initiate_device_flow(SCOPES));
    (host, end)
}

pub(crate) fn begun(change: impl FnOnce(&mut Value)) -> (World, DeviceFlow) {
    let mut codes = codes();
    change(&mut codes);
    let (host, flow) = begun_with(&codes);
    (host, flow.unwrap())
}

pub(crate) fn finish(host: &mut World, flow: &DeviceFlow) -> Result<AuthenticationResult, Error> {
    host.call(|app| app.acquire_token_by_device_flow(flow.clone()))
}

fn pending(end: Result<AuthenticationResult, Error>) -> DevicePending {
    match end {
        Err(Error::DevicePending(pending)) => *pending,
        end => panic!("{end:?}"),
    }
}

#[test]
fn a_person_signs_in_on_another_device() {
    let (mut host, flow) = begun(|_| ());
    host.answer(400, PENDING);
    host.answer(400, SLOW_DOWN);
    host.answer(400, PENDING);
    host.answer_refresh("ada@contoso.example", "User.Read");
    let result = finish(&mut host, &flow).unwrap();
    assert_eq!(result.account.unwrap().username.as_deref(), Some("ada@contoso.example"));
    assert_eq!(host.now, UnixTime(NOW + 5 + 10 + 10));
    let transcript = host.transcript.to_string();
    assert!(!transcript.contains("canary") && !format!("{flow:?}").contains("canary"), "{transcript}");
    assert_snapshot!(transcript);
}

#[test]
fn dev_01_02_03_how_often_to_ask() {
    let intervals = [
        (json!(7), 7),
        (json!("7"), 7),
        (json!(0), 5),
        (json!(-1), 5),
        (json!(0.5), 5),
        (json!(null), 5),
        (json!([7]), 5),
        (json!("often"), 5),
    ];
    for (interval, seconds) in intervals {
        let (_, flow) = begun(|codes| codes["interval"] = interval.clone());
        assert_eq!(flow.interval, seconds, "{interval}");
    }
    let (_, flow) = begun(|codes| drop(codes.as_object_mut().unwrap().remove("interval")));
    assert_eq!(flow.interval, 5);
}

#[test]
fn dev_04_05_06_the_asking_ends_when_the_codes_do() {
    let lifetimes =
        [(json!(null), 1_800), (json!(1_000_000_000_000u64), 86_400), (json!("60"), 60), (json!(-1), 0)];
    for (expires_in, seconds) in lifetimes {
        let (_, flow) = begun(|codes| codes["expires_in"] = expires_in.clone());
        assert_eq!((flow.expires_in, flow.expires_at.0 - NOW), (seconds, seconds), "{expires_in}");
    }
    // However long the interval: it ends with the last second of the codes, and asks no earlier than it may.
    for (expires_in, interval, questions) in [(12, 5, 3), (9, 5, 3), (60, 1_000_000_000, 1), (0, 5, 1)] {
        let (mut host, flow) = begun(|codes| {
            codes["expires_in"] = json!(expires_in);
            codes["interval"] = json!(interval);
        });
        let asked = host.requests.len();
        (0..questions).for_each(|_| host.answer(400, PENDING));
        let pending = pending(finish(&mut host, &flow));
        assert_eq!(pending.error.error, "authorization_pending");
        assert_eq!((host.requests.len() - asked, host.now.0 - NOW), (questions, expires_in + 1));
    }
}

#[test]
fn dev_07_slow_down_slows_all_later_questions_down() {
    let (mut host, flow) = begun(|_| ());
    [SLOW_DOWN, SLOW_DOWN, PENDING].iter().for_each(|answer| host.answer(400, *answer));
    host.answer_refresh("ada@contoso.example", "User.Read");
    finish(&mut host, &flow).unwrap();
    assert_eq!(host.now, UnixTime(NOW + 10 + 15 + 15));
}

#[test]
fn dev_10_11_a_refusal_ends_it() {
    for code in ["expired_token", "access_denied", "authorization_declined", "bad_verification_code", "odd"] {
        let (mut host, flow) = begun(|_| ());
        host.answer(400, format!(r#"{{"error":"{code}"}}"#));
        let Error::Service(error) = finish(&mut host, &flow).unwrap_err() else { panic!("{code}") };
        assert_eq!((error.error.as_str(), host.now.0), (code, NOW));
        // It says nothing of the next question.
        host.answer_refresh("ada@contoso.example", "User.Read");
        finish(&mut host, &flow).unwrap();
    }
}

#[test]
fn dev_12_13_what_the_first_answer_must_have() {
    for member in ["user_code", "device_code"] {
        for value in [json!(""), json!(null), json!(5)] {
            let mut codes = codes();
            codes[member] = value;
            let error = begun_with(&codes).1.unwrap_err();
            let expected =
                format!("the answer of the device authorization endpoint is malformed: no usable {member}");
            assert_eq!(error.to_string(), expected);
        }
    }
    for uri in ["http://a.example", "javascript:alert(1)", "https://a.example/\n", "https://u@a.example", "x"]
    {
        for member in ["verification_uri", "verification_uri_complete", "verification_url"] {
            let mut codes = codes();
            codes[member] = json!(uri);
            assert!(matches!(begun_with(&codes).1, Err(Error::Malformed { .. })), "{member} {uri}");
        }
    }
    let (_, flow) = begun(|codes| {
        codes.as_object_mut().unwrap().remove("verification_uri");
        codes["verification_url"] = json!("https://a.example/device");
    });
    assert_eq!(flow.verification_uri.as_deref(), Some("https://a.example/device"));
    // What is not known is kept, and cannot pass for what the library adds.
    let (_, flow) = begun(|codes| {
        codes["more"] = json!({"a": [1, null]});
        codes["expires_at"] = json!(1);
        codes["_correlation_id"] = json!("x");
    });
    let kept: Value = serde_json::to_value(&flow).unwrap();
    assert_eq!((&kept["more"], flow.expires_at), (&json!({"a": [1, null]}), UnixTime(NOW + 900)));
    assert_eq!(serde_json::from_value::<DeviceFlow>(kept).unwrap(), flow);
    let refused = json!({"error": "invalid_client", "error_description": "AADSTS7000218"});
    let Error::Service(error) = begun_with(&refused).1.unwrap_err() else { panic!() };
    assert!(error.error == "invalid_client" && error.correlation_id.is_some());
}

#[test]
fn an_authority_without_the_endpoint_says_so() {
    let app = PublicClientApplication::builder("my-app").build().unwrap();
    let mut host = ScriptedHost::new(app);
    host.answer_discovery();
    let error = host.call(|app| app.initiate_device_flow(SCOPES)).unwrap_err();
    let expected = "the discovery document's device_authorization_endpoint is missing: the authority does not offer the device flow";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_program_that_waits_by_itself_gets_the_flow_back() {
    let (mut host, mut flow) = begun(|_| ());
    for (answer, interval) in [(PENDING, 5), (SLOW_DOWN, 10), (PENDING, 10)] {
        host.answer(400, answer);
        let once = pending(host.call(|app| app.acquire_token_by_device_flow(flow.clone()).once(true)));
        assert_eq!((once.flow.interval, once.flow.latest_attempt_at), (interval, Some(host.now)));
        // It goes through the program's session meanwhile.
        flow = serde_json::from_str(&serde_json::to_string(&once.flow).unwrap()).unwrap();
        assert_eq!(flow, once.flow);
        host.later(interval);
    }
    host.answer_refresh("ada@contoso.example", "User.Read");
    host.call(|app| app.acquire_token_by_device_flow(flow).once(true)).unwrap();
}

#[test]
fn a_program_that_sets_expires_at_to_0_asks_once_more() {
    let (mut host, mut flow) = begun(|_| ());
    flow.expires_at = UnixTime(0);
    host.answer(400, PENDING);
    pending(finish(&mut host, &flow));
    assert_eq!(host.now, UnixTime(NOW));
}

/// Plays the flow with this clock at each wait. How often the service was asked, and whether it ended well.
fn with_clock(clock: impl Fn(u64, u64) -> u64) -> (usize, bool) {
    let (mut host, flow) = begun(|codes| codes["expires_in"] = json!(20));
    let mut asked = 0;
    let mut step = host.app.acquire_token_by_device_flow(flow).start(&mut host.env());
    for _ in 0..100 {
        step = match step {
            Step::HttpRequest(pending) => {
                // A document that is remembered from the future does not count.
                match pending.op().method {
                    Method::Get => host.answer(200, document()),
                    Method::Post => host.answer(400, PENDING),
                }
                asked += usize::from(pending.op().method == Method::Post);
                let reply = host.http_request(pending.op());
                pending.resume(&mut host.env(), reply)
            }
            Step::Wait(pending) => {
                host.now = UnixTime(clock(host.now.0, pending.op().until.0));
                pending.resume(&mut host.env(), ())
            }
            Step::Done(end) => return (asked, end.is_ok()),
            other => panic!("{other:?}"),
        };
    }
    panic!("it does not end")
}

#[test]
fn dev_15_16_clocks_that_jump_and_hosts_that_come_too_early() {
    assert_eq!(with_clock(|_, until| until), (5, false));
    // Forward, past the end: one question more.
    assert_eq!(with_clock(|now, _| now + 86_400), (2, false));
    // Back a day, again and again: no more time than there was.
    assert_eq!(with_clock(|now, _| now - 86_400), (5, false));
    // Too early: no question before it is time.
    assert_eq!(with_clock(|now, _| now + 1), (5, false));
}

#[test]
fn a_host_that_cannot_wait_is_told_so() {
    let (mut host, flow) = begun(|_| ());
    host.answer(400, PENDING);
    let mut step = host.app.acquire_token_by_device_flow(flow).start(&mut host.env());
    if let Step::HttpRequest(pending) = step {
        let reply = host.http_request(pending.op());
        step = pending.resume(&mut host.env(), reply);
    }
    let Step::Done(Err(error)) = step.decline(&mut host.env()) else { panic!() };
    assert_eq!(error, Error::Unsupported("Wait"));
}
