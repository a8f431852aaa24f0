//! The rows CBK: what reaches the redirect URI, and whether it belongs to this sign-in. For the library's own call the
//! row's "ignore" is a refusal: the listener, which waits on, is an adapter's, and so are CBK-09, CBK-14 and CBK-24 as far
//! as they tell it to wait, and the page of CBK-26.
use crate::person::*;
use crate::support::*;
use msal_proto::engine::HttpResponse;
use msal_proto::flows::{AuthCodeFlow, AuthResponseError};
use msal_proto::{Error, PublicClientApplication};

type World = crate::support::World<PublicClientApplication>;

/// Why this answer is refused. Nobody was asked, nothing was written, and no value of it shows.
pub(super) fn refused(answer: impl FnOnce(&AuthCodeFlow) -> String) -> AuthResponseError {
    let mut world = World::public();
    let flow = world.begin();
    let error = world.finish(&flow, &answer(&flow)).unwrap_err();
    assert!(!everything_said(&error).contains(flow.state.expose()));
    assert!(world.requests.is_empty() && world.writes == 0);
    match error {
        Error::AuthResponse(error) => error,
        error => panic!("{error}"),
    }
}

/// A world in which this answer has brought tokens.
pub(super) fn accepted(answer: impl FnOnce(&AuthCodeFlow) -> String) -> World {
    accepted_in(World::public(), answer).unwrap()
}

fn accepted_in(mut world: World, answer: impl FnOnce(&AuthCodeFlow) -> String) -> Result<World, Error> {
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    let end = world.finish(&flow, &answer(&flow));
    assert_eq!((world.requests.len(), world.writes), if end.is_ok() { (1, 1) } else { (0, 0) });
    end.map(|_| world)
}

/// Whose authority says who issues, and maybe that it tells so in its answers.
fn of_an_issuer(issuer: &str, tells: bool) -> World {
    let mut body: serde_json::Value = serde_json::from_str(&document(AUTHORITY)).unwrap();
    body["issuer"] = issuer.into();
    body["authorization_response_iss_parameter_supported"] = tells.into();
    let mut world = World::with(public().build().unwrap()).http(200, &body.to_string());
    world.call(|app| app.resolve_authority()).unwrap();
    world.forget_what_was_asked();
    world
}

fn state(flow: &AuthCodeFlow) -> &str {
    flow.state.expose()
}

#[test]
fn cbk_01_cbk_02_cbk_24_an_answer_to_another_sign_in() {
    let mut earlier = String::new();
    accepted(|flow| {
        earlier = came_back(flow);
        earlier.clone()
    });
    // Another world has other entropy only if it has taken other steps.
    let mut world = World::public();
    world.begin();
    let later = world.begin();
    let error = world.finish(&later, &earlier).unwrap_err();
    assert_eq!(error, Error::AuthResponse(AuthResponseError::StateMismatch));

    let wrong = ["&state=canary-other", "&state=", ""];
    for wrong in wrong {
        assert_eq!(
            refused(|_| format!("code=canary-code{wrong}")),
            AuthResponseError::StateMismatch,
            "{wrong}"
        );
    }
    for change in [
        (|state| state[1..].to_owned()) as fn(&str) -> String,
        |state| format!("{state}x"),
        |state| state.to_lowercase(),
        |state| format!("{state}%20"),
    ] {
        let error = refused(|flow| format!("code=canary-code&state={}", change(state(flow))));
        assert_eq!(error, AuthResponseError::StateMismatch);
    }
}

#[test]
fn cbk_03_a_kept_flow_without_a_state_has_never_begun() {
    let mut world = World::public();
    let mut kept = serde_json::to_value(world.begin()).unwrap();
    kept["state"] = "".into();
    let flow: AuthCodeFlow = serde_json::from_value(kept.clone()).unwrap();
    for answer in ["code=canary-code&state=", "code=canary-code", "error=access_denied&state="] {
        let error = world.finish(&flow, answer).unwrap_err();
        assert_eq!(error, Error::AuthResponse(AuthResponseError::NoFlow));
    }
    kept.as_object_mut().unwrap().remove("state");
    assert!(serde_json::from_value::<AuthCodeFlow>(kept).is_err());
    assert!(serde_json::from_str::<AuthCodeFlow>("{}").is_err());
}

#[test]
fn cbk_06_cbk_07_either_a_code_or_an_error() {
    let with = |members: &'static str| move |flow: &AuthCodeFlow| format!("{members}&state={}", state(flow));
    assert_eq!(refused(with("code=canary-code&error=access_denied")), AuthResponseError::CodeAndError);
    for neither in ["", "code=", "error=", "code=&error=", "error_description=canary", "access_token=canary"]
    {
        assert_eq!(refused(with(neither)), AuthResponseError::Neither, "{neither}");
    }
}

#[test]
fn cbk_08_of_an_error_nothing_but_its_words_is_taken() {
    let mut world = World::public();
    let flow = world.begin();
    let answer = format!(
        "error=access_denied&error_description=No&error_uri=u&access_token=canary-evil&id_token=canary&claims=%7b%7d\
         &suberror=canary&error_codes=1&state={}",
        state(&flow)
    );
    let Error::Service(error) = world.finish(&flow, &answer).unwrap_err() else { panic!() };
    let names: Vec<_> = error.members.members().map(|(name, _)| name).collect();
    assert_eq!(names, ["error", "error_description", "error_uri"]);
    assert_eq!((error.suberror, error.claims, error.error_codes.len()), (None, None, 0));
    assert!(world.requests.is_empty() && world.writes == 0);
}

