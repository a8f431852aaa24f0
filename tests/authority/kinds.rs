//! The kinds of authority: what tells them, where their documents are, and which tenant they are of.
use crate::support::{
    Answer, OTHER_TENANT, TENANT, World, answer, assert_refused, builder, client, first_url, resolve, token,
};
use msal_proto::Error;
use msal_proto::authority::{Authority, AuthorityError, AuthorityKind};
use msal_proto::cache::CacheRead;
use serde_json::json;

/// A document with endpoints under this address.
fn document(root: &str) -> Answer {
    let text = json!({
        "issuer": root,
        "authorization_endpoint": format!("{root}/authorize"),
        "token_endpoint": format!("{root}/token"),
        "device_authorization_endpoint": format!("{root}/devicecode"),
    });
    answer(200, text.to_string())
}

/// What the authority says of itself, in one request to this URL.
#[track_caller]
fn resolved(authority: &str, discovery: &str, root: &str) -> Authority {
    let (urls, end) = resolve(&client(authority), [document(root)]);
    assert_eq!(urls, [discovery], "{authority}");
    end.unwrap_or_else(|error| panic!("{authority}: {error}"))
}

#[test]
fn aut_16_words_in_the_path_make_a_kind_that_no_cloud_is_asked_about() {
    for (authority, kind, tenant) in [
        ("https://fs.contoso.com/adfs", AuthorityKind::Adfs, "adfs"),
        ("https://fs.contoso.com/ADFS/", AuthorityKind::Adfs, "ADFS"),
        (
            "https://login.contoso.com/contoso.onmicrosoft.com/b2c_1_x",
            AuthorityKind::B2c,
            "contoso.onmicrosoft.com",
        ),
        ("https://login.contoso.com/t.example/B2C_1_signin/", AuthorityKind::B2c, "t.example"),
        (
            "https://contoso.b2clogin.com/contoso.onmicrosoft.com/policy",
            AuthorityKind::B2c,
            "contoso.onmicrosoft.com",
        ),
        ("https://contoso.b2clogin.cn/t.example/p", AuthorityKind::B2c, "t.example"),
        ("https://contoso.b2clogin.us/t.example", AuthorityKind::B2c, "t.example"),
        ("https://login.contoso.com/tfp/t.example/policy", AuthorityKind::B2c, "tfp"),
        ("https://contoso.ciamlogin.com/t.example", AuthorityKind::Ciam, "t.example"),
        ("https://contoso.ciamlogin.com/adfs", AuthorityKind::Ciam, "adfs"),
        ("https://a.dsts.example/dstsv2/common", AuthorityKind::Dsts, "common"),
        ("https://a.dsts.example/DSTSv2/t.example", AuthorityKind::Dsts, "t.example"),
    ] {
        let root = authority.trim_end_matches('/');
        let version = match kind {
            AuthorityKind::B2c | AuthorityKind::Ciam => "/v2.0",
            _ => "",
        };
        let found = resolved(authority, &format!("{root}{version}/.well-known/openid-configuration"), root);
        assert_eq!((found.kind, found.tenant.as_str()), (kind, tenant), "{authority}");
        assert_eq!(found.is_adfs(), kind == AuthorityKind::Adfs);
    }
}

#[test]
fn aut_16_what_is_like_them_is_of_entra_and_looked_up() {
    for authority in [
        "https://fs.contoso.com/adfs2",
        "https://fs.contoso.com/x/adfs",
        "https://login.contoso.com/t.example/policy",
        "https://login.contoso.com/t.example/b2c_1_x/more",
        "https://login.contoso.com/b2c_1_x.example",
        "https://login.contoso.com/tfp/t.example",
        "https://a.dsts.example/x/dstsv2",
    ] {
        let url = match builder(authority).build() {
            Ok(app) => first_url(&app),
            // A policy is no tenant.
            Err(Error::Authority(AuthorityError::Url { .. })) => continue,
            Err(error) => panic!("{authority}: {error}"),
        };
        assert!(
            url.starts_with("https://login.microsoftonline.com/common/discovery/instance?"),
            "{authority}: {url}"
        );
    }
}

#[test]
fn aut_16_a_program_that_names_its_hosts_names_all_of_them() {
    let hosts = ["fs.contoso.com", "login.contoso.com:8443"];
    for (authority, is_good) in [
        ("https://fs.contoso.com/adfs", true),
        ("https://login.contoso.com:8443/tfp/t.example/p", true),
        ("https://contoso.b2clogin.com/t.example/p", true),
        ("https://contoso.ciamlogin.com", true),
        ("https://login.microsoftonline.com/tfp/t.example/p", true),
        ("https://login.microsoftonline.com/common", true),
        ("https://evil.example/adfs", false),
        ("https://evil.example/t.example/b2c_1_x", false),
        ("https://evil.example/dstsv2/t.example", false),
        ("https://login.contoso.com/tfp/t.example/p", false),
    ] {
        let end = builder(authority).known_authorities(hosts).build();
        match end {
            Ok(_) => assert!(is_good, "{authority}"),
            Err(Error::Authority(error)) => {
                assert!(
                    !is_good && matches!(error, AuthorityError::UnknownAuthority(_)),
                    "{authority}: {error}"
                );
            }
            Err(error) => panic!("{authority}: {error}"),
        }
        builder(authority).known_authorities(hosts).validate_authority(false).build().unwrap();
    }
}

#[test]
fn external_id_has_its_tenant_in_its_name() {
    let root = format!("https://contoso.ciamlogin.com/{TENANT}");
    for authority in ["https://contoso.ciamlogin.com", "https://CONTOSO.ciamlogin.com/"] {
        let own =
            "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration";
        assert_eq!(resolved(authority, own, &root).tenant, TENANT);
    }
    assert_refused("https://contoso.ciamlogin.com//contoso.onmicrosoft.com");
    assert_refused("https://ciamlogin.com/");
}

