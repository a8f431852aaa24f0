//! In whose name a token is asked for, and what proves it.
use crate::client::ClientApplication;
use crate::secret::Secret;
use alloc::sync::Arc;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) enum Asker {
    /// The program's own client, by its credential.
    #[default]
    Own,
    /// The same, for a token that is bound to this certificate, by its thumbprint: that it is shown proves who asks.
    Bound(Arc<str>),
    /// Another client.
    Other(ActingAs),
}

/// An agent whose blueprint the program's own client is. The program's own credential is then not sent, and what is issued is
/// cached under this name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ActingAs {
    pub(crate) client_id: Arc<str>,
    /// A token that was issued to the program's own client for this one; it is the client assertion (RFC 7523 section 2.2).
    pub(crate) assertion: Secret,
}

impl ActingAs {
    /// The client id that counts.
    pub(crate) fn client_id<'a>(acting_as: Option<&'a Self>, own: &'a ClientApplication) -> &'a Arc<str> {
        acting_as.map_or(own.client_id(), |acting_as| &acting_as.client_id)
    }
}

impl Asker {
    pub(super) fn acting_as(&self) -> Option<&ActingAs> {
        match self {
            Self::Other(acting_as) => Some(acting_as),
            Self::Own | Self::Bound(_) => None,
        }
    }

    pub(super) fn bound_to(&self) -> Option<&str> {
        match self {
            Self::Bound(certificate) => Some(certificate),
            Self::Own | Self::Other(_) => None,
        }
    }

    /// The certificate that it shows, by its thumbprint.
    pub(super) fn certificate<'a>(&'a self, application: &'a ClientApplication) -> Option<&'a str> {
        match self {
            Self::Own => application.certificate_over_mtls(),
            Self::Bound(certificate) => Some(certificate),
            Self::Other(_) => None,
        }
    }
}

impl From<Option<ActingAs>> for Asker {
    fn from(acting_as: Option<ActingAs>) -> Self {
        acting_as.map_or(Self::Own, Self::Other)
    }
}