#[test]
fn cbk_09_an_error_of_another_sign_in_is_not_this_one_s() {
    for wrong in ["", "&state=", "&state=canary-other"] {
        let error = refused(|_| format!("error=access_denied{wrong}"));
        assert_eq!(error, AuthResponseError::StateMismatch);
    }
}

#[test]
fn cbk_10_cbk_12_the_issuer_is_the_authority_s_to_the_byte() {
    let slash = format!("{ISSUER}/");
    let upper = ISSUER.to_uppercase();
    let port = ISSUER.replace(".com/", ".com:443/");
    for tells in [true, false] {
        let end = |iss: &str| {
            accepted_in(of_an_issuer(ISSUER, tells), |flow| format!("{}&iss={iss}", came_back(flow))).err()
        };
        assert_eq!(end(ISSUER), None);
        for other in ["https://evil.example", "", &slash, &upper, &port] {
            assert_eq!(end(other), Some(Error::AuthResponse(AuthResponseError::Issuer)), "{other}");
        }
    }
}

#[test]
fn cbk_11_an_authority_that_says_it_tells_its_issuer_does() {
    let end = accepted_in(of_an_issuer(ISSUER, true), came_back).err();
    assert_eq!(end, Some(Error::AuthResponse(AuthResponseError::Issuer)));
    assert_eq!(accepted_in(of_an_issuer(ISSUER, false), came_back).err(), None);
}

#[test]
fn cbk_12_an_issuer_is_not_compared_with_one_that_is_not_known() {
    let any = |flow: &AuthCodeFlow| format!("{}&iss=https://any.example", came_back(flow));
    accepted(any);
    let template = "https://login.microsoftonline.com/{tenantid}/v2.0";
    assert_eq!(accepted_in(of_an_issuer(template, false), any).err(), None);
}

#[test]
fn cbk_13_an_answer_is_redeemed_where_the_person_was_sent() {
    let flow = World::public().begin();
    let answer = came_back(&flow);
    let other_tenant = AUTHORITY.replace(TENANT, "33333333-3333-3333-3333-333333333333");
    let other_client = PublicClientApplication::builder("another-app").authority(AUTHORITY);
    for (other, authority) in [(other_client, AUTHORITY), (public().authority(&other_tenant), &other_tenant)]
    {
        let mut world = World::with(other.build().unwrap()).knowing(authority);
        let error = world.finish(&flow, &answer).unwrap_err();
        assert_eq!(error, Error::AuthResponse(AuthResponseError::OtherClient));
        assert!(world.requests.is_empty() && world.writes == 0);
    }
    for auth_uri in ["", "https://evil.example/authorize?client_id=x", "no URL"] {
        let (mut world, flow) = (World::public(), AuthCodeFlow { auth_uri: auth_uri.into(), ..flow.clone() });
        let error = world.finish(&flow, &answer).unwrap_err();
        assert_eq!(error, Error::AuthResponse(AuthResponseError::OtherClient));
    }
}

#[test]
fn cbk_20_what_is_not_known_is_ignored_and_no_host_of_it_is_asked() {
    let more = "&session_state=s&cloud_instance_host_name=evil.example&cloud_instance_name=evil.example&scope=x\
                &token_endpoint=https%3a%2f%2fevil.example&admin_consent=True&access_token=canary";
    let world = accepted(|flow| format!("{}{more}", came_back(flow)));
    assert_eq!(world.requests[0].url, format!("{AUTHORITY}/oauth2/v2.0/token"));
    assert_eq!(world.sent("scope"), Some("User.Read offline_access openid profile"));
}

#[test]
fn cbk_23_a_copy_of_a_flow_that_was_used_gets_nothing() {
    // The call takes the flow. Who kept a copy is told by the service that the code was used, and only once.
    let mut world = World::public();
    let flow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    world.finish(&flow, &came_back(&flow)).unwrap();
    let before = world.cache.serialize();
    let used = r#"{"error":"invalid_grant","error_description":"AADSTS54005: already redeemed"}"#;
    world = world.answer(Ok(HttpResponse { ..response(400, used) }));
    for _ in 0..2 {
        let Error::SignInNeeded(error) = world.finish(&flow, &came_back(&flow)).unwrap_err() else {
            panic!()
        };
        assert_eq!(error.error, "invalid_grant");
    }
    assert_eq!((world.requests.len(), world.cache.serialize()), (2, before));
}

#[test]
fn cbk_25_scopes_that_the_person_was_not_asked_for() {
    for wrong in ["Mail.Send", "user.read", "openid"] {
        let mut world = World::public();
        let flow = world.begin();
        let answer = came_back(&flow);
        let end = world.call(|app| app.acquire_token_by_auth_code_flow(flow, answer).scopes([SCOPE, wrong]));
        let Error::InvalidParameter { parameter, .. } = end.unwrap_err() else { panic!() };
        assert_eq!((parameter, world.requests.len()), ("scopes", 0));
    }
}
