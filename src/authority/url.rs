//! The authority's address. The URL that is checked is the URL that is requested: both come out of one parser,
//! and what that parser would have to mend is refused.
use super::{AuthorityError, AuthorityKind, clouds};
use alloc::{borrow::ToOwned, format, string::String};
use core::cell::Cell;
use url::{Host, Url};

/// The longest URL, in bytes.
const LONGEST: usize = 2_048;

/// Suffixes of hosts that are another kind of service.
const B2C_SUFFIXES: [&str; 4] = [".b2clogin.com", ".b2clogin.cn", ".b2clogin.us", ".b2clogin.de"];

/// An address that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorityUrl {
    url: Url,
    instance: String,
    tenant: String,
}

impl AuthorityUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, AuthorityError> {
        let refused = |reason| AuthorityError::Url { reason };
        let url = strict_https(text).map_err(refused)?;
        let instance = match url.host() {
            Some(Host::Domain(host)) => host.to_owned(),
            _ => return Err(refused("has an IP address for a host")),
        };
        if instance.split('.').any(str::is_empty) {
            return Err(refused("has a host with an empty label"));
        }
        let mut segments = url.path_segments().ok_or(refused("has no tenant in its path"))?;
        let tenant = segments.next().unwrap_or_default().to_owned();
        let policy = segments.next().unwrap_or_default().to_ascii_lowercase();
        if instance.ends_with(".ciamlogin.com") {
            return Err(AuthorityError::Kind("CIAM"));
        }
        if B2C_SUFFIXES.iter().any(|suffix| instance.ends_with(suffix)) || policy.starts_with("b2c_") {
            return Err(AuthorityError::Kind("Azure AD B2C"));
        }
        if tenant.is_empty() {
            return Err(refused("has no tenant in its path"));
        }
        match tenant.to_ascii_lowercase().as_str() {
            "adfs" => return Err(AuthorityError::Kind("ADFS")),
            "dstsv2" => return Err(AuthorityError::Kind("dSTS")),
            _ => {}
        }
        if tenant.len() > 256 || !tenant.bytes().all(|c| c.is_ascii_alphanumeric() || b"-.".contains(&c)) {
            return Err(refused("has a tenant that is neither an id nor a domain"));
        }
        Ok(Self { instance, tenant, url })
    }

    /// The host, lower case, without its port.
    pub(crate) fn instance(&self) -> &str {
        &self.instance
    }

    pub(crate) fn kind(&self) -> AuthorityKind {
        AuthorityKind::Entra
    }

    /// As the program gave it.
    pub(crate) fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Whether the host is one of a cloud in the static table; on another port than 443 it is not.
    pub(crate) fn is_known(&self) -> bool {
        self.url.port().is_none() && !clouds::aliases(&self.instance).is_empty()
    }

    /// The realm of this authority's cache entries where no document is needed to know it: the tenant's id,
    /// `common` or `organizations`; in lower case, as the service writes it in its endpoints.
    pub(crate) fn realm(&self) -> Option<String> {
        let tenant = self.tenant.to_ascii_lowercase();
        let known = is_guid(&tenant) || matches!(tenant.as_str(), "common" | "organizations");
        known.then_some(tenant)
    }

    /// Where its discovery document is (OpenID Connect Discovery 1.0 section 4.1); keeps port and query.
    pub(crate) fn discovery_endpoint(&self) -> String {
        let mut url = self.url.clone();
        let path = format!("{}/v2.0/.well-known/openid-configuration", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url.into()
    }

    /// The address that instance discovery asks about; without port and query, as MSAL sends it.
    pub(crate) fn authorization_endpoint_to_validate(&self) -> String {
        format!("https://{}{}/oauth2/v2.0/authorize", self.instance, self.url.path().trim_end_matches('/'))
    }

    /// The address as it is used, for the fingerprint.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Checks an endpoint of this authority's documents: it is on a host that was asked, or on one of that
    /// host's cloud.
    pub(crate) fn check_endpoint(&self, asked: &Url, text: &str) -> Result<Url, &'static str> {
        let url = strict_https(text)?;
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

    /// Whether instance discovery may send us to this URL: on the authority's host or on any cloud's.
    pub(crate) fn check_discovery_endpoint(&self, text: &str) -> Result<Url, &'static str> {
        let url = strict_https(text)?;
        let own = url.host_str() == self.url.host_str() && url.port() == self.url.port();
        let cloud =
            url.port().is_none() && url.host_str().is_some_and(|host| !clouds::aliases(host).is_empty());
        if own || cloud { Ok(url) } else { Err("is on another host than the authority") }
    }
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
