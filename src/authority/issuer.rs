//! Whether a provider's document is its own: OpenID Connect Discovery 1.0 section 4.3, as MSAL Python 1.39.0 does it, with
//! the hosts that a program knows, as MSAL JS.
use super::trust::{are_for_customers, is_customers_host};
use super::{AuthorityUrl, strict_https};
use alloc::string::String;
use url::Url;

/// Checks the issuer that a provider's document names. It is on the authority's host, on a region of it
/// (`us.login.contoso.example`), on a host of a Microsoft cloud or a region of one, where External ID and Azure AD B2C
/// are (a tenant there may have a name of its own), or on a host that the program knows. Strictly, Microsoft's hosts
/// count only where the authority is of the same cloud itself.
pub(super) fn check_issuer(authority: &AuthorityUrl, issuer: Option<&str>) -> Result<(), &'static str> {
    let issuer = issuer.ok_or("is missing or no string")?;
    // Entra's is a template, `https://login.microsoftonline.com/{tenantid}/v2.0`.
    let issuer = strict_https(&issuer.replace(['{', '}'], ""))?;
    let trust = authority.trust();
    let is_customers = match trust.strict_issuer {
        true => are_for_customers(authority.url(), &issuer),
        false => is_customers_host(&issuer),
    };
    let is_theirs = |url: &Url| match trust.strict_issuer {
        true => authority.has_origin_of(url) || trust.is_same_cloud(authority.url(), url),
        false => authority.has_origin_of(url) || trust.is_of_a_cloud(url),
    };
    let region_of = base(&issuer);
    if is_theirs(&issuer) || region_of.as_ref().is_some_and(is_theirs) || is_customers || trust.knows(&issuer)
    {
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
