//! Which hosts a program vouches for, beside those of the static table.
use super::kind::is_for_customers;
use super::{clouds, strict_https};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use serde::Deserialize;
use url::Url;

/// The most clouds in instance metadata, and the most hosts of one.
const MOST_CLOUDS: usize = 64;
const MOST_ALIASES: usize = 32;

/// What a program says of hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trust {
    /// Hosts of its own choice, as origins: on port 443 unless they name another.
    known_authorities: Vec<String>,
    /// Clouds that the static table lacks.
    clouds: Vec<Cloud>,
    /// Whether a provider's issuer must be of its own cloud.
    pub(crate) strict_issuer: bool,
    id: String,
}

/// Hosts that mean the same authority.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cloud {
    aliases: Vec<String>,
    preferred_cache: String,
}

/// The answer of instance discovery, MSAL's `metadata`.
#[derive(Deserialize)]
struct InstanceMetadata {
    metadata: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    preferred_network: String,
    preferred_cache: String,
    aliases: Vec<String>,
}

impl Trust {
    pub(crate) fn new(
        known_authorities: &[String],
        instance_metadata: Option<&str>,
        strict_issuer: bool,
    ) -> Result<Self, (&'static str, &'static str)> {
        let reason = "each must be a host, or a host and a port, such as login.contoso.com";
        let origin = |host: &String| Some(origin_of(host)?.origin().ascii_serialization());
        let known = known_authorities.iter().map(origin).collect::<Option<_>>();
        let clouds = instance_metadata.map_or(Some(Vec::new()), read_clouds);
        let refused =
            "it must be the JSON text that instance discovery answers, a list \"metadata\" of clouds";
        let mut trust = Self {
            known_authorities: known.ok_or(("known_authorities", reason))?,
            clouds: clouds.ok_or(("instance_metadata", refused))?,
            strict_issuer,
            id: String::new(),
        };
        if trust != Self::default() {
            trust.id = format!("{trust:?}");
        }
        Ok(trust)
    }

    /// Whether the program named this host and port.
    pub(crate) fn knows(&self, url: &Url) -> bool {
        !self.known_authorities.is_empty()
            && self.known_authorities.contains(&url.origin().ascii_serialization())
    }

    /// Whether it named any. Then it has named all for which nobody else vouches.
    pub(crate) fn names_hosts(&self) -> bool {
        !self.known_authorities.is_empty()
    }

    /// Whether it supplied instance metadata. Then nobody is asked for it.
    pub(crate) fn has_clouds(&self) -> bool {
        !self.clouds.is_empty()
    }

    /// Whether it is a host of any cloud, on port 443.
    pub(crate) fn is_of_a_cloud(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        url.port().is_none() && (!clouds::aliases(host).is_empty() || self.cloud(host).is_some())
    }

    /// Whether both are hosts of one cloud, on port 443. What the table says of a host prevails.
    pub(crate) fn is_same_cloud(&self, one: &Url, other: &Url) -> bool {
        let (one_host, host) = (one.host_str().unwrap_or_default(), other.host_str().unwrap_or_default());
        if one.port().is_some() || other.port().is_some() {
            return false;
        }
        match clouds::aliases(one_host) {
            [] => self.cloud(one_host).is_some_and(|cloud| cloud.aliases.iter().any(|alias| alias == host)),
            aliases => aliases.contains(&host),
        }
    }

    /// Under which name the entries of this host go into the cache: its own, or the preferred one of a supplied cloud.
    pub(crate) fn environment<'a>(&'a self, host: &'a str) -> &'a str {
        match self.cloud(host) {
            Some(cloud) if clouds::aliases(host).is_empty() => &cloud.preferred_cache,
            _ => host,
        }
    }

    /// One host for each cloud.
    pub(crate) fn environments(&self) -> impl Iterator<Item = &str> {
        let own = self.clouds.iter().map(|cloud| cloud.preferred_cache.as_str());
        let known = clouds::representatives().map(|host: &str| host);
        known.chain(own.filter(|host| clouds::aliases(host).is_empty()))
    }

    /// Tells it from others; empty if nothing is vouched for.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    fn cloud(&self, host: &str) -> Option<&Cloud> {
        self.clouds.iter().find(|cloud| cloud.aliases.iter().any(|alias| alias == host))
    }
}

/// Whether both hosts are of External ID and B2C, on port 443.
pub(super) fn are_for_customers(one: &Url, other: &Url) -> bool {
    [one, other].into_iter().all(is_customers_host)
}

/// Whether it is a host of External ID or B2C, on port 443.
pub(super) fn is_customers_host(url: &Url) -> bool {
    url.port().is_none() && is_for_customers(url.host_str().unwrap_or_default())
}

fn read_clouds(json: &str) -> Option<Vec<Cloud>> {
    let InstanceMetadata { metadata } = serde_json::from_str(json).ok()?;
    if metadata.is_empty() || metadata.len() > MOST_CLOUDS {
        return None;
    }
    let cloud = |group: &Group| {
        let Group { preferred_network, preferred_cache, aliases } = group;
        let hosts = aliases.iter().chain([preferred_network, preferred_cache]);
        let hosts = hosts.map(|host| host_of(host)).collect::<Option<Vec<_>>>()?;
        let preferred_cache = hosts.last()?.clone();
        (aliases.len() <= MOST_ALIASES).then_some(Cloud { aliases: hosts, preferred_cache })
    };
    metadata.iter().map(cloud).collect()
}

/// A host without a port, in lower case.
fn host_of(text: &str) -> Option<String> {
    let url = origin_of(text)?;
    url.port().is_none().then(|| url.host_str().map(ToOwned::to_owned)).flatten()
}

/// A host, and perhaps a port, alone.
fn origin_of(text: &str) -> Option<Url> {
    let url = strict_https(&format!("https://{text}/")).ok()?;
    (url.path() == "/" && url.query().is_none() && !text.ends_with('/')).then_some(url)
}
