//! W5: client assertions, RSA of 2048 bits.
use crate::Failure;
use crate::host::{Client, app, entropy, now};
use crate::inputs::{Inputs, tenant};
use crate::stop_watch::{Case, Unit};
use msal_proto::cache::InMemoryStore;
use msal_proto::engine::{HostFacts, Request, Step};
use msal_proto::{
    CertificateCredential, ClientCredential, ClientState, ConfidentialClientApplication, TokenSource,
};
use std::hint::black_box;
use std::sync::Arc;

const SCOPE: &str = "api://miss/.default";

/// Any will do: nobody checks it here.
const SHA1_THUMBPRINT: &str = "0123456789abcdef0123456789abcdef01234567";

pub(crate) fn assertions(inputs: &Inputs) -> Result<(), Failure> {
    let (key, certificate) = (inputs.read("rsa2048.key.pem")?, inputs.read("rsa2048.cert.pem")?);
    let ps256 = || CertificateCredential::builder(key.as_bytes()).public_certificate(&*certificate).build();
    let rs256 = || CertificateCredential::builder(key.as_bytes()).thumbprint(SHA1_THUMBPRINT).build();
    let app = |certificate| app(inputs, &tenant(0), ClientCredential::certificate(certificate));

    let client = Client::new(app(ps256()?)?, inputs, &tenant(0), Arc::new(InMemoryStore::default()));
    client.run(client.app.resolve_authority(), "")?;
    // It knows the endpoints, and no assertion yet.
    let state = client.lock().state.clone();

    let case = |name, operation: &dyn Fn() -> Result<(), Failure>| {
        Case::new("W5", name, Unit::Microseconds).measure(|_| operation())
    };
    case("PS256 assertion (PEM str)", &|| sign(&app(ps256()?)?, &client.facts, &state))?;
    case("RS256 assertion (PEM str)", &|| sign(&app(rs256()?)?, &client.facts, &state))?;
    let kept = app(ps256()?)?;
    case("PS256 assertion (key object)", &|| sign(&kept, &client.facts, &state))?;
    let kept = app(rs256()?)?;
    case("RS256 assertion (key object)", &|| sign(&kept, &client.facts, &state))?;

    // As a program does it: the assertion is used again for nine minutes.
    let answer = inputs.read("token_response_short.json")?;
    Case::new("W5", "miss flow with certificate", Unit::Microseconds).measure(|_| {
        let result = client.run(client.app.acquire_token_for_client([SCOPE]), &answer)?;
        if result.token_source == TokenSource::Cache {
            Err("a stale token was served".into())
        } else {
            Ok(())
        }
    })
}

/// A new assertion, and with it the start of a flow: some microseconds beside the signature.
fn sign(app: &ConfidentialClientApplication, facts: &HostFacts, state: &ClientState) -> Result<(), Failure> {
    let (mut state, generator) = (state.clone(), &mut rand::make_rng());
    let step = app.acquire_token_for_client([SCOPE]).start(&mut app.env(
        &mut state,
        facts,
        now(),
        entropy(generator),
    ));
    match step.decline(&mut app.env(&mut state, facts, now(), entropy(generator))) {
        Step::HttpRequest(pending)
            if pending.op().form().iter().any(|(name, _)| name == "client_assertion") =>
        {
            let _ = black_box(pending);
            Ok(())
        }
        _ => Err("no request with an assertion".into()),
    }
}
