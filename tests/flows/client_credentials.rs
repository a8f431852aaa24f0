//! What `acquire_token_for_client` sends, by credential and by parameter.
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::authority::AuthorityError;
use msal_proto::engine::HttpFault;
use msal_proto::{ClientCredential, Error, TokenSource, Warning};

/// What the assertion says, and how it is signed.
fn decoded(assertion: &str) -> Vec<serde_json::Value> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let parts = assertion.split('.').take(2);
    parts.map(|part| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()).collect()
}

#[test]
fn secret() {
    let mut world = World::new().http(200, &document(AUTHORITY)).http(200, TOKEN);
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.access_token.unwrap().expose(), "canary-access-token");
    assert_eq!(world.sent("client_secret"), Some(CLIENT_SECRET));
}

#[test]
fn certificate() {
    let mut world = World::of(builder().client_credential(crate::support::certificate()));
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
    assert_snapshot!(world.log);
    let assertion = decoded(world.sent("client_assertion").unwrap());
    assert_eq!((&assertion[0]["alg"], &assertion[0]["typ"]), (&"PS256".into(), &"JWT".into()));
    assert!(assertion[0]["x5t#S256"].is_string() && assertion[0]["x5c"].is_array());
    assert_eq!(assertion[1]["aud"], format!("{AUTHORITY}/oauth2/v2.0/token"));
    assert_eq!((&assertion[1]["iss"], &assertion[1]["sub"]), (&CLIENT_ID.into(), &CLIENT_ID.into()));
    assert_eq!((&assertion[1]["iat"], &assertion[1]["exp"]), (&world.now.into(), &(world.now + 600).into()));
    assert!(assertion[1]["jti"].is_string() && assertion[1].get("nbf").is_none());
}

#[test]
fn an_assertion_is_used_again_until_a_minute_before_its_end() {
    let mut world = World::warm();
    world.app = builder().client_credential(crate::support::certificate()).build().unwrap();
    let mut sent = Vec::new();
    for (wait, scope) in [(0, "api://one/.default"), (539, "api://two/.default"), (1, "api://three/.default")]
    {
        world.later(wait);
        world = world.http(200, TOKEN);
        world.call(|app| app.acquire_token_for_client([scope])).unwrap();
        sent.push(world.sent("client_assertion").unwrap().to_owned());
    }
    assert_eq!(sent[0], sent[1]);
    assert_ne!(sent[1], sent[2]);
}

#[test]
fn client_claims_go_into_the_assertion() {
    let claims = r#"{"client_ip":"192.0.2.1","aud":"https://elsewhere.example"}"#;
    let mut world =
        World::of(builder().client_credential(crate::support::certificate()).client_claims(claims));
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
    let assertion = decoded(world.sent("client_assertion").unwrap());
    assert_eq!(assertion[1]["client_ip"], "192.0.2.1");
    assert_eq!(assertion[1]["aud"], "https://elsewhere.example");
}

#[test]
fn ready_made_assertion() {
    let credential = ClientCredential::assertion("canary.ready-made.assertion").unwrap();
    let mut world = World::of(builder().client_credential(credential));
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("client_assertion"), Some("canary.ready-made.assertion"));
}

#[test]
fn assertion_made_by_the_host() {
    let mut world = World::of(builder().client_credential(ClientCredential::assertion_from_host()));
    world.assertion = Some(Ok("canary.made.assertion".into()));
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.sent("client_assertion"), Some("canary.made.assertion"));
}

#[test]
fn claims_challenge_with_capabilities() {
    let challenge =
        r#"{"access_token":{"nbf":{"essential":true,"value":"1700000000"}},"userinfo":{"a":null}}"#;
    let mut world = World::of(builder().client_capabilities(["CP1", "foo"]));
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN).http(200, TOKEN);
    world.token().unwrap();
    let result = world.call(|app| app.acquire_token_for_client([GRAPH]).claims_challenge(challenge)).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
}

#[test]
fn claims_challenge_of_a_client_without_capabilities() {
    let mut world = World::warm().http(200, TOKEN);
    let challenge = r#"{"access_token": {"acrs": {"essential": true, "value": "c1"}}}"#;
    world.call(|app| app.acquire_token_for_client([GRAPH]).claims_challenge(challenge)).unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn a_claims_challenge_passes_by_the_cache_of_a_tenant_domain_too() {
    let mut world = World::of(builder().authority(DOMAIN));
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
    world.state = Default::default();
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    let result = world.call(|app| app.acquire_token_for_client([GRAPH]).claims_challenge("{}")).unwrap();
    assert_eq!(result.token_source, TokenSource::IdentityProvider);
    assert_eq!(world.header("x-client-current-telemetry"), Some("4|730,1|"));
}

#[test]
fn extra_members_of_the_body_and_of_the_query() {
    let mut world = World::warm().http(200, TOKEN).http(200, TOKEN);
    let request = |fmi_path: &'static str| {
        move |app: &msal_proto::ConfidentialClientApplication| {
            let request = app.acquire_token_for_client([GRAPH]).data("fmi_path", fmi_path);
            request.data("empty", "").query("dc", "ESTS-PUB-WUS2").query("slice", "a&b")
        }
    };
    world.call(request("SomePath/one")).unwrap();
    world.call(request("SomePath/two")).unwrap();
    let again = world.call(request("SomePath/one")).unwrap();
    assert_snapshot!(world.log);
    assert_eq!(again.token_source, TokenSource::Cache);
    assert!(world.cache.serialize().contains("-atext-"));
}

