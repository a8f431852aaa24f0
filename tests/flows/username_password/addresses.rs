//! A federation service's metadata: which address is taken, and that none is without TLS.
use super::*;
use msal_proto::WsTrustError;

/// The address that the password was sent to.
fn chosen(metadata: &str) -> Result<String, Error> {
    let mut world = federated(metadata).http(500, &fault(Some("FailedAuthentication"), None));
    match world.password() {
        Err(Error::WsTrust(WsTrustError::Fault(_))) => Ok(world.asked()[2].to_owned()),
        Err(error) => {
            assert_eq!(world.asked(), [REALM, METADATA]);
            Err(error)
        }
        Ok(_) => panic!("a fault is no token"),
    }
}

fn no_endpoint(metadata: &str) -> bool {
    chosen(metadata) == Err(Error::WsTrust(WsTrustError::NoEndpoint))
}

#[test]
fn wst_06_names_are_matched_by_their_namespaces() {
    let prefixes =
        [("wsdl", "w"), ("sp", "q"), ("sp2005", "sp"), ("wsa10", "b"), ("wsp", "wsdl"), ("wsu", "u")];
    let renamed = prefixes.into_iter().fold(BOTH.to_owned(), |text, (old, new)| {
        let start =
            |text: String, before: &str| text.replace(&format!("{before}{old}:"), &format!("{before}{new}:"));
        let text = start(start(start(text, "<"), "</"), " ");
        text.replace(&format!("xmlns:{old}="), &format!("xmlns:{new}="))
    });
    assert_eq!(chosen(&renamed).unwrap(), ADDRESS_13);
    let default = BOTH.replace("wsdl:", "").replace("xmlns:wsdl=", "xmlns=");
    assert_eq!(chosen(&default).unwrap(), ADDRESS_13);
    // A prefix may be bound anew further in.
    let rebound = BOTH.replace("<wsdl:service ", "<z:service xmlns:z='http://schemas.xmlsoap.org/wsdl/' ");
    let rebound = rebound.replace("</wsdl:service>", "</z:service>");
    assert_eq!(chosen(&rebound).unwrap(), ADDRESS_13);
}

#[test]
fn wst_07_the_same_names_in_another_namespace_do_not_count() {
    for namespace in [
        "http://schemas.xmlsoap.org/wsdl/\"",
        "http://schemas.xmlsoap.org/wsdl/soap12/\"",
        "http://schemas.xmlsoap.org/ws/2004/09/policy\"",
        "http://www.w3.org/2005/08/addressing\"",
        "oasis-200401-wss-wssecurity-utility-1.0.xsd\"",
    ] {
        let other = BOTH.replace(namespace, &namespace.replace('"', "x\""));
        assert_ne!(other, BOTH);
        assert!(no_endpoint(&other), "{namespace}");
    }
    // Of each version's policy alone.
    let other = BOTH.replace("ws-securitypolicy/200702\"", "ws-securitypolicy/200702x\"");
    assert_eq!(chosen(&other).unwrap(), ADDRESS_2005);
}

#[test]
fn wst_08_only_https_addresses_are_taken() {
    let with =
        |address: &str| BOTH.replace(&format!("Address>{ADDRESS_13}<"), &format!("Address>{address}<"));
    for (address, wanted) in [
        ("http://adfs.contoso.example/13", ADDRESS_2005),
        ("HTTP://adfs.contoso.example/13", ADDRESS_2005),
        ("https://user:canary@adfs.contoso.example/13", ADDRESS_2005),
        ("https://adfs.contoso.example\\@evil.example/13", ADDRESS_2005),
        ("https://adfs.contoso.example/1 3", ADDRESS_2005),
        ("https://adfs.contoso.example/13#f", ADDRESS_2005),
        ("ftp://adfs.contoso.example/", ADDRESS_2005),
        ("", ADDRESS_2005),
        ("HTTPS://ADFS.contoso.example/13", "https://adfs.contoso.example/13"),
        ("\n  https://sts.example:444/13\n ", "https://sts.example:444/13"),
    ] {
        assert_eq!(chosen(&with(address)).unwrap(), wanted, "{address}");
    }
    let http = include_str!("../../../fixtures/oracle/fixtures/xml/mex-http-address.xml");
    assert!(no_endpoint(http));
}

