//! A person signs in at each kind of authority: who they are there, and where their tokens are.
use crate::person::*;
use crate::refusals::at_the_token_endpoint;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::cache::Account;
use msal_proto::{CertificateCredential, ClientCredential, Error, PublicClientApplication};
use serde_json::{Value, json};

const ADFS: &str = "https://fs.contoso.example/adfs";
const B2C: &str = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_signin";
const CIAM: &str = "https://contoso.ciamlogin.com/11111111-1111-1111-1111-111111111111";
const DSTS: &str = "https://a.dsts.example/dstsv2/11111111-1111-1111-1111-111111111111";

/// A document with these endpoints, signed by nobody.
fn own_document(issuer: &str, root: &str) -> String {
    let endpoint = |last: &str| format!("{root}/{last}");
    json!({
        "issuer": issuer, "authorization_endpoint": endpoint("authorize"), "token_endpoint": endpoint("token"),
        "device_authorization_endpoint": endpoint("devicecode"),
    })
    .to_string()
}

/// Somebody signs in, their token is found again, is refreshed when it has ended, and they sign out.
fn signs_in_and_out(
    authority: &str,
    document: &str,
    change: impl Fn(&mut Value),
) -> (World<PublicClientApplication>, Account) {
    let mut world = World::with(public().authority(authority).build().unwrap()).http(200, document);
    let flow = world.begin();
    let mut answer = tokens_of(&flow);
    change(&mut answer);
    world = world.http(200, &answer.to_string());
    let signed_in = world.finish(&flow, &came_back(&flow)).unwrap();
    let accounts = world.call(|app| app.get_accounts()).unwrap();
    let [account] = &accounts[..] else { panic!("{accounts:?}") };
    assert_eq!(signed_in.account.as_deref(), Some(account));
    assert!(world.call(|app| app.acquire_token_silent([SCOPE], account)).unwrap().is_some());
    world.later(3_600);
    let mut answer = refreshed();
    change(&mut answer);
    world = world.http(200, &answer.to_string());
    world.call(|app| app.acquire_token_silent_with_error([SCOPE], account)).unwrap().unwrap();
    world.call(|app| app.remove_account(account)).unwrap();
    assert!(world.section("Account").is_empty() && world.section("RefreshToken").is_empty());
    (world, account.clone())
}

/// As ADFS answers: without `client_info`, and with other claims.
fn as_adfs(answer: &mut Value) {
    let nonce = read_claims(answer["id_token"].as_str().unwrap())["nonce"].clone();
    let claims = json!({
        "aud": CLIENT_ID, "iss": ADFS, "exp": 1_700_003_600, "iat": 1_700_000_000, "nonce": nonce,
        "sub": "zX2/a+b=", "upn": USERNAME, "unique_name": "CONTOSO\\ada",
    });
    answer["id_token"] = json!(jwt(&claims));
    answer.as_object_mut().unwrap().remove("client_info");
}

#[test]
fn adfs() {
    let document = own_document(ADFS, &format!("{ADFS}/oauth2"));
    let (world, account) = signs_in_and_out(ADFS, &document, as_adfs);
    assert_eq!(&*account.home_account_id, "zX2/a+b=");
    assert_eq!((&*account.authority_type, account.realm.as_deref()), ("ADFS", Some("adfs")));
    assert_eq!(account.username.as_deref(), Some(USERNAME));
    assert_eq!(account.environment.as_deref(), Some("fs.contoso.example"));
    assert_snapshot!(world.log);
}

#[test]
fn b2c() {
    let issuer = "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/";
    let document = own_document(issuer, &format!("{B2C}/oauth2/v2.0"));
    let as_b2c = |answer: &mut Value| {
        answer["client_info"] = json!(client_info(&format!("{UID}-b2c_1_signin"), TENANT));
    };
    let (world, account) = signs_in_and_out(B2C, &document, as_b2c);
    assert_eq!(*account.home_account_id, *format!("{UID}-b2c_1_signin.{TENANT}"));
    assert_eq!(
        (&*account.authority_type, account.realm.as_deref()),
        ("MSSTS", Some("contoso.onmicrosoft.com"))
    );
    assert_eq!(account.environment.as_deref(), Some("contoso.b2clogin.com"));
    assert_snapshot!(world.log);
}

#[test]
fn b2c_keeps_the_accounts_of_two_policies_apart() {
    let at = |policy: &str| B2C.replace("b2c_1_signin", policy);
    let mut world = World::with(public().authority(at("b2c_1_signin")).build().unwrap());
    for policy in ["b2c_1_signin", "b2c_1_edit"] {
        let cache = std::mem::take(&mut world.cache);
        world = World::with(public().authority(at(policy)).build().unwrap()).knowing(&at(policy));
        world.cache = cache;
        world = world.signed_in(|answer| {
            answer["client_info"] = json!(client_info(&format!("{UID}-{policy}"), TENANT));
            answer["access_token"] = json!(format!("canary-{policy}"));
        });
    }
    let accounts = world.call(|app| app.get_accounts()).unwrap();
    assert_eq!(accounts.len(), 2);
    for account in &accounts {
        let token = world.call(|app| app.acquire_token_silent([SCOPE], account)).unwrap().unwrap();
        let policy = account.home_account_id.split_once("-b2c").unwrap().1.split('.').next().unwrap();
        assert_eq!(token.access_token.unwrap().expose(), format!("canary-b2c{policy}"));
    }
}

