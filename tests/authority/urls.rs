//! Addresses: which are taken, and as what.
use crate::support::{
    KNOWN, OTHER_TENANT, TENANT, World, assert_refused, builder, client, document, first_url, host, refusal,
    resolve, token,
};
use msal_proto::authority::{AZURE_PUBLIC, AuthorityBuilder};
use msal_proto::{Error, TokenSource, Warning};

#[test]
fn aut_09_upper_case_hosts() {
    let app = client(&format!("https://LOGIN.MicrosoftOnline.COM/{TENANT}"));
    let (urls, end) = resolve(&app, [document(KNOWN)]);
    assert_eq!(urls, [format!("{KNOWN}/v2.0/.well-known/openid-configuration")]);
    assert_eq!(end.unwrap().instance, "login.microsoftonline.com");
}

#[test]
fn aut_10_trailing_dots() {
    assert_refused("https://login.microsoftonline.com./common");
    assert_refused("https://login..microsoftonline.com/common");
}

#[test]
fn aut_14_ports() {
    for text in ["https://login.microsoftonline.com:443/common", "https://login.microsoftonline.com:/common"]
    {
        assert_eq!(
            first_url(&client(text)),
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration"
        );
    }
    // A known host is known by its port too.
    let app = client(&KNOWN.replace(".com/", ".com:8443/"));
    assert!(first_url(&app).starts_with("https://login.microsoftonline.com/common/discovery/instance?"));
    let app = builder(&KNOWN.replace(".com/", ".com:8443/")).instance_discovery(false).build().unwrap();
    assert!(first_url(&app).starts_with("https://login.microsoftonline.com:8443/"));
    assert_refused("https://login.microsoftonline.com:99999/common");
    assert_refused("https://login.microsoftonline.com:x/common");
}

#[test]
fn aut_17_suffixes_are_anchored_by_a_dot() {
    for host in [
        "evilb2clogin.com",
        "evilciamlogin.com",
        "login.microsoftonline.com.evil.com",
        "evil-login.microsoftonline.com",
        "microsoftonline.com",
        "b2clogin.com.evil.com",
    ] {
        let url = first_url(&client(&format!("https://{host}/{TENANT}")));
        assert!(url.starts_with("https://login.microsoftonline.com/common/discovery/instance?"), "{url}");
        assert!(url.contains(&format!("authorization_endpoint=https%3A%2F%2F{host}%2F")), "{url}");
    }
}

#[test]
fn aut_18_empty_labels() {
    assert_refused("https://.ciamlogin.com/");
    assert_refused("https://.b2clogin.com/t/p");
    assert_refused("https://./common");
}

#[test]
fn aut_19_dots_in_the_path_are_resolved_first() {
    for path in [
        "/../x.example",
        "/./x.example",
        "/%2e%2e/x.example",
        "/adfs/../x.example",
        "/t/b2c_x/../../x.example",
    ] {
        let url = first_url(&client(&format!("https://login.microsoftonline.com{path}")));
        assert_eq!(
            url, "https://login.microsoftonline.com/x.example/v2.0/.well-known/openid-configuration",
            "{path}"
        );
    }
    for path in ["/..", "/x/..", "/%2e", "/."] {
        assert_refused(&format!("https://login.microsoftonline.com{path}"));
    }
    let url = first_url(&client("https://fs.contoso.com/x/%2E%2e/adfs"));
    assert_eq!(url, "https://fs.contoso.com/adfs/.well-known/openid-configuration");
}

#[test]
fn aut_20_a_tenant_is_one_segment() {
    for tenant in [
        "../../evil.com/path",
        "x/y",
        "x?y",
        "x#y",
        "%2f",
        "x%2fy",
        "x\\y",
        "x@y",
        "..",
        ".",
        "",
        "/",
        "x y",
        "x:y",
        "x;y",
        "{tenant}",
        "caf\u{e9}",
    ] {
        assert_refused(&AuthorityBuilder::new(AZURE_PUBLIC, tenant).to_string());
    }
    for instance in ["evil.com/x", "evil.com?x=", "evil.com#", "u@evil.com", "evil.com\\x", "", "a b"] {
        assert_refused(&AuthorityBuilder::new(instance, TENANT).to_string());
    }
    for text in ["x%2fy", "%2f", "x;y", "x:y", "x@y", "caf\u{e9}", "x_y", "x~y"] {
        assert_refused(&format!("https://login.microsoftonline.com/{text}"));
    }
}

