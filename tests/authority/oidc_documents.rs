//! What another OpenID provider says of itself, and what of it is believed.
use crate::oidc::{PROVIDER, client, document, with};
use crate::support::{OTHER_TENANT, TENANT, World, answer, resolve, token};
use msal_proto::Error;
use msal_proto::authority::AuthorityError;
use serde_json::{Value, json};

const ENDPOINTS: [&str; 3] = ["token_endpoint", "authorization_endpoint", "device_authorization_endpoint"];

#[track_caller]
fn assert_refused(member: &str, value: Value) {
    let (_, end) = resolve(&client(PROVIDER), [with(member, value.clone())]);
    let error = end.unwrap_err();
    assert!(
        matches!(&error, Error::Authority(AuthorityError::Document { member: own, .. }) if *own == member),
        "{member} = {value}: {error:?}"
    );
    assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
}

#[test]
fn dis_08_09_11_12_endpoints() {
    for member in ENDPOINTS {
        for url in [
            "http://login.contoso.example/tenant1/token",
            "https://evil.example/tenant1/token",
            "https://login.contoso.example.evil.example/tenant1/token",
            "https://login.contoso.example:8443/tenant1/token",
            "https://us.login.contoso.example/tenant1/token",
            "https://login.microsoftonline.com/tenant1/token",
            "https://evilciamlogin.com/tenant1/token",
            "https://contoso.ciamlogin.com:8443/tenant1/token",
            "https://CANARY:CANARY@login.contoso.example/tenant1/token",
            r"https://login.contoso.example\@evil.example/tenant1/token",
            "https://169.254.169.254/tenant1/token",
            "javascript:CANARY",
            "file:///etc/passwd",
            "https://login.contoso.example/tenant1/token#CANARY",
            "https://login.contoso.example/tenant1/to ken",
            "",
        ] {
            assert_refused(member, url.into());
        }
        for value in [json!(5), json!(["x"]), json!({}), json!(true)] {
            assert_refused(member, value);
        }
    }
    assert_refused("token_endpoint", json!(null));
    assert_refused("token_endpoint", json!("https://login.contoso.example/"));
}

#[test]
fn dis_09_endpoints_may_be_where_external_id_and_b2c_are() {
    for host in ["contoso.ciamlogin.com", "contoso.b2clogin.com"] {
        let endpoint = format!("https://{host}/{TENANT}/oauth2/v2.0/token");
        let answers = [with("token_endpoint", json!(endpoint)), token()];
        let (requests, end) = World::default().acquire(&client(PROVIDER), answers);
        end.unwrap();
        assert_eq!(requests[1].url, endpoint);
    }
}

#[test]
fn dis_10_issuers_that_may_be_the_provider_s() {
    for issuer in [
        PROVIDER,
        "https://login.contoso.example/tenant1/",
        "https://LOGIN.contoso.example/tenant1",
        "https://login.contoso.example",
        "https://login.contoso.example/other",
        "https://us.login.contoso.example/x",
        "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0",
        "https://login.microsoftonline.com/{tenantid}/v2.0",
        "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/",
        "https://westus2.login.microsoft.com/x",
        "https://contoso.ciamlogin.com/x",
        "https://contoso.b2clogin.cn/x",
    ] {
        let (_, end) = resolve(&client(PROVIDER), [with("issuer", json!(issuer))]);
        end.unwrap_or_else(|error| panic!("{issuer}: {error}"));
    }
}

#[test]
fn dis_10_issuers_that_are_not() {
    for issuer in [
        "https://evil.example/tenant1",
        "http://login.contoso.example/tenant1",
        "https://login.contoso.example:8443/tenant1",
        "https://contoso.example/tenant1",
        "https://a.b.login.contoso.example/tenant1",
        "https://xlogin.contoso.example/tenant1",
        "https://login.contoso.example.evil.example/tenant1",
        "https://login.contoso.example@evil.example/tenant1",
        r"https://login.contoso.example\@evil.example/tenant1",
        r"https://evil.example\@login.contoso.example/tenant1",
        "http://login.microsoftonline.com/tenant1",
        "https://login.microsoftonline.com:8443/tenant1",
        "https://a.b.login.microsoftonline.com/tenant1",
        "https://evil-login.microsoftonline.com/tenant1",
        "https://evilciamlogin.com/x",
        "http://contoso.ciamlogin.com/x",
        "https://example",
        "login.contoso.example",
        "CANARY",
        "",
    ] {
        assert_refused("issuer", issuer.into());
    }
    for value in [json!(null), json!(5), json!([PROVIDER])] {
        assert_refused("issuer", value);
    }
    let mut missing = document();
    missing.as_object_mut().unwrap().remove("issuer");
    let (_, end) = resolve(&client(PROVIDER), [answer(200, missing.to_string())]);
    let reason = "is missing or no string";
    assert_eq!(end.unwrap_err(), Error::Authority(AuthorityError::Document { member: "issuer", reason }));
}

#[test]
fn dis_16_no_document() {
    let (_, end) = resolve(&client(PROVIDER), [answer(404, "CANARY")]);
    let (host, tenant) = ("login.contoso.example".into(), "tenant1".into());
    assert_eq!(end.unwrap_err(), Error::Authority(AuthorityError::Discovery { host, tenant, status: 404 }));
}

#[test]
fn dis_18_its_document_is_good_for_a_day_and_a_refused_one_is_not_kept() {
    let (app, mut world) = (client(PROVIDER), World::default());
    world.resolve(&app, [with("issuer", json!("https://evil.example/"))]).1.unwrap_err();
    let known = || answer(200, document().to_string());
    world.resolve(&app, [known()]).1.unwrap();
    world.now += 86_399;
    assert_eq!(world.resolve(&app, []).0.len(), 0);
    world.now += 1;
    assert_eq!(world.resolve(&app, [known()]).0.len(), 1);
}

#[test]
fn dis_19_the_token_endpoint_of_another_tenant() {
    let app = client(&format!("https://login.contoso.example/{TENANT}"));
    for (tenant, is_good) in [(TENANT, true), (OTHER_TENANT, false)] {
        let endpoint = format!("https://login.contoso.example/{tenant}/token");
        let (_, end) = resolve(&app, [with("token_endpoint", json!(endpoint))]);
        assert_eq!(end.is_ok(), is_good, "{end:?}");
    }
}
