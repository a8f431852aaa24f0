//! Both halves of the device code flow in one call, and the rows DEV of what happens while the person is away.
use crate::device_code::{SCOPES, begun, codes, finish, world};
use insta::assert_snapshot;
use msal_proto::engine::{Host, HttpFault, Request, Step, UnixTime, UserPrompt, WaitReason};
use msal_proto::{Error, PublicClientApplication};
use serde_json::{Value, json};

const NOW: u64 = 1_700_000_000;
const PENDING: &str = r#"{"error":"authorization_pending"}"#;

fn unreached() -> HttpFault {
    HttpFault::Connect("nobody answers there".into())
}

#[test]
fn one_call_does_it_all() {
    let mut host = world();
    host.answer(200, codes().to_string());
    host.answer(400, PENDING);
    host.answer_refresh("ada@contoso.example", "User.Read");
    let claims = r#"{"access_token":{"a":null}}"#;
    let request = |app: &PublicClientApplication| {
        app.acquire_token_by_device_code(SCOPES)
            .claims_challenge(claims)
            .data("more", "canary")
            .query("dc", "x")
    };
    let result = host.call(request).unwrap();
    assert_eq!(result.account.unwrap().username.as_deref(), Some("ada@contoso.example"));
    let sent = |at: usize, member: &str| {
        let form = host.requests[at].form();
        form.iter().find(|(name, _)| name == member).map(|(_, value)| value.expose())
    };
    assert_eq!(
        (sent(1, "claims"), sent(2, "claims"), sent(3, "claims")),
        (Some(claims), Some(claims), Some(claims))
    );
    assert_eq!((sent(2, "more"), sent(3, "more")), (Some("canary"), Some("canary")));
    assert!(host.requests[2].url.ends_with("?dc=x"));
    let transcript = host.transcript.to_string();
    assert!(!transcript.contains("canary"), "{transcript}");
    assert_snapshot!(transcript);
}

#[test]
fn what_is_refused_before_anything_is_asked() {
    let mut host = world();
    let error = host.call(|app| app.acquire_token_by_device_code(SCOPES).data("scope", "x")).unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { parameter: "data", .. }));
    let error = host.call(|app| app.acquire_token_by_device_code(["openid"])).unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { parameter: "scopes", .. }));
    assert!(host.requests.is_empty());
}

/// What a person is shown of these codes, and the flow that waits for it.
fn prompted(change: impl FnOnce(&mut Value)) -> UserPrompt {
    let (_, flow) = begun(change);
    UserPrompt::from(&flow)
}

#[test]
fn a_program_that_shows_nothing_gets_no_token() {
    let mut host = world();
    host.answer(200, codes().to_string());
    let mut step = host.app.acquire_token_by_device_code(SCOPES).start(&mut host.env());
    while let Step::HttpRequest(pending) = step {
        let reply = host.http_request(pending.op());
        step = pending.resume(&mut host.env(), reply);
    }
    let Step::UserPrompt(pending) = step else { panic!("{step:?}") };
    assert_eq!(pending.op().user_code, "canary-user-code");
    assert_eq!(pending.op().expires_at, UnixTime(NOW + 900));
    let shown = format!("{:?} {pending:?}", pending.op());
    assert!(!shown.contains("canary"), "{shown}");
    let Step::Done(Err(error)) = pending.decline(&mut host.env()) else { panic!() };
    assert_eq!(error, Error::Unsupported("UserPrompt"));
}

#[test]
fn what_a_person_is_told() {
    assert_eq!(prompted(|_| ()).to_string(), "Enter canary-user-code there.");
    let without = |member: &'static str| {
        move |codes: &mut Value| {
            codes.as_object_mut().unwrap().remove("message");
            codes.as_object_mut().unwrap().remove(member);
        }
    };
    let text = "To sign in, open https://microsoft.com/devicelogin in a browser and enter the code canary-user-code.";
    assert_eq!(prompted(without("message")).to_string(), text);
    let text = "To sign in, enter the code canary-user-code.";
    assert_eq!(prompted(without("verification_uri")).to_string(), text);
}

