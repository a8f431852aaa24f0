//! Getting tokens for those who have signed in, without troubling them.
use crate::accounts::choose;
use crate::ask::Answered;
use crate::errors;
use crate::options::ask_scopes;
use crate::session::Session;
use crate::sign_in::finish;
use msal_proto::Scopes;
use msal_proto::flows::AcquireTokenSilent;

/// For SSH to virtual machines of Azure.
pub(crate) const SSH_SCOPE: &str = "https://pas.windows.net/CheckMyAccess/Linux/.default";

/// The type of such a token.
pub(crate) const SSH_CERT: &str = "ssh-cert";

/// What an SSH certificate takes: the public key that is to be certified, as a JWK (RFC 7517), and its name. The key is that of
/// `fixtures/keys`, which everybody has.
pub(crate) const SSH_DATA: [(&str, &str); 3] =
    [("token_type", SSH_CERT), ("key_id", "console-demo"), ("req_cnf", SSH_KEY)];

const SSH_KEY: &str = r#"{"kty":"RSA","n":"sWwqTzLYbO9o7iNZ2OIeGUnrkQFkcfW-eTzvK5sM18nK7uTqgsn1JbQ2r0Pf9d47NFiHnUQFB1IY8jF3rxAm6xGIKV1v66NaP0LCXd928M-dkonCDy7QQoNMrPgzzwAy5F5OCO1nczXVqZKsY9wJ19xOkEFffK_l_1Ep19__G8UBTjWvQC2gKJqnpmoKKSDJi7Szm9TQsli-vIcyuhuI3w4_LlekQuTGa6upIyYEVIjrpu9Gys_GAIxOsU-K99uWFBHJRZJZiD6vhwiWmDKEFDASFVZN6YUzsbcLv3LZK7S-HSioHPTAQJhWTTsHX-Nljl3vIzB9QTyrb2S6MH-SDQ","e":"AQAB"}"#;

pub(crate) fn acquire_token(session: &mut Session) -> Answered<()> {
    silent(session, None)
}

pub(crate) fn ssh_certificate(session: &mut Session) -> Answered<()> {
    silent(session, Some(Scopes::parse(SSH_SCOPE)))
}

/// For an SSH certificate if there are scopes.
fn silent(session: &mut Session, ssh_scopes: Option<Scopes>) -> Answered<()> {
    let account = choose(session)?;
    let is_ssh = ssh_scopes.is_some();
    let scopes = match ssh_scopes {
        Some(scopes) => scopes,
        None => ask_scopes(session)?,
    };
    let request = session.app().acquire_token_silent_with_error(scopes.iter(), &account);
    let mut request = with_options(session, request)?;
    if is_ssh {
        request = SSH_DATA.into_iter().fold(request, |request, (name, value)| request.data(name, value));
    }
    match session.run(request) {
        Ok(Some(result)) => finish(session, Ok(result), &scopes),
        Ok(None) => {
            errors::advise("Nothing is cached for that: sign in first.");
            Ok(())
        }
        // A sign-in that is offered at once would be for another kind of token.
        Err(error) if is_ssh => {
            errors::show(&error);
            Ok(())
        }
        Err(error) => finish(session, Err(error), &scopes),
    }
}

fn with_options(session: &Session, request: AcquireTokenSilent) -> Answered<AcquireTokenSilent> {
    let terminal = session.terminal;
    if !terminal.agree("More options?", false)? {
        return Ok(request);
    }
    let force_refresh = terminal.agree("A new token, whatever is cached? (force_refresh)", false)?;
    let claims = terminal.text("Claims that a resource demanded, JSON (claims_challenge)", "")?;
    let tenant = terminal.text("Another tenant's id or domain (tenant)", "")?;
    let request = request.force_refresh(force_refresh).claims_challenge(claims);
    Ok(if tenant.is_empty() { request } else { request.tenant(tenant) })
}
