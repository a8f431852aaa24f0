//! Client authentication, RFC 6749 section 2.3 and RFC 7521 section 4.2: what a request carries to prove whose it
//! is. Made when the request is, never stored with a flow.
use crate::credential::{AssertionClaims, CertificateCredential, ClientCredential};
use crate::encoding::{base64url, sha256_of_parts, uuid4};
use crate::engine::Env;
use crate::error::Error;
use crate::secret::Secret;
use alloc::borrow::ToOwned;
use alloc::{string::String, vec::Vec};

/// RFC 7523 section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

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
    form.push(("client_assertion_type".to_owned(), Secret::new(JWT_BEARER)));
    form.push(("client_assertion".to_owned(), assertion));
    Ok(())
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
    let parts = [&fingerprint.as_bytes()[..], certificate.id(), token_endpoint.as_bytes()];
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
    let assertion = certificate.sign_assertion(&claims, kind.is_adfs(), env.entropy()?)?;
    if is_reused {
        env.state.assertions.put(key, assertion.clone(), now);
    }
    Ok(assertion)
}
