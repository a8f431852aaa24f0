//! Passwords that a federation service checks: WS-Trust, and the SAML bearer grants (RFC 7522).
use super::*;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use insta::assert_snapshot;
use msal_proto::{TokenSource, WsTrustError};

fn decoded(assertion: &str) -> String {
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(assertion).unwrap()).unwrap()
}

fn issues(assertion: &str, token_type: &str) -> Public {
    federated(BOTH).http(200, &issued(assertion, token_type)).http(200, &tokens(&claims()).to_string())
}

#[test]
fn public_client() {
    let mut world = World::with(public().build().unwrap()).http(200, &document(AUTHORITY));
    world = world.http(200, FEDERATED).http(200, BOTH).http(200, &issued(ASSERTION, SAML_1_1));
    world = world.http(200, &tokens(&claims()).to_string());
    assert_eq!(world.password().unwrap().token_source, TokenSource::IdentityProvider);
    assert_eq!(world.asked()[1..], [REALM, METADATA, ADDRESS_13, TOKEN_ENDPOINT]);
    assert_eq!(world.sent("grant_type"), Some("urn:ietf:params:oauth:grant-type:saml1_1-bearer"));
    // The token endpoint never sees the password.
    assert_eq!((world.sent("password"), world.sent("username")), (None, None));
    assert_eq!(world.header("x-anchormailbox"), None);
    assert_eq!(world.header("x-client-current-telemetry"), Some("4|301,0|"));
    assert_eq!(world.account().account_source, None);
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::Cache);
    assert_snapshot!(world.log);
}

#[test]
fn confidential_client_with_every_parameter() {
    let app = builder().client_capabilities(["CP1"]).build().unwrap();
    let mut world = World::with(app).knowing(AUTHORITY).http(200, FEDERATED).http(200, ONLY_2005);
    let answer = include_str!("../../../fixtures/oracle/fixtures/xml/rstr-2005-saml11.xml");
    world = world.http(200, answer).http(200, &tokens(&claims()).to_string());
    let challenge = r#"{"access_token":{"y":1}}"#;
    world
        .call(|app| {
            let request = ask(app, USERNAME, PASSWORD).claims_challenge(challenge);
            request.data("more", "canary-data").query("dc", "x y")
        })
        .unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("claims"), Some(r#"{"access_token":{"xms_cc":{"values":["CP1"]},"y":1}}"#));
    assert_eq!(world.sent("client_secret"), Some(CLIENT_SECRET));
    assert!(decoded(world.sent("assertion").unwrap()).starts_with("<saml:Assertion MajorVersion="));
}

#[test]
fn wst_18_the_assertion_goes_on_character_for_character() {
    let mut world = issues(ASSERTION, SAML_1_1);
    world.password().unwrap();
    assert_eq!(decoded(world.sent("assertion").unwrap()), ASSERTION);
}

#[test]
fn each_token_type_has_its_grant() {
    let grant = "urn:ietf:params:oauth:grant-type:";
    let profile = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV";
    let saml_2 = format!("<Assertion xmlns='{SAML_2_0}' ID='canary'/>");
    for (assertion, token_type, wanted) in [
        (ASSERTION, SAML_1_1.to_owned(), "saml1_1-bearer"),
        (ASSERTION, format!("{profile}1.1"), "saml1_1-bearer"),
        (&saml_2, SAML_2_0.to_owned(), "saml2-bearer"),
        (&saml_2, format!("\n {profile}2.0 \n"), "saml2-bearer"),
    ] {
        let mut world = issues(assertion, &token_type);
        world.password().unwrap();
        assert_eq!(world.sent("grant_type"), Some(&*format!("{grant}{wanted}")));
        assert_eq!(decoded(world.sent("assertion").unwrap()), assertion);
    }
}

#[test]
fn wst_19_an_unknown_token_type_is_sent_nowhere() {
    for token_type in ["urn:canary", "urn:oasis:names:tc:SAML:1.1:assertion", "SAML"] {
        let mut world = issues(ASSERTION, token_type);
        assert_eq!(world.password().unwrap_err(), Error::WsTrust(WsTrustError::TokenType));
        assert_eq!(world.requests.len(), 3);
    }
}

#[test]
fn without_metadata_the_address_itself_tells_the_version() {
    for (path, action) in [("2005", ACTION_2005), ("13", ACTION_13)] {
        let address = format!("https://adfs.contoso.example/adfs/services/trust/{path}/usernamemixed");
        let realm = format!(r#"{{"account_type":"Federated","federation_active_auth_url":"{address}"}}"#);
        let mut world =
            World::public().http(200, &realm).http(500, &fault(Some("FailedAuthentication"), None));
        world.password().unwrap_err();
        assert_eq!(world.asked(), [REALM, &address]);
        assert_eq!(world.header("soapaction"), Some(action));
        assert!(world.envelope().contains("<wsa:Address>urn:federation:MicrosoftOnline</wsa:Address>"));
    }
    let realm = r#"{"account_type":"Federated","federation_active_auth_url":"https://sts.contoso.example/"}"#;
    let mut world = World::public().http(200, realm);
    assert_eq!(world.password().unwrap_err(), Error::WsTrust(WsTrustError::NoEndpoint));
}

#[test]
fn metadata_are_remembered_for_a_day() {
    let mut world = issues(ASSERTION, SAML_1_1);
    world.password().unwrap();
    let stored = serde_json::to_string(&world.state).unwrap();
    assert!(!shows_a_secret(&stored));
    world.state = serde_json::from_str(&stored).unwrap();
    world = world.http(200, &issued(ASSERTION, SAML_1_1)).http(200, &tokens(&claims()).to_string());
    world.password().unwrap();
    assert_eq!(world.asked()[4..], [ADDRESS_13, TOKEN_ENDPOINT]);
    world.now += 86_400;
    world = world.http(200, &document(AUTHORITY)).http(200, FEDERATED).http(200, BOTH);
    world = world.http(200, &issued(ASSERTION, SAML_1_1)).http(200, &tokens(&claims()).to_string());
    world.password().unwrap();
    assert_eq!(world.asked()[7..], [REALM, METADATA, ADDRESS_13, TOKEN_ENDPOINT]);
}

#[test]
fn metadata_that_are_not_there_are_told_by_their_status() {
    for status in [302, 400, 404, 500, 503] {
        let mut world = World::public().http(200, FEDERATED).http(status, BOTH);
        let Err(Error::HttpStatus(error)) = world.password() else { panic!("{status}") };
        assert_eq!((error.status, world.requests.len()), (status, 2));
    }
}
