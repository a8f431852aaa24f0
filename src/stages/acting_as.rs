//! Asking as another client: an agent whose blueprint the program's own client is.
use crate::client::ClientApplication;
use crate::secret::Secret;
use alloc::sync::Arc;
use serde::{Deserialize, Serialize};

/// Whose name a request goes under, and what proves it. The program's own credential is then not sent, and what is issued is
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
