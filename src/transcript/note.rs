//! What is noted of a flow. Secrets are left out here, so neither form of a transcript can show one.
use super::text::members;
use crate::cache::{AccessTokenQuery, CacheEntries, CacheRead, Entry};
use crate::engine::{CacheWrite, Effect, HttpContent, HttpRequest, HttpResponse, Reply, WaitReason};
use crate::json::JsonObject;
use alloc::string::{String, ToString};
use alloc::{borrow::ToOwned, format, vec::Vec};
use url::{Url, form_urlencoded};

/// Members of requests that are no secret.
const PUBLIC_FORM: [&str; 9] = [
    "claims",
    "client_assertion_type",
    "client_id",
    "client_info",
    "grant_type",
    "key_id",
    "requested_token_use",
    "scope",
    "token_type",
];

/// Parameters of an address that are no secret and tell of nobody.
const PUBLIC_PARAMETERS: [&str; 12] = [
    "claims",
    "client_id",
    "client_info",
    "code_challenge_method",
    "instance_aware",
    "max_age",
    "prompt",
    "redirect_uri",
    "response_mode",
    "response_type",
    "scope",
    "ui_locales",
];

/// Members of answers that are no secret.
const PUBLIC_ANSWER: [&str; 19] = [
    "account_type",
    "authorization_endpoint",
    "correlation_id",
    "device_authorization_endpoint",
    "error",
    "error_codes",
    "error_description",
    "expires_in",
    "ext_expires_in",
    "issuer",
    "location",
    "refresh_in",
    "scope",
    "suberror",
    "tenant_discovery_endpoint",
    "timestamp",
    "token_endpoint",
    "token_type",
    "trace_id",
];

/// Parameters that reach a redirect URI. Whatever else comes may be a secret by its very name.
const ANSWER_PARAMETERS: [&str; 8] = [
    "code",
    "state",
    "client_info",
    "cloud_instance_host_name",
    "iss",
    "error",
    "error_description",
    "error_uri",
];

pub(super) const REDACTED: &str = "[redacted]";

/// A name with its value, or with [`REDACTED`].
pub(super) type Shown = (String, String);

