//! The options that say where a client signs in, and whom it believes about that.
use super::{ClientApplicationBuilder, INSTANCE_DISCOVERY};
use crate::authority::{AuthorityError, AuthorityKind, AuthorityUrl, TenantDocument, Trust, strict_https};
use crate::error::Error;
use crate::json::JsonObject;
use alloc::string::{String, ToString};
use alloc::{borrow::ToOwned, sync::Arc, vec::Vec};

/// Where a program without an `authority` signs in.
const DEFAULT_AUTHORITY: &str = "https://login.microsoftonline.com/common";

/// As the program gave them.
pub(super) struct AuthorityOptions {
    authority: Option<String>,
    oidc_authority: Option<String>,
    known_authorities: Vec<String>,
    instance_metadata: Option<String>,
    authority_metadata: Option<String>,
    /// Where to ask; none if nobody is to be asked.
    instance_discovery: Option<String>,
    validate_authority: bool,
    tenant_discovery: bool,
    strict_issuer: bool,
    instance_aware: bool,
}

/// What is made of them.
pub(super) struct Place {
    pub(super) authority: AuthorityUrl,
    /// The authority's document, where nobody is to be asked for it.
    pub(super) document: Option<Arc<TenantDocument>>,
    pub(super) lookups: Lookups,
}

/// What is asked of others.
#[derive(Debug)]
pub(super) struct Lookups {
    /// Where a cloud is asked about the authority's host; none if nobody is.
    pub(super) instance: Option<String>,
    /// Whether a tenant's document is read.
    pub(super) tenant: bool,
    /// Whether the person may turn out to be of another cloud.
    pub(super) cloud_of_the_person: bool,
}

impl Default for AuthorityOptions {
    fn default() -> Self {
        Self {
            authority: None,
            oidc_authority: None,
            known_authorities: Vec::new(),
            instance_metadata: None,
            authority_metadata: None,
            instance_discovery: Some(INSTANCE_DISCOVERY.to_owned()),
            validate_authority: true,
            tenant_discovery: true,
            strict_issuer: false,
            instance_aware: false,
        }
    }
}

impl<C> ClientApplicationBuilder<C> {
    /// Where to sign in, as text or from an [`AuthorityBuilder`](crate::authority::AuthorityBuilder); without an
    /// authority it is `https://login.microsoftonline.com/common`.
    ///
    /// | service | authority |
    /// | --- | --- |
    /// | Microsoft Entra | `https://login.microsoftonline.com/{tenant}`; client credentials need a tenant's own id or domain |
    /// | External ID | `https://{name}.ciamlogin.com`, also with `/{tenant}`; under a name of one's own it is an [`oidc_authority`](Self::oidc_authority) |
    /// | Azure AD B2C | `https://{name}.b2clogin.com/{tenant}/{policy}`; on other hosts `/{tenant}/b2c_{…}` or `/tfp/{tenant}/{policy}` |
    /// | ADFS | `https://{host}/adfs` |
    /// | dSTS | `https://{host}/dstsv2/{tenant}` |
    ///
    /// An unknown host of Entra is looked up before it is used. No cloud knows the hosts of ADFS, dSTS and B2C under a name
    /// of one's own: the path alone makes them what they are. Take such an authority from your configuration, never from a
    /// message, or name the hosts that are yours with [`known_authorities`](Self::known_authorities).
    pub fn authority(mut self, authority: impl ToString) -> Self {
        self.authority.authority = Some(authority.to_string());
        self
    }

    /// Any other OpenID provider to sign in at, in place of an `authority`: an https URL with a path, without
    /// `/.well-known/openid-configuration`. So are tenants of External ID under a name of one's own. The issuer that the
    /// provider's document names, and its endpoints, must be at the same host, at one of Microsoft's, or at one of the
    /// [`known_authorities`](Self::known_authorities).
    pub fn oidc_authority(mut self, url: impl Into<String>) -> Self {
        self.authority.oidc_authority = Some(url.into());
        self
    }

