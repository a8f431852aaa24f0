//! User realm discovery: what it is asked, what it may say, and for how long that is remembered.
use super::*;
use msal_proto::WsTrustError;
use msal_proto::engine::HttpFault;

fn signed_in(realm: &str) -> Public {
    let mut world = World::public().http(200, realm).http(200, &tokens(&claims()).to_string());
    world.password().unwrap();
    world
}

#[test]
fn wst_15_a_user_name_stays_one_segment_of_the_path() {
    let names = [
        ("ada@contoso.example", "ada@contoso.example"),
        ("o'brien+x@contoso.example", "o'brien+x@contoso.example"),
        ("a b/c?d#e%40@contoso.example", "a%20b%2Fc%3Fd%23e%2540@contoso.example"),
        ("../../evil", "..%2F..%2Fevil"),
        ("..\\evil", "..%5Cevil"),
        ("\u{e4}da", "%C3%A4da"),
    ];
    for (name, escaped) in names {
        let mut world = World::public().http(200, MANAGED).http(200, &tokens(&claims()).to_string());
        world.call(|app| ask(app, name, PASSWORD)).unwrap();
        let url = format!("https://login.microsoftonline.com/common/userrealm/{escaped}?api-version=1.0");
        assert_eq!(world.requests[0].url, url);
        assert_eq!(url::Url::parse(&url).unwrap().as_str(), url);
        assert_eq!(world.sent("username"), Some(name));
    }
}

#[test]
fn wst_16_whatever_is_not_federated_is_the_authority_s_own() {
    for realm in [MANAGED, "{}", r#"{"account_type":"Unknown"}"#, r#"{"account_type":7}"#] {
        let world = signed_in(realm);
        assert_eq!(world.asked(), [REALM, TOKEN_ENDPOINT]);
        assert_eq!(world.sent("grant_type"), Some("password"));
    }
}

#[test]
fn wst_16_an_answer_that_cannot_be_read_sends_the_password_nowhere() {
    for body in ["", "<html>", "[]", r#"["Managed"]"#, "null", "\u{feff}{}", r#"{"account_type":"Mana"#] {
        let mut world = World::public().http(200, body);
        assert!(matches!(world.password(), Err(Error::Malformed { .. })), "{body}");
        assert_eq!(world.requests.len(), 1);
    }
    for status in [400, 401, 429, 500, 503] {
        let mut world = World::public().http(status, MANAGED);
        let Err(Error::HttpStatus(error)) = world.password() else { panic!("{status}") };
        assert_eq!((error.status, world.requests.len()), (status, 1));
    }
    let mut world = World::public().answer(Err(HttpFault::TooLarge));
    assert_eq!(world.password().unwrap_err(), Error::Http(HttpFault::TooLarge));
    let no_addresses = r#"{"account_type":"Federated","federation_metadata_url":""}"#;
    let mut world = World::public().http(200, no_addresses);
    assert_eq!(world.password().unwrap_err(), Error::WsTrust(WsTrustError::NoEndpoint));
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn wst_16_a_host_without_realms_is_asked_once_a_day() {
    let token = tokens(&claims()).to_string();
    let mut world = World::public().http(404, "<html>").http(200, &token).http(200, &token);
    world.password().unwrap();
    world.call(|app| ask(app, "bob@contoso.example", PASSWORD)).unwrap();
    assert_eq!(world.asked(), [REALM, TOKEN_ENDPOINT, TOKEN_ENDPOINT]);
    // The memory is the state, not the process.
    let stored = serde_json::to_string(&world.state).unwrap();
    world.state = serde_json::from_str(&stored).unwrap();
    world = world.http(200, &token);
    world.password().unwrap();
    assert_eq!(world.requests.len(), 4);
    world.state = Default::default();
    world = world.http(200, &document(AUTHORITY)).http(200, MANAGED).http(200, &token);
    world.password().unwrap();
    assert_eq!(world.asked()[5], REALM);
}

#[test]
fn a_realm_is_remembered_for_a_day_without_the_name() {
    let token = tokens(&claims()).to_string();
    let mut world = signed_in(MANAGED).http(200, &token);
    world.now += 86_399;
    world.password().unwrap();
    assert_eq!(world.asked(), [REALM, TOKEN_ENDPOINT, TOKEN_ENDPOINT]);
    let stored = serde_json::to_string(&world.state).unwrap();
    assert!(!stored.contains("ada@") && !stored.contains("contoso.example"), "{stored}");
    world.now += 1;
    world = world.http(200, &document(AUTHORITY)).http(200, MANAGED).http(200, &token);
    world.password().unwrap();
    assert_eq!(world.asked()[4..], [REALM, TOKEN_ENDPOINT]);
    // Another user's is another.
    world = world.http(200, MANAGED).http(200, &token);
    world.call(|app| ask(app, "bob@contoso.example", PASSWORD)).unwrap();
    assert_eq!(world.requests.len(), 8);
}

#[test]
fn it_is_asked_at_the_authority_s_port_and_after_its_document() {
    let authority = AUTHORITY.replace("login.microsoftonline.com", "login.example.com:8443");
    let app = public().authority(&authority).instance_discovery(false).build().unwrap();
    let mut world = World::with(app).http(200, &document(&authority)).http(404, "");
    world = world.http(200, &tokens(&claims()).to_string());
    world.password().unwrap();
    assert_eq!(world.asked()[1], "https://login.example.com:8443/common/userrealm/ada@contoso.example");
}
