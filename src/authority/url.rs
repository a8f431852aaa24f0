//! The authority's address. The URL that is checked is the URL that is requested: both come out of one parser,
//! and what that parser would have to mend is refused.
use super::{AuthorityError, AuthorityKind, clouds};
use alloc::borrow::{Cow, ToOwned};
use alloc::{format, string::String};
use core::cell::Cell;
use url::{Host, Url};

/// The longest URL, in bytes.
const LONGEST: usize = 2_048;

/// Suffixes of hosts that are another kind of service: Azure AD B2C and External ID (CIAM).
const B2C_SUFFIXES: [&str; 4] = [".b2clogin.com", ".b2clogin.cn", ".b2clogin.us", ".b2clogin.de"];
const CIAM_SUFFIX: &str = ".ciamlogin.com";

const NO_TENANT: AuthorityError = AuthorityError::Url { reason: "has no tenant in its path" };

/// An address that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorityUrl {
    url: Url,
    instance: String,
    tenant: String,
    kind: AuthorityKind,
}

impl AuthorityUrl {
    /// An `authority`: its host and its path tell what kind of service it is.
    pub(crate) fn parse(text: &str) -> Result<Self, AuthorityError> {
        let authority = Self::read(text, AuthorityKind::Entra)?;
        let Self { url, instance, tenant, .. } = &authority;
        let policy = url.path_segments().and_then(|mut segments| segments.nth(1)).unwrap_or_default();
        if instance.ends_with(CIAM_SUFFIX) {
            return Err(AuthorityError::Kind("CIAM"));
        }
        if is_b2c(instance) || policy.to_ascii_lowercase().starts_with("b2c_") {
            return Err(AuthorityError::Kind("Azure AD B2C"));
        }
        if tenant.is_empty() {
            return Err(NO_TENANT);
        }
        match tenant.to_ascii_lowercase().as_str() {
            "adfs" => return Err(AuthorityError::Kind("ADFS")),
            "dstsv2" => return Err(AuthorityError::Kind("dSTS")),
            _ => {}
        }
        if !is_tenant(tenant) {
            return Err(AuthorityError::Url { reason: "has a tenant that is neither an id nor a domain" });
        }
        Ok(authority)
    }

    /// An `oidc_authority`: the path is the provider's own, but for ADFS, which MSAL tells by it here too.
    pub(crate) fn parse_oidc(text: &str) -> Result<Self, AuthorityError> {
        let authority = Self::read(text, AuthorityKind::Oidc)?;
        match authority.tenant.to_ascii_lowercase().as_str() {
            "" => Err(NO_TENANT),
            "adfs" => Err(AuthorityError::Kind("ADFS")),
            _ => Ok(authority),
        }
    }

    /// The same service at another tenant of it.
    pub(crate) fn with_tenant(&self, tenant: &str) -> Result<Self, AuthorityError> {
        let refused = |reason| AuthorityError::Tenant { reason };
        if self.kind != AuthorityKind::Entra {
            return Err(refused("is given, but only Microsoft Entra has tenants"));
        }
        if !is_tenant(tenant) {
            return Err(refused("is neither an id nor a domain"));
        }
        let mut url = self.url.clone();
        url.set_path(tenant);
        Self::parse(url.as_str())
    }

    /// What all kinds have in common.
    fn read(text: &str, kind: AuthorityKind) -> Result<Self, AuthorityError> {
        let refused = |reason| AuthorityError::Url { reason };
        let url = strict_https(text).map_err(refused)?;
        let instance = match url.host() {
            Some(Host::Domain(host)) => host.to_owned(),
            _ => return Err(refused("has an IP address for a host")),
        };
        if instance.split('.').any(str::is_empty) {
            return Err(refused("has a host with an empty label"));
        }
        let tenant = url.path_segments().and_then(|mut segments| segments.next()).unwrap_or_default();
        Ok(Self { instance, tenant: tenant.to_owned(), url, kind })
    }

    /// The host, lower case, without its port.
    pub(crate) fn instance(&self) -> &str {
        &self.instance
    }

    pub(crate) fn kind(&self) -> AuthorityKind {
        self.kind
    }

    /// As the program gave it; the first segment of the path.
    pub(crate) fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Whether a cloud has to be asked about the host: it is not one of the static table, on port 443. No cloud knows
    /// other providers.
    pub(crate) fn needs_validation(&self) -> bool {
        match self.kind {
            AuthorityKind::Entra => !is_of_a_cloud(&self.url),
            AuthorityKind::Oidc => false,
        }
    }

