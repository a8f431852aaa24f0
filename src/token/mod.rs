//! Tokens as the service writes them and as a program gets them.
mod auth_scheme;
pub(crate) mod claims;
pub(crate) mod id_token;
mod rejected;
pub(crate) mod response;
mod result;
mod scopes;
mod service_error;

pub(crate) use rejected::RejectedToken;

pub use auth_scheme::{AuthScheme, PopAuthScheme};
pub use id_token::{IdTokenClaims, IdTokenError, decode_id_token};
pub use result::{AuthenticationResult, TokenSource};
pub use scopes::Scopes;
pub use service_error::ServiceError;
