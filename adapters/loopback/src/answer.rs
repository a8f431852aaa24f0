//! Which request is the answer that the sign-in waits for.
use crate::pages::Refusal;
use crate::request::{Method, Request};
use msal_proto::Secret;
use msal_proto::engine::ResponseMode;
use std::net::IpAddr;

/// What a sign-in waits for.
pub(crate) struct Expected {
    pub(crate) hosts: Vec<String>,
    pub(crate) state: Option<Secret>,
    pub(crate) response_mode: ResponseMode,
    pub(crate) origins: Vec<String>,
    /// There is a page to begin with.
    pub(crate) has_welcome: bool,
}

/// What a request turned out to be.
pub(crate) enum Verdict {
    Welcome,
    /// The person gave it up.
    Abort,
    /// Just as it came: the posted form, or the request target with the query in it.
    Answer(Secret),
    Refused(Refusal),
}

/// Under which names a browser may come here. Others are of pages whose name somebody pointed at this machine (DNS rebinding).
pub(crate) fn hosts(port: u16, bind_address: Option<IpAddr>) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned()];
    match bind_address.filter(|address| !address.is_unspecified()) {
        Some(IpAddr::V4(address)) => names.push(address.to_string()),
        Some(IpAddr::V6(address)) => names.push(format!("[{address}]")),
        None => {}
    }
    let mut hosts: Vec<_> = names.iter().map(|name| format!("{name}:{port}")).collect();
    // The port of http is left out.
    if port == 80 {
        hosts.append(&mut names);
    }
    hosts
}

impl Expected {
    pub(crate) fn judge(&self, request: &Request) -> Verdict {
        let verdict = self.check_place(request).and_then(|()| match request.method {
            Method::Get => self.judge_get(request),
            Method::Post => self.judge_post(request),
            Method::Head | Method::Other => Err(Refusal::MethodNotAllowed),
        });
        verdict.unwrap_or_else(Verdict::Refused)
    }

    fn check_place(&self, request: &Request) -> Result<(), Refusal> {
        let host = request.host.as_deref().unwrap_or_default();
        if !self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host)) {
            return Err(Refusal::BadRequest);
        }
        match request.target.expose().split('?').next() {
            Some("/") => Ok(()),
            _ => Err(Refusal::NotFound),
        }
    }

    fn judge_get(&self, request: &Request) -> Result<Verdict, Refusal> {
        let target = request.target.expose();
        let query = target.split_once('?').map(|(_, query)| query).unwrap_or_default();
        match query {
            "" => Err(Refusal::NoAnswer),
            "welcome=true" if self.has_welcome => Ok(Verdict::Welcome),
            "error=abort" if is_persons_own(request) => Ok(Verdict::Abort),
            "error=abort" => Err(Refusal::NoAnswer),
            _ if self.response_mode == ResponseMode::FormPost => Err(Refusal::OtherMode),
            _ => self.check_answer(query).map(|()| Verdict::Answer(request.target.clone())),
        }
    }

    fn judge_post(&self, request: &Request) -> Result<Verdict, Refusal> {
        if self.response_mode == ResponseMode::Query {
            return Err(Refusal::MethodNotAllowed);
        }
        let content_type = request.content_type.as_deref().unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim_end();
        let is_form = media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let may_post = |origin: &str| origin == "null" || self.origins.iter().any(|known| known == origin);
        let is_welcome = self.origins.is_empty() || request.origin.as_deref().is_none_or(may_post);
        if !is_form || !is_welcome {
            return Err(Refusal::BadRequest);
        }
        self.check_answer(request.body.expose()).map(|()| Verdict::Answer(request.body.clone()))
    }

    /// A code or an error, with the state if there is one. The core reads the rest, and says what is wrong with it.
    fn check_answer(&self, form: &str) -> Result<(), Refusal> {
        let (mut has_outcome, mut states) = (false, Vec::new());
        for (name, value) in form_urlencoded::parse(form.as_bytes()) {
            match &*name {
                "code" | "error" => has_outcome |= !value.is_empty(),
                "state" => states.push(Secret::new(value.into_owned())),
                _ => {}
            }
        }
        match (&self.state, has_outcome) {
            (_, false) => Err(Refusal::NoAnswer),
            (None, true) => Ok(()),
            // Secrets are compared by their hashes.
            (Some(expected), true) if states.len() == 1 && states.contains(expected) => Ok(()),
            (Some(_), true) => Err(Refusal::OtherSignIn),
        }
    }
}

/// The browser says that the person came from our own page, or typed the address (Fetch Metadata Request Headers section 2).
/// Anybody else could give up the sign-in for them.
fn is_persons_own(request: &Request) -> bool {
    matches!(request.sec_fetch_site.as_deref(), Some("same-origin" | "none"))
        && request.sec_fetch_mode.as_deref() == Some("navigate")
}

/// A parameter of an answer, for a template.
pub(crate) fn parameter(answer: &Secret, name: &str) -> Option<String> {
    pairs(answer).find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// It has this parameter.
pub(crate) fn has(answer: &Secret, name: &str) -> bool {
    pairs(answer).any(|(key, value)| key == name && !value.is_empty())
}

fn pairs(answer: &Secret) -> form_urlencoded::Parse<'_> {
    let answer = answer.expose();
    form_urlencoded::parse(answer.strip_prefix("/?").unwrap_or(answer).as_bytes())
}
