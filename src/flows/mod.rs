//! One file a grant, named as its RFC or MSAL names it.
mod auth_code;
mod client_credentials;
mod device_code;
mod extra_parameters;
mod get_accounts;
mod interactive;
mod on_behalf_of;
mod refresh_token;
mod remove_account;
mod remove_tokens_for_client;
mod resolve_authority;
mod silent;
mod user_federated_identity_credential;
mod username_password;

pub use auth_code::{
    AcquireTokenByAuthCodeFlow, AcquireTokenByAuthorizationCode, AuthCodeFlow, AuthResponseError,
    AuthorizationCode, AuthorizationRequestUrl, GetAuthorizationRequestUrl, InitiateAuthCodeFlow, Initiation,
    Prompt,
};
pub use client_credentials::{AcquireTokenForClient, ClientCredentials};
pub use device_code::{
    AcquireTokenByDeviceCode, AcquireTokenByDeviceFlow, DeviceAuthorization, DeviceCode, DeviceFlow,
    DevicePending, DeviceSignIn, InitiateDeviceFlow,
};
pub use get_accounts::{GetAccounts, ListedAccounts};
pub use interactive::{AcquireTokenInteractive, Interactive};
pub use on_behalf_of::{
    AcquireTokenInLongRunningOnBehalfOf, AcquireTokenOnBehalfOf, InitiateLongRunningOnBehalfOf,
    LongRunningError, LongRunningInitiation, LongRunningOnBehalfOf, LongRunningProcess, LongRunningStop,
    OnBehalfOf, StopLongRunningOnBehalfOf,
};
pub use refresh_token::{AcquireTokenByRefreshToken, RefreshTokenImport};
pub use remove_account::{RemoveAccount, SignOut};
pub use remove_tokens_for_client::{RemoveTokens, RemoveTokensForClient};
pub use resolve_authority::{Resolution, ResolveAuthority};
pub use silent::{AcquireTokenSilent, Silent};
pub use user_federated_identity_credential::{
    AcquireTokenByUserFederatedIdentityCredential, FederatedUser, UserFederatedIdentityCredential,
};
pub use username_password::{AcquireTokenByUsernamePassword, UsernamePassword};