#[test]
fn ssh_cert() {
    let mut world =
        World::warm().http(200, r#"{"token_type":"ssh-cert","expires_in":3599,"access_token":"AAAAB3Nz"}"#);
    let request = |app: &msal_proto::ConfidentialClientApplication| {
        let request = app.acquire_token_for_client([GRAPH]).data("token_type", "ssh-cert");
        request.data("req_cnf", r#"{"kty":"RSA"}"#).data("key_id", "key1")
    };
    let result = world.call(request).unwrap();
    assert_eq!(&*result.token_type, "ssh-cert");
    assert_eq!(world.call(request).unwrap().token_source, TokenSource::Cache);
    assert_snapshot!(world.log);

    // A token that is bound to a key answers nobody else.
    world = world.http(200, TOKEN);
    assert_eq!(world.token().unwrap().token_source, TokenSource::IdentityProvider);
}

#[test]
fn a_call_that_cannot_be_asked_asks_nobody() {
    let mut world = World::of(builder().client_capabilities(["CP1"]));
    let mut refused = |call: &dyn Fn(msal_proto::flows::AcquireTokenForClient) -> _| {
        let error = world.call(|app| call(app.acquire_token_for_client([GRAPH]))).unwrap_err();
        let Error::InvalidParameter { parameter, .. } = error else { panic!("{error}") };
        parameter
    };
    for challenge in ["not JSON", "[]", "{", r#"{"a":1,"a":2}"#, r#"{"access_token":7}"#] {
        assert_eq!(refused(&|call| call.claims_challenge(challenge)), "claims_challenge", "{challenge}");
    }
    let deep = format!(r#"{{"a":{}}}"#, "[".repeat(100_000) + &"]".repeat(100_000));
    assert_eq!(refused(&|call| call.claims_challenge(&*deep)), "claims_challenge");
    assert_eq!(refused(&|call| call.data("scope", "a")), "data");
    assert_eq!(refused(&|call| call.data("claims", "{}")), "data");
    assert_eq!(refused(&|call| call.data("token_type", "ssh-cert").data("key_id", "k")), "data");
    assert_eq!(refused(&|call| call.data("token_type", "ssh-cert").data("req_cnf", "{}")), "data");
    assert!(world.requests.is_empty() && world.writes == 0);
}

#[test]
fn tenant_domain_discovers_first() {
    let mut world = World::of(builder().authority(DOMAIN));
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
    let again = world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(again.token_source, TokenSource::Cache);
}

#[test]
fn unknown_host_is_looked_up() {
    let authority = format!("https://login.example.com/{TENANT}");
    let found = format!(
        r#"{{"tenant_discovery_endpoint":"{authority}/v2.0/.well-known/openid-configuration","api-version":"1.1","metadata":[]}}"#
    );
    let mut world = World::of(builder().authority(&authority));
    world = world.http(200, &found).http(200, &document(&authority)).http(200, TOKEN);
    world.token().unwrap();
    assert_snapshot!(world.log);
}

#[test]
fn unknown_host_that_microsoft_does_not_know() {
    let mut world = World::of(builder().authority(format!("https://login.example.com/{TENANT}")));
    world = world.http(400, r#"{"error":"invalid_instance","error_description":"AADSTS50049"}"#);
    let error = world.token().unwrap_err();
    assert_snapshot!(world.log);
    assert_eq!(error, AuthorityError::InvalidInstance("login.example.com".into()).into());
}

#[test]
fn common_is_warned_of() {
    let authority = "https://login.microsoftonline.com/common";
    let mut world = World::of(builder().authority(authority));
    world = world.http(200, &document(authority)).http(200, TOKEN);
    let result = world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(result.warnings, [Warning::TenantlessAuthority("common".into())]);
}

#[test]
fn app_name_and_version() {
    let mut world = World::of(builder().app_name("Contoso Backup").app_version("1.2.3"));
    world = world.http(200, &document(AUTHORITY)).http(200, TOKEN);
    world.token().unwrap();
    assert_snapshot!(world.log);
    assert_eq!(world.header("x-client-ver"), Some(msal_proto::VERSION));
}

#[test]
fn a_refusal_is_in_the_service_s_words() {
    let mut world = World::warm().http(401, REFUSED);
    let Error::Service(error) = world.token().unwrap_err() else { panic!() };
    assert_snapshot!(world.log);
    assert_eq!((error.error.as_str(), &error.error_codes[..]), ("invalid_client", &[7_000_215][..]));
    assert_eq!((error.http_status, error.trace_id.as_deref(), error.retry_at), (401, Some("t"), None));
}

#[test]
fn a_server_that_is_not_reached() {
    let mut world = World::warm().answer(Err(HttpFault::TimedOut("30 s".into())));
    let error = world.token().unwrap_err();
    assert_snapshot!(world.log);
    assert!(error.is_retryable());
}
