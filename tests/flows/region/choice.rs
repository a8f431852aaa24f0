//! Who says which region it is.
use super::*;
use msal_proto::{Error, PublicClientApplication, authority::AuthorityError};

const NAMED: fn() -> AzureRegion = || "westus2".into();

/// The region in the token request's host; none if it is the authority's own.
fn chosen(
    region: Option<AzureRegion>,
    environment: &'static [(&str, &str)],
) -> (Option<String>, Vec<Warning>) {
    let mut world = world(region, environment);
    let (url, warnings) = asked(&mut world);
    assert_eq!(world.requests.len(), 2, "the metadata service is not asked");
    let host = url.strip_prefix("https://").unwrap().split('/').next().unwrap();
    (host.strip_suffix(".login.microsoft.com").map(String::from), warnings)
}

#[test]
fn of_program_and_environment_the_program_prevails() {
    let off = AzureRegion::DisableMsalForceRegion;
    let none: Option<&str> = None;
    let force = &[("MSAL_FORCE_REGION", "eastus")];
    let runs_in = &[("REGION_NAME", "eastus")];
    let cases: [(_, &[(&str, &str)], _); 8] = [
        (None, &[], none),
        (None, force, Some("eastus")),
        (None, runs_in, none),
        (Some(NAMED()), &[], Some("westus2")),
        (Some(NAMED()), force, Some("westus2")),
        (Some(off.clone()), force, none),
        (Some(off), runs_in, none),
        (Some(AzureRegion::AttemptRegionDiscovery), runs_in, Some("eastus")),
    ];
    for (region, environment, expected) in cases {
        let (chosen, warnings) = chosen(region.clone(), environment);
        assert_eq!(chosen.as_deref(), expected, "{region:?} {environment:?}");
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}

#[test]
fn reg_01_region_name_is_trimmed_and_put_in_lower_case_and_must_then_be_a_name() {
    let detect = || Some(AzureRegion::AttemptRegionDiscovery);
    let good: [&'static [(&str, &str)]; 4] = [
        &[("REGION_NAME", "westus2")],
        &[("REGION_NAME", "WestUS2")],
        &[("REGION_NAME", " westus2\n")],
        &[("REGION_NAME", "w")],
    ];
    for environment in good {
        let (chosen, warnings) = chosen(detect(), environment);
        assert!(chosen.is_some() && warnings.is_empty(), "{environment:?}");
    }
    let longest = "a".repeat(63);
    assert_eq!(chosen(detect(), named(&longest)).0, Some(longest.clone()));
    let too_long = longest + "a";
    let bad = [
        "westus2.evil.com/",
        "a b",
        "West US 2",
        "a#b",
        "a@b",
        "a/b",
        "a:1",
        "a%2eb",
        "a\\b",
        "a.b",
        ".",
        "-a",
        "a-",
        "1a",
        "wéstus",
        "\u{212a}",
        "a\0",
        "a\r\nb",
        &too_long,
    ];
    for name in bad {
        let (chosen, warnings) = chosen(detect(), named(name));
        assert_eq!(chosen, None, "{name:?}");
        let [Warning::RegionNotDetected(reason)] = warnings[..] else { panic!("{name:?} {warnings:?}") };
        assert!(reason.contains("REGION_NAME"));
    }
}

/// `REGION_NAME` is this.
fn named(name: &str) -> &'static [(&'static str, &'static str)] {
    Vec::leak(vec![("REGION_NAME", &*String::leak(name.to_owned()))])
}

#[test]
fn reg_04_the_region_of_the_program_wins_and_another_by_the_environment_is_warned_of() {
    let differs =
        |detected: &str| Warning::RegionDiffers { configured: "westus2".into(), detected: detected.into() };
    let (region, warnings) = chosen(Some(NAMED()), &[("REGION_NAME", "EastUS")]);
    assert_eq!((region.as_deref(), warnings), (Some("westus2"), vec![differs("eastus")]));
    let force = &[("MSAL_FORCE_REGION", "westus2"), ("REGION_NAME", "eastus")];
    assert_eq!(chosen(None, force).1, vec![differs("eastus")]);
    for same in [named("westus2"), named(""), named("no name")] {
        assert!(chosen(Some(NAMED()), same).1.is_empty());
    }
}

