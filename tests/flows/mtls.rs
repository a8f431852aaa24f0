//! Tokens that are bound to a TLS client certificate, and requests that show one (RFC 8705).
use crate::person::*;
use crate::support::*;
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use insta::assert_snapshot;
use msal_proto::authority::AuthorityError;
use msal_proto::credential::{CredentialError, extract_certs, x5t_s256};
use msal_proto::engine::{
    ClientSignedAssertion, Host, HttpRequest, HttpResponse, Method, Request, Step, Suspended,
};
use msal_proto::flows::ClientCredentials;
use msal_proto::{
    AuthenticationResult, CertificateCredential, ClientApplicationBuilder, ClientCredential,
    ConfidentialClientApplication, Error, TokenSource, Violation,
};
use serde_json::json;

pub(crate) const BOUND: &str =
    r#"{"token_type":"mtls_pop","expires_in":3599,"access_token":"canary-bound-token"}"#;
/// The thumbprint of the certificate in `fixtures/keys`, as OpenSSL computes it.
const X5T_S256: &str = "UA1-QOWg2kcdg7y4tmCyDw8zvjxf_3NSTZZDXbXKPJ0";
const MTLS: &str = "https://mtlsauth.microsoft.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token";
const CERTIFICATE: &str = include_str!("../../fixtures/keys/app-cert.pem");
const KEY: &[u8] = include_bytes!("../../fixtures/keys/app-key.pem");

type Result = std::result::Result<AuthenticationResult, Error>;

fn with_certificate() -> ClientApplicationBuilder<ConfidentialClientApplication> {
    builder().client_credential(certificate())
}

/// Says what was asked for.
fn entra(request: &HttpRequest) -> HttpResponse {
    let is_bound =
        request.form().iter().any(|(name, value)| name == "token_type" && value.expose() == "mtls_pop");
    match request.method {
        Method::Get => response(200, &document(AUTHORITY)),
        Method::Post => response(200, if is_bound { BOUND } else { TOKEN }),
    }
}

fn world() -> World {
    let mut world = World::of(with_certificate()).knowing(AUTHORITY);
    world.service = Some(entra);
    world
}

/// Its host makes assertions, bound to the certificate of which this is the DER.
fn from_host(certificate: Option<&[u8]>) -> World {
    let credential = ClientCredential::assertion_from_host();
    let mut world = World::of(builder().client_credential(credential)).knowing(AUTHORITY);
    let made = ClientSignedAssertion::from("canary.made.assertion");
    world.assertion = Some(Ok(certificate.iter().fold(made, |made, der| made.bound_to(der))));
    world.service = Some(entra);
    world
}

impl World {
    fn bound(&mut self) -> Result {
        self.call(|app| app.acquire_token_for_client([GRAPH]).mtls_proof_of_possession(true))
    }

    fn shown(&self) -> Option<&str> {
        self.requests.last()?.client_certificate.as_deref()
    }
}

#[test]
fn a_token_is_bound_to_the_client_s_certificate() {
    let mut world = world();
    let result = world.bound().unwrap();
    assert_eq!(&*result.token_type, "mtls_pop");
    let request = world.requests.last().unwrap();
    assert_eq!((request.url.as_str(), world.shown()), (MTLS, Some(X5T_S256)));
    assert_eq!(world.sent("token_type"), Some("mtls_pop"));
    for absent in ["client_assertion", "client_assertion_type", "client_secret", "key_id", "req_cnf"] {
        assert_eq!(world.sent(absent), None, "{absent}");
    }
    assert_eq!(world.bound().unwrap().token_source, TokenSource::Cache);
    assert_snapshot!(world.log);
}

