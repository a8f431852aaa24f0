//! What a federation service answers: a token (WS-Trust 1.3 section 4.4), or a fault (SOAP 1.2 part 1 section 5.4).
use super::xml::{self, child, children, text_of};
use super::{SOAP, Version, WsTrustError, WsTrustFault};
use crate::encoding::base64url;
use crate::error::Violation;
use crate::secret::Secret;
use alloc::borrow::ToOwned;
use alloc::{boxed::Box, string::String, vec::Vec};
use roxmltree::Node;

/// The assertions of SAML 1.1 (its namespace says 1.0) and SAML 2.0.
const ASSERTIONS: [(&str, &str); 3] = [
    ("urn:oasis:names:tc:SAML:1.0:assertion", "Assertion"),
    ("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion"),
    ("urn:oasis:names:tc:SAML:2.0:assertion", "EncryptedAssertion"),
];

const SAML_1_1_BEARER: &str = "urn:ietf:params:oauth:grant-type:saml1_1-bearer";
/// RFC 7522 section 2.1.
const SAML_2_0_BEARER: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

/// A SAML assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SecurityToken {
    /// Character for character as it came: a signature is over it.
    pub(crate) assertion: Secret,
    pub(crate) token_type: String,
}

impl SecurityToken {
    /// The grant (RFC 7521 section 4.1) by which it is redeemed.
    pub(crate) fn grant_type(&self) -> Result<&'static str, WsTrustError> {
        match self.token_type.as_str() {
            "urn:oasis:names:tc:SAML:1.0:assertion"
            | "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1" => {
                Ok(SAML_1_1_BEARER)
            }
            "urn:oasis:names:tc:SAML:2.0:assertion"
            | "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0" => {
                Ok(SAML_2_0_BEARER)
            }
            _ => Err(WsTrustError::TokenType),
        }
    }

    /// As the token endpoint takes it (RFC 7522 section 2.1).
    pub(crate) fn encoded(&self) -> Secret {
        Secret::new(base64url(self.assertion.expose()))
    }
}

/// Reads an answer of any status, for services tell faults with several.
///
/// # Errors
/// The violation if it is no XML. Inside, the service's fault, or that there is no token.
pub(crate) fn read_response(
    http_status: u16,
    body: &[u8],
) -> Result<Result<SecurityToken, WsTrustError>, Violation> {
    let text = xml::text(body)?;
    let document = xml::parse(text)?;
    let root = Some(document.root_element()).filter(|root| root.has_tag_name((SOAP, "Envelope")));
    let body = root.and_then(|root| child(root, SOAP, "Body"));
    if let Some(fault) = body.and_then(|body| child(body, SOAP, "Fault")) {
        return Ok(Err(Box::new(read_fault(fault, http_status)).into()));
    }
    let is_success = (200..300).contains(&http_status);
    let token = body.filter(|_| is_success).and_then(|body| {
        Version::ALL.into_iter().find_map(|version| read_token(body, version.namespace(), text))
    });
    Ok(token.ok_or(WsTrustError::NoToken))
}

/// The first token of a body.
fn read_token(body: Node<'_, '_>, namespace: &'static str, text: &str) -> Option<SecurityToken> {
    let collections = children(body, namespace, "RequestSecurityTokenResponseCollection").chain([body]);
    let mut responses =
        collections.flat_map(|node| children(node, namespace, "RequestSecurityTokenResponse"));
    let response = responses.next()?;
    let token_type = text_of(child(response, namespace, "TokenType")?)?.to_owned();
    let requested = child(response, namespace, "RequestedSecurityToken")?;
    let is_assertion = |node: &Node<'_, '_>| ASSERTIONS.iter().any(|name| node.has_tag_name(*name));
    let is_blank = |node: &Node<'_, '_>| node.text().is_none_or(|text| text.trim().is_empty());
    let (elements, others): (Vec<_>, Vec<_>) = requested.children().partition(Node::is_element);
    let is_one = matches!(&elements[..], [element] if is_assertion(element));
    if !is_one || !others.iter().all(is_blank) {
        return None;
    }
    let range = requested.first_child()?.range().start..requested.last_child()?.range().end;
    Some(SecurityToken { assertion: Secret::new(text.get(range)?), token_type })
}

fn read_fault(fault: Node<'_, '_>, http_status: u16) -> WsTrustFault {
    let find = |path: &[&'static str]| {
        let node = path.iter().try_fold(fault, |node, name| child(node, SOAP, name))?;
        text_of(node).map(Secret::new)
    };
    WsTrustFault {
        code: find(&["Code", "Subcode", "Value"]),
        reason: find(&["Reason", "Text"]),
        http_status,
        retry_at: None,
    }
}