/// Older tenants of B2C have the policy in a query.
#[test]
fn dis_14_a_policy_in_a_query_stays_there() {
    let root = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0";
    let document = json!({
        "authorization_endpoint": format!("{root}/authorize?p=b2c_1_signin"),
        "token_endpoint": format!("{root}/token?p=b2c_1_signin"),
    });
    let mut world = World::with(public().authority(B2C).build().unwrap()).http(200, &document.to_string());
    let flow = world.begin();
    assert!(
        flow.auth_uri.starts_with(&format!("{root}/authorize?p=b2c_1_signin&client_id=")),
        "{}",
        flow.auth_uri
    );
    world = world.http(200, &tokens_of(&flow).to_string());
    world
        .call(|app| app.acquire_token_by_auth_code_flow(flow.clone(), came_back(&flow)).query("dc", "x"))
        .unwrap();
    assert_eq!(world.requests.last().unwrap().url, format!("{root}/token?p=b2c_1_signin&dc=x"));
}

#[test]
fn external_id() {
    let issuer = format!("https://{TENANT}.ciamlogin.com/{TENANT}/v2.0");
    let document = own_document(&issuer, &format!("{CIAM}/oauth2/v2.0"));
    let as_ciam = |answer: &mut Value| {
        let mut claims = read_claims(answer["id_token"].as_str().unwrap());
        claims["iss"] = json!(issuer);
        answer["id_token"] = json!(jwt(&claims));
    };
    let (world, account) = signs_in_and_out("https://contoso.ciamlogin.com", &document, as_ciam);
    assert_eq!(&*account.home_account_id, HOME_ACCOUNT_ID);
    assert_eq!((&*account.authority_type, account.realm.as_deref()), ("MSSTS", Some(TENANT)));
    assert_snapshot!(world.log);
}

#[test]
fn dsts() {
    let document = own_document(DSTS, &format!("{DSTS}/oauth2/v2.0"));
    let (world, account) = signs_in_and_out(DSTS, &document, |_| ());
    assert_eq!((&*account.authority_type, account.realm.as_deref()), ("MSSTS", Some(TENANT)));
    assert_eq!(account.environment.as_deref(), Some("a.dsts.example"));
    assert_snapshot!(world.log);
}

#[test]
fn what_the_token_endpoint_of_each_can_say() {
    for (authority, root) in [
        (ADFS, format!("{ADFS}/oauth2")),
        (B2C, format!("{B2C}/oauth2/v2.0")),
        (CIAM, format!("{CIAM}/oauth2/v2.0")),
        (DSTS, format!("{DSTS}/oauth2/v2.0")),
    ] {
        for (name, answer) in at_the_token_endpoint(&tokens(&claims())) {
            let mut world = World::with(public().authority(authority).build().unwrap());
            world = world.http(200, &own_document(authority, &root));
            let flow = world.begin();
            world = world.answer(answer);
            let error = world.finish(&flow, &came_back(&flow)).unwrap_err();
            assert!(!matches!(error, Error::Bug(_) | Error::Misuse(_)), "{authority}: {name}");
            assert_eq!(world.writes, 0, "{authority}: {name}");
        }
    }
}

/// Reason 10 of the oracle: ADFS understands RS256 and SHA-1 thumbprints alone.
#[test]
fn adfs_gets_assertions_that_it_understands() {
    let key = include_bytes!("../../../fixtures/keys/app-key.pem");
    let certificate = include_str!("../../../fixtures/keys/app-cert.pem");
    for (authority, root, algorithm, thumbprint) in [
        (ADFS, format!("{ADFS}/oauth2"), "RS256", "x5t"),
        (CIAM, format!("{CIAM}/oauth2/v2.0"), "PS256", "x5t#S256"),
        (B2C, format!("{B2C}/oauth2/v2.0"), "PS256", "x5t#S256"),
        (DSTS, format!("{DSTS}/oauth2/v2.0"), "PS256", "x5t#S256"),
    ] {
        let credential = CertificateCredential::builder(key).public_certificate(certificate).build().unwrap();
        let app = builder().authority(authority).client_credential(ClientCredential::certificate(credential));
        let mut world =
            World::of(app).http(200, &own_document(authority, &root)).http(200, TOKEN).http(200, TOKEN);
        world.token().unwrap();
        let header: Value = {
            use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
            let assertion = world.sent("client_assertion").unwrap();
            serde_json::from_slice(
                &BASE64_URL_SAFE_NO_PAD.decode(assertion.split('.').next().unwrap()).unwrap(),
            )
            .unwrap()
        };
        assert_eq!(header["alg"], algorithm, "{authority}");
        assert!(header[thumbprint].is_string(), "{authority}: {header}");
        // Microsoft's services do not mind to see it again.
        let first = world.sent("client_assertion").map(str::to_owned);
        world.call(|app| app.acquire_token_for_client(["other/.default"])).unwrap();
        assert_eq!(world.sent("client_assertion").map(str::to_owned), first);
    }
}
