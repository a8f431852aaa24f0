//! Hosts that are good because the program says so, and the strict rule for issuers.
use crate::oidc::{PROVIDER, document, provider, with};
use crate::support::{Answer, TENANT, UNKNOWN, World, answer, builder, first_url, resolve, token};
use msal_proto::Error;
use msal_proto::authority::AuthorityError;
use serde_json::json;

const GOOGLE: &str = "https://accounts.google.com/o";

/// What Google says of itself, cut short.
fn google() -> Answer {
    let text = json!({
        "issuer": "https://accounts.google.com",
        "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
        "device_authorization_endpoint": "https://oauth2.googleapis.com/device/code",
        "token_endpoint": "https://oauth2.googleapis.com/token",
        "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
    });
    answer(200, text.to_string())
}

#[test]
fn dis_09_endpoints_may_be_where_the_program_says() {
    let (_, end) = resolve(&provider(GOOGLE).build().unwrap(), [google()]);
    let error = end.unwrap_err();
    assert!(
        matches!(error, Error::Authority(AuthorityError::Document { member: "token_endpoint", .. })),
        "{error}"
    );

    let app =
        provider(GOOGLE).known_authorities(["oauth2.googleapis.com", "www.googleapis.com"]).build().unwrap();
    let (requests, end) = World::default().acquire(&app, [google(), token()]);
    end.unwrap();
    assert_eq!(requests[1].url, "https://oauth2.googleapis.com/token");
}

#[test]
fn what_one_client_believes_another_that_shares_its_memory_does_not() {
    let trusting = provider(GOOGLE).known_authorities(["oauth2.googleapis.com"]).build().unwrap();
    let mut world = World::default();
    world.resolve(&trusting, [google()]).1.unwrap();
    assert!(world.resolve(&trusting, []).0.is_empty());
    let (urls, end) = world.resolve(&provider(GOOGLE).build().unwrap(), [google()]);
    assert_eq!(urls.len(), 1);
    end.unwrap_err();
}

#[test]
fn no_cloud_is_asked_about_them() {
    let app = builder(UNKNOWN).known_authorities(["LOGIN.unknown.example"]).build().unwrap();
    assert_eq!(first_url(&app), format!("{UNKNOWN}/v2.0/.well-known/openid-configuration"));
    // Another port is another host.
    for hosts in ["login.unknown.example:8443", "unknown.example", "x.login.unknown.example"] {
        let app = builder(UNKNOWN).known_authorities([hosts]).build().unwrap();
        assert!(first_url(&app).contains("/common/discovery/instance?"), "{hosts}");
    }
}

#[test]
fn aut_15_an_address_may_be_one_of_them() {
    for (text, host) in [("127.0.0.1", "127.0.0.1:8443"), ("[::1]", "[::1]:8443")] {
        let authority = format!("https://{text}:8443/adfs");
        let app = builder(&authority).known_authorities([host]).build().unwrap();
        assert_eq!(first_url(&app), format!("{authority}/.well-known/openid-configuration"));
        for other in [text, "localhost:8443"] {
            let error = builder(&authority).known_authorities([other]).build().unwrap_err();
            assert!(matches!(error, Error::Authority(AuthorityError::Url { .. })), "{error}");
        }
    }
}

#[test]
fn each_is_a_host() {
    for host in [
        "",
        "https://login.contoso.com",
        "login.contoso.com/",
        "login.contoso.com/x",
        "login.contoso.com?x",
        "u@login.contoso.com",
        "login contoso",
        "login.contoso.com:x",
        "login.contoso.com#",
        r"login.contoso.com\",
        "*.contoso.com/x",
        "a\tb",
    ] {
        let error = builder(UNKNOWN).known_authorities([host]).build().unwrap_err();
        assert!(
            matches!(error, Error::InvalidParameter { parameter: "known_authorities", .. }),
            "{host:?}: {error}"
        );
    }
}

#[test]
fn dis_10_an_issuer_may_be_where_the_program_says() {
    let issuer = with("issuer", json!("https://issuer.example/tenant1"));
    let (_, end) = resolve(&provider(PROVIDER).build().unwrap(), [issuer.clone()]);
    end.unwrap_err();
    for is_strict in [false, true] {
        let app = provider(PROVIDER)
            .known_authorities(["issuer.example"])
            .strict_issuer(is_strict)
            .build()
            .unwrap();
        resolve(&app, [issuer.clone()]).1.unwrap();
        for other in
            ["http://issuer.example/tenant1", "https://issuer.example:8443/", "https://x.issuer.example/"]
        {
            let (_, end) = resolve(&app, [with("issuer", json!(other))]);
            end.unwrap_err();
        }
    }
}

#[test]
fn dis_10_strictly_an_issuer_is_of_the_authority_s_own_cloud() {
    let issuer = |authority: &str, issuer: &str| {
        let app = provider(authority).strict_issuer(true).build().unwrap();
        let document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{authority}/auth"),
            "token_endpoint": format!("{authority}/token"),
        });
        resolve(&app, [answer(200, document.to_string())]).1
    };
    let own = "https://login.microsoftonline.us/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0";
    let customers = format!("https://contoso.ciamlogin.com/{TENANT}/v2.0");
    for (authority, theirs, is_good) in [
        (PROVIDER, PROVIDER, true),
        (PROVIDER, "https://login.contoso.example/other", true),
        (PROVIDER, "https://us.login.contoso.example/x", true),
        (PROVIDER, own, false),
        (PROVIDER, "https://westus2.login.microsoft.com/x", false),
        (PROVIDER, customers.as_str(), false),
        (own, own, true),
        (own, "https://login.usgovcloudapi.net/{tenantid}/v2.0", true),
        (own, "https://usgovvirginia.login.microsoftonline.us/x", true),
        (own, "https://login.microsoftonline.com/{tenantid}/v2.0", false),
        (own, "https://login.partner.microsoftonline.cn/x", false),
        (customers.as_str(), customers.as_str(), true),
        (customers.as_str(), &format!("https://{TENANT}.ciamlogin.com/{TENANT}/v2.0"), true),
        (customers.as_str(), own, false),
    ] {
        let end = issuer(authority, theirs);
        assert_eq!(end.is_ok(), is_good, "{authority}: {theirs}: {end:?}");
    }
    assert!(document().is_object());
}
