//! Assertions that the host makes.
use crate::support::{CLIENT_ID, TOKEN_ENDPOINT, World, app, member};
use msal_proto::credential::CredentialError;
use msal_proto::engine::{AssertionFault, ClientAssertion, ClientSignedAssertion, Pending, Request, Step};
use msal_proto::flows::ClientCredentials;
use msal_proto::{ClientCredential, ConfidentialClientApplication, Error};

fn from_host() -> ConfidentialClientApplication {
    app(ClientCredential::assertion_from_host())
}

/// A flow that asks for its assertion.
fn asking(
    world: &mut World,
    app: &ConfidentialClientApplication,
) -> Pending<ClientCredentials, ClientAssertion> {
    let mut step = app.acquire_token_for_client(["r/.default"]).start(&mut world.env(app));
    loop {
        step = match step {
            Step::ClientAssertion(pending) => return pending,
            Step::HttpRequest(pending) => {
                let body = format!(
                    r#"{{"token_endpoint":"{TOKEN_ENDPOINT}","authorization_endpoint":"{TOKEN_ENDPOINT}"}}"#
                );
                pending.resume(&mut world.env(app), Ok(crate::support::response(200, &body)))
            }
            Step::Done(end) => panic!("{end:?}"),
            other => other.decline(&mut world.env(app)),
        };
    }
}

fn end_of(reply: Result<ClientSignedAssertion, AssertionFault>) -> Error {
    let (app, mut world) = (from_host(), World::default());
    let pending = asking(&mut world, &app);
    match pending.resume(&mut world.env(&app), reply) {
        Step::Done(end) => end.unwrap_err(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_is_told_for_whom_and_its_answer_is_sent() {
    let (app, mut world) = (from_host(), World::default());
    let pending = asking(&mut world, &app);
    let op = pending.op();
    assert_eq!((op.client_id.as_str(), op.token_endpoint.as_str()), (CLIENT_ID, TOKEN_ENDPOINT));
    assert_eq!(op.tenant, "72f988bf-86f1-41af-91ab-2d7cd011db47");
    let step = pending.resume(&mut world.env(&app), Ok("a.b.c".into()));
    let Step::HttpRequest(pending) = step else { panic!("{step:?}") };
    assert_eq!(member(pending.op(), "client_assertion").unwrap(), "a.b.c");
}

#[test]
fn crt_19_what_cannot_be_sent_is_refused() {
    let fault = AssertionFault("the vault is sealed".into());
    let error = end_of(Err(fault.clone()));
    assert_eq!(error, Error::Assertion(fault));
    assert_eq!(error.to_string(), "no client assertion was made: the vault is sealed");
    assert_eq!(end_of(Ok("".into())), Error::Credential(CredentialError::Empty("client assertion")));
    for text in
        ["CANARY\r\nx: y", "CANARY\n", "CANARY ", "CANARY\0", "CANARY\u{e9}", &"CANARY".repeat(200_000)]
    {
        let error = end_of(Ok(text.into()));
        assert!(matches!(error, Error::Credential(CredentialError::Assertion(_))), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("CANARY"));
    }
}

#[test]
fn a_host_that_makes_none_ends_the_flow() {
    let (app, mut world) = (from_host(), World::default());
    let step = asking(&mut world, &app).decline(&mut world.env(&app));
    assert!(matches!(step, Step::Done(Err(Error::Unsupported("ClientAssertion")))), "{step:?}");
}

#[test]
fn crt_19_a_stored_flow_asks_anew() {
    let (app, mut world) = (from_host(), World::default());
    let pending = asking(&mut world, &app);
    let stored = pending.resume(&mut world.env(&app), Ok("CANARY.b.c".into())).suspend().unwrap();
    let text = serde_json::to_string(&stored).unwrap();
    assert!(!text.contains("CANARY"));
    let stored: msal_proto::engine::Suspended<ClientCredentials> = serde_json::from_str(&text).unwrap();
    let step = stored.wake(&mut world.env(&app)).unwrap();
    assert!(matches!(step, Step::ClientAssertion(_)), "{step:?}");
}
