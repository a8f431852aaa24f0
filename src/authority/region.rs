//! Azure regions: the same authority at a host of its own in each.
use super::strict_https;
use super::{AuthorityError, AuthorityUrl, TenantDocument, clouds};
use crate::json::JsonObject;
use alloc::{borrow::ToOwned, format, string::String};
use url::Url;

/// The regions of all hosts of the public cloud are under this one.
const PUBLIC_REGIONS: &str = "login.microsoft.com";

const NO_REGION_OF_IT: &str = "is in no region of the authority";

/// Whether it may be a region's name, such as `westus2`: a label of a host name (RFC 1035 section 2.3.1) in lower case, so
/// that no name leads to another host.
pub(crate) fn is_region(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= 63
        && name.bytes().all(is_inner)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
}

impl AuthorityUrl {
    /// Its host in this region. One that is a region's already stays as it is.
    fn regional_host(&self, region: &str) -> String {
        let host = self.instance();
        if host.split_once('.').is_some_and(|(_, rest)| !clouds::aliases(rest).is_empty()) {
            return host.to_owned();
        }
        let is_public = clouds::aliases(host).contains(&PUBLIC_REGIONS);
        format!("{region}.{}", if is_public { PUBLIC_REGIONS } else { host })
    }

    /// One of its endpoints at the region's host.
    pub(crate) fn regional_endpoint(&self, endpoint: &str, region: &str) -> Result<String, AuthorityError> {
        let mut url = strict_https(endpoint).map_err(refused)?;
        if !is_region(region) || url.set_host(Some(&self.regional_host(region))).is_err() {
            return Err(refused(NO_REGION_OF_IT));
        }
        Ok(url.into())
    }

    /// The same authority in a region, by this tenant.
    pub(crate) fn in_region(&self, region: &str, tenant: &str) -> Result<Self, AuthorityError> {
        let authority = self.with_tenant(tenant)?;
        let url = self.regional_endpoint(authority.as_str(), region)?;
        self.with_address(url.split('?').next().unwrap_or_default())
    }

    /// Checks an endpoint that is to be in a region of this authority, in whichever.
    pub(crate) fn check_regional_endpoint(&self, text: &str) -> Result<(), &'static str> {
        let url = strict_https(text)?;
        let region = url.host_str().and_then(|host| host.split_once('.')).map_or("", |(region, _)| region);
        let expected =
            self.regional_endpoint(self.as_str(), region).ok().and_then(|url| Url::parse(&url).ok());
        match expected {
            Some(expected) if expected.origin() == url.origin() => Ok(()),
            _ => Err(NO_REGION_OF_IT),
        }
    }
}

impl TenantDocument {
    /// Checks the document of a region, and reads it as that of the authority's own host.
    pub(crate) fn read_in_region(
        authority: &AuthorityUrl,
        regional: &AuthorityUrl,
        members: &JsonObject,
    ) -> Result<Self, AuthorityError> {
        let asked = strict_https(regional.as_str()).map_err(refused)?;
        let mut document = Self::read_at(authority, &asked, members)?;
        let endpoints = [&mut document.authorization_endpoint, &mut document.token_endpoint];
        for endpoint in endpoints.into_iter().chain(&mut document.device_authorization_endpoint) {
            let mut url = strict_https(endpoint).map_err(refused)?;
            if url.origin() == asked.origin() && url.set_host(Some(authority.instance())).is_ok() {
                *endpoint = url.into();
            }
        }
        Ok(document)
    }
}

fn refused(reason: &'static str) -> AuthorityError {
    AuthorityError::Document { member: "token_endpoint", reason }
}
