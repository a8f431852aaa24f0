//! What user realm discovery and federation services say.

pub(crate) const REALM: &str = "https://login.microsoftonline.com/common/userrealm/ada@contoso.example";
pub(crate) const METADATA: &str = "https://adfs.contoso.example/adfs/services/trust/mex";
pub(crate) const ADDRESS_13: &str = "https://adfs.contoso.example/adfs/services/trust/13/usernamemixed";
pub(crate) const ADDRESS_2005: &str = "https://adfs.contoso.example/adfs/services/trust/2005/usernamemixed";
pub(crate) const TOKEN_ENDPOINT: &str =
    "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token";

pub(crate) const MANAGED: &str = r#"{"ver":"1.0","account_type":"Managed","domain_name":"contoso.example"}"#;
pub(crate) const FEDERATED: &str = r#"{"ver":"1.0","account_type":"Federated","federation_protocol":"WSTrust","federation_metadata_url":"https://adfs.contoso.example/adfs/services/trust/mex","federation_active_auth_url":"https://adfs.contoso.example/adfs/services/trust/2005/usernamemixed","cloud_audience_urn":"urn:federation:MicrosoftOnline"}"#;

/// As AD FS says it.
pub(crate) const BOTH: &str = include_str!("../../../fixtures/oracle/fixtures/xml/mex-both.xml");
pub(crate) const ONLY_2005: &str = include_str!("../../../fixtures/oracle/fixtures/xml/mex-2005.xml");
pub(crate) const NONE: &str = include_str!("../../../fixtures/oracle/fixtures/xml/mex-none.xml");

pub(crate) const ACTION_13: &str = "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue";
pub(crate) const ACTION_2005: &str = "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue";

pub(crate) const SAML_1_1: &str = "urn:oasis:names:tc:SAML:1.0:assertion";
pub(crate) const SAML_2_0: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const TRUST_13: &str = "http://docs.oasis-open.org/ws-sx/ws-trust/200512";

/// Signed, so not a character of it may change.
pub(crate) const ASSERTION: &str = "<saml:Assertion  AssertionID='canary-assertion' xmlns:saml=\"urn:oasis:names:tc:SAML:1.0:assertion\"\r\n ><saml:Subject>\u{e9}&#233;<![CDATA[&]]></saml:Subject ><!-- c --><x/></saml:Assertion>";

/// What issues this assertion.
pub(crate) fn issued(assertion: &str, token_type: &str) -> String {
    collection(&response_of(assertion, token_type))
}

pub(crate) fn response_of(assertion: &str, token_type: &str) -> String {
    format!(
        "<t:RequestSecurityTokenResponse><t:TokenType>{token_type}</t:TokenType>\
         <t:RequestedSecurityToken>{assertion}</t:RequestedSecurityToken></t:RequestSecurityTokenResponse>"
    )
}

pub(crate) fn collection(responses: &str) -> String {
    envelope(&format!(
        "<t:RequestSecurityTokenResponseCollection xmlns:t=\"{TRUST_13}\">{responses}\
         </t:RequestSecurityTokenResponseCollection>"
    ))
}

pub(crate) fn envelope(body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body>{body}</s:Body></s:Envelope>"
    )
}

/// A fault with these, of which either may be left out.
pub(crate) fn fault(code: Option<&str>, reason: Option<&str>) -> String {
    let subcode = |code| format!("<s:Subcode><s:Value>a:{code}</s:Value></s:Subcode>");
    let text = |reason| format!("<s:Reason><s:Text xml:lang='en'>{reason}</s:Text></s:Reason>");
    let subcode = code.map(subcode).unwrap_or_default();
    let reason = reason.map(text).unwrap_or_default();
    envelope(&format!("<s:Fault><s:Code><s:Value>s:Sender</s:Value>{subcode}</s:Code>{reason}</s:Fault>"))
}
