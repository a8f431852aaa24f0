//! Where one call goes, if not to the authority itself.
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// Another tenant of the authority, or the same in another cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Elsewhere {
    /// A tenant's id or domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<String>,
    /// A host of the other cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) instance: Option<String>,
}

impl Elsewhere {
    /// The authority itself.
    pub(crate) const NOWHERE: &'static Self = &Self { tenant: None, instance: None };
}
