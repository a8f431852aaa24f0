//! A person at the offline Entra: signs in, is remembered, is refreshed, signs out.
use msal_fixture_authority::{Application, Authority, Loopback, Request, Tenant, User};
use msal_proto::flows::{AuthCodeFlow, AuthResponseError};
use msal_proto::{Error, PublicClientApplication, TokenSource};
use msal_ureq::{Client, Transport, TransportOptions};
use std::time::SystemTime;

pub(crate) const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
pub(crate) const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
pub(crate) const REDIRECT_URI: &str = "http://localhost:8400/callback";
pub(crate) const ALICE: &str = "alice@contoso.example";

pub(crate) fn entra() -> Loopback {
    let alice = User::new(ALICE, "pa55word", "66666666-6666-6666-6666-666666666666");
    let application = Application::new(CLIENT_ID).redirect_uri(REDIRECT_URI);
    let mut authority = Authority::new("https://localhost");
    authority.register(Tenant::new(TENANT).application(application).user(alice));
    authority.auto_approve(Some(ALICE));
    Loopback::start(authority).unwrap()
}

fn client(entra: &Loopback) -> Client<PublicClientApplication> {
    client_at(entra.origin(), entra.ca_pem())
}

pub(crate) fn client_at(origin: &str, ca_pem: &str) -> Client<PublicClientApplication> {
    let mut options = TransportOptions::default();
    options.extra_ca = ca_pem.into();
    let app = PublicClientApplication::builder(CLIENT_ID)
        .authority(format!("{origin}/{TENANT}"))
        .instance_discovery(false)
        .build()
        .unwrap();
    Client::new(app).with_transport(Transport::new(&options).unwrap())
}

/// What the browser brings back: the whole URL of the redirect.
pub(crate) fn browse(entra: &Loopback, auth_uri: &str) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let response = entra.authority().handle(now, &Request::get(auth_uri));
    response.header("location").unwrap().to_owned()
}

#[test]
fn a_person_signs_in_is_remembered_and_signs_out() {
    let entra = entra();
    let client = client(&entra);
    let request = client.app().initiate_auth_code_flow(["User.Read"]).redirect_uri(REDIRECT_URI);
    let flow = client.run(request).unwrap();
    // A web application keeps it in a session meanwhile.
    let kept = serde_json::to_string(&flow).unwrap();
    let answer = browse(&entra, &flow.auth_uri);

    let flow: AuthCodeFlow = serde_json::from_str(&kept).unwrap();
    let result =
        client.run(client.app().acquire_token_by_auth_code_flow(flow.clone(), answer.as_str())).unwrap();
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    let claims = result.id_token_claims.unwrap();
    assert_eq!(claims.preferred_username.as_deref(), Some(ALICE));

    let accounts = client.run(client.app().get_accounts()).unwrap();
    let [account] = accounts.as_slice() else { panic!("{accounts:?}") };
    assert_eq!(result.account.as_deref(), Some(account));
    assert_eq!(account.username.as_deref(), Some(ALICE));
    let silent = client.run(client.app().acquire_token_silent(["User.Read"], account)).unwrap().unwrap();
    assert_eq!(silent.token_source, TokenSource::Cache);
    assert_eq!(silent.access_token, result.access_token);
    let forced = client.app().acquire_token_silent(["User.Read"], account).force_refresh(true);
    let forced = client.run(forced).unwrap().unwrap();
    assert_eq!(forced.token_source, TokenSource::IdentityProvider);
    assert_ne!(forced.access_token, result.access_token);

    client.run(client.app().remove_account(account)).unwrap();
    assert!(client.run(client.app().get_accounts()).unwrap().is_empty());
    assert!(client.run(client.app().acquire_token_silent(["User.Read"], account)).unwrap().is_none());

    // A code is good for one redemption.
    let again = client.run(client.app().acquire_token_by_auth_code_flow(flow, answer.as_str())).unwrap_err();
    assert!(matches!(again, Error::SignInNeeded(_)), "{again}");
}

#[test]
fn an_answer_that_belongs_to_another_sign_in_is_refused() {
    let entra = entra();
    let client = client(&entra);
    let begin = || client.app().initiate_auth_code_flow(["User.Read"]).redirect_uri(REDIRECT_URI);
    let (first, second) = (client.run(begin()).unwrap(), client.run(begin()).unwrap());
    let answer = browse(&entra, &first.auth_uri);
    let twice = format!("{answer}&code=other");
    let cases = [
        (second, answer, AuthResponseError::StateMismatch),
        (first.clone(), twice, AuthResponseError::Duplicate),
        (first.clone(), format!("state={}", first.state.expose()), AuthResponseError::Neither),
        (first, "x=1#code=1".to_owned(), AuthResponseError::Fragment),
    ];
    for (flow, answer, expected) in cases {
        let error = client.run(client.app().acquire_token_by_auth_code_flow(flow, answer)).unwrap_err();
        assert_eq!(error, Error::AuthResponse(expected));
    }
    let asked = entra.authority().handled().iter().filter(|handled| handled.path.ends_with("/token")).count();
    assert_eq!(asked, 0, "nobody was asked");
}
