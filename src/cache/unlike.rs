//! How an entry in the file differs from what this library would write, so that it goes out as it came in.
use super::fields::{Fields, plain};
use alloc::string::String;
use zeroize::Zeroizing;

/// How the entry in the file differs from what this library would write.
#[derive(Clone, Default)]
pub(super) struct Unlike {
    /// Its key in the file.
    pub(super) key: Option<String>,
    /// Its text; none if that is as this library would write it.
    pub(super) text: Option<Text>,
}

#[derive(Clone)]
pub(super) enum Text {
    /// What stands before and after the secret, which is not to be there twice.
    Around(Zeroizing<String>, Zeroizing<String>),
    /// The secret is written with escapes.
    Whole(Zeroizing<String>),
}

impl Text {
    pub(super) fn of(text: &str, fields: &Fields<'_>) -> Self {
        let whole = || Self::Whole(Zeroizing::new(text.into()));
        let Some(raw) = fields.raw("secret").filter(|raw| plain(raw).is_some()) else {
            return whole();
        };
        let start = (raw.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        match (text.get(..start), text.get(start.saturating_add(raw.len())..)) {
            (Some(before), Some(after)) => {
                Self::Around(Zeroizing::new(before.into()), Zeroizing::new(after.into()))
            }
            _ => whole(),
        }
    }
}
