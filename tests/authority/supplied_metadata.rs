//! Metadata that the program supplies, and endpoints by convention: nobody is asked for them.
use crate::oidc::{PROVIDER, provider};
use crate::support::{
    KNOWN, OTHER_TENANT, TENANT, UNKNOWN, World, builder, document_text, first_url, resolve, token,
};
use msal_proto::authority::AuthorityError;
use msal_proto::{ClientApplicationBuilder, ConfidentialClientApplication, Error};
use serde_json::{Value, json};

type Builder = ClientApplicationBuilder<ConfidentialClientApplication>;

/// A cloud of its own, disconnected from all others.
fn clouds() -> Value {
    json!({
        "tenant_discovery_endpoint": "https://login.unknown.example/common/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {
                "preferred_network": "login.unknown.example",
                "preferred_cache": "cache.unknown.example",
                "aliases": ["login.unknown.example", "LOGIN2.unknown.example"],
            },
            {"preferred_network": "login.other.example", "preferred_cache": "login.other.example", "aliases": []},
        ],
    })
}

/// The one request of a client that gets a token with an empty memory.
#[track_caller]
fn only_request(builder: Builder) -> String {
    let app = builder.build().unwrap();
    let mut world = World::default();
    let (urls, end) = world.resolve(&app, []);
    assert!(urls.is_empty());
    end.unwrap();
    let (requests, end) = world.acquire(&app, [token()]);
    end.unwrap();
    assert!(world.acquire(&app, []).0.is_empty(), "it is found again");
    let [request] = &requests[..] else { panic!("{requests:?}") };
    request.url.clone()
}

#[test]
fn air_gapped_each_kind_has_endpoints_by_convention() {
    let id = format!("{KNOWN}/oauth2/v2.0/token");
    for (authority, token_endpoint) in [
        (KNOWN, id.as_str()),
        (
            "https://login.microsoftonline.us/common",
            "https://login.microsoftonline.us/common/oauth2/v2.0/token",
        ),
        (
            "https://login.microsoftonline.com/consumers",
            "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/oauth2/v2.0/token",
        ),
        ("https://login.windows.net/t.example", "https://login.windows.net/t.example/oauth2/v2.0/token"),
        (
            "https://contoso.ciamlogin.com",
            "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
        ),
        (
            "https://contoso.b2clogin.com/t.example/p",
            "https://contoso.b2clogin.com/t.example/p/oauth2/v2.0/token",
        ),
        (
            "https://login.contoso.com/tfp/t.example/p",
            "https://login.contoso.com/tfp/t.example/p/oauth2/v2.0/token",
        ),
        ("https://fs.contoso.com:8443/adfs", "https://fs.contoso.com:8443/adfs/oauth2/token"),
        (
            "https://a.dsts.example/dstsv2/t.example",
            "https://a.dsts.example/dstsv2/t.example/oauth2/v2.0/token",
        ),
        (
            "https://login.microsoftonline.com/t.example?dc=x",
            "https://login.microsoftonline.com/t.example/oauth2/v2.0/token",
        ),
    ] {
        assert_eq!(only_request(builder(authority).tenant_discovery(false)), token_endpoint);
    }
}

#[test]
fn air_gapped_calls_for_other_tenants_ask_nobody_either() {
    let app = builder(KNOWN).tenant_discovery(false).build().unwrap();
    let (requests, end) = World::default().acquire_at(&app, OTHER_TENANT, [token()]);
    end.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        requests[0].url,
        format!("https://login.microsoftonline.com/{OTHER_TENANT}/oauth2/v2.0/token")
    );
}

#[test]
fn air_gapped_an_unknown_host_is_not_taken_unseen() {
    let error = builder(UNKNOWN).tenant_discovery(false).build().unwrap_err();
    assert_eq!(error, Error::Authority(AuthorityError::InvalidInstance("login.unknown.example".into())));
    let expected = format!("{UNKNOWN}/oauth2/v2.0/token");
    for builder in [
        builder(UNKNOWN).instance_discovery(false),
        builder(UNKNOWN).validate_authority(false),
        builder(UNKNOWN).known_authorities(["login.unknown.example"]),
    ] {
        assert_eq!(only_request(builder.tenant_discovery(false)), expected);
    }
}

#[test]
fn another_provider_has_no_convention() {
    let error = provider(PROVIDER).tenant_discovery(false).build().unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { parameter: "tenant_discovery", .. }), "{error}");
    assert!(error.to_string().contains("authority_metadata"));
}

#[test]
fn air_gapped_by_the_document_that_the_program_has() {
    assert_eq!(
        only_request(builder(KNOWN).authority_metadata(document_text(KNOWN))),
        format!("{KNOWN}/oauth2/v2.0/token")
    );
    // No cloud is asked about the host of an address that the program supplies.
    let own = document_text(UNKNOWN);
    assert_eq!(
        only_request(builder(UNKNOWN).authority_metadata(own)),
        format!("{UNKNOWN}/oauth2/v2.0/token")
    );
    let document = crate::oidc::document().to_string();
    let builder = provider(PROVIDER).authority_metadata(document).tenant_discovery(false);
    assert_eq!(only_request(builder), format!("{PROVIDER}/token"));
}