#[test]
fn a_bound_token_and_a_bearer_token_are_side_by_side_and_neither_is_the_other_s() {
    let mut world = world();
    let get = |world: &mut World, bound: bool| {
        let result = if bound { world.bound() } else { world.token() }.unwrap();
        (result.token_source, result.token_type.to_string())
    };
    for source in [TokenSource::IdentityProvider, TokenSource::Cache] {
        assert_eq!(get(&mut world, true), (source, "mtls_pop".into()));
        assert_eq!(get(&mut world, false), (source, "Bearer".into()));
    }
    assert_eq!(world.shown(), None);
    let entries = world.section("AccessToken");
    let of = |token_type: &str| entries.iter().find(|entry| entry["token_type"] == token_type).unwrap();
    assert_eq!(of("mtls_pop")["key_id"], X5T_S256);
    assert_eq!(of("mtls_pop")["environment"], "login.microsoftonline.com");
    assert_eq!(of("Bearer").get("key_id"), None);

    // So it is after a restart.
    let file = world.cache.serialize();
    world.cache.deserialize(&file).unwrap();
    assert_eq!(world.cache.serialize(), file);
    assert_eq!(get(&mut world, true), (TokenSource::Cache, "mtls_pop".into()));
    assert_eq!(get(&mut world, false), (TokenSource::Cache, "Bearer".into()));
}

#[test]
fn a_renewed_certificate_gets_a_token_of_its_own() {
    let mut world = world();
    world.bound().unwrap();
    let cache = std::mem::take(&mut world.cache);
    let mut renewed = from_host(Some(b"another certificate"));
    renewed.cache = cache;
    assert_eq!(renewed.bound().unwrap().token_source, TokenSource::IdentityProvider);
    assert_eq!(renewed.section("AccessToken").len(), 2);
}

#[test]
fn a_token_of_another_type_is_refused() {
    for answer in [TOKEN, r#"{"expires_in":3599,"access_token":"canary-bound-token"}"#] {
        let mut world = world().http(200, answer);
        let error = world.bound().unwrap_err();
        let refused = matches!(error, Error::Malformed { violation: Violation::TokenType, .. });
        assert!(refused && world.writes == 0, "{error}");
    }
}

#[test]
fn an_assertion_of_the_host_s_comes_with_the_certificate_it_is_bound_to() {
    let mut world = from_host(Some(b"a certificate"));
    world.bound().unwrap();
    let x5t_s256 = x5t_s256(b"a certificate");
    assert_eq!((world.requests[0].url.as_str(), world.shown()), (MTLS, Some(x5t_s256.as_str())));
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-pop";
    assert_eq!(world.sent("client_assertion_type"), Some(kind));
    assert_eq!(world.sent("client_assertion"), Some("canary.made.assertion"));
    assert_eq!(world.bound().unwrap().token_source, TokenSource::Cache);
    assert_snapshot!(world.log);

    // Unless a bound token is asked for, it is an assertion as any.
    world.token().unwrap();
    assert_eq!(world.shown(), None);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(world.sent("client_assertion_type"), Some(kind));
}

#[test]
fn the_host_is_asked_at_the_token_endpoint_of_a_tenant_s_domain() {
    let mut world = from_host(Some(b"a certificate"));
    world.app = builder()
        .authority(DOMAIN)
        .client_credential(ClientCredential::assertion_from_host())
        .build()
        .unwrap();
    world.bound().unwrap();
    assert_eq!(world.requests.len(), 2);
    assert!(
        world.log.contains("bound to a certificate for 22222222-2222-2222-2222-222222222222"),
        "{}",
        world.log
    );
}

#[test]
fn an_assertion_that_is_bound_to_nothing_will_not_do() {
    let mut world = from_host(None);
    let error = world.bound().unwrap_err();
    assert!(matches!(error, Error::Credential(CredentialError::TokenBinding(_))), "{error}");
    for thumbprint in ["", "x", &"é".repeat(43), &"a".repeat(44), &format!("{}\r", "a".repeat(42))] {
        let mut made = ClientSignedAssertion::from("canary.made.assertion");
        made.token_binding_certificate = Some(thumbprint.into());
        world.assertion = Some(Ok(made));
        let error = world.bound().unwrap_err();
        assert!(matches!(error, Error::Credential(CredentialError::TokenBinding(_))), "{error}");
    }
    assert!(world.requests.is_empty());
}

