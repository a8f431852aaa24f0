//! How an access token is shown to its resource, where that is not as a bearer token.
use crate::error::Error;
use alloc::string::String;
use url::Url;

/// The methods that MSAL takes.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

/// A way to show an access token that a call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// With a proof that its holder has a key.
    Pop(PopAuthScheme),
}

impl AuthScheme {
    /// Why a client without a broker cannot do it.
    pub(crate) fn refused() -> Error {
        let reason = "it takes the device's broker, which this client does not use";
        Error::InvalidParameter { parameter: "auth_scheme", reason }
    }
}

/// Proof of possession by a signed HTTP request (draft-ietf-oauth-signed-http-request): the device's broker holds the key
/// and signs for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PopAuthScheme {
    /// In upper case.
    pub http_method: String,
    /// What is to be requested.
    pub url: String,
    /// From the resource's challenge.
    pub nonce: String,
}

impl PopAuthScheme {
    /// For one request to the resource.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if the method is none of GET, POST, PUT, DELETE and PATCH in upper case, the URL is not
    /// absolute, or the nonce is empty.
    pub fn new(
        http_method: impl Into<String>,
        url: impl Into<String>,
        nonce: impl Into<String>,
    ) -> Result<Self, Error> {
        let scheme = Self { http_method: http_method.into(), url: url.into(), nonce: nonce.into() };
        let refused = |parameter, reason| Err(Error::InvalidParameter { parameter, reason });
        if !METHODS.contains(&scheme.http_method.as_str()) {
            return refused("http_method", "it must be GET, POST, PUT, DELETE or PATCH, in upper case");
        }
        if Url::parse(&scheme.url).is_err() {
            return refused("url", "it must be the absolute URL that is to be requested");
        }
        if scheme.nonce.is_empty() {
            return refused("nonce", "it must be the one of the resource's challenge");
        }
        Ok(scheme)
    }
}

impl From<PopAuthScheme> for AuthScheme {
    fn from(scheme: PopAuthScheme) -> Self {
        Self::Pop(scheme)
    }
}
