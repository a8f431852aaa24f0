//! A client with a certificate, and its requests for tokens.
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::credential::CertificateCredential;
use msal_proto::engine::{Entropy, Env, HostFacts, HttpRequest, HttpResponse, Request, Step, UnixTime};
use msal_proto::flows::ClientCredentials;
use msal_proto::{
    AuthenticationResult, ClientApplicationBuilder, ClientCredential, ClientState,
    ConfidentialClientApplication, Error, SecretBytes,
};
use serde_json::Value;

pub(crate) const KEY: &str = include_str!("../../fixtures/oracle/fixtures/certs/key.pem");
pub(crate) const CERTIFICATE: &str = include_str!("../../fixtures/oracle/fixtures/certs/cert.pem");
pub(crate) const SHA1: &str = include_str!("../../fixtures/oracle/fixtures/certs/sha1.txt");
pub(crate) const SHA256: &str = include_str!("../../fixtures/oracle/fixtures/certs/sha256.txt");
pub(crate) const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
pub(crate) const AUTHORITY: &str = "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47";
pub(crate) const TOKEN_ENDPOINT: &str =
    "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token";
pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) fn builder(
    credential: ClientCredential,
) -> ClientApplicationBuilder<ConfidentialClientApplication> {
    ConfidentialClientApplication::builder(CLIENT_ID).authority(AUTHORITY).client_credential(credential)
}

/// RS256: a thumbprint of SHA-1.
pub(crate) fn rs256() -> ClientCredential {
    let certificate = CertificateCredential::builder(KEY.as_bytes()).thumbprint(SHA1.trim());
    ClientCredential::certificate(certificate.build().unwrap())
}

/// PS256: the thumbprint is computed.
pub(crate) fn ps256() -> ClientCredential {
    let certificate = CertificateCredential::builder(KEY.as_bytes()).public_certificate(CERTIFICATE);
    ClientCredential::certificate(certificate.build().unwrap())
}

pub(crate) fn app(credential: ClientCredential) -> ConfidentialClientApplication {
    builder(credential).build().unwrap()
}

/// What outlives a flow, a clock, and a counter for entropy.
pub(crate) struct World {
    pub(crate) state: ClientState,
    pub(crate) facts: HostFacts,
    pub(crate) now: u64,
    pub(crate) steps: u64,
}

impl Default for World {
    fn default() -> Self {
        let facts = HostFacts::new("linux", |_| None);
        Self { state: ClientState::default(), facts, now: NOW, steps: 0 }
    }
}

impl World {
    /// Another entropy each time.
    pub(crate) fn env<'a>(&'a mut self, app: &'a ConfidentialClientApplication) -> Env<'a> {
        self.steps += 1;
        app.env(&mut self.state, &self.facts, UnixTime(self.now), entropy(self.steps))
    }

    /// A flow that has come to its token request; what comes before is answered.
    pub(crate) fn begin(
        &mut self,
        app: &ConfidentialClientApplication,
    ) -> Result<(HttpRequest, Step<ClientCredentials>), Error> {
        let mut step = app.acquire_token_for_client(["r/.default"]).start(&mut self.env(app));
        loop {
            step = match step {
                Step::HttpRequest(pending) if pending.op().url == TOKEN_ENDPOINT => {
                    return Ok((pending.op().clone(), Step::HttpRequest(pending)));
                }
                Step::HttpRequest(pending) => pending.resume(&mut self.env(app), Ok(document())),
                Step::Done(end) => return Err(end.unwrap_err()),
                other => other.decline(&mut self.env(app)),
            };
        }
    }

    /// The assertion of a token request.
    pub(crate) fn assertion(&mut self, app: &ConfidentialClientApplication) -> String {
        member(&self.begin(app).unwrap().0, "client_assertion").unwrap()
    }

    /// Answers the token request.
    pub(crate) fn finish(
        &mut self,
        app: &ConfidentialClientApplication,
        step: Step<ClientCredentials>,
        answer: HttpResponse,
    ) -> Result<AuthenticationResult, Error> {
        let Step::HttpRequest(pending) = step else { panic!("{step:?}") };
        let mut step = pending.resume(&mut self.env(app), Ok(answer));
        loop {
            step = match step {
                Step::Done(end) => return end,
                other => other.decline(&mut self.env(app)),
            };
        }
    }
}

pub(crate) fn entropy(step: u64) -> Entropy {
    let step = step.to_be_bytes();
    Entropy::new(core::array::from_fn(|i| step[i % 8].wrapping_add(i as u8))).unwrap()
}

pub(crate) fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse { status, headers: vec![], body: SecretBytes::new(body) }
}

fn document() -> HttpResponse {
    let authorize = TOKEN_ENDPOINT.replace("/token", "/authorize");
    response(
        200,
        &format!(r#"{{"token_endpoint":"{TOKEN_ENDPOINT}","authorization_endpoint":"{authorize}"}}"#),
    )
}

/// A member of a request's body; once at most.
pub(crate) fn member(request: &HttpRequest, name: &str) -> Option<String> {
    let mut found = request.form().iter().filter(|(own, _)| own == name);
    let first = found.next().map(|(_, value)| value.expose().to_owned());
    assert!(found.next().is_none(), "{name} occurs twice");
    first
}

/// Header and claims, and the signature's bytes with what is signed.
pub(crate) struct Jwt {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) signed: String,
    pub(crate) signature: Vec<u8>,
}

pub(crate) fn jwt(text: &str) -> Jwt {
    let [header, claims, signature] = text.split('.').collect::<Vec<_>>().try_into().unwrap();
    let bytes = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
    let json = |part: &str| serde_json::from_slice(&bytes(part)).unwrap();
    Jwt {
        header: json(header),
        claims: json(claims),
        signed: format!("{header}.{claims}"),
        signature: bytes(signature),
    }
}