#[test]
fn the_warning_is_beside_a_token_from_the_cache_too() {
    let mut world = world(NAMED(), &[("REGION_NAME", "eastus")]);
    let (_, warnings) = asked(&mut world);
    let again = world.token().unwrap();
    assert_eq!((again.token_source.as_str(), again.warnings), ("cache", warnings));
}

#[test]
fn reg_05_what_forces_a_region_must_name_one() {
    for name in ["", " ", "West US", "westus2.evil.com/", "WESTUS2", "westus2 ", "a_b"] {
        let builder = builder().azure_region(name);
        let Err(Error::InvalidParameter { parameter, .. }) = builder.build() else { panic!("{name:?}") };
        assert_eq!(parameter, "azure_region");

        let mut world = World::new();
        world.facts = HostFacts::new("linux", |own| (own == "MSAL_FORCE_REGION").then(|| name.to_owned()));
        let Err(Error::InvalidParameter { parameter, .. }) = world.token() else { panic!("{name:?}") };
        assert_eq!(parameter, "MSAL_FORCE_REGION");
        assert!(world.call(|app| app.resolve_authority()).is_err());
        assert!(world.requests.is_empty() && !world.log.contains("read cache"), "nobody was asked");
    }
}

#[test]
fn only_microsoft_entra_has_regions() {
    let confidential = || {
        let secret = msal_proto::ClientCredential::secret(CLIENT_SECRET).unwrap();
        let builder = msal_proto::ConfidentialClientApplication::builder(CLIENT_ID);
        builder.oidc_authority("https://login.example.com/tenant").client_credential(secret)
    };
    for region in [NAMED(), AzureRegion::AttemptRegionDiscovery] {
        let refused = confidential().azure_region(region).build().unwrap_err();
        assert!(matches!(refused, Error::InvalidParameter { parameter: "azure_region", .. }), "{refused}");
    }
    assert!(confidential().azure_region(AzureRegion::DisableMsalForceRegion).build().is_ok());

    // The environment is not of this client alone.
    let mut world = World::of(confidential());
    world.facts = HostFacts::new("linux", |name| (name == "MSAL_FORCE_REGION").then(|| "westus2".into()));
    world = world.http(
        200,
        r#"{"issuer":"https://login.example.com/tenant","authorization_endpoint":"https://login.example.com/a","token_endpoint":"https://login.example.com/t"}"#,
    );
    assert_eq!(asked(&mut world).0, "https://login.example.com/t");
}

#[test]
fn a_public_client_has_no_region() {
    let app = PublicClientApplication::builder(CLIENT_ID).authority(AUTHORITY).build().unwrap();
    let mut world = World::with(app).http(200, &document(AUTHORITY));
    world.facts = HostFacts::new("linux", |name| (name == "MSAL_FORCE_REGION").then(|| "no name".into()));
    let authority = world.call(|app| app.resolve_authority()).unwrap();
    assert_eq!(authority.regional_token_endpoint, None);
}

#[test]
fn a_stored_flow_whose_region_was_changed_sends_nothing_there() {
    use msal_proto::engine::{Host, Request, Step, Suspended};
    use msal_proto::flows::ClientCredentials;
    for (from, to) in [
        ("https://westus2.login.microsoft.com", "https://evil.example"),
        ("https://westus2.login.microsoft.com", "https://evil.example.login.microsoft.com"),
        ("https://westus2.login.microsoft.com", "https://westus2.login.microsoft.com:8443"),
        ("https://westus2.login.microsoft.com", "https://westus2.login.microsoft.com@evil.example"),
    ] {
        let mut world = world(NAMED(), &[]).http(200, TOKEN);
        world.call(|app| app.resolve_authority()).unwrap();
        let step = world.app.acquire_token_for_client([GRAPH]).start(&mut world.env());
        let Step::CacheRead(pending) = step else { panic!() };
        let step = pending.resume(&mut world.env(), Ok(Default::default()));
        let Step::HttpRequest(_) = &step else { panic!() };
        let stored = serde_json::to_string(&step.suspend().unwrap()).unwrap();
        let changed = stored.replace(from, to);
        assert_ne!(changed, stored);
        let flow: Suspended<ClientCredentials> = serde_json::from_str(&changed).unwrap();
        let Step::Done(Err(error)) = flow.wake(&mut world.env()).unwrap() else { panic!("{to}") };
        let Error::Authority(AuthorityError::Document { member, .. }) = error else { panic!("{error}") };
        assert_eq!(member, "token_endpoint");
    }
}
