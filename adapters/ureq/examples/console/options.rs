//! What a sign-in with a browser may ask for beside the scopes.
use crate::ask::Answered;
use crate::session::Session;
use msal_proto::engine::ResponseMode;
use msal_proto::flows::{AcquireTokenInteractive, Prompt};
use msal_proto::{Scopes, engine::UnixTime};

/// How long a person may take in the browser unless they say otherwise, in seconds.
const PATIENCE: u64 = 300;

/// What a person can ask for when they sign in.
const SCOPES: [&str; 4] = [
    "User.Read",
    "User.ReadBasic.All",
    "https://graph.microsoft.com/.default",
    "https://management.azure.com/.default",
];

const PROMPTS: [&str; 6] =
    [ANY, Prompt::SELECT_ACCOUNT, Prompt::LOGIN, Prompt::CONSENT, Prompt::CREATE, Prompt::NONE];
const ANY: &str = "as the service likes";

/// One or more scopes, separated by blanks.
pub(crate) fn ask_scopes(session: &Session) -> Answered<Scopes> {
    let known = SCOPES.map(str::to_owned);
    let scopes = session.terminal.text_or_one_of("Scopes, separated by blanks", "User.Read", &known)?;
    Ok(Scopes::parse(&scopes))
}

/// Empty texts are none.
#[derive(Default)]
pub(crate) struct Options {
    prompt: String,
    login_hint: String,
    claims_challenge: String,
    extra_scopes_to_consent: Scopes,
    port: u16,
    timeout: Option<u64>,
}

impl Options {
    /// Asks whether there are any, and for them.
    pub(crate) fn ask(session: &mut Session) -> Answered<Self> {
        let terminal = session.terminal;
        if !terminal.agree("More options?", false)? {
            return Ok(Self::default());
        }
        let prompt = terminal.choose("What is the service to ask? (prompt)", PROMPTS.to_vec())?;
        let accounts = session.run(session.app().get_accounts()).unwrap_or_default();
        let known: Vec<_> =
            accounts.iter().filter_map(|account| account.username.as_deref()).map(str::to_owned).collect();
        let login_hint = terminal.text_or_one_of("Who signs in? (login_hint)", "", &known)?;
        let claims_challenge =
            terminal.text("Claims that a resource demanded, JSON (claims_challenge)", "")?;
        let extra = terminal.text("Scopes to consent to in passing (extra_scopes_to_consent)", "")?;
        let port = number(session, "The redirect URI's port, 0 for any", 0)?;
        let timeout = number(session, "How long the person may take, in seconds (timeout)", PATIENCE)?;
        Ok(Self {
            prompt: if prompt == ANY { String::new() } else { prompt.to_owned() },
            login_hint,
            claims_challenge,
            extra_scopes_to_consent: Scopes::parse(&extra),
            port,
            timeout: Some(timeout),
        })
    }

    /// The claims that were demanded, and nothing else.
    pub(crate) fn with_claims(claims_challenge: String) -> Self {
        Self { claims_challenge, ..Self::default() }
    }

    /// When the person has had time enough.
    pub(crate) fn until(&self, now: UnixTime) -> UnixTime {
        now.saturating_add(self.timeout.unwrap_or(PATIENCE))
    }

    /// Adds them to a request.
    pub(crate) fn apply(
        self,
        mut request: AcquireTokenInteractive,
        session: &Session,
    ) -> AcquireTokenInteractive {
        if !self.prompt.is_empty() {
            request = request.prompt(self.prompt);
        }
        if !self.login_hint.is_empty() {
            request = request.login_hint(self.login_hint);
        }
        // A stand-in's browser knows no forms.
        if session.offline.as_ref().is_some_and(|offline| offline.stand_in().is_some()) {
            request = request.response_mode(ResponseMode::Query);
        }
        request
            .claims_challenge(self.claims_challenge)
            .extra_scopes_to_consent(self.extra_scopes_to_consent.iter())
            .port(self.port)
            .timeout(self.timeout.unwrap_or(PATIENCE))
    }
}

/// Until it is one.
fn number<T: std::str::FromStr + ToString>(session: &Session, question: &str, default: T) -> Answered<T> {
    loop {
        match session.terminal.text(question, &default.to_string())?.parse() {
            Ok(number) => return Ok(number),
            Err(_) => println!("That is no number that will do."),
        }
    }
}
