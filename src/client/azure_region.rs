//! Which Azure region a client asks for tokens.
use crate::authority::is_region;
use alloc::{borrow::ToOwned, string::String};

/// The region of [`azure_region`](super::ClientApplicationBuilder::azure_region).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AzureRegion {
    /// By its name, such as `westus2`: lower-case letters, digits and hyphens inside, at most 63 characters.
    Named(String),
    /// The one that the program runs in: the environment variable `REGION_NAME` tells it, or else Azure's instance
    /// metadata service does. That takes up to two seconds, once, where there is none.
    AttemptRegionDiscovery,
    /// None, whatever the environment variable `MSAL_FORCE_REGION` says.
    DisableMsalForceRegion,
}

impl AzureRegion {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Named(name) if !is_region(name) => Err(NOT_A_NAME),
            _ => Ok(()),
        }
    }
}

/// What a region's name is not.
pub(crate) const NOT_A_NAME: &str = "it must be a region's name such as westus2: lower-case letters, digits and hyphens inside, at most 63 of them";

impl From<&str> for AzureRegion {
    fn from(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}

impl From<String> for AzureRegion {
    fn from(name: String) -> Self {
        Self::Named(name)
    }
}
