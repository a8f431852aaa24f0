//! What a program signs in at: the address that it gives, and what the service says of itself there.
pub mod clouds;
mod document;
mod elsewhere;
mod endpoints;
mod issuer;
mod kind;
mod origins;
mod region;
mod strict_https;
mod trust;
mod url;

pub(crate) use self::document::{InstanceDocument, TenantDocument};
pub(crate) use self::elsewhere::Elsewhere;
pub(crate) use self::origins::answer_origins;
pub(crate) use self::region::is_region;
pub(crate) use self::strict_https::strict_https;
pub(crate) use self::trust::Trust;
pub(crate) use self::url::AuthorityUrl;
pub use kind::AuthorityKind;

use alloc::string::String;
use core::fmt::{self, Write};
use thiserror::Error as ThisError;

/// The public cloud.
pub const AZURE_PUBLIC: &str = "login.microsoftonline.com";
/// The cloud operated by 21Vianet in China.
pub const AZURE_CHINA: &str = "login.chinacloudapi.cn";
/// The cloud for the government of the United States.
pub const AZURE_US_GOVERNMENT: &str = "login.microsoftonline.us";

/// Puts an authority's address together: `AuthorityBuilder::new(AZURE_PUBLIC, "contoso.onmicrosoft.com")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityBuilder {
    instance: String,
    tenant: String,
}

impl AuthorityBuilder {
    /// From a host and a tenant's id or domain; slashes at their ends do not count.
    pub fn new(instance: &str, tenant: &str) -> Self {
        Self { instance: instance.trim_end_matches('/').into(), tenant: tenant.trim_matches('/').into() }
    }
}

impl fmt::Display for AuthorityBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("https://")?;
        write_part(f, &self.instance)?;
        f.write_char('/')?;
        write_part(f, &self.tenant)
    }
}

/// Keeps a part from becoming two, so that no tenant leads to another path or host: it is refused where the address
/// is read.
fn write_part(f: &mut fmt::Formatter<'_>, part: &str) -> fmt::Result {
    part.chars().try_for_each(|c| match c {
        '/' | '?' | '#' | '@' | '\\' | '%' => write!(f, "%{:02X}", u32::from(c)),
        _ => f.write_char(c),
    })
}

/// An authority that was resolved: its endpoints are those of its own discovery document
/// (OpenID Connect Discovery 1.0 section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authority {
    /// The host of the address the program gave, lower case; the `environment` of cache entries.
    pub instance: String,
    /// The tenant in the token endpoint, usually its id; the `realm` of cache entries.
    pub tenant: String,
    /// What kind of service it is.
    pub kind: AuthorityKind,
    /// Where a person signs in.
    pub authorization_endpoint: String,
    /// Where tokens are issued.
    pub token_endpoint: String,
    /// Where device codes are issued; none if the service has no device flow.
    pub device_authorization_endpoint: Option<String>,
    /// Where [`acquire_token_for_client`](crate::ConfidentialClientApplication::acquire_token_for_client) asks for tokens
    /// in place of the token endpoint; none for a client that uses no region.
    pub regional_token_endpoint: Option<String>,
}

impl Authority {
    /// Whether it is Active Directory Federation Services.
    pub fn is_adfs(&self) -> bool {
        self.kind.is_adfs()
    }
}

/// What is wrong with an authority.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum AuthorityError {
    /// The address cannot be one.
    #[error("the authority {reason}; give one such as https://login.microsoftonline.com/your-tenant")]
    Url {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The tenant of one call cannot be one.
    #[error("the tenant {reason}; give one such as contoso.onmicrosoft.com or its id")]
    Tenant {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The cloud does not know this host.
    #[error(
        "the authority's host {0} is not known to Microsoft; if it is yours, name it in known_authorities or switch instance_discovery off"
    )]
    InvalidInstance(String),
    /// The authority is not among the hosts that the program named, and no cloud knows such ones.
    #[error("the authority's host {0} is not among known_authorities; if it is yours, name it there")]
    UnknownAuthority(String),
    /// There is no discovery document: most often the tenant does not exist.
    #[error(
        "{host} answered the discovery of the tenant {tenant} with status {status}; is the tenant right?"
    )]
    Discovery {
        /// Who was asked.
        host: String,
        /// For which tenant.
        tenant: String,
        /// The HTTP status code.
        status: u16,
    },
    /// The discovery document says something that is refused.
    #[error("the discovery document's {member} {reason}")]
    Document {
        /// Which member.
        member: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
}