#[test]
fn dev_08_a_service_that_is_not_reached_is_asked_less_and_less_often() {
    let (mut host, flow) = begun(|_| ());
    host.answer(400, PENDING);
    (0..5).for_each(|_| host.answers.push_back(Err(unreached())));
    host.answer(400, PENDING);
    host.answer_refresh("ada@contoso.example", "User.Read");
    finish(&mut host, &flow).unwrap();
    assert_eq!(host.now, UnixTime(NOW + 5 + 10 + 20 + 40 + 60 + 60 + 60));
    let transcript = host.transcript.to_string();
    assert!(transcript.contains("-> wait until 1700000015: the service was not reached"), "{transcript}");
}

#[test]
fn dev_08_an_interval_that_is_longer_stays_and_the_codes_end_it_all_the_same() {
    let (mut host, flow) = begun(|codes| codes["interval"] = json!(90));
    (0..20).for_each(|_| host.answers.push_back(Err(unreached())));
    let error = finish(&mut host, &flow).unwrap_err();
    assert_eq!((error, host.now), (unreached().into(), UnixTime(NOW + 901)));
    assert_eq!(host.answers.len(), 9);

    // The program that asks once is told at once, and so is whoever gets too much.
    let (mut host, flow) = begun(|_| ());
    host.answers.push_back(Err(unreached()));
    let once = host.call(|app| app.acquire_token_by_device_flow(flow.clone()).once(true));
    assert_eq!(once.unwrap_err(), unreached().into());
    host.answers.push_back(Err(HttpFault::TooLarge));
    assert_eq!(finish(&mut host, &flow).unwrap_err(), HttpFault::TooLarge.into());
}

/// As MSAL Python does; the program may ask again with the same flow.
#[test]
fn dev_09_a_service_that_fails_ends_it() {
    for (status, body) in [(500, ""), (503, "<html>"), (502, PENDING)] {
        let (mut host, flow) = begun(|_| ());
        host.answer(status, body);
        let Error::HttpStatus(error) = finish(&mut host, &flow).unwrap_err() else { panic!("{status}") };
        assert_eq!(error.status, status);
        host.later(61);
        host.answer_refresh("ada@contoso.example", "User.Read");
        finish(&mut host, &flow).unwrap();
    }
}

#[test]
fn dev_14_what_a_person_is_shown_gives_a_terminal_no_orders() {
    let hostile = "A\u{1b}[2J\u{7}B\u{202e}C\r\nD\u{2066}";
    let prompt = prompted(|codes| {
        codes["message"] = json!(format!("{hostile}{}", "x".repeat(1_000_000)));
        codes["user_code"] = json!(hostile);
    });
    assert_eq!(prompt.user_code, "A[2JBCD");
    let message = prompt.to_string();
    assert!(message.starts_with("A[2JBCDxxx") && message.len() == 2_000, "{}", message.len());
}

#[test]
fn dev_17_a_flow_that_is_dropped_has_left_nothing() {
    let (mut host, flow) = begun(|_| ());
    host.answer(400, PENDING);
    let before = host.cache.serialize();
    let step = host.app.acquire_token_by_device_flow(flow.clone()).start(&mut host.env());
    let Step::HttpRequest(pending) = step else { panic!("{step:?}") };
    let reply = host.http_request(pending.op());
    let Step::Wait(pending) = pending.resume(&mut host.env(), reply) else { panic!() };
    assert_eq!(pending.op().reason, WaitReason::AuthorizationPending);
    let shown = format!("{pending:?} {:?} {flow:?}", host.state);
    assert!(!shown.contains("canary"), "{shown}");
    drop(pending);
    assert_eq!(host.cache.serialize(), before);
    assert!(!serde_json::to_string(&host.state).unwrap().contains("canary"));
    host.answer_refresh("ada@contoso.example", "User.Read");
    finish(&mut host, &flow).unwrap();
}

#[test]
fn dev_18_a_service_that_is_late_is_believed() {
    let (mut host, flow) = begun(|codes| codes["expires_in"] = json!(9));
    host.answer(400, PENDING);
    host.answer(400, PENDING);
    host.answer_refresh("ada@contoso.example", "User.Read");
    finish(&mut host, &flow).unwrap();
    assert_eq!(host.now, UnixTime(NOW + 10));
    host.later(1_000);
    host.answer_refresh("ada@contoso.example", "User.Read");
    finish(&mut host, &flow).unwrap();
}
