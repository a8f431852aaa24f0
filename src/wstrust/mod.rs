//! WS-Trust: how a federation service, such as AD FS, gives a SAML assertion for a person's user name and password. Plain
//! values; the flow is in `flows`.
mod error;
mod mex;
mod request;
mod response;
mod xml;

pub use error::{WsTrustError, WsTrustFault};
pub(crate) use mex::{Endpoint, read_mex};
pub(crate) use request::{SecurityTokenRequest, is_xml};
pub(crate) use response::{SecurityToken, read_response};

/// SOAP 1.2.
const SOAP: &str = "http://www.w3.org/2003/05/soap-envelope";
/// WS-Addressing 1.0.
const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";
/// WS-Policy 1.2.
const POLICY: &str = "http://schemas.xmlsoap.org/ws/2004/09/policy";
/// WS-Security 1.0, utilities.
const UTILITY: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/// The versions of WS-Trust that federation services speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// The OASIS standard, WS-Trust 1.3.
    V13,
    /// The submission of February 2005.
    V2005,
}

impl Version {
    const ALL: [Self; 2] = [Self::V13, Self::V2005];

    /// The namespace of its elements.
    fn namespace(self) -> &'static str {
        match self {
            Self::V13 => "http://docs.oasis-open.org/ws-sx/ws-trust/200512",
            Self::V2005 => "http://schemas.xmlsoap.org/ws/2005/02/trust",
        }
    }

    /// The SOAP action that asks for a token.
    pub(crate) fn action(self) -> &'static str {
        match self {
            Self::V13 => "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue",
            Self::V2005 => "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue",
        }
    }

    fn of_action(action: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.action() == action)
    }
}
