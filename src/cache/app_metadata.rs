//! What is known of an application.
use super::fields::text;
use alloc::sync::Arc;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// An entry of the section `AppMetadata`: this client has got tokens here before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppMetadata {
    /// The application.
    pub client_id: Arc<str>,
    /// The authority's host.
    pub environment: Arc<str>,
    /// The family of client ids whose refresh tokens it shares; none if it is of none.
    #[serde(default)]
    pub family_id: Option<Arc<str>>,
}

/// An entry of the file. A member of another type is as good as none.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    client_id: Option<&'a RawValue>,
    #[serde(borrow)]
    environment: Option<&'a RawValue>,
    #[serde(borrow)]
    family_id: Option<&'a RawValue>,
}

impl AppMetadata {
    /// Reads an entry; none if it does not tell whose it is.
    pub(super) fn read(entry: &str) -> Option<Self> {
        let members: Members<'_> = serde_json::from_str(entry).ok()?;
        let member = |raw: Option<&RawValue>| {
            text(raw?.get()).filter(|text| !text.is_empty()).map(|text| Arc::from(&*text))
        };
        Some(Self {
            client_id: member(members.client_id)?,
            environment: member(members.environment)?,
            family_id: member(members.family_id),
        })
    }
}
