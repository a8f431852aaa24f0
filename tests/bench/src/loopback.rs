//! W6 and W8: the blocking adapter against the benchmark's stub on this machine.
use crate::inputs::{Inputs, scope, tenant};
use crate::stop_watch::{Case, Unit};
use crate::{Failure, host};
use msal_proto::{ClientCredential, ConfidentialClientApplication, TokenSource};
use msal_ureq::{Client, Transport};
use ureq::http::{Request, Response, Uri};
use ureq::middleware::MiddlewareNext;
use ureq::{Agent, Body, SendBody};

/// Where the stub listens. It speaks plain HTTP; authorities are https, and so are mapped onto it.
const STUB: &str = "http://127.0.0.1:18099";

/// W6: requests one after the other over a connection that is kept.
pub(crate) fn requests(inputs: &Inputs) -> Result<(), Failure> {
    let times = inputs.number("w6_k");
    for (name, scopes) in [
        ("distinct scopes", (0..times).map(scope).collect::<Vec<_>>()),
        ("one scope, stale token", vec!["api://miss/.default".into(); times]),
    ] {
        let transport = transport();
        Case::new("W6", name, Unit::Microseconds).measure_rounds(times, || {
            let credential = ClientCredential::secret(inputs.text("client_secret"))?;
            let app = host::app(inputs, &tenant(0), credential)?;
            let client = Client::new(app).with_transport(transport.clone());
            for scope in &scopes {
                let result = client.run(client.app().acquire_token_for_client([scope]))?;
                if result.token_source != TokenSource::IdentityProvider {
                    return Err("a token was in the cache".into());
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// W8: all that a process does for its first token.
pub(crate) fn first_token() -> Result<(), Failure> {
    let app = ConfidentialClientApplication::builder("11111111-2222-4333-8444-555555555555")
        .authority(format!("https://login.microsoftonline.com/{}", tenant(0)))
        .client_credential(ClientCredential::secret("bEnch~0123456789.abcdefghijklmnopqrstuvw")?)
        .build()?;
    let client = Client::new(app).with_transport(transport());
    client.run(client.app().acquire_token_for_client([scope(0)]))?;
    Ok(())
}

fn transport() -> Transport {
    Transport::from_agent(Agent::from(Agent::config_builder().middleware(to_the_stub).build()))
}

fn to_the_stub(
    mut request: Request<SendBody<'_>>,
    next: MiddlewareNext<'_>,
) -> Result<Response<Body>, ureq::Error> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = format!("{STUB}{path}").parse::<Uri>().map_err(ureq::http::Error::from)?;
    next.handle(request)
}
