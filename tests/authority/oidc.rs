//! Other OpenID providers: which addresses are taken, and what is sent and kept there.
use crate::support::{Answer, TENANT, World, answer, builder, first_url, token};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::authority::{AuthorityError, AuthorityKind};
use msal_proto::cache::Account;
use msal_proto::credential::CertificateCredential;
use msal_proto::engine::{HttpRequest, Request};
use msal_proto::{
    ClientApplicationBuilder, ClientCredential, ClientState, ConfidentialClientApplication, Error, Misuse,
    TokenSource,
};
use serde_json::{Value, json};

const CLIENT_ID: &str = "web-app";
pub(crate) const PROVIDER: &str = "https://login.contoso.example/tenant1";

pub(crate) fn provider(oidc_authority: &str) -> ClientApplicationBuilder<ConfidentialClientApplication> {
    ConfidentialClientApplication::builder(CLIENT_ID)
        .oidc_authority(oidc_authority)
        .client_credential(ClientCredential::secret("CANARY-SECRET").unwrap())
}

pub(crate) fn client(oidc_authority: &str) -> ConfidentialClientApplication {
    provider(oidc_authority).build().unwrap_or_else(|error| panic!("{oidc_authority:?}: {error}"))
}

pub(crate) fn document() -> Value {
    json!({
        "issuer": PROVIDER,
        "authorization_endpoint": format!("{PROVIDER}/auth"),
        "token_endpoint": format!("{PROVIDER}/token"),
        "device_authorization_endpoint": format!("{PROVIDER}/device/auth"),
        "authorization_response_iss_parameter_supported": true,
    })
}

pub(crate) fn with(member: &str, value: Value) -> Answer {
    let mut document = document();
    document[member] = value;
    answer(200, document.to_string())
}

fn known() -> Answer {
    answer(200, document().to_string())
}

#[track_caller]
fn refusal(oidc_authority: &str) -> AuthorityError {
    match provider(oidc_authority).build() {
        Err(Error::Authority(error)) => error,
        other => panic!("{oidc_authority:?}: {other:?}"),
    }
}

#[test]
fn aut_01_to_15_21_23_what_no_authority_may_be() {
    let long = format!("{PROVIDER}/{}", "x".repeat(2_048));
    for text in [
        r"https://evil.com\@login.contoso.example/tenant1",
        r"https://login.contoso.example\@evil.com/tenant1",
        "https://CANARY:CANARY@login.contoso.example/tenant1",
        "http://login.contoso.example/tenant1",
        "http://localhost:3443/tenant1",
        "http://127.0.0.1:8080/x",
        "https:/login.contoso.example/tenant1",
        "login.contoso.example/tenant1",
        "",
        "javascript:x",
        "https://login.contoso.example/ten\tant1",
        "https://login.contoso.example/tenant1\r\n",
        "https://login.contoso.example./tenant1",
        "https://.contoso.example/tenant1",
        "https://login.contoso.example:99999/tenant1",
        "https://127.0.0.1/tenant1",
        "https://[::1]/tenant1",
        "https://2130706433/tenant1",
        "https://login.contoso.example",
        "https://login.contoso.example/",
        "https://login.contoso.example//tenant1",
        "https://login.contoso.example/tenant1#x",
        &long,
    ] {
        let error = refusal(text);
        assert!(matches!(error, AuthorityError::Url { .. }), "{text:?}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{text:?}");
    }
}

#[test]
fn it_is_given_in_place_of_an_authority() {
    let both = builder("https://login.microsoftonline.com/common").oidc_authority(PROVIDER).build();
    let both = both.unwrap_err();
    assert!(matches!(both, Error::InvalidParameter { parameter: "oidc_authority", .. }), "{both:?}");
}

