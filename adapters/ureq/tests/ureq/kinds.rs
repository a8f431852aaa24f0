//! A person signs in over TLS at each kind of authority, is remembered, is refreshed, and signs out.
use crate::people::{ALICE, CLIENT_ID, REDIRECT_URI, TENANT, browse};
use msal_fixture_authority::{Application, Authority, Certificate, Loopback, Tenant, User};
use msal_proto::authority::AuthorityKind;
use msal_proto::cache::Account;
use msal_proto::{
    CertificateCredential, ClientApplicationBuilder, ClientCredential, ConfidentialClientApplication,
    PublicClientApplication, TokenSource,
};
use msal_ureq::{Client, Transport, TransportOptions};

const OID: &str = "66666666-6666-6666-6666-666666666666";
const DOMAIN: &str = "contoso.onmicrosoft.com";
const DAEMON: &str = "00001111-aaaa-2222-bbbb-3333cccc5555";
const KEY: &str = include_str!("../../../../fixtures/keys/app-key.pem");
const CERTIFICATE: &str = include_str!("../../../../fixtures/keys/app-cert.pem");

fn server(tenant: Tenant) -> Loopback {
    let daemon = Application::new(DAEMON).certificate(Certificate::from_pem(CERTIFICATE).unwrap());
    let tenant =
        tenant.application(Application::new(CLIENT_ID).redirect_uri(REDIRECT_URI)).application(daemon);
    let mut authority = Authority::new("https://localhost");
    authority.register(tenant.user(User::new(ALICE, "pa55word", OID)));
    authority.auto_approve(Some(ALICE));
    Loopback::start(authority).unwrap()
}

fn transport(server: &Loopback) -> Transport {
    let mut options = TransportOptions::default();
    options.extra_ca = server.ca_pem().into();
    Transport::new(&options).unwrap()
}

/// Signs Alice in and out; gives her account.
#[track_caller]
fn sign_in_and_out(
    server: &Loopback,
    kind: AuthorityKind,
    builder: ClientApplicationBuilder<PublicClientApplication>,
) -> Account {
    // Signatures and issuers of id tokens are checked as strictly as they can be.
    let app = builder.verify_id_token_signature(true).strict_id_token(true).build().unwrap();
    let client = Client::new(app).with_transport(transport(server));
    assert_eq!(client.run(client.app().resolve_authority()).unwrap().kind, kind);
    let request = client.app().initiate_auth_code_flow(["User.Read"]).redirect_uri(REDIRECT_URI);
    let flow = client.run(request).unwrap();
    let answer = browse(server, &flow.auth_uri);
    let result = client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap();
    let accounts = client.run(client.app().get_accounts()).unwrap();
    let [account] = accounts.as_slice() else { panic!("{accounts:?}") };
    assert_eq!(result.account.as_deref(), Some(account));
    let silent = client.run(client.app().acquire_token_silent(["User.Read"], account)).unwrap().unwrap();
    assert_eq!(silent.token_source, TokenSource::Cache);
    let forced = client.app().acquire_token_silent_with_error(["User.Read"], account).force_refresh(true);
    assert_eq!(client.run(forced).unwrap().unwrap().token_source, TokenSource::IdentityProvider);
    client.run(client.app().remove_account(account)).unwrap();
    assert!(client.run(client.app().get_accounts()).unwrap().is_empty());
    account.clone()
}

/// An application proves itself with its certificate, as each kind wants it.
#[track_caller]
fn application_itself(server: &Loopback, authority: &str) {
    let certificate = CertificateCredential::builder(KEY.as_bytes()).public_certificate(CERTIFICATE).build();
    let app = ConfidentialClientApplication::builder(DAEMON)
        .authority(authority)
        .client_credential(ClientCredential::certificate(certificate.unwrap()))
        .build()
        .unwrap();
    let client = Client::new(app).with_transport(transport(server));
    client.run(client.app().acquire_token_for_client(["https://graph.microsoft.com/.default"])).unwrap();
}

fn public() -> ClientApplicationBuilder<PublicClientApplication> {
    PublicClientApplication::builder(CLIENT_ID)
}

#[test]
fn adfs() {
    let server = server(Tenant::adfs());
    let authority = format!("{}/adfs", server.origin());
    let account = sign_in_and_out(&server, AuthorityKind::Adfs, public().authority(&authority));
    assert_eq!((&*account.authority_type, account.realm.as_deref()), ("ADFS", Some("adfs")));
    assert_eq!(account.username.as_deref(), Some(ALICE));
    assert!(!account.home_account_id.contains('.'));
    application_itself(&server, &authority);
}

#[test]
fn azure_ad_b2c() {
    let server = server(Tenant::new(TENANT).domain(DOMAIN).policy("b2c_1_signin"));
    for path in [format!("{DOMAIN}/B2C_1_signin"), format!("tfp/{DOMAIN}/b2c_1_signin")] {
        let authority = format!("{}/{path}", server.origin());
        let account = sign_in_and_out(&server, AuthorityKind::B2c, public().authority(authority));
        assert_eq!(*account.home_account_id, *format!("{OID}-b2c_1_signin.{TENANT}"));
        assert_eq!(account.realm.as_deref(), Some(DOMAIN));
    }
}

#[test]
fn external_id_under_a_name_of_one_s_own() {
    let server = server(Tenant::new(TENANT).domain(DOMAIN).external_id());
    let authority = format!("{}/{DOMAIN}/v2.0", server.origin());
    let account = sign_in_and_out(&server, AuthorityKind::Oidc, public().oidc_authority(&authority));
    assert_eq!(*account.home_account_id, *format!("{OID}.{TENANT}"));
    assert_eq!((&*account.authority_type, account.realm.as_deref()), ("MSSTS", Some(TENANT)));
    // Strictly, its issuer must be named.
    let hosts = ["localhost".to_owned(), format!("{TENANT}.ciamlogin.com")];
    let strict = || public().oidc_authority(&authority).strict_issuer(true);
    sign_in_and_out(&server, AuthorityKind::Oidc, strict().known_authorities(hosts));
    let client = Client::new(strict().build().unwrap()).with_transport(transport(&server));
    client.run(client.app().resolve_authority()).unwrap_err();
}

#[test]
fn dsts() {
    let server = server(Tenant::new(TENANT).domain(DOMAIN).dsts());
    let authority = format!("{}/dstsv2/{DOMAIN}", server.origin());
    let account = sign_in_and_out(&server, AuthorityKind::Dsts, public().authority(&authority));
    assert_eq!((&*account.authority_type, account.realm.as_deref()), ("MSSTS", Some(TENANT)));
    application_itself(&server, &authority);
}

#[test]
fn air_gapped_nothing_but_tokens_is_asked_for() {
    let server = server(Tenant::new(TENANT));
    let app = public()
        .authority(format!("{}/{TENANT}", server.origin()))
        .instance_discovery(false)
        .tenant_discovery(false)
        .build()
        .unwrap();
    let client = Client::new(app).with_transport(transport(&server));
    let request = client.app().initiate_auth_code_flow(["User.Read"]).redirect_uri(REDIRECT_URI);
    let flow = client.run(request).unwrap();
    assert!(server.authority().handled().is_empty());
    let answer = browse(&server, &flow.auth_uri);
    client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap();
    let server = server.authority();
    let asked: Vec<_> =
        server.handled().iter().map(|handled| handled.path.rsplit('/').next().unwrap()).collect();
    assert_eq!(asked, ["authorize", "token"], "the browser's and the client's");
}