/// Where each cloud asks for certificates.
#[test]
fn each_cloud_has_its_host() {
    let at = |host: &str| AUTHORITY.replace("login.microsoftonline.com", host);
    let hosts = [
        ("login.microsoftonline.com", "mtlsauth.microsoft.com"),
        ("login.windows.net", "mtlsauth.microsoft.com"),
        ("login.microsoft.com", "mtlsauth.microsoft.com"),
        ("sts.windows.net", "mtlsauth.microsoft.com"),
        ("login.microsoftonline.us", "mtlsauth.microsoftonline.us"),
        ("login.partner.microsoftonline.cn", "mtlsauth.partner.microsoftonline.cn"),
        ("login.sovcloud-identity.fr", "mtlsauth.sovcloud-identity.fr"),
        ("login.example.com", "mtlsauth.example.com"),
    ];
    for (host, expected) in hosts {
        let app = with_certificate().authority(at(host)).instance_discovery(false);
        let mut world = World::of(app).http(200, &document(&at(host))).http(200, BOUND);
        world.bound().unwrap();
        let url = world.requests.last().unwrap().url.clone();
        assert_eq!(url, MTLS.replace("mtlsauth.microsoft.com", expected), "{host}");
        assert_eq!(world.members("AccessToken", "environment"), [host]);
    }
    for host in ["login.usgovcloudapi.net", "login.chinacloudapi.cn", "login-us.microsoftonline.com"] {
        let error = World::of(with_certificate().authority(at(host))).bound().unwrap_err();
        let refused =
            matches!(&error, Error::Authority(AuthorityError::NoMutualTls { host: own }) if own == host);
        assert!(refused, "{error}");
    }
}

#[test]
fn in_a_region_its_label_is_in_front() {
    for (host, expected) in [
        ("login.microsoftonline.com", "westus2.mtlsauth.microsoft.com"),
        ("login.microsoftonline.us", "westus2.mtlsauth.microsoftonline.us"),
    ] {
        let authority = AUTHORITY.replace("login.microsoftonline.com", host);
        let app = with_certificate().authority(&authority).instance_discovery(false).azure_region("westus2");
        let mut world = World::of(app);
        world.service = Some(|request| match request.method {
            Method::Get => response(200, &document(request.url.split("/v2.0/").next().unwrap())),
            Method::Post => response(200, BOUND),
        });
        world.bound().unwrap();
        assert_eq!(world.requests.last().unwrap().url, MTLS.replace("mtlsauth.microsoft.com", expected));
        assert_eq!(world.members("AccessToken", "environment"), [host]);
    }
}

#[test]
fn dsts_asks_at_its_own_host() {
    let authority = "https://dsts.example.com/dstsv2/22222222-0000-0000-0000-222222222222";
    let app = with_certificate().authority(authority).instance_discovery(false);
    let mut document: serde_json::Value = serde_json::from_str(&document(authority)).unwrap();
    document["issuer"] = json!(authority);
    let mut world = World::of(app).http(200, &document.to_string()).http(200, BOUND);
    world.bound().unwrap();
    let url = world.requests.last().unwrap().url.clone();
    assert_eq!((url, world.shown()), (format!("{authority}/oauth2/v2.0/token"), Some(X5T_S256)));
}

/// RFC 8705 section 5, where no rule is known.
#[test]
fn the_document_of_another_service_says_where() {
    let authority = AUTHORITY.replace("login.microsoftonline.com", "sts.example.com");
    let token_endpoint = format!("{authority}/oauth2/v2.0/token");
    let world = |alias: serde_json::Value| {
        let mut document: serde_json::Value = serde_json::from_str(&document(&authority)).unwrap();
        document["mtls_endpoint_aliases"] = alias;
        let app = with_certificate().authority(&authority).instance_discovery(false);
        World::of(app).http(200, &document.to_string()).http(200, BOUND)
    };
    let alias = token_endpoint.replace("sts.example.com", "sts.example.com:8444");
    let mut good = world(json!({"token_endpoint": alias}));
    good.bound().unwrap();
    assert_eq!(good.requests.last().unwrap().url, alias);

    for elsewhere in [
        "https://evil.example/token",
        "http://sts.example.com/token",
        "https://sts.example.com@evil.example/t",
    ] {
        let error = world(json!({"token_endpoint": elsewhere})).bound().unwrap_err();
        assert!(matches!(error, Error::Authority(AuthorityError::Document { .. })), "{error}");
    }
    for nothing in [json!(null), json!({}), json!(5), json!({"token_endpoint": 5})] {
        let error = world(nothing).bound().unwrap_err();
        assert!(matches!(error, Error::Authority(AuthorityError::NoMutualTls { .. })), "{error}");
    }
}

