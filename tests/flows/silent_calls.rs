//! Silent calls for another tenant, what tells that a person has to sign in, and proof of possession.
use crate::support::TENANT;
use msal_proto::cache::Account;
use msal_proto::transcript::ScriptedHost;
use msal_proto::{
    AuthenticationResult, Error, PopAuthScheme, PublicClientApplication, ServiceError, TokenSource,
};

const ALICE: &str = "alice@contoso.example";
const GUEST: &str = "99999999-9999-9999-9999-999999999999";
const SCOPES: [&str; 1] = ["User.Read"];

/// Somebody has signed in at home.
fn signed_in() -> (ScriptedHost<PublicClientApplication>, Account) {
    let authority = format!("https://login.microsoftonline.com/{TENANT}");
    let app = PublicClientApplication::builder("my-app").authority(authority).build().unwrap();
    let mut host = ScriptedHost::new(app);
    host.answer_discovery();
    let flow = host.call(|app| app.initiate_auth_code_flow(SCOPES)).unwrap();
    let answer = host.answer_sign_in(&flow, ALICE);
    let result = host.call(|app| app.acquire_token_by_auth_code_flow(flow, answer)).unwrap();
    (host, *result.account.unwrap())
}

fn document(host: &mut ScriptedHost<PublicClientApplication>, tenant: &str) {
    let base = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0");
    host.answer(
        200,
        format!(r#"{{"authorization_endpoint":"{base}/authorize","token_endpoint":"{base}/token"}}"#),
    );
}

#[test]
fn a_guest_gets_a_token_of_the_other_tenant_beside_that_of_home() {
    for (tenant, by_domain) in [(GUEST, false), ("fabrikam.example", true)] {
        let (mut host, account) = signed_in();
        let silent = |host: &mut ScriptedHost<_>, tenant: Option<&str>| -> AuthenticationResult {
            let end = host.call(|app: &PublicClientApplication| {
                let request = app.acquire_token_silent_with_error(SCOPES, &account);
                tenant.into_iter().fold(request, |request, tenant| request.tenant(tenant))
            });
            end.unwrap().unwrap()
        };
        document(&mut host, GUEST);
        host.answer_refresh(ALICE, "User.Read");
        assert_eq!(silent(&mut host, Some(tenant)).token_source, TokenSource::IdentityProvider);
        let urls: Vec<_> = host.requests.iter().rev().take(2).map(|request| request.url.as_str()).collect();
        let base = "https://login.microsoftonline.com";
        let token_endpoint = format!("{base}/{GUEST}/oauth2/v2.0/token");
        assert_eq!(urls, [token_endpoint, format!("{base}/{tenant}/v2.0/.well-known/openid-configuration")]);
        let asked = host.requests.len();
        for tenant in [Some(tenant), Some(GUEST), None] {
            assert_eq!(silent(&mut host, tenant).token_source, TokenSource::Cache, "{by_domain}");
        }
        assert_eq!(host.requests.len(), asked);
    }
}

#[test]
fn a_tenant_that_cannot_be_one_is_refused_before_anybody_is_asked() {
    let (mut host, account) = signed_in();
    let asked = host.requests.len();
    for tenant in ["", "..", ".", "a/b", "a b", "a?b", "a#b", "a@b", "%2e%2e", &"a".repeat(257)] {
        let error = host.call(|app| app.acquire_token_silent(SCOPES, &account).tenant(tenant)).unwrap_err();
        assert!(matches!(error, Error::Authority(_)), "{tenant}: {error}");
    }
    assert_eq!(host.requests.len(), asked);
}

/// The end of a forced call whose refresh token is refused like this.
fn refused(body: &str) -> Error {
    let (mut host, account) = signed_in();
    host.answer(400, body);
    let silently = host.call(|app| app.acquire_token_silent(SCOPES, &account).force_refresh(true));
    assert!(silently.unwrap().is_none(), "{body}");
    host.state = Default::default();
    host.answer_discovery();
    host.answer(400, body);
    host.call(|app| app.acquire_token_silent_with_error(SCOPES, &account).force_refresh(true)).unwrap_err()
}

#[test]
fn who_has_to_sign_in_is_told_apart_with_the_claims_to_pass_on() {
    for code in ["invalid_grant", "interaction_required", "login_required", "consent_required"] {
        let claims = r#"{\"access_token\":{\"c\":null}}"#;
        let error = refused(&format!(
            r#"{{"error":"{code}","error_description":"AADSTS50076: MFA.","claims":"{claims}"}}"#
        ));
        assert_eq!(
            error.to_string(),
            format!("sign in again: the service refused: {code}: AADSTS50076: MFA.")
        );
        let Error::SignInNeeded(needed) = error else { panic!("{error}") };
        let (mut host, _) = signed_in();
        let claims = needed.claims.unwrap();
        let flow = host.call(|app| app.initiate_auth_code_flow(SCOPES).claims_challenge(&claims)).unwrap();
        assert_eq!(flow.claims_challenge, Some(claims));
    }
}

#[test]
fn a_refusal_that_no_sign_in_mends_is_an_error_of_the_service() {
    let service = |body: &str| -> ServiceError {
        match refused(body) {
            Error::Service(error) => *error,
            error => panic!("{body}: {error}"),
        }
    };
    assert_eq!(service(r#"{"error":"invalid_client"}"#).error, "invalid_client");
    assert_eq!(service(r#"{"error":"unauthorized_client"}"#).error, "unauthorized_client");
    for suberror in ["protection_policy_required", "client_mismatch"] {
        let error = service(&format!(r#"{{"error":"invalid_grant","suberror":"{suberror}"}}"#));
        assert_eq!(error.suberror.as_deref(), Some(suberror));
    }
}

#[test]
fn what_the_sign_in_page_says_of_a_person_who_was_not_to_be_asked() {
    let (mut host, _) = signed_in();
    for (code, is_needed) in [("login_required", true), ("access_denied", false)] {
        let flow = host.call(|app| app.initiate_auth_code_flow(SCOPES)).unwrap();
        let answer = format!("error={code}&state={}", flow.state.expose());
        let error = host.call(|app| app.acquire_token_by_auth_code_flow(flow, answer)).unwrap_err();
        assert_eq!(matches!(error, Error::SignInNeeded(_)), is_needed, "{error}");
    }
}

#[test]
fn proof_of_possession_takes_a_broker() {
    let (mut host, account) = signed_in();
    let scheme = PopAuthScheme::new("GET", "https://resource.example/path", "nonce").unwrap();
    let error = host.call(|app| app.acquire_token_silent(SCOPES, &account).auth_scheme(scheme)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "auth_scheme: it takes the device's broker, which this client does not use"
    );
    let wrong = [("get", "https://r.example", "n"), ("GET", "/path", "n"), ("GET", "https://r.example", "")];
    for (method, url, nonce) in wrong {
        assert!(matches!(PopAuthScheme::new(method, url, nonce), Err(Error::InvalidParameter { .. })));
    }
}
