//! The authority's address. The URL that is checked is the URL that is requested: both come out of one parser,
//! and what that parser would have to mend is refused.
use super::kind::{self, CIAM_SUFFIX};
use super::trust::is_customers_host;
use super::{AuthorityError, AuthorityKind, Trust, strict_https};
use alloc::borrow::{Cow, ToOwned};
use alloc::{format, string::String, sync::Arc, vec::Vec};
use url::{Host, Url};

/// The tenant of personal accounts.
pub(super) const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

const NO_TENANT: AuthorityError = AuthorityError::Url { reason: "has no tenant in its path" };

/// An address that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorityUrl {
    url: Url,
    instance: String,
    tenant: String,
    kind: AuthorityKind,
    /// Whether the issuer that its document names must be its own.
    checks_issuer: bool,
    trust: Arc<Trust>,
}

impl AuthorityUrl {
    /// An `authority`: its host and its path tell what kind of service it is.
    pub(crate) fn parse(text: &str, trust: Arc<Trust>) -> Result<Self, AuthorityError> {
        let (mut url, instance) = read(text, &trust)?;
        let path = url.path().trim_start_matches('/').to_owned();
        let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let kind = AuthorityKind::of(&instance, &segments);
        let tenant = match (kind, segments.as_slice()) {
            (AuthorityKind::Ciam, [""]) if url.path() == "/" => {
                let tenant = format!("{}.onmicrosoft.com", instance.trim_end_matches(CIAM_SUFFIX));
                url.set_path(&tenant);
                tenant
            }
            (AuthorityKind::Dsts, [_, tenant, ..]) => (*tenant).to_owned(),
            (AuthorityKind::Dsts, _) => return Err(NO_TENANT),
            (AuthorityKind::B2c, [_, tenant, _]) if kind::is_tfp(&segments) => (*tenant).to_owned(),
            _ if url.path().starts_with("//") => return Err(NO_TENANT),
            (_, [tenant, ..]) if !tenant.is_empty() => (*tenant).to_owned(),
            _ => return Err(NO_TENANT),
        };
        if !is_tenant(&tenant) {
            return Err(AuthorityError::Url { reason: "has a tenant that is neither an id nor a domain" });
        }
        let checks_issuer = kind == AuthorityKind::Dsts;
        Ok(Self { url, instance, tenant, kind, checks_issuer, trust })
    }

    /// An `oidc_authority`: the path is the provider's own, but for ADFS, which MSAL tells by it here too.
    pub(crate) fn parse_oidc(text: &str, trust: Arc<Trust>) -> Result<Self, AuthorityError> {
        let (url, instance) = read(text, &trust)?;
        let tenant = url.path_segments().and_then(|mut segments| segments.next()).unwrap_or_default();
        let tenant = tenant.to_owned();
        let kind = match tenant.to_ascii_lowercase().as_str() {
            "" => return Err(NO_TENANT),
            "adfs" => AuthorityKind::Adfs,
            _ => AuthorityKind::Oidc,
        };
        Ok(Self { url, instance, tenant, kind, checks_issuer: true, trust })
    }

    /// The same service under another address.
    pub(super) fn with_address(&self, text: &str) -> Result<Self, AuthorityError> {
        Self::parse(text, self.trust.clone())
    }

    /// The same service at another tenant of it.
    pub(crate) fn with_tenant(&self, tenant: &str) -> Result<Self, AuthorityError> {
        let refused = |reason| AuthorityError::Tenant { reason };
        if !self.kind.has_tenants() || self.is_oidc() {
            return Err(refused("is given, but only Microsoft Entra, External ID and dSTS have tenants"));
        }
        if !is_tenant(tenant) {
            return Err(refused("is neither an id nor a domain"));
        }
        let mut url = self.url.clone();
        match self.kind {
            AuthorityKind::Dsts => url.set_path(&format!("dstsv2/{tenant}")),
            _ => url.set_path(tenant),
        }
        Self::parse(url.as_str(), self.trust.clone())
    }

    /// The same tenant in another cloud.
    pub(crate) fn in_cloud(&self, instance: &str) -> Result<Self, AuthorityError> {
        let mut url = self.url.clone();
        let is_set = url.set_host(Some(instance)).is_ok() && url.set_port(None).is_ok();
        // What the parser would cut off or mend is no host.
        let is_host = url.host_str().is_some_and(|host| host.eq_ignore_ascii_case(instance));
        if !is_set || !is_host || self.kind != AuthorityKind::Entra || !self.trust.is_of_a_cloud(&url) {
            return Err(AuthorityError::InvalidInstance(instance.to_owned()));
        }
        Self::parse(url.as_str(), self.trust.clone())
    }

