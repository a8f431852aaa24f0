//! What came of a call: the answer and what the tokens say, with the secrets hidden.
use crate::ask::{Answered, Terminal};
use crate::progress::now;
use crate::tables::{print_pairs, shown};
use crate::times::in_words;
use msal_proto::engine::UnixTime;
use msal_proto::json::JsonObject;
use msal_proto::{AuthenticationResult, Secret, decode_id_token};

/// Members of an answer that have a row of their own. Nobody knows what others hold: they are hidden.
const KNOWN: [&str; 11] = [
    "access_token",
    "client_info",
    "expires_in",
    "ext_expires_in",
    "foci",
    "id_token",
    "id_token_expires_in",
    "refresh_in",
    "refresh_token",
    "scope",
    "token_type",
];

/// Claims that are times.
const TIMES: [&str; 5] = ["auth_time", "exp", "iat", "nbf", "xms_tcdt"];

/// Shows it, and the secrets too if the person asks for them.
pub(crate) fn show(terminal: Terminal, result: &AuthenticationResult) -> Answered<()> {
    let now = now();
    print_pairs("The result", pairs(result, now));
    for warning in &result.warnings {
        println!("Warning: {warning}");
    }
    if let Some(claims) = &result.id_token_claims {
        show_claims("What the id token says of who signed in", &claims.members, now);
    }
    let access_token = result.access_token.as_ref().map(Secret::expose);
    // Nothing is to be believed of it; it only has to have the form of a JWT.
    let claims = access_token.and_then(|token| decode_id_token(token, None, None, None, now).ok());
    if let Some((claims, _)) = claims {
        let title = "What the access token says: for the resource alone, no application may rely on it";
        show_claims(title, &claims.members, now);
    }
    println!();
    if terminal.agree("Show the secrets?", false)? {
        for (name, secret) in secrets(result) {
            println!("\n{name}\n{}", shown(secret));
        }
    }
    Ok(())
}

/// The claims of a token, the times in words.
pub(crate) fn show_claims(title: &str, claims: &JsonObject, now: UnixTime) {
    let pair = |(name, raw): (&str, &str)| {
        let time = claims.get(name).filter(|_| TIMES.contains(&name)).map(UnixTime);
        let text = claims.string(name).unwrap_or_else(|| raw.to_owned());
        (name.to_owned(), time.map(|time| format!("{text} ({})", in_words(time, now))).unwrap_or(text))
    };
    print_pairs(title, claims.members().map(pair));
}

fn secrets(result: &AuthenticationResult) -> impl Iterator<Item = (&str, &str)> {
    let AuthenticationResult { access_token, refresh_token, id_token, client_info, members, .. } = result;
    let named = [
        ("access_token", access_token),
        ("refresh_token", refresh_token),
        ("id_token", id_token),
        ("client_info", client_info),
    ];
    let named = named.into_iter().filter_map(|(name, secret)| Some((name, secret.as_ref()?.expose())));
    named.chain(members.members().filter(|(name, _)| !KNOWN.contains(name)))
}

fn pairs(result: &AuthenticationResult, now: UnixTime) -> Vec<(&str, String)> {
    let mut pairs = vec![
        ("token_source", result.token_source.as_str().to_owned()),
        ("token_type", result.token_type.to_string()),
        ("scope", result.scope.as_str().to_owned()),
        ("expires_on", in_words(result.expires_on, now)),
    ];
    let times = [
        ("refresh_on", result.refresh_on),
        ("ext_expires_on", result.ext_expires_in.map(|seconds| now.saturating_add(seconds))),
    ];
    let times = times.into_iter().filter_map(|(name, time)| Some((name, in_words(time?, now))));
    pairs.extend(times);
    if let Some(account) = &result.account {
        let username = account.username.as_deref().unwrap_or("no name");
        pairs.push(("account", format!("{username} ({})", account.home_account_id)));
    }
    pairs.extend(secrets(result).map(|(name, secret)| (name, hidden(secret))));
    let texts = [("foci", &result.foci), ("correlation_id", &result.correlation_id)];
    pairs.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))));
    pairs
}

/// How long it is, with the thousands apart.
fn hidden(secret: &str) -> String {
    match secret.chars().count() {
        count @ 0..1_000 => format!("[hidden, {count} characters]"),
        count => format!("[hidden, {},{:03} characters]", count / 1_000, count % 1_000),
    }
}