#[test]
fn the_tenant_of_dsts_is_behind_its_word() {
    let authority = format!("https://a.dsts.example/dstsv2/{TENANT}");
    let found = resolved(&authority, &format!("{authority}/.well-known/openid-configuration"), &authority);
    assert_eq!(found.tenant, TENANT);
    assert_refused("https://a.dsts.example/dstsv2");
    assert_refused("https://a.dsts.example/dstsv2/");
    // Of a token, too.
    let (app, mut world) = (client(&authority), World::default());
    world.acquire(&app, [document(&authority), token()]).1.unwrap();
    assert_eq!(realms(&world, "a.dsts.example"), [TENANT]);
    // It names its issuer, as MSAL Python has it.
    let (_, end) = resolve(&app, [document_of("https://evil.example", &authority)]);
    assert!(
        matches!(end, Err(Error::Authority(AuthorityError::Document { member: "issuer", .. }))),
        "{end:?}"
    );
}

/// The same with another issuer.
fn document_of(issuer: &str, root: &str) -> Answer {
    let text = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{root}/authorize"),
        "token_endpoint": format!("{root}/token"),
    });
    answer(200, text.to_string())
}

/// The realms of the application's tokens there.
fn realms(world: &World, environment: &str) -> Vec<String> {
    let client_id = "00001111-aaaa-2222-bbbb-3333cccc4444".into();
    let read = CacheRead::AppTokens { client_id, environment: environment.into() };
    world.cache.read(&read).access_tokens.iter().map(|token| token.realm().to_string()).collect()
}

#[test]
fn dis_09_each_kind_has_endpoints_of_its_own() {
    let (adfs, b2c, ciam) = (
        "https://fs.contoso.com/adfs",
        "https://contoso.b2clogin.com/t.example/p",
        "https://contoso.ciamlogin.com/t.example",
    );
    let other_tenants = format!("https://{TENANT}.ciamlogin.com/{TENANT}");
    for (authority, root, is_good) in [
        (adfs, "https://login.microsoftonline.com/adfs", false),
        (adfs, "https://fs.contoso.com:8443/adfs", false),
        (adfs, "https://evil.example/adfs", false),
        (b2c, "https://contoso.b2clogin.com/te/t.example/p", true),
        (b2c, "https://login.microsoftonline.com/te/t.example/p", true),
        (b2c, "https://evil.example/t.example/p", false),
        (ciam, other_tenants.as_str(), true),
        (ciam, "https://login.microsoftonline.com/t.example", false),
        (ciam, "https://evilciamlogin.com/t.example", false),
        (ciam, "https://contoso.ciamlogin.com:8443/t.example", false),
    ] {
        let (_, end) = resolve(&client(authority), [document(root)]);
        assert_eq!(end.is_ok(), is_good, "{authority}: {root}: {end:?}");
    }
}

#[test]
fn aut_25_one_call_may_be_for_another_tenant_of_a_service_that_has_such() {
    for (authority, expected) in [
        (
            "https://login.microsoftonline.com/common",
            format!("https://login.microsoftonline.com/{OTHER_TENANT}/v2.0"),
        ),
        ("https://contoso.ciamlogin.com", format!("https://contoso.ciamlogin.com/{OTHER_TENANT}/v2.0")),
        ("https://a.dsts.example/dstsv2/common", format!("https://a.dsts.example/dstsv2/{OTHER_TENANT}")),
    ] {
        let (app, mut world) = (client(authority), World::default());
        let root = expected.trim_end_matches("/v2.0");
        let (requests, end) = world.acquire_at(&app, OTHER_TENANT, [document(root), token()]);
        end.unwrap();
        assert_eq!(requests[0].url, format!("{expected}/.well-known/openid-configuration"));
        assert_eq!(requests[1].url, format!("{root}/token"));
        // It is found again by the same call, and not by others.
        assert!(world.acquire_at(&app, OTHER_TENANT, []).0.is_empty());
        let own = authority.replace("login.com", "login.com/contoso.onmicrosoft.com");
        assert_eq!(world.acquire(&app, [document(&own), token()]).0.len(), 2);
    }
    for authority in [
        "https://fs.contoso.com/adfs",
        "https://contoso.b2clogin.com/t.example/p",
        "https://login.microsoftonline.com/tfp/t.example/p",
    ] {
        let (requests, end) = World::default().acquire_at(&client(authority), OTHER_TENANT, []);
        assert!(requests.is_empty());
        assert!(matches!(end, Err(Error::Authority(AuthorityError::Tenant { .. }))), "{end:?}");
    }
    for tenant in ["", "..", "a/b", "a?b", "evil.example/x", "%2e", "a b", "@evil.example"] {
        let (_, end) = World::default().acquire_at(&client("https://contoso.ciamlogin.com"), tenant, []);
        assert!(matches!(end, Err(Error::Authority(AuthorityError::Tenant { .. }))), "{tenant:?}: {end:?}");
    }
}

#[test]
fn no_warning_of_common_where_the_call_names_a_tenant() {
    let app = client("https://login.microsoftonline.com/common");
    let root = format!("https://login.microsoftonline.com/{TENANT}");
    let mut world = World::default();
    let (_, end) = world.acquire_at(&app, TENANT, [document(&root), token()]);
    assert_eq!(end.unwrap().warnings, []);
    assert_eq!(world.acquire_at(&app, TENANT, []).1.unwrap().warnings, []);
}