    /// Whether both are of one cloud.
    pub(crate) fn is_same_cloud(&self, other: &Self) -> bool {
        self.trust.is_same_cloud(&self.url, &other.url) || self.has_origin_of(&other.url)
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Whether it was given as an `oidc_authority`.
    fn is_oidc(&self) -> bool {
        self.checks_issuer && self.kind != AuthorityKind::Dsts
    }

    pub(super) fn checks_issuer(&self) -> bool {
        self.checks_issuer
    }

    /// Whether a word in the path alone says that it is of a kind that no cloud knows, and nobody vouches for its host.
    pub(crate) fn is_what_its_path_says(&self) -> bool {
        let is_by_path = matches!(self.kind, AuthorityKind::Adfs | AuthorityKind::B2c | AuthorityKind::Dsts);
        let is_microsofts = self.trust.is_of_a_cloud(&self.url) || is_customers_host(&self.url);
        is_by_path && !self.is_oidc() && !is_microsofts && !self.trust.knows(&self.url)
    }

    /// The host, lower case, without its port.
    pub(crate) fn instance(&self) -> &str {
        &self.instance
    }

    /// Under which host its cache entries are.
    pub(crate) fn environment(&self) -> &str {
        self.trust.environment(&self.instance)
    }

    pub(crate) fn kind(&self) -> AuthorityKind {
        self.kind
    }

    /// As the program gave it: mostly the first segment of the path.
    pub(crate) fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Whether it stands for any tenant.
    pub(crate) fn is_tenantless(&self) -> bool {
        let is = |name: &&str| self.tenant.eq_ignore_ascii_case(name);
        self.kind.has_tenants() && ["common", "organizations"].iter().any(is)
    }

    /// Whether a cloud has to be asked about the host: it is not one of the static table, on port 443. No cloud knows
    /// other providers.
    pub(crate) fn needs_validation(&self) -> bool {
        match self.kind {
            AuthorityKind::Entra => !self.trust.is_of_a_cloud(&self.url) && !self.trust.knows(&self.url),
            _ => false,
        }
    }

    /// The realm of this authority's cache entries where no document is needed to know it: the tenant's id,
    /// `common` or `organizations`; in lower case, as the service writes it in its endpoints. Of other kinds'
    /// endpoints nothing is known.
    pub(crate) fn realm(&self) -> Option<String> {
        match self.kind {
            AuthorityKind::Entra => {
                let tenant = self.tenant.to_ascii_lowercase();
                let known = is_guid(&tenant) || matches!(tenant.as_str(), "common" | "organizations");
                known.then_some(tenant)
            }
            _ => None,
        }
    }

    /// Where its discovery document is (OpenID Connect Discovery 1.0 section 4.1); keeps port and query.
    pub(crate) fn discovery_endpoint(&self) -> String {
        let version = self.kind.version();
        let mut url = self.url.clone();
        let path = format!("{}{version}/.well-known/openid-configuration", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url.into()
    }

    /// The address that instance discovery asks about; without port and query, as MSAL sends it.
    pub(crate) fn authorization_endpoint_to_validate(&self) -> String {
        format!("https://{}{}/oauth2/v2.0/authorize", self.instance, self.url.path().trim_end_matches('/'))
    }

    /// The address as it is used.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Tells it from others: the address as it is used, and as what.
    pub(crate) fn id(&self) -> Cow<'_, str> {
        if self.is_oidc() {
            Cow::Owned(format!("oidc {}", self.url))
        } else {
            Cow::Borrowed(self.url.as_str())
        }
    }

    /// Whether this URL has the authority's host and port.
    pub(super) fn has_origin_of(&self, url: &Url) -> bool {
        url.host_str() == self.url.host_str() && url.port() == self.url.port()
    }
}

/// What all kinds have in common. An IP address is for who names it among the known authorities.
fn read(text: &str, trust: &Trust) -> Result<(Url, String), AuthorityError> {
    let refused = |reason| AuthorityError::Url { reason };
    let url = strict_https(text).map_err(refused)?;
    let instance = match url.host() {
        Some(Host::Domain(host)) => host.to_owned(),
        Some(address) if trust.knows(&url) => format!("{address}"),
        _ => return Err(refused("has an IP address for a host")),
    };
    if instance.split('.').any(str::is_empty) {
        return Err(refused("has a host with an empty label"));
    }
    Ok((url, instance))
}

/// Whether it may be a tenant's id or domain.
fn is_tenant(text: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-.".contains(&c);
    !matches!(text, "" | "." | "..") && text.len() <= 256 && text.bytes().all(is_plain)
}

/// Eight, four, four, four and twelve hexadecimal digits.
pub(crate) fn is_guid(text: &str) -> bool {
    let mut lengths = [8, 4, 4, 4, 12].into_iter();
    let fits = |part: &str| {
        lengths.next() == Some(part.len()) && part.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    text.split('-').all(fits) && text.len() == 36
}
