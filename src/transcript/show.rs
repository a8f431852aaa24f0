//! Requests, answers and cache entries as text without secrets.
use crate::cache::{AccessTokenQuery, CacheEntries, Entry};
use crate::engine::{CacheWrite, HttpRequest, HttpResponse};
use crate::json::JsonObject;
use alloc::string::String;
use alloc::{format, vec::Vec};
use core::fmt::Write;

/// Members of requests that are no secret.
const PUBLIC_FORM: [&str; 8] = [
    "claims",
    "client_assertion_type",
    "client_id",
    "client_info",
    "grant_type",
    "key_id",
    "scope",
    "token_type",
];

/// Members of answers that are no secret.
const PUBLIC_ANSWER: [&str; 17] = [
    "authorization_endpoint",
    "correlation_id",
    "device_authorization_endpoint",
    "error",
    "error_codes",
    "error_description",
    "expires_in",
    "ext_expires_in",
    "issuer",
    "refresh_in",
    "scope",
    "suberror",
    "tenant_discovery_endpoint",
    "timestamp",
    "token_endpoint",
    "token_type",
    "trace_id",
];

pub(super) const REDACTED: &str = "[redacted]";

/// The version of this library changes with every release, so it is not shown.
pub(super) fn request(request: &HttpRequest) -> String {
    let mut text = format!("{} {}", request.method.as_str(), request.url);
    for (name, value) in request.headers.iter().filter(|(name, _)| name != "x-client-ver") {
        let _ = write!(text, "\n{name}: {value}");
    }
    for (name, value) in &request.form {
        let shown = if PUBLIC_FORM.contains(&name.as_str()) { value.expose() } else { REDACTED };
        let _ = write!(text, "\n{name}={shown}");
    }
    text
}

pub(super) fn response(response: &HttpResponse) -> String {
    let Ok(members) = JsonObject::parse(response.body.expose()) else {
        return format!(
            "{} with {} bytes that are no JSON object",
            response.status,
            response.body.expose().len()
        );
    };
    let show = |(name, raw): (&str, &str)| {
        let is_public = PUBLIC_ANSWER.contains(&name) && !raw.starts_with('{');
        format!("{name}: {}", if is_public { raw } else { REDACTED })
    };
    let members: Vec<_> = members.members().map(show).collect();
    format!("{} {{ {} }}", response.status, members.join(", "))
}

pub(super) fn query(query: &AccessTokenQuery) -> String {
    let AccessTokenQuery { home_account_id, environment, client_id, realm, target, .. } = query;
    let whose = if home_account_id.is_some() { "an account" } else { "itself" };
    format!("access token of {client_id} for {whose} at {environment}/{realm}, {target}")
}

/// Access tokens are told of even if there is none, unless something else is.
pub(super) fn found(found: &CacheEntries) -> String {
    let CacheEntries { access_tokens, refresh_tokens, id_tokens, accounts, app_metadata } = found;
    let others = [
        (refresh_tokens.len(), "refresh token(s)"),
        (id_tokens.len(), "id token(s)"),
        (accounts.len(), "account(s)"),
        (app_metadata.len(), "app metadata"),
    ];
    let others = others.into_iter().filter(|(count, _)| *count > 0).collect::<Vec<_>>();
    let tokens =
        (!access_tokens.is_empty() || others.is_empty()).then_some((access_tokens.len(), "access token(s)"));
    let all = tokens.into_iter().chain(others).map(|(count, what)| format!("{count} {what}"));
    all.collect::<Vec<_>>().join(", ")
}

pub(super) fn write(CacheWrite { change }: &CacheWrite) -> String {
    let kinds = |entries: &[Entry]| {
        let kinds: Vec<_> = entries.iter().map(|entry| entry.credential_type().as_str()).collect();
        if kinds.is_empty() { "nothing".into() } else { kinds.join(", ") }
    };
    let purge = change.purge.as_ref().map(|_| ", and what has expired there").unwrap_or_default();
    format!("write cache: put {}; remove {}{purge}", kinds(&change.puts), kinds(&change.removals))
}
