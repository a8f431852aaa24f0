//! What the service said last, kept until the codes end.
use crate::engine::{HttpFault, UnixTime};
use crate::error::Error;
use crate::json::JsonObject;
use crate::token::ServiceError;
use alloc::boxed::Box;
use serde::{Deserialize, Serialize};

/// What the flow ends with if the codes do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum LastAnswer {
    Refused { members: JsonObject, status: u16, retry_at: Option<UnixTime> },
    Unreachable(HttpFault),
}

impl LastAnswer {
    /// Of an error after which there is a wait.
    pub(super) fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Service(error) => Some(Self::Refused {
                members: error.members.clone(),
                status: error.http_status,
                retry_at: error.retry_at,
            }),
            Error::Http(fault) => Some(Self::Unreachable(fault.clone())),
            _ => None,
        }
    }
}

impl From<LastAnswer> for Error {
    fn from(answer: LastAnswer) -> Self {
        match answer {
            LastAnswer::Refused { members, status, retry_at } => {
                let error = ServiceError::read(&members, status, retry_at);
                error.map_or(Self::Bug("a last answer that is no error"), |error| {
                    Self::Service(Box::new(error))
                })
            }
            LastAnswer::Unreachable(fault) => Self::Http(fault),
        }
    }
}