#[test]
fn what_is_refused_before_anything_is_asked() {
    for tenant in ["common", "organizations", "Consumers"] {
        let mut world =
            World::of(with_certificate().authority(format!("https://login.microsoftonline.com/{tenant}")));
        let error = world.bound().unwrap_err();
        assert!(matches!(error, Error::Authority(AuthorityError::TenantMissing(_))), "{error}");
    }
    let thumbprint = CertificateCredential::builder(KEY).thumbprint("a".repeat(64)).build().unwrap();
    let thumbprint = ClientCredential::certificate(thumbprint);
    let error = World::of(builder().client_credential(thumbprint.clone())).bound().unwrap_err();
    assert_eq!(error, CredentialError::MtlsCertificateMissing.into());
    for credential in
        [ClientCredential::secret(CLIENT_SECRET).unwrap(), ClientCredential::assertion("a.b.c").unwrap()]
    {
        let error = World::of(builder().client_credential(credential.clone())).bound().unwrap_err();
        let is_it = |error: &Error, name| matches!(error, Error::InvalidParameter { parameter, .. } if *parameter == name);
        assert!(is_it(&error, "mtls_proof_of_possession"), "{error}");
        let bearer = builder().client_credential(credential).send_certificate_over_mtls(true).build();
        assert!(is_it(&bearer.unwrap_err(), "send_certificate_over_mtls"));
    }
    for name in ["token_type", "req_cnf", "key_id"] {
        let error = world()
            .call(|app| app.acquire_token_for_client([GRAPH]).mtls_proof_of_possession(true).data(name, "x"))
            .unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { parameter: "data", .. }), "{error}");
    }
    let bearer = || builder().send_certificate_over_mtls(true);
    assert_eq!(
        bearer().client_credential(thumbprint).build().unwrap_err(),
        CredentialError::MtlsCertificateMissing.into()
    );
    let with_claims = bearer().client_credential(certificate()).client_claims(r#"{"a":1}"#).build();
    assert!(matches!(with_claims, Err(Error::InvalidParameter { .. })));
    let nowhere =
        bearer().client_credential(certificate()).authority("https://login.chinacloudapi.cn/t").build();
    assert!(matches!(nowhere, Err(Error::Authority(AuthorityError::NoMutualTls { .. }))));
}

#[test]
fn on_false_it_is_a_call_as_any() {
    let mut world = world();
    let result = world.call(|app| {
        app.acquire_token_for_client([GRAPH]).mtls_proof_of_possession(true).mtls_proof_of_possession(false)
    });
    assert_eq!((&*result.unwrap().token_type, world.shown()), ("Bearer", None));
}

/// MSAL .NET's `SendCertificateOverMtls`.
#[test]
fn a_certificate_over_mtls_goes_beside_the_assertion_with_every_grant() {
    let own = CertificateCredential::builder(KEY);
    let der = BASE64_STANDARD.decode(extract_certs(CERTIFICATE).unwrap()[0].replace('\n', "")).unwrap();
    let own = own.certificate_der(der).build().unwrap();
    let app =
        builder().client_credential(ClientCredential::certificate(own)).send_certificate_over_mtls(true);
    let mut world = World::of(app).knowing(AUTHORITY);
    world.service = Some(entra);
    world.token().unwrap();
    let url = &world.requests[0].url;
    assert_eq!((url.as_str(), world.shown()), (MTLS, Some(X5T_S256)));
    assert_eq!(world.sent("token_type"), None);
    let assertion = world.sent("client_assertion").unwrap().to_owned();
    let header = BASE64_URL_SAFE_NO_PAD.decode(assertion.split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["x5c"].as_array().unwrap().len(), 1, "the certificate is sent along");
    assert_eq!(read_claims(&assertion)["aud"], format!("{AUTHORITY}/oauth2/v2.0/token"));
    assert_eq!(world.members("AccessToken", "environment"), ["login.microsoftonline.com"]);
    assert_eq!(world.token().unwrap().token_source, TokenSource::Cache);

    world = world.signed_in(|_| ());
    world = world.http(200, &refreshed().to_string());
    world.later(3_600);
    world.silent().unwrap().unwrap();
    assert_eq!((world.sent("grant_type"), world.shown()), (Some("refresh_token"), Some(X5T_S256)));
}