#[test]
fn aut_16_words_in_the_path_are_the_provider_s_own() {
    for path in ["t/b2c_1_signin", "dstsv2/x", "realms/my_realm", "common", "eu-west-1_AbCd", "x%2fy;z"] {
        let authority = format!("https://login.contoso.example/{path}");
        let expected = format!("{authority}/.well-known/openid-configuration");
        assert_eq!(first_url(&client(&authority)), expected);
    }
    // MSAL takes this one for ADFS here too.
    let own = "https://fs.contoso.example/ADFS";
    let document = json!({
        "issuer": own,
        "authorization_endpoint": format!("{own}/oauth2/authorize"),
        "token_endpoint": format!("{own}/oauth2/token"),
    });
    let (urls, end) = World::default().resolve(&client(own), [answer(200, document.to_string())]);
    assert_eq!(urls, [format!("{own}/.well-known/openid-configuration")]);
    assert_eq!(end.unwrap().kind, AuthorityKind::Adfs);
}

#[test]
fn its_document_is_under_its_path_and_no_cloud_is_asked_about_it() {
    for (authority, url) in [
        (PROVIDER, format!("{PROVIDER}/.well-known/openid-configuration")),
        (
            "https://LOGIN.contoso.example:443/tenant1/",
            format!("{PROVIDER}/.well-known/openid-configuration"),
        ),
        (
            "https://login.contoso.example:8443/a/b",
            "https://login.contoso.example:8443/a/b/.well-known/openid-configuration".into(),
        ),
        (
            "https://login.contoso.example/x/../tenant1?dc=1",
            format!("{PROVIDER}/.well-known/openid-configuration?dc=1"),
        ),
        (
            "https://login.microsoftonline.com/common/v2.0",
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration".into(),
        ),
    ] {
        assert_eq!(first_url(&client(authority)), url);
        let asking = provider(authority).instance_discovery_endpoint("https://discovery.example/");
        assert_eq!(first_url(&asking.build().unwrap()), url);
    }
}

#[test]
fn it_is_shown_for_what_it_is() {
    let (urls, end) = World::default().resolve(&client(PROVIDER), [known()]);
    assert_eq!(urls.len(), 1);
    let authority = end.unwrap();
    assert_eq!((authority.kind, authority.is_adfs()), (AuthorityKind::Oidc, false));
    assert_eq!(
        (authority.instance.as_str(), authority.tenant.as_str()),
        ("login.contoso.example", "tenant1")
    );
    assert_eq!(authority.token_endpoint, format!("{PROVIDER}/token"));
}

