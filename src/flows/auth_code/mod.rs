//! The authorization code grant with PKCE, RFC 6749 section 4.1 and RFC 7636.
//!
//! It is two flows with a person between them. The first makes the address at which the person signs in, and an
//! [`AuthCodeFlow`] that the program keeps meanwhile, such as in a web session. The second takes both the kept flow and
//! what reached the redirect URI, and redeems the code.
mod auth_response;
mod initiate;
mod redeem;

pub use auth_response::AuthResponseError;
pub use initiate::{AuthCodeFlow, InitiateAuthCodeFlow, Initiation, Prompt};
pub use redeem::{AcquireTokenByAuthCodeFlow, AuthorizationCode};
