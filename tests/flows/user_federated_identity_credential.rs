//! Acting as a person by a federated credential, the grant `user_fic`.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::flows::{AcquireTokenByUserFederatedIdentityCredential, FederatedUser};
use msal_proto::{ConfidentialClientApplication, Error, TokenSource};

fn ask(
    app: &ConfidentialClientApplication,
    user: FederatedUser,
) -> AcquireTokenByUserFederatedIdentityCredential {
    app.acquire_token_by_user_federated_identity_credential([SCOPE], "canary-agent-token", user)
}

fn ada() -> FederatedUser {
    FederatedUser::Username(USERNAME.into())
}

#[test]
fn an_agent_acts_as_a_person() {
    let mut world = World::new().http(200, &document(AUTHORITY)).http(200, &tokens(&claims()).to_string());
    let result = world.call(|app| ask(app, ada()).claims_challenge(r#"{"a":1}"#)).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.account.unwrap().account_source.as_deref(), Some("user_fic"));
    assert_eq!(world.sent("user_federated_identity_credential"), Some("canary-agent-token"));
    assert_eq!((world.sent("username"), world.sent("claims")), (Some(USERNAME), Some(r#"{"a":1}"#)));
    assert_eq!(world.header("x-anchormailbox"), Some("upn:ada@contoso.example"));
    // From then on it is a person as any other.
    assert_eq!(world.silent().unwrap().unwrap().token_source, TokenSource::Cache);
}

#[test]
fn by_the_id_of_an_object() {
    let mut world = World::warm().http(200, &tokens(&claims()).to_string());
    world.call(|app| ask(app, FederatedUser::ObjectId(UID.into()))).unwrap();
    assert_eq!((world.sent("user_id"), world.sent("username")), (Some(UID), None));
    assert_eq!(world.header("x-anchormailbox"), Some(format!("Oid:{UID}@{TENANT}").as_str()));
}

#[test]
fn what_no_header_can_have_is_not_told_there() {
    let mut world = World::warm().http(200, &tokens(&claims()).to_string());
    world.call(|app| ask(app, FederatedUser::Username("a\r\nb: c".into()))).unwrap();
    assert_eq!((world.header("x-anchormailbox"), world.sent("username")), (None, Some("a\r\nb: c")));
}

#[test]
fn what_is_refused_before_anything_is_asked() {
    let mut world = World::warm();
    let mut refused = |request: &dyn Fn(&ConfidentialClientApplication) -> _, name: &str| {
        let error = world.call(|app| request(app)).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { parameter, .. } if parameter == name), "{error}");
    };
    refused(&|app| ask(app, FederatedUser::Username(String::new())), "user");
    refused(&|app| ask(app, FederatedUser::ObjectId(String::new())), "user");
    refused(&|app| ask(app, ada()).claims_challenge("["), "claims_challenge");
    refused(&|app| ask(app, ada()).forwarded_client_claims("["), "forwarded_client_claims");
    refused(&|app| ask(app, ada()).data("scope", "x"), "data");
    refused(&|app| app.acquire_token_by_user_federated_identity_credential(["openid"], "a", ada()), "scopes");
    refused(&|app| app.acquire_token_by_user_federated_identity_credential([SCOPE], "", ada()), "assertion");
    assert!(world.requests.is_empty());
}

#[test]
fn a_refusal_of_the_service() {
    let refusal = r#"{"error":"invalid_grant","error_description":"AADSTS70000","error_codes":[70000]}"#;
    let mut world = World::warm().http(400, refusal);
    assert!(matches!(world.call(|app| ask(app, ada())), Err(Error::SignInNeeded(_))));
    assert_eq!(world.writes, 0);
}
