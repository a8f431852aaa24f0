//! Why something failed, and what to do about it.
use crate::progress::now;
use crate::tables::{print_pairs, shown};
use crate::times::in_words;
use msal_proto::engine::{BrowserFault, HttpFault};
use msal_proto::{Error, ServiceError};

/// Shows it.
pub(crate) fn show(error: &Error) {
    match error {
        Error::Browser(BrowserFault::Cancelled) => println!("\nGiven up."),
        Error::Service(service) => show_service(service),
        Error::SignInNeeded(service) => show_service(service),
        Error::HttpStatus(status) => match &status.service {
            Some(service) => show_service(service),
            None => println!("\nError: {}", shown(&error.to_string())),
        },
        error => println!("\nError: {}", shown(&error.to_string())),
    }
    if let Some(advice) = advice(error) {
        advise(advice);
    }
}

/// What to do next.
pub(crate) fn advise(text: &str) {
    println!("→ {text}");
}

fn show_service(error: &ServiceError) {
    let codes = error.error_codes.iter().map(|code| format!("AADSTS{code}")).collect::<Vec<_>>().join(", ");
    let explained = error.error_codes.first();
    let explained = explained.map(|code| format!("https://login.microsoftonline.com/error?code={code}"));
    let retry = error.retry_at.map(|time| in_words(time, now()));
    let pairs = [
        ("error", Some(&error.error)),
        ("suberror", error.suberror.as_ref()),
        ("error_description", error.error_description.as_ref()),
        ("error_codes", Some(&codes).filter(|codes| !codes.is_empty())),
        ("error_uri", error.error_uri.as_ref().or(explained.as_ref())),
        ("claims", error.claims.as_ref()),
        ("HTTP status", Some(&error.http_status.to_string())),
        ("retry_at", retry.as_ref()),
        ("timestamp", error.timestamp.as_ref()),
        ("trace_id", error.trace_id.as_ref()),
        ("correlation_id", error.correlation_id.as_ref()),
    ]
    .map(|(name, text)| Some((name, text?.clone())));
    print_pairs("The service refused", pairs.into_iter().flatten());
}

fn advice(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::SignInNeeded(_) => "A person can help, by signing in.",
        error if error.is_retryable() && !matches!(error, Error::Http(_)) => "Try again later.",
        Error::Service(_) => "No sign-in helps: change the request, or the application's registration.",
        Error::Http(HttpFault::Connect(_) | HttpFault::TimedOut(_)) => {
            "Is this machine online? Does it take a proxy (HTTPS_PROXY) to get there?"
        }
        Error::Browser(BrowserFault::Unsupported(_)) => "Sign in on another device.",
        Error::Malformed { .. } | Error::Bug(_) => "The transcript shows what came.",
        _ => return None,
    })
}
