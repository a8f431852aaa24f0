//! Client authentication, RFC 6749 section 2.3 and RFC 7521 section 4.2: what a request carries to prove whose it
//! is. Made when the request is, never stored with a flow.
use crate::client::ClientApplication;
use crate::credential::{AssertionClaims, CertificateCredential, ClientCredential, CredentialError};
use crate::encoding::{base64url, sha256_of_parts, uuid4};
use crate::engine::Env;
use crate::error::Error;
use crate::secret::Secret;
use alloc::borrow::ToOwned;
use alloc::{string::String, vec::Vec};

/// RFC 7523 section 2.2.
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Entra's, of an assertion that is bound to the certificate of the connection.
const JWT_POP: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-pop";

/// The credential was renewed while the flow was put away.
pub(super) const OTHER_CERTIFICATE: CredentialError = CredentialError::TokenBinding(
    "or certificate is another than the one that the cache was asked for: call again",
);

/// Adds it to the form. `from_host` is the assertion that the host made, for a client whose host makes them.
pub(super) fn authenticate(
    form: &mut Vec<(String, Secret)>,
    env: &mut Env<'_>,
    token_endpoint: &str,
    from_host: Option<&Secret>,
) -> Result<(), Error> {
    let assertion = match env.application().credential() {
        // A public client has none.
        None => return Ok(()),
        Some(ClientCredential::Secret(secret)) => {
            form.push(("client_secret".to_owned(), secret.clone()));
            return Ok(());
        }
        Some(ClientCredential::Certificate(certificate)) => {
            signed_assertion(certificate, env, token_endpoint)?
        }
        Some(ClientCredential::Assertion(assertion)) => assertion.clone(),
        Some(ClientCredential::AssertionFromHost) => {
            from_host.cloned().ok_or(Error::Bug("the host's assertion is not there yet"))?
        }
    };
    send_assertion(form, JWT_BEARER, assertion);
    Ok(())
}

/// The certificate that is shown proves who asks, alone or with the host's assertion that is bound to it.
pub(super) fn prove_binding(
    form: &mut Vec<(String, Secret)>,
    application: &ClientApplication,
    bound_to: &str,
    from_host: Option<&Secret>,
) -> Result<(), Error> {
    match (application.credential(), from_host) {
        (Some(ClientCredential::Certificate(own)), _) if own.x5t_s256() == Some(bound_to) => Ok(()),
        (Some(ClientCredential::AssertionFromHost), Some(assertion)) => {
            send_assertion(form, JWT_POP, assertion.clone());
            Ok(())
        }
        _ => Err(OTHER_CERTIFICATE.into()),
    }
}

/// Section 2.2 of RFC 7523.
pub(super) fn send_assertion(form: &mut Vec<(String, Secret)>, kind: &str, assertion: Secret) {
    form.push(("client_assertion_type".to_owned(), Secret::new(kind)));
    form.push(("client_assertion".to_owned(), assertion));
}

/// The one that is still good, or a new one. Other providers than Microsoft's may refuse to see a `jti` again
/// (RFC 7523 section 3).
fn signed_assertion(
    certificate: &CertificateCredential,
    env: &mut Env<'_>,
    token_endpoint: &str,
) -> Result<Secret, Error> {
    let application = env.application();
    let additional = application.client_claims();
    let claims_parts = additional.members().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    let fingerprint = application.fingerprint();
    let sends_x5c = application.certificate_over_mtls().is_some();
    let parts =
        [&fingerprint.as_bytes()[..], certificate.id(), token_endpoint.as_bytes(), &[u8::from(sends_x5c)]];
    let key = base64url(sha256_of_parts(parts.into_iter().chain(claims_parts)));
    let now = env.now();
    let kind = application.authority().kind();
    let is_reused = kind.reuses_assertions();
    if let Some(assertion) = env.state.assertions.get(&key, now).filter(|_| is_reused) {
        return Ok(assertion.clone());
    }
    let jti = uuid4(&env.random("jti")?);
    let client_id = application.client_id();
    let claims = AssertionClaims { audience: token_endpoint, client_id, now, jti: &jti, additional };
    let assertion = certificate.sign_assertion(&claims, kind.is_adfs(), sends_x5c, env.entropy()?)?;
    if is_reused {
        env.state.assertions.put(key, assertion.clone(), now);
    }
    Ok(assertion)
}
