//! The keys of the file, as MSAL Python spells them.
use super::{AccessToken, CredentialType};
use crate::json::JsonObject;
use alloc::{format, string::String};

pub(super) fn of_access_token(token: &AccessToken) -> String {
    let home = token.home_account_id().map_or("", |home| home);
    let (environment, client_id, realm) = (token.environment(), token.client_id(), token.realm());
    let target = token.target();
    match token.ext_cache_key() {
        None => format!("{home}-{environment}-accesstoken-{client_id}-{realm}-{target}"),
        Some(extended) => format!("{home}-{environment}-atext-{client_id}-{realm}-{target}-{extended}"),
    }
    .to_lowercase()
}

/// Of an entry of any kind, by its members; what is missing is empty.
pub(super) fn of_members(credential_type: CredentialType, members: &JsonObject) -> String {
    let text = |name: &str| members.string(name).unwrap_or_default();
    let (home, environment) = (text("home_account_id"), text("environment"));
    let (client_id, realm) = (text("client_id"), text("realm"));
    match credential_type {
        CredentialType::AccessToken => {
            format!("{home}-{environment}-accesstoken-{client_id}-{realm}-{}", text("target"))
        }
        CredentialType::RefreshToken => {
            format!("{home}-{environment}-refreshtoken-{client_id}--{}", text("target"))
        }
        CredentialType::IdToken => format!("{home}-{environment}-idtoken-{client_id}-{realm}-"),
        CredentialType::Account => format!("{home}-{environment}-{realm}"),
        // The one key that keeps its case.
        CredentialType::AppMetadata => return format!("appmetadata-{environment}-{client_id}"),
    }
    .to_lowercase()
}
