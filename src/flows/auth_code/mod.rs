//! The authorization code grant with PKCE, RFC 6749 section 4.1 and RFC 7636.
//!
//! It is two flows with a person between them. The first makes the address at which the person signs in, and an
//! [`AuthCodeFlow`] that the program keeps meanwhile, such as in a web session. The second takes both the kept flow and
//! what reached the redirect URI, and redeems the code.
mod auth_response;
mod authorization_request;
mod authorization_request_url;
mod by_auth_code_flow;
mod by_authorization_code;
mod initiate;
mod redeem;

pub(super) use authorization_request::AuthorizationRequest;
pub(super) use redeem::ACQUIRE_TOKEN_INTERACTIVE;

pub use auth_response::AuthResponseError;
pub use authorization_request::Prompt;
pub use authorization_request_url::{AuthorizationRequestUrl, GetAuthorizationRequestUrl};
pub use by_auth_code_flow::AcquireTokenByAuthCodeFlow;
pub use by_authorization_code::AcquireTokenByAuthorizationCode;
pub use initiate::{AuthCodeFlow, InitiateAuthCodeFlow, Initiation};
pub use redeem::AuthorizationCode;