#[test]
fn the_realm_is_in_the_token_endpoint_whatever_the_address_says() {
    let authority = format!("https://login.contoso.example/{TENANT}");
    let (app, mut world) = (client(&authority), World::default());
    let document = with("token_endpoint", json!("https://login.contoso.example/realm/token"));
    world.acquire(&app, [document.clone(), token()]).1.unwrap();
    assert!(world.cache.serialize().contains(r#""realm":"realm""#), "{}", world.cache.serialize());
    let (requests, end) = world.acquire(&app, []);
    assert_eq!((requests.len(), end.unwrap().token_source), (0, TokenSource::Cache));
    // One that does not remember has to ask before it can look.
    world.state = ClientState::default();
    let (requests, end) = world.acquire(&app, [document]);
    assert_eq!((requests.len(), end.unwrap().token_source), (1, TokenSource::Cache));
}

#[test]
fn crt_17_18_each_request_has_an_assertion_of_its_own_for_the_token_endpoint() {
    let key = include_bytes!("../../fixtures/keys/app-key.pem");
    let certificate = include_str!("../../fixtures/keys/app-cert.pem");
    let credential = CertificateCredential::builder(key).public_certificate(certificate).build().unwrap();
    let app =
        provider(PROVIDER).client_credential(ClientCredential::certificate(credential)).build().unwrap();
    let mut world = World::default();
    let mut assertion = |scope: &str, answers: Vec<Answer>| {
        let step = app.acquire_token_for_client([scope]).start(&mut world.env(&app));
        let (requests, end) = world.drive(&app, step, answers);
        end.unwrap();
        claims(requests.last().unwrap())
    };
    let first = assertion("api.read", vec![known(), token()]);
    let second = assertion("api.write", vec![token()]);
    for claims in [&first, &second] {
        assert_eq!(claims["aud"], format!("{PROVIDER}/token"));
        assert_eq!((&claims["iss"], &claims["sub"]), (&CLIENT_ID.into(), &CLIENT_ID.into()));
    }
    assert_ne!(first["jti"], second["jti"]);
}

fn claims(request: &HttpRequest) -> Value {
    let assertion = request.form().iter().find(|(name, _)| name == "client_assertion");
    let claims = assertion.unwrap().1.expose().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

/// Signs in, in a new world, with this issuer in the answer; the id token has no more than it must.
fn sign_in(world: &mut World, iss: Option<&str>) -> (Vec<HttpRequest>, Result<(), Error>) {
    let app = client(PROVIDER);
    let request = app.initiate_auth_code_flow(["api.read"]).redirect_uri("https://app.example/cb");
    let step = request.start(&mut world.env(&app));
    let flow = world.drive(&app, step, [known()]).1.unwrap();
    let auth_uri = url::Url::parse(&flow.auth_uri).unwrap();
    let nonce = auth_uri.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
    let claims = json!({
        "iss": PROVIDER, "sub": "alice", "aud": CLIENT_ID, "exp": world.now + 3600, "iat": world.now, "nonce": nonce,
    });
    let id_token = format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()));
    let tokens = json!({
        "token_type": "Bearer", "expires_in": 3600, "access_token": "AT", "refresh_token": "RT",
        "scope": "openid api.read", "id_token": id_token,
    });
    let iss = iss.map(|iss| format!("&iss={iss}")).unwrap_or_default();
    let response = format!("code=CODE&state={}{iss}", flow.state.expose());
    let step = app.acquire_token_by_auth_code_flow(flow, response).start(&mut world.env(&app));
    let is_good = iss == format!("&iss={PROVIDER}");
    let (requests, end) = world.drive(&app, step, is_good.then(|| answer(200, tokens.to_string())));
    (requests, end.map(|_| ()))
}

#[test]
fn somebody_without_client_info_is_known_by_the_subject() {
    let mut world = World::default();
    let (requests, end) = sign_in(&mut world, Some(PROVIDER));
    end.unwrap();
    assert_eq!(requests[0].url, format!("{PROVIDER}/token"));
    let app = client(PROVIDER);
    let step = app.get_accounts().start(&mut world.env(&app));
    let accounts: Vec<Account> = world.drive(&app, step, []).1.unwrap();
    let [alice] = accounts.as_slice() else { panic!("{accounts:?}") };
    assert_eq!((&*alice.home_account_id, alice.local_account_id.as_deref()), ("alice", Some("alice")));
    assert_eq!(alice.environment.as_deref(), Some("login.contoso.example"));
    assert_eq!((alice.realm.as_deref(), &*alice.authority_type), (Some("tenant1"), "MSSTS"));
    let step = app.acquire_token_silent(["api.read"], alice).start(&mut world.env(&app));
    let (requests, end) = world.drive(&app, step, []);
    assert_eq!((requests.len(), end.unwrap().unwrap().token_source), (0, TokenSource::Cache));
}

/// RFC 9207 section 2.4.
#[test]
fn an_answer_tells_which_provider_it_is_of() {
    for iss in [None, Some("https://evil.example/tenant1"), Some("https://login.contoso.example/tenant1/")] {
        let (requests, end) = sign_in(&mut World::default(), iss);
        assert!(requests.is_empty(), "the code was sent");
        assert!(matches!(end, Err(Error::AuthResponse(_))), "{iss:?}: {end:?}");
    }
}

#[test]
fn it_is_another_client_than_that_of_an_authority_at_the_same_address() {
    let lax = ConfidentialClientApplication::builder(CLIENT_ID)
        .authority(PROVIDER)
        .instance_discovery(false)
        .client_credential(ClientCredential::secret("CANARY-SECRET").unwrap())
        .build()
        .unwrap();
    let app = client(PROVIDER);
    let mut world = World::default();
    let foreign = lax.resolve_authority().start(&mut world.env(&app));
    assert!(matches!(foreign, msal_proto::engine::Step::Done(Err(Error::Misuse(Misuse::WrongClient)))));
    // What one read unchecked is not the other's, though they share what they have learned.
    world.resolve(&lax, [with("issuer", json!("https://evil.example/"))]).1.unwrap();
    let (urls, end) = world.resolve(&app, [with("issuer", json!("https://evil.example/"))]);
    assert_eq!(urls.len(), 1);
    end.unwrap_err();
}
