//! A federation service's metadata (WS-MetadataExchange; a WSDL 1.1 document with WS-Policy attachments): where it takes
//! user names and passwords.
use super::xml::{self, child, children, text_of};
use super::{ADDRESSING, POLICY, UTILITY, Version};
use crate::authority::strict_https;
use crate::error::Violation;
use alloc::borrow::ToOwned;
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use roxmltree::Node;
use serde::{Deserialize, Serialize};

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const WSDL_SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
const SOAP_OVER_HTTP: &str = "http://schemas.xmlsoap.org/soap/http";

/// WS-SecurityPolicy: its namespace, and in what the user name token is.
const SECURITY_POLICIES: [(&str, &str); 2] = [
    ("http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702", "SignedEncryptedSupportingTokens"),
    ("http://schemas.xmlsoap.org/ws/2005/07/securitypolicy", "SignedSupportingTokens"),
];

/// Where to ask, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    /// https, as the service writes it.
    pub(crate) address: String,
    /// The SOAP action.
    pub(crate) action: String,
}

impl Endpoint {
    /// The one that user realm discovery names, if there is no metadata: its path tells the version.
    pub(crate) fn of_address(address: String) -> Option<Self> {
        let paths =
            [("/trust/2005/usernamemixed", Version::V2005), ("/trust/13/usernamemixed", Version::V13)];
        let (_, version) = paths.into_iter().find(|(path, _)| address.contains(path))?;
        Some(Self { address, action: version.action().to_owned() })
    }

    /// None if it speaks another protocol.
    pub(crate) fn version(&self) -> Option<Version> {
        Version::of_action(&self.action)
    }
}

/// The best endpoint: of WS-Trust 1.3, or else of 2005. None if none takes a user name and a password over https.
pub(crate) fn read_mex(document: &[u8]) -> Result<Option<Endpoint>, Violation> {
    let document = xml::parse(xml::text(document)?)?;
    let root = document.root_element();
    let policies: Vec<_> = SECURITY_POLICIES.into_iter().flat_map(|of| password_policies(root, of)).collect();
    let actions: BTreeMap<_, _> =
        children(root, WSDL, "binding").filter_map(|binding| action(binding, &policies)).collect();
    let ports = children(root, WSDL, "service").flat_map(|service| children(service, WSDL, "port"));
    let endpoint = |port: Node<'_, '_>| {
        let binding = port.attribute("binding")?;
        let action = actions.get(binding.rsplit(':').next()?)?;
        let address = child(child(port, ADDRESSING, "EndpointReference")?, ADDRESSING, "Address")?;
        let address = text_of(address).filter(|text| strict_https(text).is_ok())?;
        Some(Endpoint { address: address.to_owned(), action: (*action).to_owned() })
    };
    Ok(ports.filter_map(endpoint).min_by_key(|endpoint| match endpoint.version() {
        Some(Version::V13) => 0,
        Some(Version::V2005) => 1,
        None => 2,
    }))
}

/// The ids of the policies that ask for a user name and a password and for nothing but TLS around them.
fn password_policies<'a>(
    root: Node<'a, '_>,
    (namespace, tokens): (&'static str, &'static str),
) -> Vec<&'a str> {
    let path = [
        (POLICY, "ExactlyOne"),
        (POLICY, "All"),
        (namespace, tokens),
        (POLICY, "Policy"),
        (namespace, "UsernameToken"),
        (POLICY, "Policy"),
        (namespace, "WssUsernameToken10"),
    ];
    let takes_passwords = |policy: &Node<'a, '_>| {
        let at_end = path.iter().fold(Vec::from([*policy]), |nodes, (namespace, name)| {
            nodes.into_iter().flat_map(|node| children(node, namespace, name)).collect()
        });
        let has_transport =
            policy.descendants().any(|node| node.has_tag_name((namespace, "TransportBinding")));
        !at_end.is_empty() && has_transport
    };
    let policies = children(root, POLICY, "Policy").filter(takes_passwords);
    policies.filter_map(|policy| policy.attribute((UTILITY, "Id"))).collect()
}

/// The name and the SOAP action of a binding of SOAP 1.2 over HTTP with one of these policies.
fn action<'a>(binding: Node<'a, '_>, policies: &[&str]) -> Option<(&'a str, &'a str)> {
    if child(binding, WSDL_SOAP, "binding")?.attribute("transport") != Some(SOAP_OVER_HTTP) {
        return None;
    }
    let operation = child(child(binding, WSDL, "operation")?, WSDL_SOAP, "operation")?;
    let policy = children(binding, POLICY, "PolicyReference").last()?.attribute("URI")?.strip_prefix('#')?;
    policies.contains(&policy).then_some((binding.attribute("name")?, operation.attribute("soapAction")?))
}
