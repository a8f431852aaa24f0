//! Where a request goes in place of the authority's own token endpoint. Assertions are for that all the same, and so are the
//! entries of the cache.
use super::asker::Asker;
use crate::authority::{AuthorityError, AuthorityUrl, TenantDocument};
use crate::client::ClientApplication;
use crate::error::Error;
use alloc::string::String;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) enum Place {
    #[default]
    Own,
    /// An Azure region's.
    Region(String),
    /// Where client certificates are asked for, in a region or not.
    Mtls(String),
}

impl Place {
    pub(super) fn find(
        application: &ClientApplication,
        document: &TenantDocument,
        regional_token_endpoint: Option<String>,
        asker: &Asker,
    ) -> Result<Self, Error> {
        let region = regional_token_endpoint.as_deref();
        if asker.certificate(application).is_some() {
            return Ok(Self::Mtls(application.authority().mtls_token_endpoint(document, region)?));
        }
        Ok(regional_token_endpoint.map_or(Self::Own, Self::Region))
    }

    /// None for the authority's own. A flow that was put away may have no certificate to show any more.
    pub(super) fn url(&self, application: &ClientApplication, asker: &Asker) -> Option<&str> {
        match self {
            Self::Own => None,
            Self::Region(url) => Some(url),
            Self::Mtls(url) => asker.certificate(application).map(|_| url.as_str()),
        }
    }

    /// What is to be shown there.
    pub(super) fn certificate(&self, application: &ClientApplication, asker: &Asker) -> Option<String> {
        match self {
            Self::Own | Self::Region(_) => None,
            Self::Mtls(_) => asker.certificate(application).map(String::from),
        }
    }

    pub(super) fn check(&self, authority: &AuthorityUrl) -> Result<(), AuthorityError> {
        let (member, checked) = match self {
            Self::Own => return Ok(()),
            Self::Region(url) => ("token_endpoint", authority.check_regional_endpoint(url)),
            Self::Mtls(url) => ("mtls_endpoint_aliases", authority.check_mtls_endpoint(url).map(drop)),
        };
        checked.map_err(|reason| AuthorityError::Document { member, reason })
    }
}
