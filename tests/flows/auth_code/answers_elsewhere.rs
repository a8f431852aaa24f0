//! Answers that came another way than was asked, or from another issuer (the rows CBK-10, CBK-11 and CBK-14).
use crate::person::*;
use crate::support::*;
use msal_proto::flows::AuthResponseError;
use msal_proto::{Error, PublicClientApplication};
use serde_json::Value;

type World = crate::support::World<PublicClientApplication>;

#[test]
fn cbk_14_a_query_is_no_answer_to_who_asked_for_a_posted_form() {
    let mut world = World::public();
    let ask = |app: &PublicClientApplication| {
        app.initiate_auth_code_flow([SCOPE]).redirect_uri(REDIRECT_URI).response_mode("form_post")
    };
    let flow = world.call(ask).unwrap();
    world = world.http(200, &tokens_of(&flow).to_string());
    // A whole URL cannot be a posted form.
    let end = world.finish(&flow, &format!("{REDIRECT_URI}?{}", came_back(&flow)));
    assert!(matches!(end, Err(Error::AuthResponse(_))), "{:?}", end.is_ok());
}

/// RFC 9207 section 2.4: of answers that are errors too.
#[test]
fn cbk_10_cbk_11_an_error_of_another_issuer_is_not_this_authority_s() {
    let mut body: Value = serde_json::from_str(&document(AUTHORITY)).unwrap();
    body["issuer"] = ISSUER.into();
    body["authorization_response_iss_parameter_supported"] = true.into();
    for iss in ["&iss=https://evil.example", ""] {
        let mut world = World::with(public().build().unwrap()).http(200, &body.to_string());
        let flow = world.begin();
        let answer = format!("error=access_denied&state={}{iss}", flow.state.expose());
        let error = world.finish(&flow, &answer).unwrap_err();
        assert_eq!(error, Error::AuthResponse(AuthResponseError::Issuer));
    }
}
