//! Whether a provider's document is its own: OpenID Connect Discovery 1.0 section 4.3, as MSAL Python 1.39.0 does it.
use super::AuthorityUrl;
use super::url::{is_for_customers, is_of_a_cloud, strict_https};
use alloc::string::String;
use url::Url;

/// Checks the issuer that the document of an `oidc_authority` names. It is on the authority's host, on a region of it
/// (`us.login.contoso.example`), on a host of a Microsoft cloud or a region of one, or where External ID and
/// Azure AD B2C are: a tenant there may have a name of its own.
pub(super) fn check_issuer(authority: &AuthorityUrl, issuer: Option<&str>) -> Result<(), &'static str> {
    let issuer = issuer.ok_or("is missing or no string")?;
    // Entra's is a template, `https://login.microsoftonline.com/{tenantid}/v2.0`.
    let issuer = strict_https(&issuer.replace(['{', '}'], ""))?;
    let region_of = base(&issuer);
    let is_own = |url: &Url| authority.has_origin_of(url);
    let accepts = |url: &Url| is_own(url) || is_of_a_cloud(url);
    if accepts(&issuer) || region_of.as_ref().is_some_and(accepts) || is_for_customers(&issuer) {
        return Ok(());
    }
    Err("is of another host than the authority")
}

/// The same without the first label of its host.
fn base(issuer: &Url) -> Option<Url> {
    let host = String::from(issuer.host_str()?.split_once('.')?.1);
    let mut base = issuer.clone();
    base.set_host(Some(&host)).ok()?;
    Some(base)
}