#[test]
fn an_authority_is_put_together() {
    let text = AuthorityBuilder::new("login.microsoftonline.us/", "/contoso.onmicrosoft.com/").to_string();
    assert_eq!(text, "https://login.microsoftonline.us/contoso.onmicrosoft.com");
    let built = builder(KNOWN).authority(AuthorityBuilder::new(AZURE_PUBLIC, TENANT)).build().unwrap();
    assert_eq!(first_url(&built), format!("{KNOWN}/v2.0/.well-known/openid-configuration"));
}

#[test]
fn aut_21_an_empty_first_segment() {
    for text in [
        "https://login.microsoftonline.com//common",
        "https://login.microsoftonline.com",
        "https://login.microsoftonline.com/",
    ] {
        assert_refused(text);
    }
    let trailing = first_url(&client(&format!("{KNOWN}/")));
    assert_eq!(trailing, format!("{KNOWN}/v2.0/.well-known/openid-configuration"));
}

#[test]
fn aut_22_a_query_is_for_discovery_alone() {
    assert_refused(&format!("{KNOWN}#x"));
    assert_refused(&format!("{KNOWN}#"));
    let app = client(&format!("{KNOWN}?dc=x&slice=y"));
    let (requests, end) = World::default().acquire(&app, [document(KNOWN), token()]);
    end.unwrap();
    let urls: Vec<_> = requests.iter().map(|request| request.url.as_str()).collect();
    let discovery = format!("{KNOWN}/v2.0/.well-known/openid-configuration?dc=x&slice=y");
    assert_eq!(urls, [discovery, format!("{KNOWN}/oauth2/v2.0/token")]);
    assert!(!requests[1].body().expose().contains("slice"));
}

#[test]
fn aut_24_common_gives_a_warning_and_a_tenant_of_another_cloud_is_the_service_s_to_judge() {
    for (tenant, said) in [("common", "common"), ("organizations", "organizations"), ("Common", "common")] {
        let app = client(&format!("https://login.microsoftonline.com/{tenant}"));
        let document = document(&format!("https://login.microsoftonline.com/{said}"));
        let (_, end) = World::default().acquire(&app, [document, token()]);
        assert_eq!(end.unwrap().warnings, [Warning::TenantlessAuthority(said.into())]);
    }
    let app = client("https://login.microsoftonline.us/contoso.partner.onmschina.cn");
    let document = document(&format!("https://login.microsoftonline.us/{TENANT}"));
    let (_, end) = World::default().acquire(&app, [document, token()]);
    assert_eq!(end.unwrap().warnings, []);
}

/// Our cache entries are found again however the program writes its tenant's id.
#[test]
fn an_id_in_upper_case_is_the_same_realm() {
    let app = client(&format!("https://login.microsoftonline.com/{}", TENANT.to_uppercase()));
    let mut world = World::default();
    let (_, first) = world.acquire(&app, [document(KNOWN), token()]);
    assert_eq!(first.unwrap().token_source, TokenSource::IdentityProvider);
    let (requests, second) = world.acquire(&app, []);
    assert_eq!(second.unwrap().token_source, TokenSource::Cache);
    assert!(requests.is_empty());
    let (_, end) = world.resolve(&app, []);
    assert_eq!(end.unwrap().tenant, TENANT);
}

#[test]
fn every_host_that_is_asked_is_the_one_that_was_checked() {
    for instance in ["login.microsoftonline.com", "login.windows.net", "LOGIN.partner.microsoftonline.cn"] {
        let app = client(&format!("https://{instance}/{OTHER_TENANT}"));
        let own = format!("https://{}/{OTHER_TENANT}", instance.to_lowercase());
        let (requests, end) = World::default().acquire(&app, [document(&own), token()]);
        end.unwrap();
        assert!(requests.iter().all(|request| host(&request.url) == instance.to_lowercase()));
    }
}

#[test]
fn a_refusal_tells_what_to_do() {
    assert_eq!(
        Error::from(refusal("http://login.microsoftonline.com/common")).to_string(),
        "the authority is not an https URL; give one such as https://login.microsoftonline.com/your-tenant"
    );
}