#[test]
fn an_agent_does_not_show_its_blueprint_s_certificate() {
    let app = with_certificate().send_certificate_over_mtls(true);
    let mut world = World::of(app).knowing(AUTHORITY).http(200, TOKEN).http(200, TOKEN);
    world.call(|app| app.acquire_token_for_agent("an-agent", [GRAPH])).unwrap();
    let shown: Vec<_> = world.requests.iter().map(|request| request.client_certificate.is_some()).collect();
    assert_eq!(shown, [true, false]);
}

/// A flow that asks for a bound token, put away.
fn put_away(world: &mut World) -> Suspended<ClientCredentials> {
    let request = world.app.acquire_token_for_client([GRAPH]).mtls_proof_of_possession(true);
    let Step::CacheRead(pending) = request.start(&mut world.env()) else { panic!() };
    pending.resume(&mut world.env(), Ok(Default::default())).suspend().unwrap()
}

#[test]
fn put_away_it_holds_no_key_and_goes_on_with_the_same_certificate_alone() {
    let mut world = world();
    let flow = put_away(&mut world);
    let text = serde_json::to_string(&flow).unwrap();
    assert!(
        text.contains(X5T_S256)
            && !KEY
                .split(|byte| *byte == b'\n')
                .nth(1)
                .is_some_and(|line| { text.contains(std::str::from_utf8(line).unwrap()) })
    );
    let Step::HttpRequest(pending) = flow.clone().wake(&mut world.env()).unwrap() else { panic!() };
    assert_eq!(pending.op().client_certificate.as_deref(), Some(X5T_S256));

    // The credential is another by now.
    for credential in
        [ClientCredential::secret(CLIENT_SECRET).unwrap(), ClientCredential::assertion("a.b.c").unwrap()]
    {
        world.app = builder().client_credential(credential).build().unwrap();
        let Step::Done(end) = flow.clone().wake(&mut world.env()).unwrap() else { panic!() };
        let error = end.unwrap_err();
        assert!(matches!(error, Error::Credential(CredentialError::TokenBinding(_))), "{error}");
    }
    // So is the host's certificate.
    world.app = builder().client_credential(ClientCredential::assertion_from_host()).build().unwrap();
    let Step::ClientAssertion(pending) = flow.wake(&mut world.env()).unwrap() else { panic!() };
    assert!(pending.op().binds_certificate);
    let made = ClientSignedAssertion::from("canary.made.assertion").bound_to(b"another");
    let Step::Done(end) = pending.resume(&mut world.env(), Ok(made)) else { panic!() };
    let error = end.unwrap_err();
    assert!(matches!(error, Error::Credential(CredentialError::TokenBinding(_))), "{error}");
}

#[test]
fn a_flow_that_others_wrote_to_goes_nowhere_else() {
    let mut world = world();
    let text = serde_json::to_string(&put_away(&mut world)).unwrap();
    for elsewhere in [
        "https://evil.example/token",
        "http://mtlsauth.microsoft.com/token",
        "https://login.microsoftonline.com/t",
    ] {
        let tampered: Suspended<ClientCredentials> =
            serde_json::from_str(&text.replace(MTLS, elsewhere)).unwrap();
        let Step::Done(end) = tampered.wake(&mut world.env()).unwrap() else { panic!() };
        let error = end.unwrap_err();
        assert!(matches!(error, Error::Authority(AuthorityError::Document { .. })), "{error}");
    }
}