#[test]
fn wst_09_no_password_is_used_for_a_realm_without_tls() {
    let realms = [
        ("federation_metadata_url", "http://adfs.contoso.example/mex"),
        ("federation_metadata_url", "https://user:canary@adfs.contoso.example/mex"),
        ("federation_metadata_url", "adfs.contoso.example/mex"),
        ("federation_active_auth_url", "http://adfs.contoso.example/adfs/services/trust/13/usernamemixed"),
        ("federation_active_auth_url", "https://a\tb/adfs/services/trust/13/usernamemixed"),
    ];
    for (wanted, address) in realms {
        let realm = serde_json::json!({"account_type": "Federated", wanted: address});
        let mut world = World::public().http(200, &realm.to_string());
        let error = world.password().unwrap_err();
        let Error::WsTrust(WsTrustError::Address { member, .. }) = error else { panic!("{error}") };
        assert_eq!((member, world.asked()), (wanted, vec![REALM]));
        // Nor is it remembered.
        world = world.http(200, MANAGED).http(200, &tokens(&claims()).to_string());
        world.password().unwrap();
    }
}

#[test]
fn wst_10_version_1_3_is_preferred_and_none_is_told() {
    assert_eq!(chosen(BOTH).unwrap(), ADDRESS_13);
    assert_eq!(chosen(ONLY_2005).unwrap(), ADDRESS_2005);
    assert!(no_endpoint(NONE));
    // For a day it is known without asking.
    let mut world = federated(NONE);
    for _ in 0..2 {
        assert_eq!(world.password().unwrap_err(), Error::WsTrust(WsTrustError::NoEndpoint));
    }
    assert_eq!(world.asked(), [REALM, METADATA]);
    let error = chosen(NONE).unwrap_err();
    assert!(error.to_string().contains("sign in interactively"), "{error}");
    // An action of another protocol is none that we speak.
    let other = BOTH.replace(ACTION_13, "urn:other").replace(ACTION_2005, "urn:other");
    assert!(no_endpoint(&other));
    let other = BOTH.replace(ACTION_13, "urn:other");
    assert_eq!(chosen(&other).unwrap(), ADDRESS_2005);
}

#[test]
fn wst_11_what_lacks_a_part_is_passed_by() {
    let parts = [
        " transport=\"http://schemas.xmlsoap.org/soap/http\"",
        "<soap12:binding transport=\"http://schemas.xmlsoap.org/soap/http\"/>",
        "<wsp:PolicyReference URI=\"#P13\"/>",
        "<wsp:PolicyReference URI=\"#P2005\"/>",
        " binding=\"tns:B_13\"",
        " name=\"B_13\"",
        " wsu:Id=\"P13\"",
        "<sp:TransportBinding><wsp:Policy><sp:TransportToken/></wsp:Policy></sp:TransportBinding>",
        "<sp:WssUsernameToken10/>",
        " soapAction=\"http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue\"",
    ];
    for part in parts {
        let without = BOTH.replace(part, "");
        assert_ne!(without, BOTH);
        let end = chosen(&without);
        let fits = match &end {
            Ok(address) => address == ADDRESS_2005 || (address == ADDRESS_13 && part.contains("2005")),
            Err(error) => *error == Error::WsTrust(WsTrustError::NoEndpoint) && part.contains("transport"),
        };
        assert!(fits, "{part}: {end:?}");
    }
    let no_operation = BOTH.replace("<wsdl:operation name=\"TrustAsync\">", "<wsdl:operation2>");
    let no_operation = no_operation.replace("</wsdl:operation>", "</wsdl:operation2>");
    assert!(no_endpoint(&no_operation));
}