    /// Hosts that are good because you say so, such as `login.contoso.com` or `login.contoso.com:8443`. No cloud is asked
    /// about them, and the endpoints and the issuer of an authority's document may be there: Google's, at
    /// `accounts.google.com`, are at `oauth2.googleapis.com` and `www.googleapis.com`.
    ///
    /// If you name any, name all: an authority of ADFS, dSTS, or of B2C under a name of one's own must then be one of them.
    pub fn known_authorities<S: Into<String>>(mut self, hosts: impl IntoIterator<Item = S>) -> Self {
        self.authority.known_authorities = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// Which clouds there are beside those that every client knows: the JSON text that instance discovery answers, with
    /// a list `metadata` of objects with `aliases`, `preferred_network` and `preferred_cache`. Nobody is asked then: a host
    /// that is neither there nor known otherwise is refused. Cache entries are under `preferred_cache`.
    pub fn instance_metadata(mut self, json: impl Into<String>) -> Self {
        self.authority.instance_metadata = Some(json.into());
        self
    }

    /// What the authority says of itself: the JSON text of its `/.well-known/openid-configuration`, which is then not asked
    /// for. It is checked as if it had been. Calls for another tenant still ask for that one's.
    pub fn authority_metadata(mut self, json: impl Into<String>) -> Self {
        self.authority.authority_metadata = Some(json.into());
        self
    }

    /// Whether a tenant's endpoints are looked up in its document; on by default. Off, they are those that each kind of
    /// authority has by convention, such as `https://{host}/{tenant}/oauth2/v2.0/token`, and no request but that for
    /// tokens is sent: for networks that let nothing else through. Other providers have no convention; give their
    /// [`authority_metadata`](Self::authority_metadata). The tenant of cache entries is then the one that the authority
    /// names: use its id, not a domain.
    pub fn tenant_discovery(mut self, on: bool) -> Self {
        self.authority.tenant_discovery = on;
        self
    }

    /// Whether an authority whose host is of no known cloud is looked up before it is used; on by default.
    pub fn validate_authority(mut self, on: bool) -> Self {
        self.authority.validate_authority = on;
        self
    }

    /// Whether a cloud is asked if it knows the authority's host; on by default. Off, any host is taken, as for
    /// a disconnected cloud.
    pub fn instance_discovery(mut self, on: bool) -> Self {
        self.authority.instance_discovery = on.then(|| INSTANCE_DISCOVERY.to_owned());
        self
    }

    /// The https URL at which a cloud is asked if it knows the authority's host.
    pub fn instance_discovery_endpoint(mut self, url: impl Into<String>) -> Self {
        self.authority.instance_discovery = Some(url.into());
        self
    }

    /// Whether the issuer in the document of an `oidc_authority` must be at the authority's own host, at a host of its own
    /// cloud, or at one of the [`known_authorities`](Self::known_authorities). Off by default, as in MSAL Python: then any
    /// host of any of Microsoft's clouds will do.
    pub fn strict_issuer(mut self, on: bool) -> Self {
        self.authority.strict_issuer = on;
        self
    }

    /// Whether a person may turn out to be of another of Microsoft's clouds (`instance_aware`), which the answer of their
    /// sign-in tells (`cloud_instance_host_name`). The code is then redeemed there, and the account is of that cloud, for
    /// silent calls too. Off by default; for authorities of Microsoft Entra such as `organizations`.
    pub fn instance_aware(mut self, on: bool) -> Self {
        self.authority.instance_aware = on;
        self
    }
}

impl AuthorityOptions {
    /// Checks all of it.
    pub(super) fn build(self) -> Result<Place, Error> {
        let refused = |(parameter, reason)| Error::InvalidParameter { parameter, reason };
        let trust =
            Trust::new(&self.known_authorities, self.instance_metadata.as_deref(), self.strict_issuer);
        let trust = Arc::new(trust.map_err(refused)?);
        let instance = self.instance_discovery.as_deref().map(strict_https).transpose();
        let instance = instance.map_err(|reason| refused(("instance_discovery_endpoint", reason)))?;
        let authority = match (self.authority.as_deref(), self.oidc_authority.as_deref()) {
            (Some(_), Some(_)) => {
                return Err(refused(("oidc_authority", "there is an authority too; give one of them")));
            }
            (None, Some(url)) => AuthorityUrl::parse_oidc(url, trust)?,
            (authority, None) => AuthorityUrl::parse(authority.unwrap_or(DEFAULT_AUTHORITY), trust)?,
        };
        if self.instance_aware && authority.kind() != AuthorityKind::Entra {
            return Err(refused(("instance_aware", "only Microsoft Entra has clouds")));
        }
        let trust = authority.trust();
        let is_validated = self.validate_authority && instance.is_some();
        if self.validate_authority && trust.names_hosts() && authority.is_what_its_path_says() {
            return Err(AuthorityError::UnknownAuthority(authority.instance().to_owned()).into());
        }
        let needs_validation = is_validated && authority.needs_validation();
        if needs_validation && (trust.has_clouds() || !self.tenant_discovery) {
            return Err(AuthorityError::InvalidInstance(authority.instance().to_owned()).into());
        }
        let document = match &self.authority_metadata {
            Some(json) => {
                let reason = "it must be the JSON text of an OpenID provider's configuration";
                let members = JsonObject::parse(json.as_bytes());
                let members = members.map_err(|_| refused(("authority_metadata", reason)))?;
                Some(TenantDocument::read(&authority, &authority.discovery_endpoint(), &members)?)
            }
            None if self.tenant_discovery => None,
            None => {
                let reason = "it cannot be off: give authority_metadata, for this provider has no convention";
                Some(authority.conventional_document().ok_or(refused(("tenant_discovery", reason)))?)
            }
        };
        let lookups = Lookups {
            instance: instance.filter(|_| needs_validation).map(String::from),
            tenant: self.tenant_discovery,
            cloud_of_the_person: self.instance_aware,
        };
        Ok(Place { document: document.map(Arc::new), lookups, authority })
    }
}