/// One line of a transcript, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// The program begins this request.
    Began(&'static str),
    /// What the program says itself.
    Remark(String),
    /// The service is asked.
    Request { method: &'static str, url: String, headers: Vec<Shown>, form: Vec<Shown> },
    /// Somebody on this machine is asked: in full, and in few words.
    Asked { whom: Whom, text: String, brief: String },
    /// The service's answer: its members, or how many bytes there are that are no JSON object.
    Answer { status: u16, body: Result<Vec<Shown>, usize> },
    /// What else came of it.
    Got(String),
    /// The end. If a person is to go to an address then, that without its query, and the query's members.
    Ended { text: String, address: Option<(String, Vec<Shown>)> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    Program,
    Cache,
}

impl Note {
    pub(super) fn asked(effect: &Effect) -> Self {
        let (whom, text, brief) = match effect {
            Effect::HttpRequest(request) => return Self::request(request),
            Effect::CacheRead(read) => {
                let (text, brief) = self::read(read);
                (Whom::Cache, format!("read cache: {text}"), format!("read {brief}"))
            }
            Effect::CacheWrite(write) => {
                let (text, brief) = self::write(write);
                (Whom::Cache, format!("write cache: {text}"), brief)
            }
            Effect::ClientAssertion(ask) => {
                let text = format!("make a client assertion for {} at {}", ask.client_id, ask.token_endpoint);
                (Whom::Program, text, "make a client assertion".into())
            }
            Effect::RedirectListen(listen) => {
                let port = if listen.port == 0 { "any port".into() } else { format!("port {}", listen.port) };
                let text = format!("listen for the answer on {port}");
                (Whom::Program, text.clone(), text)
            }
            Effect::BrowserLaunch(launch) => {
                let (address, parameters) = self::address(&launch.auth_uri);
                let time = launch.timeout.map(|seconds| format!(", for {seconds} s")).unwrap_or_default();
                let text = format!("open the browser{time}: {address}{}", members(&parameters));
                (Whom::Program, text, format!("open the browser{time}\n{address}"))
            }
            Effect::UserPrompt(prompt) => {
                let uri = prompt.verification_uri.as_deref().unwrap_or("an address in the message");
                let text = format!("ask a person to enter a code at {uri}");
                (Whom::Program, text.clone(), text)
            }
            Effect::Wait(wait) => {
                let why = match wait.reason {
                    WaitReason::AuthorizationPending => "nobody has signed in yet",
                    WaitReason::SlowDown => "the service wants to be asked less often",
                    WaitReason::Unreachable => "the service was not reached",
                };
                (Whom::Program, format!("wait until {}: {why}", wait.until), "wait".into())
            }
        };
        Self::Asked { whom, text, brief }
    }

    /// The version of this library changes with every release, so it is not shown.
    fn request(request: &HttpRequest) -> Self {
        let headers = request.headers.iter().filter(|(name, _)| name != "x-client-ver").cloned();
        let form = match &request.content {
            HttpContent::None => Vec::new(),
            HttpContent::Form(members) => {
                members.iter().map(|(name, value)| shown(&PUBLIC_FORM, name, value.expose())).collect()
            }
            // It has the user's password in it.
            HttpContent::Xml(_) => [("envelope".to_owned(), REDACTED.to_owned())].into(),
        };
        Self::Request {
            method: request.method.as_str(),
            url: request.url.clone(),
            headers: headers.collect(),
            form,
        }
    }

    pub(super) fn got(reply: &Reply) -> Self {
        Self::Got(match reply {
            Reply::HttpRequest(Ok(response)) => return Self::answer(response),
            Reply::HttpRequest(Err(fault)) => format!("{fault}"),
            Reply::CacheRead(Ok(found)) => self::found(found),
            Reply::CacheRead(Err(fault)) | Reply::CacheWrite(Err(fault)) => format!("{fault}"),
            Reply::CacheWrite(Ok(())) => "written".into(),
            Reply::ClientAssertion(Ok(_)) => REDACTED.into(),
            Reply::ClientAssertion(Err(fault)) => format!("{fault}"),
            Reply::RedirectListen(Ok(redirect_uri)) => redirect_uri.clone(),
            Reply::RedirectListen(Err(fault)) => format!("{fault}"),
            Reply::BrowserLaunch(Ok(answer)) => {
                let answer = answer.expose();
                let form = answer.split_once('?').map_or(answer, |(_, query)| query);
                let names = form_urlencoded::parse(form.as_bytes());
                let names = names.filter(|(name, _)| ANSWER_PARAMETERS.contains(&&**name));
                let names = names.map(|(name, _)| name.into_owned()).collect::<Vec<_>>();
                format!("the answer: {}", names.join(", "))
            }
            Reply::BrowserLaunch(Err(fault)) => format!("{fault}"),
            Reply::UserPrompt(()) => "shown".into(),
            Reply::Wait(()) => "waited".into(),
            Reply::Declined => "declined".into(),
        })
    }

    fn answer(response: &HttpResponse) -> Self {
        let bytes = response.body.expose();
        let show = |(name, raw): (&str, &str)| {
            let is_public = PUBLIC_ANSWER.contains(&name) && !raw.starts_with('{');
            (name.to_owned(), if is_public { raw } else { REDACTED }.to_owned())
        };
        let body = match JsonObject::parse(bytes) {
            Ok(members) => Ok(members.members().map(show).collect()),
            Err(_) => Err(bytes.len()),
        };
        Self::Answer { status: response.status, body }
    }
}

/// An address that a person is to go to: what is before its query, and the query's members.
pub(super) fn address(address: &str) -> (String, Vec<Shown>) {
    let query = Url::parse(address).ok().and_then(|url| url.query().map(ToOwned::to_owned));
    let members = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let members = members.map(|(name, value)| shown(&PUBLIC_PARAMETERS, &name, &value)).collect();
    (address.split(['?', '#']).next().unwrap_or_default().to_owned(), members)
}

fn shown(public: &[&str], name: &str, value: &str) -> Shown {
    let value = if public.contains(&name) { value } else { REDACTED };
    (name.to_owned(), value.to_owned())
}

/// In full, and in few words.
fn read(read: &CacheRead) -> (String, String) {
    match read {
        CacheRead::AccessTokens { query, .. } => {
            let whose = match query {
                AccessTokenQuery { user_assertion_hash: Some(_), .. } => "on behalf of somebody",
                AccessTokenQuery { home_account_id: Some(_), .. } => "of an account",
                _ => "of the client itself",
            };
            (self::query(query), format!("access token {whose}"))
        }
        CacheRead::AppTokens { client_id, environment } => (
            format!("all tokens of {client_id} itself at {environment}"),
            "all tokens of the client itself".into(),
        ),
        CacheRead::Silent { query, .. } => {
            let or_else = ", else refresh tokens";
            (self::query(query) + or_else, format!("access token of an account{or_else}"))
        }
        CacheRead::RefreshTokens { environment, client_id, .. } => (
            format!("refresh tokens of an account at {environment} for {client_id}"),
            "refresh tokens of an account".into(),
        ),
        CacheRead::Accounts { environment, home_account_id, username } => {
            let is_one = home_account_id.is_some() || username.is_some();
            let whose = if is_one { "an account" } else { "all accounts" };
            (format!("{whose} at {environment}"), whose.into())
        }
        CacheRead::OnBehalfOf { environment, client_id, .. } => (
            format!("all of one key at {environment} for {client_id} on behalf of somebody"),
            "all on behalf of somebody".into(),
        ),
        CacheRead::OfAccount { environment, client_id, .. } => {
            (format!("all of an account at {environment} for {client_id}"), "all of an account".into())
        }
    }
}

fn query(query: &AccessTokenQuery) -> String {
    let AccessTokenQuery {
        home_account_id, environment, client_id, realm, target, user_assertion_hash, ..
    } = query;
    let whose = match (user_assertion_hash, home_account_id) {
        (Some(_), _) => "on behalf of somebody",
        (None, Some(_)) => "for an account",
        (None, None) => "for itself",
    };
    format!("access token of {client_id} {whose} at {environment}/{realm}, {target}")
}

/// Access tokens are told of even if there is none, unless something else is.
fn found(found: &CacheEntries) -> String {
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

/// In full, and in few words.
fn write(CacheWrite { change }: &CacheWrite) -> (String, String) {
    let kinds = |entries: &[Entry]| {
        let kinds = entries.iter().map(|entry| entry.credential_type().as_str()).collect::<Vec<_>>();
        (!kinds.is_empty()).then(|| kinds.join(", "))
    };
    let (puts, removals) = (kinds(&change.puts), kinds(&change.removals));
    let brief = [("put", &puts), ("remove", &removals)];
    let brief = brief.iter().filter_map(|(what, kinds)| Some(format!("{what} {}", kinds.as_ref()?)));
    let brief = brief.collect::<Vec<_>>().join("\n");
    let or_nothing = |kinds: Option<String>| kinds.unwrap_or_else(|| "nothing".to_string());
    let purge = change.purge.as_ref().map(|_| ", and what has expired there").unwrap_or_default();
    (format!("put {}; remove {}{purge}", or_nothing(puts), or_nothing(removals)), brief)
}