    /// The realm of this authority's cache entries where no document is needed to know it: the tenant's id,
    /// `common` or `organizations`; in lower case, as the service writes it in its endpoints. Of another provider's
    /// endpoints nothing is known.
    pub(crate) fn realm(&self) -> Option<String> {
        match self.kind {
            AuthorityKind::Oidc => None,
            AuthorityKind::Entra => {
                let tenant = self.tenant.to_ascii_lowercase();
                let known = is_guid(&tenant) || matches!(tenant.as_str(), "common" | "organizations");
                known.then_some(tenant)
            }
        }
    }

    /// Where its discovery document is (OpenID Connect Discovery 1.0 section 4.1); keeps port and query.
    pub(crate) fn discovery_endpoint(&self) -> String {
        let version = match self.kind {
            AuthorityKind::Entra => "/v2.0",
            AuthorityKind::Oidc => "",
        };
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
        match self.kind {
            AuthorityKind::Entra => Cow::Borrowed(self.url.as_str()),
            AuthorityKind::Oidc => Cow::Owned(format!("oidc {}", self.url)),
        }
    }

    /// Whether this URL has the authority's host and port.
    pub(super) fn has_origin_of(&self, url: &Url) -> bool {
        url.host_str() == self.url.host_str() && url.port() == self.url.port()
    }

    /// Checks an endpoint of this authority's documents: it is on a host that was asked, or on one of that
    /// host's cloud. That of a provider under a name of one's own may be where External ID and B2C are.
    pub(crate) fn check_endpoint(&self, asked: &Url, text: &str) -> Result<Url, &'static str> {
        let url = strict_https(text)?;
        if self.kind == AuthorityKind::Oidc && is_for_customers(&url) {
            return Ok(url);
        }
        let same_origin = |other: &Url| url.host_str() == other.host_str() && url.port() == other.port();
        let cloud = |other: &Url| {
            let aliases = clouds::aliases(other.host_str().unwrap_or_default());
            url.port().is_none() && url.host_str().is_some_and(|host| aliases.contains(&host))
        };
        if same_origin(&self.url) || same_origin(asked) || cloud(&self.url) || cloud(asked) {
            return Ok(url);
        }
        Err("is on another host than the authority")
    }

    /// Whether instance discovery may send us to this URL: on the authority's host or on any cloud's. Where there is
    /// none, the URL is on a host that an endpoint may have.
    pub(crate) fn check_discovery_endpoint(&self, text: &str) -> Result<Url, &'static str> {
        if self.kind == AuthorityKind::Oidc {
            return self.check_endpoint(&self.url, text);
        }
        let url = strict_https(text)?;
        if self.has_origin_of(&url) || is_of_a_cloud(&url) {
            Ok(url)
        } else {
            Err("is on another host than the authority")
        }
    }
}

/// Whether the host is one of the static table, on port 443.
pub(super) fn is_of_a_cloud(url: &Url) -> bool {
    url.port().is_none() && !clouds::aliases(url.host_str().unwrap_or_default()).is_empty()
}

/// Whether it may be a tenant's id or domain.
fn is_tenant(text: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-.".contains(&c);
    !matches!(text, "" | "." | "..") && text.len() <= 256 && text.bytes().all(is_plain)
}

fn is_b2c(host: &str) -> bool {
    B2C_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}

/// Whether it is at a host that Microsoft runs for the customers of others, Azure AD B2C or External ID.
pub(super) fn is_for_customers(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    url.port().is_none() && (is_b2c(host) || host.ends_with(CIAM_SUFFIX))
}

/// An https URL in which the parser had nothing to mend and nobody hides: no user info, fragment, backslash, control
/// character or white space. Request what comes out, not the text: the parser's host is the one that was checked.
pub(crate) fn strict_https(text: &str) -> Result<Url, &'static str> {
    if text.len() > LONGEST {
        return Err("is over 2048 bytes long");
    }
    let mended = Cell::new(false);
    let note = |_| mended.set(true);
    let parsed = Url::options().syntax_violation_callback(Some(&note)).parse(text);
    let url = parsed.map_err(|_| "is not a URL")?;
    if url.scheme() != "https" {
        return Err("is not an https URL");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has user information in it");
    }
    if url.fragment().is_some() {
        return Err("has a fragment");
    }
    if mended.get() || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(
            "is not a clean URL: a backslash, white space, a control or another character has no place in it",
        );
    }
    Ok(url)
}

/// Eight, four, four, four and twelve hexadecimal digits.
pub(crate) fn is_guid(text: &str) -> bool {
    let mut lengths = [8, 4, 4, 4, 12].into_iter();
    let fits = |part: &str| {
        lengths.next() == Some(part.len()) && part.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    text.split('-').all(fits) && text.len() == 36
}
