//! All that a step may know of the world. It looks nothing up for itself.
use super::{Entropy, EntropyError, UnixTime};
use crate::Error;
use crate::client::ClientApplication;
use crate::secret::Secret;
use crate::state::ClientState;
use alloc::{borrow::ToOwned, collections::BTreeMap, string::String};

/// Lent to one step. Only a client makes one, by its `env` method.
#[derive(Debug)]
pub struct Env<'a> {
    pub(crate) application: &'a ClientApplication,
    pub(crate) state: &'a mut ClientState,
    pub(crate) facts: &'a HostFacts,
    pub(crate) now: UnixTime,
    pub(crate) entropy: Entropy,
    /// Whether this step has used its entropy.
    pub(crate) drawn: bool,
}

impl<'a> Env<'a> {
    pub(crate) fn application(&self) -> &'a ClientApplication {
        self.application
    }

    /// The time of this step.
    pub fn now(&self) -> UnixTime {
        self.now
    }

    /// The entropy of this step, for a signer.
    ///
    /// # Errors
    /// [`Error::Entropy`] if it is that of the step before: then it is none.
    pub(crate) fn entropy(&mut self) -> Result<&Entropy, Error> {
        if !self.drawn {
            let digest = self.entropy.derive("digest");
            if self.state.last_entropy.replace(digest) == Some(digest) {
                return Err(EntropyError::Repeated.into());
            }
            self.drawn = true;
        }
        Ok(&self.entropy)
    }

    /// Random bytes for one purpose: those of another label tell nothing about them.
    pub(crate) fn random(&mut self, label: &str) -> Result<[u8; 32], Error> {
        Ok(self.entropy()?.derive(label))
    }
}

/// What the program looked up once, when it started.
#[derive(Clone, Debug, Default)]
pub struct HostFacts {
    platform: String,
    /// Some of these are secrets (`MSI_SECRET`), so none shows.
    environment: BTreeMap<String, Secret>,
}

impl HostFacts {
    /// The environment variables that this library ever looks at.
    pub const VARIABLES: &'static [&'static str] = &[
        "MSAL_FORCE_REGION",
        "REGION_NAME",
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
        "IDENTITY_SERVER_THUMBPRINT",
        "IMDS_ENDPOINT",
        "MSI_ENDPOINT",
        "MSI_SECRET",
        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
        "AZUREPS_HOST_ENVIRONMENT",
        "ProgramFiles",
        "ProgramData",
    ];

    /// From the platform's name (`linux`, `windows`, `macos` …, as the header `x-client-os` tells the
    /// service) and a look-up of an environment variable.
    pub fn new(platform: impl Into<String>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let found = |name: &&str| Some(((*name).to_owned(), Secret::new(variable(name)?)));
        Self { platform: platform.into(), environment: Self::VARIABLES.iter().filter_map(found).collect() }
    }

    /// The platform's name.
    pub fn platform(&self) -> &str {
        &self.platform
    }

    /// A variable of [`HostFacts::VARIABLES`], if it is set.
    pub fn variable(&self, name: &str) -> Option<&Secret> {
        self.environment.get(name)
    }
}
