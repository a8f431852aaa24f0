//! Which endpoints an authority may have, and which it has by convention.
use super::trust::{are_for_customers, is_customers_host};
use super::url::{AuthorityUrl, CONSUMERS};
use super::{AuthorityKind, TenantDocument, clouds, strict_https};
use alloc::{borrow::ToOwned, format, string::String};
use url::Url;

impl AuthorityUrl {
    /// Checks an endpoint of this authority's documents: it is on a host that was asked, on one of that host's cloud,
    /// or on one for which the program vouches. That of a provider under a name of one's own may be where External ID
    /// and B2C are, and that of Entra or B2C under such a name at any cloud.
    pub(crate) fn check_endpoint(&self, asked: &Url, text: &str) -> Result<Url, &'static str> {
        let url = strict_https(text)?;
        let (own, trust) = (self.url(), self.trust());
        let same_origin = |other: &Url| url.host_str() == other.host_str() && url.port() == other.port();
        let is_theirs = same_origin(own) || same_origin(asked);
        let is_their_cloud = || trust.is_same_cloud(own, &url) || trust.is_same_cloud(asked, &url);
        let is_microsofts = || match self.kind() {
            AuthorityKind::Entra => !trust.is_of_a_cloud(own) && trust.is_of_a_cloud(&url),
            AuthorityKind::B2c => {
                is_customers_host(&url) || !trust.is_of_a_cloud(own) && trust.is_of_a_cloud(&url)
            }
            AuthorityKind::Ciam => are_for_customers(own, &url),
            AuthorityKind::Oidc => is_customers_host(&url),
            AuthorityKind::Adfs | AuthorityKind::Dsts => false,
        };
        if is_theirs || is_their_cloud() || trust.knows(&url) || is_microsofts() {
            return Ok(url);
        }
        Err("is on another host than the authority")
    }

    /// Whether instance discovery may send us to this URL: on the authority's host or on any cloud's. Where there is
    /// none, the URL is on a host that an endpoint may have.
    pub(crate) fn check_discovery_endpoint(&self, text: &str) -> Result<Url, &'static str> {
        if self.kind() == AuthorityKind::Entra {
            let url = strict_https(text)?;
            if self.trust().is_of_a_cloud(&url) {
                return Ok(url);
            }
        }
        self.check_endpoint(self.url(), text)
    }

    /// Its document by convention, for a program that has nobody asked. None of a provider that has no convention.
    pub(crate) fn conventional_document(&self) -> Option<TenantDocument> {
        let kind = self.kind();
        let path = match kind {
            // Personal accounts have one tenant, which the service puts in the place of its name.
            AuthorityKind::Entra if self.tenant().eq_ignore_ascii_case("consumers") => CONSUMERS,
            AuthorityKind::Oidc => return None,
            _ => self.url().path().trim_matches('/'),
        };
        let host = &self.url()[url::Position::BeforeHost..url::Position::AfterPort];
        let root = format!("https://{host}/{path}");
        let endpoint = |last: &str| match kind {
            AuthorityKind::Adfs => format!("{root}/oauth2/{last}"),
            _ => format!("{root}/oauth2/v2.0/{last}"),
        };
        let issuer = match kind {
            AuthorityKind::Entra => {
                Some(format!("https://{}/{{tenantid}}/v2.0", clouds::representative(self.instance())))
            }
            AuthorityKind::Adfs => Some(root.clone()),
            _ => None,
        };
        let jwks_uri = match kind {
            AuthorityKind::Adfs => Some(format!("{root}/discovery/keys")),
            AuthorityKind::Dsts => None,
            _ => Some(format!("{root}/discovery/v2.0/keys")),
        };
        let tenant = match kind {
            AuthorityKind::Dsts => self.tenant(),
            _ => path.split('/').next().unwrap_or_default(),
        };
        Some(TenantDocument {
            authorization_endpoint: endpoint("authorize"),
            token_endpoint: endpoint("token"),
            device_authorization_endpoint: (kind != AuthorityKind::B2c).then(|| endpoint("devicecode")),
            tenant: realm(kind, tenant),
            issuer,
            jwks_uri,
            tells_issuer: false,
        })
    }
}

/// The service writes the name of an Entra tenant in lower case.
fn realm(kind: AuthorityKind, tenant: &str) -> String {
    if kind == AuthorityKind::Entra { tenant.to_ascii_lowercase() } else { tenant.to_owned() }
}