#[test]
fn a_supplied_document_is_checked_when_the_client_is_built() {
    let evil =
        document_text(KNOWN).replace(&format!("{KNOWN}/oauth2/v2.0/token"), "https://evil.example/token");
    let error = builder(KNOWN).authority_metadata(evil).build().unwrap_err();
    assert!(
        matches!(error, Error::Authority(AuthorityError::Document { member: "token_endpoint", .. })),
        "{error}"
    );
    let other = document_text(&format!("https://login.microsoftonline.com/{OTHER_TENANT}"));
    builder(KNOWN).authority_metadata(other).build().unwrap_err();
    for text in ["", "[]", "CANARY", r#"{"a":1,"a":2}"#] {
        let error = builder(KNOWN).authority_metadata(text).build().unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { parameter: "authority_metadata", .. }), "{error}");
        assert!(!format!("{error:?}").contains("CANARY"));
    }
    // What will be needed of it must be in it.
    let bare = json!({
        "authorization_endpoint": format!("{KNOWN}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{KNOWN}/oauth2/v2.0/token"),
    });
    for builder in [builder(KNOWN).strict_id_token(true), builder(KNOWN).verify_id_token_signature(true)] {
        let error = builder.authority_metadata(bare.to_string()).build().unwrap_err();
        assert!(matches!(error, Error::Authority(AuthorityError::Document { .. })), "{error}");
    }
}

#[test]
fn a_supplied_cloud_is_known() {
    let own = |host: &str| {
        let authority = format!("https://{host}/{TENANT}");
        let app = builder(&authority).instance_metadata(clouds().to_string()).build().unwrap();
        assert_eq!(first_url(&app), format!("{authority}/v2.0/.well-known/openid-configuration"));
        app
    };
    for host in [
        "login.unknown.example",
        "login2.unknown.example",
        "login.other.example",
        "login.microsoftonline.com",
    ] {
        own(host);
    }
    // Its names are one: endpoints, and the cache.
    let endpoints = format!("https://login2.unknown.example/{TENANT}");
    let (_, end) = resolve(&own("login.unknown.example"), [crate::support::document(&endpoints)]);
    assert_eq!(end.unwrap().token_endpoint, format!("{endpoints}/oauth2/v2.0/token"));
    let elsewhere = crate::support::document(&format!("https://login.other.example/{TENANT}"));
    assert!(resolve(&own("login.unknown.example"), [elsewhere]).1.is_err());
    let mut world = World::default();
    let (first, second) = (own("login.unknown.example"), own("login2.unknown.example"));
    world.acquire(&first, [crate::support::document(&endpoints), token()]).1.unwrap();
    assert!(world.acquire(&second, []).0.is_empty());
    assert!(world.cache.serialize().contains(r#""environment":"cache.unknown.example""#));
}

#[test]
fn air_gapped_with_a_supplied_cloud() {
    let builder = builder(UNKNOWN).instance_metadata(clouds().to_string()).tenant_discovery(false);
    assert_eq!(only_request(builder), format!("{UNKNOWN}/oauth2/v2.0/token"));
}

#[test]
fn with_supplied_clouds_nobody_is_asked_about_a_host_that_they_lack() {
    let lacking = "https://login.third.example/common";
    let error = builder(lacking).instance_metadata(clouds().to_string()).build().unwrap_err();
    assert_eq!(error, Error::Authority(AuthorityError::InvalidInstance("login.third.example".into())));
    let known =
        builder(lacking).instance_metadata(clouds().to_string()).known_authorities(["login.third.example"]);
    known.build().unwrap();
    let port = UNKNOWN.replace(".example/", ".example:8443/");
    builder(&port).instance_metadata(clouds().to_string()).build().unwrap_err();
}

#[test]
fn dis_06_a_supplied_cloud_adds_no_name_to_one_that_is_known() {
    let clouds = json!({"metadata": [{
        "preferred_network": "evil.example", "preferred_cache": "evil.example",
        "aliases": ["login.microsoftonline.com", "evil.example"],
    }]});
    let app = builder(KNOWN).instance_metadata(clouds.to_string()).build().unwrap();
    let (_, end) = resolve(&app, [crate::support::document(&format!("https://evil.example/{TENANT}"))]);
    assert!(matches!(end, Err(Error::Authority(AuthorityError::Document { .. }))), "{end:?}");
    let mut world = World::default();
    world.acquire(&app, [crate::support::document(KNOWN), token()]).1.unwrap();
    assert!(world.cache.serialize().contains(r#""environment":"login.microsoftonline.com""#));
}

#[test]
fn dis_05_07_metadata_that_is_none_is_refused() {
    let group = |aliases: Value| json!({"metadata": [{"preferred_network": "a.example", "preferred_cache": "a.example", "aliases": aliases}]});
    let many: Vec<String> = (0..33).map(|i| format!("h{i}.example")).collect();
    let groups: Vec<Value> = (0..65).map(|_| group(json!([]))["metadata"][0].clone()).collect();
    for text in [
        String::new(),
        "[]".into(),
        "{}".into(),
        r#"{"metadata":null}"#.into(),
        r#"{"metadata":[]}"#.into(),
        r#"{"metadata":[{"aliases":["a.example"]}]}"#.into(),
        group(json!(["a.example:8443"])).to_string(),
        group(json!(["https://a.example"])).to_string(),
        group(json!(["a.example/x"])).to_string(),
        group(json!([5])).to_string(),
        group(json!([""])).to_string(),
        group(json!(many)).to_string(),
        json!({"metadata": groups}).to_string(),
    ] {
        let error = builder(KNOWN).instance_metadata(text.clone()).build().unwrap_err();
        assert!(
            matches!(error, Error::InvalidParameter { parameter: "instance_metadata", .. }),
            "{text}: {error}"
        );
    }
}
