//! Asking for a token (WS-Trust 1.3 section 4.1) with a user name and a password (WS-Security UsernameToken Profile 1.0).
use super::xml::{LONGEST_ESCAPE, push_escaped};
use super::{ADDRESSING, POLICY, SOAP, UTILITY, Version};
use crate::engine::UnixTime;
use crate::secret::Secret;
use alloc::{format, string::String};

pub(crate) use super::xml::is_xml;

/// WS-Security 1.0.
const SECURITY: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";

/// How long the request is good, in seconds.
const LIFETIME: u64 = 600;

/// What is asked for, and of whom.
pub(crate) struct SecurityTokenRequest<'a> {
    pub(crate) version: Version,
    /// The endpoint's address.
    pub(crate) address: &'a str,
    pub(crate) username: &'a str,
    pub(crate) password: &'a Secret,
    /// Whom the token is for.
    pub(crate) cloud_audience_urn: &'a str,
    /// A UUID, new for each request.
    pub(crate) message_id: &'a str,
    pub(crate) now: UnixTime,
}

impl SecurityTokenRequest<'_> {
    /// The SOAP envelope. Text must be such as XML can carry, see [`is_xml`].
    pub(crate) fn envelope(&self) -> Secret {
        let namespace = self.version.namespace();
        let (key_type, request_type) = match self.version {
            Version::V13 => (
                "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Bearer",
                "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue",
            ),
            Version::V2005 => (
                "http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey",
                "http://schemas.xmlsoap.org/ws/2005/02/trust/Issue",
            ),
        };
        let (created, expires) = (self.now.to_rfc3339(), self.now.saturating_add(LIFETIME).to_rfc3339());
        let head = format!(
            "<s:Envelope xmlns:s=\"{SOAP}\" xmlns:wsa=\"{ADDRESSING}\" xmlns:wsu=\"{UTILITY}\"><s:Header>\
             <wsa:Action s:mustUnderstand=\"1\">{}</wsa:Action>\
             <wsa:MessageID>urn:uuid:{}</wsa:MessageID>\
             <wsa:ReplyTo><wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address></wsa:ReplyTo>\
             <wsa:To s:mustUnderstand=\"1\">",
            self.version.action(),
            self.message_id,
        );
        let security = format!(
            "</wsa:To><wsse:Security s:mustUnderstand=\"1\" xmlns:wsse=\"{SECURITY}\">\
             <wsu:Timestamp wsu:Id=\"_0\"><wsu:Created>{created}</wsu:Created><wsu:Expires>{expires}</wsu:Expires>\
             </wsu:Timestamp><wsse:UsernameToken wsu:Id=\"ADALUsernameToken\"><wsse:Username>"
        );
        let body = format!(
            "</wsse:Password></wsse:UsernameToken></wsse:Security></s:Header><s:Body>\
             <wst:RequestSecurityToken xmlns:wst=\"{namespace}\"><wsp:AppliesTo xmlns:wsp=\"{POLICY}\">\
             <wsa:EndpointReference><wsa:Address>"
        );
        let end = format!(
            "</wsa:Address></wsa:EndpointReference></wsp:AppliesTo><wst:KeyType>{key_type}</wst:KeyType>\
             <wst:RequestType>{request_type}</wst:RequestType></wst:RequestSecurityToken></s:Body></s:Envelope>"
        );
        let parts = [
            (&*head, self.address),
            (&*security, self.username),
            ("</wsse:Username><wsse:Password>", self.password.expose()),
            (&*body, self.cloud_audience_urn),
        ];
        // Large enough from the start: to grow would leave the password behind.
        let room = |(markup, text): &(&str, &str)| markup.len() + text.len().saturating_mul(LONGEST_ESCAPE);
        let mut xml = String::with_capacity(parts.iter().map(room).sum::<usize>() + end.len());
        for (markup, text) in parts {
            xml.push_str(markup);
            push_escaped(&mut xml, text);
        }
        xml.push_str(&end);
        Secret::new(xml)
    }
}
