//! The keys of the file, as MSAL Python spells them.
use super::fields::Fields;
use super::{AccessToken, CredentialType};
use crate::json::JsonObject;
use crate::token::response::MTLS_POP;
use alloc::{borrow::Cow, string::String};

pub(super) fn of_access_token(token: &AccessToken) -> String {
    let home = token.home_account_id().map_or("", |home| home);
    let (environment, client_id, realm) = (token.environment(), token.client_id(), token.realm());
    let target = token.target().as_str();
    match (token.ext_cache_key(), token.certificate()) {
        // MSAL Python knows no such tokens; one must not take the place of a bearer token.
        (extended, Some(certificate)) => {
            let extended = extended.map_or("", |extended| extended);
            join(&[
                home,
                environment,
                "accesstoken",
                client_id,
                realm,
                target,
                extended,
                MTLS_POP,
                certificate,
            ])
        }
        (None, None) => join(&[home, environment, "accesstoken", client_id, realm, target]),
        (Some(extended), None) => join(&[home, environment, "atext", client_id, realm, target, extended]),
    }
}

/// Of an entry of any kind, by its members; what is missing is empty.
pub(super) fn of_members(credential_type: CredentialType, members: &JsonObject) -> String {
    of(credential_type, |name| members.string(name).map(Cow::Owned))
}

/// The same, by its text.
pub(super) fn of_fields(credential_type: CredentialType, fields: &Fields<'_>) -> String {
    of(credential_type, |name| fields.text(name))
}

fn of<'a>(credential_type: CredentialType, text: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let text = |name| text(name).unwrap_or_default();
    let (home, environment) = (&*text("home_account_id"), &*text("environment"));
    let (client_id, realm) = (&*text("client_id"), &*text("realm"));
    match credential_type {
        CredentialType::AccessToken => {
            join(&[home, environment, "accesstoken", client_id, realm, &text("target")])
        }
        CredentialType::RefreshToken => {
            join(&[home, environment, "refreshtoken", client_id, "", &text("target")])
        }
        CredentialType::IdToken => join(&[home, environment, "idtoken", client_id, realm, ""]),
        CredentialType::Account => join(&[home, environment, realm]),
        // The one key that keeps its case.
        CredentialType::AppMetadata => ["appmetadata", environment, client_id].join("-"),
    }
}

fn join(parts: &[&str]) -> String {
    let mut key = parts.join("-");
    if key.is_ascii() {
        key.make_ascii_lowercase();
        return key;
    }
    key.to_lowercase()
}
