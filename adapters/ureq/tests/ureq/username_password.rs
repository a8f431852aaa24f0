//! Users with a name and a password, at the offline Entra and at its federation service, over TLS.
use crate::people::{CLIENT_ID, TENANT, client_at};
use msal_fixture_authority::{
    Application, Authority, FederationService, Loopback, Saml, Tenant, User, WsTrust,
};
use msal_proto::{AuthenticationResult, Error, PublicClientApplication, TokenSource, WsTrustError};
use msal_ureq::Client;

const ALICE: &str = "alice@contoso.example";
const ERIN: &str = "erin+o'hara@federated.example";
const PASSWORD: &str = "p&ss<w>'\"ord]]> \u{e9}";

fn entra(service: FederationService) -> Loopback {
    let user = |name: &str, number: u8| {
        User::new(name, PASSWORD, &format!("66666666-6666-6666-6666-66666666666{number}"))
    };
    let tenant = Tenant::new(TENANT)
        .domain("contoso.example")
        .federated_domain("federated.example")
        .application(Application::new(CLIENT_ID))
        .user(user(ALICE, 1))
        .user(user("locked@contoso.example", 2).locked())
        .user(user("careful@contoso.example", 3).second_factor())
        .user(user(ERIN, 4))
        .user(user("bob@federated.example", 5));
    let mut authority = Authority::new("https://localhost");
    authority.register(tenant);
    authority.federation_service(service);
    Loopback::start(authority).unwrap()
}

#[allow(deprecated, reason = "it says so itself")]
fn sign_in(
    client: &Client<PublicClientApplication>,
    username: &str,
    password: &str,
) -> Result<AuthenticationResult, Error> {
    client.run(client.app().acquire_token_by_username_password(username, password, ["User.Read"]))
}

fn asked(entra: &Loopback, path: &str) -> usize {
    entra.authority().handled().iter().filter(|handled| handled.path.contains(path)).count()
}

/// They are remembered, and refreshed.
fn is_signed_in(client: &Client<PublicClientApplication>, username: &str) {
    let accounts = client.run(client.app().get_accounts().username(username)).unwrap();
    let [account] = &accounts[..] else { panic!("{accounts:?}") };
    let cached = client.run(client.app().acquire_token_silent(["User.Read"], account)).unwrap().unwrap();
    assert_eq!(cached.token_source, TokenSource::Cache);
    let refresh = client.app().acquire_token_silent(["User.Read"], account).force_refresh(true);
    let refreshed = client.run(refresh).unwrap().unwrap();
    assert_eq!(refreshed.token_source, TokenSource::IdentityProvider);
}

#[test]
fn a_user_of_the_authority_signs_in() {
    let entra = entra(FederationService::default());
    let client = client_at(entra.origin(), entra.ca_pem());
    let result = sign_in(&client, ALICE, PASSWORD).unwrap();
    assert_eq!(result.id_token_claims.unwrap().preferred_username.as_deref(), Some(ALICE));
    is_signed_in(&client, ALICE);
    assert_eq!((asked(&entra, "/userrealm/"), asked(&entra, "/adfs/")), (1, 0));
    for (username, password, code) in [
        (ALICE, "wrong", 50_126),
        ("nobody@contoso.example", PASSWORD, 50_034),
        ("locked@contoso.example", PASSWORD, 50_053),
        ("careful@contoso.example", PASSWORD, 50_076),
    ] {
        let Err(Error::SignInNeeded(error)) = sign_in(&client, username, password) else { panic!("{code}") };
        assert_eq!(error.error_codes, [code]);
    }
}

#[test]
fn a_user_of_a_federation_service_signs_in() {
    for versions in [&[WsTrust::V13][..], &[WsTrust::V2005], &[WsTrust::V2005, WsTrust::V13]] {
        for saml in [Saml::V1_1, Saml::V2_0] {
            let entra = entra(FederationService::new(versions.iter().copied()).saml(saml));
            let client = client_at(entra.origin(), entra.ca_pem());
            let result = sign_in(&client, ERIN, PASSWORD).unwrap();
            assert_eq!(result.id_token_claims.unwrap().preferred_username.as_deref(), Some(ERIN));
            is_signed_in(&client, ERIN);
            // The better of the two versions, and no more than it takes.
            let wanted = if versions.contains(&WsTrust::V13) { "/trust/13/" } else { "/trust/2005/" };
            assert_eq!((asked(&entra, wanted), asked(&entra, "/usernamemixed")), (1, 1));
            sign_in(&client, ERIN, PASSWORD).unwrap();
            let again = ["/userrealm/", "/mex", "/usernamemixed"].map(|path| asked(&entra, path));
            assert_eq!(again, [1, 1, 2]);
        }
    }
}

#[test]
fn a_wrong_password_is_told_and_blocks_nobody_else() {
    let entra = entra(FederationService::default());
    let client = client_at(entra.origin(), entra.ca_pem());
    for _ in 0..2 {
        let Err(Error::WsTrust(WsTrustError::Fault(fault))) = sign_in(&client, ERIN, "wr0ng") else {
            panic!()
        };
        assert_eq!((fault.http_status, fault.known_code()), (500, Some("FailedAuthentication")));
        assert!(fault.reason.is_some_and(|reason| reason.expose().starts_with("ID3242")));
        assert!(fault.retry_at.is_some());
    }
    assert_eq!(asked(&entra, "/usernamemixed"), 1);
    sign_in(&client, "bob@federated.example", PASSWORD).unwrap();
}

#[test]
fn a_service_that_takes_no_passwords_is_sent_none() {
    let entra = entra(FederationService::new([]));
    let client = client_at(entra.origin(), entra.ca_pem());
    assert_eq!(sign_in(&client, ERIN, PASSWORD).unwrap_err(), Error::WsTrust(WsTrustError::NoEndpoint));
    assert_eq!((asked(&entra, "/usernamemixed"), asked(&entra, "/token")), (0, 0));
}
