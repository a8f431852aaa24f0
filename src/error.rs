//! Why a flow ended without its output, and what an embedder can do wrong.
use crate::authority::AuthorityError;
use crate::cache::CacheFault;
use crate::credential::CredentialError;
use crate::engine::{AssertionFault, BrowserFault, EntropyError, HttpFault, RedirectFault, UnixTime};
use crate::flows::{AuthResponseError, DevicePending, LongRunningError};
use crate::json::JsonFault;
use crate::token::{IdTokenError, ServiceError};
use crate::wstrust::WsTrustError;
use alloc::boxed::Box;
use alloc::string::String;
use thiserror::Error as ThisError;

/// Every one is final: whoever sees it need not try again before something has changed.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The authority's address is refused, or what it says of itself is.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The client's credential cannot be used.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// A parameter of the client or the call is refused; nothing was asked of anybody.
    #[error("{parameter}: {reason}")]
    InvalidParameter {
        /// Which one, by its name in the API.
        parameter: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The service said no (RFC 6749 section 5.2).
    #[error(transparent)]
    Service(Box<ServiceError>),
    /// The service said no, and a person can help: send them to sign in, with the error's `claims` as the claims challenge
    /// if it has any. See [`ServiceError::needs_sign_in`].
    #[error("sign in again: {0}")]
    SignInNeeded(Box<ServiceError>),
    /// The person has not signed in on their other device yet (RFC 8628 section 3.5).
    #[error(transparent)]
    DevicePending(Box<DevicePending>),
    /// The server answered with a status that ends the call.
    #[error(transparent)]
    HttpStatus(#[from] HttpStatusError),
    /// The server's answer is not what the protocol says.
    #[error("the answer of the {source_name} is malformed: {violation}")]
    Malformed {
        /// Whose answer.
        source_name: &'static str,
        /// What is wrong with it.
        violation: Violation,
    },
    /// The user's federation service brought no token.
    #[error(transparent)]
    WsTrust(#[from] WsTrustError),
    /// What reached the redirect URI is refused.
    #[error(transparent)]
    AuthResponse(#[from] AuthResponseError),
    /// The id token is refused; nothing that came with it was kept.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// The key of a long-running process is not what it was taken for.
    #[error(transparent)]
    LongRunning(#[from] LongRunningError),
    /// The host could not reach the server.
    #[error(transparent)]
    Http(#[from] HttpFault),
    /// Nothing can be received on this machine.
    #[error(transparent)]
    Redirect(#[from] RedirectFault),
    /// The person did not come back from the browser.
    #[error(transparent)]
    Browser(#[from] BrowserFault),
    /// The token cache failed a call that is about nothing else.
    #[error(transparent)]
    Cache(CacheFault),
    /// The host made no client assertion.
    #[error(transparent)]
    Assertion(#[from] AssertionFault),
    /// The entropy is no entropy.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The host does not do an effect that the flow cannot do without.
    #[error("this program does not do {0}, which the flow needs")]
    Unsupported(&'static str),
    /// The embedder did something wrong.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// A mistake in this library, or a suspended flow that was tampered with.
    #[error("a mistake in this library: {0}")]
    Bug(&'static str),
}

/// A status that says all there is to say: a 5xx of a token endpoint, or a 4xx whose body is no OAuth error.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[error("the server answered with status {status}{}", .service.as_ref().map(|error| alloc::format!(": {error}")).unwrap_or_default())]
#[non_exhaustive]
pub struct HttpStatusError {
    /// The HTTP status code.
    pub status: u16,
    /// When the same request may be sent again; until then it is answered from memory.
    pub retry_at: Option<UnixTime>,
    /// The OAuth error in the body, if there was one.
    pub service: Option<Box<ServiceError>>,
}

/// How an answer breaks the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Violation {
    /// The body is no JSON object.
    #[error("{0}")]
    Json(#[from] JsonFault),
    /// A member is missing or cannot be used.
    #[error("no usable {0}")]
    Member(&'static str),
    /// The token is of another type than was asked for.
    #[error("a token_type that was not asked for")]
    TokenType,
    /// A token is no JWT (RFC 7519): three parts, of which the middle one is base64url without padding.
    #[error("not a JWT")]
    Jwt,
    /// The body is no XML that is taken: UTF-8, without a document type, of a reasonable size.
    #[error("no usable XML: {0}")]
    Xml(&'static str),
    /// A token is longer than any that is issued.
    #[error("too large")]
    TooLarge,
}

/// What the embedder did wrong. A [`Session`](crate::engine::Session) is as it was before.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Misuse {
    /// The flow, or the request, belongs to another client.
    #[error("this flow belongs to another client")]
    WrongClient,
    /// The flow was stored by a version of this library that this one cannot read.
    #[error("this flow was stored in format {0}, which this version cannot read")]
    UnknownVersion(u32),
    /// The reply is to an effect that was answered long ago, or was never asked.
    #[error("a reply to effect {given}, but {current} is asked")]
    Stale {
        /// The reply's.
        given: u64,
        /// The one that is asked now.
        current: u64,
    },
    /// The reply is to another kind of effect.
    #[error("a {given} reply, but {expected} is asked")]
    WrongReply {
        /// The effect's name.
        expected: &'static str,
        /// The reply's name.
        given: &'static str,
    },
    /// The flow has ended.
    #[error("this flow has ended")]
    Finished,
    /// No browser takes an address that long.
    #[error(
        "the address to sign in at is {length} bytes long, and no browser takes more than {limit}: ask for fewer scopes or claims"
    )]
    AuthUriTooLong {
        /// Of the address, in bytes.
        length: usize,
        /// How long it may be, in bytes.
        limit: usize,
    },
}

impl Error {
    pub(crate) fn malformed(source_name: &'static str, violation: impl Into<Violation>) -> Self {
        Self::Malformed { source_name, violation: violation.into() }
    }

    /// Whether the same call may succeed later with nothing changed: the server was busy or was not reached.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Http(fault) => *fault != HttpFault::TooLarge,
            Self::HttpStatus(error) => error.status == 408 || error.status == 429 || error.status >= 500,
            Self::Service(error) => error.is_retryable(),
            _ => false,
        }
    }
}

/// What went wrong beside a result that is good all the same.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Warning {
    /// The cache could not be read; the token came from the service.
    #[error("the token cache could not be read: {}", .0.0)]
    CacheRead(CacheFault),
    /// The cache did not take the token; the next call will ask for another.
    #[error("the token cache could not be written: {}", .0.0)]
    CacheWrite(CacheFault),
    /// The host keeps no cache.
    #[error("the program keeps no token cache")]
    NoCache,
    /// `common` or `organizations` names no tenant whose application this is.
    #[error("the authority's tenant is {0}; client credentials need the tenant's own id or domain")]
    TenantlessAuthority(String),
    /// A region was to be found out, and was not.
    #[error("no Azure region was detected, so the global endpoint serves: {0}")]
    RegionNotDetected(&'static str),
    /// The program is told to use one region and runs in another.
    #[error("the region to use is {configured}, but REGION_NAME says that this program runs in {detected}")]
    RegionDiffers {
        /// The one that is used.
        configured: String,
        /// The one that the environment variable `REGION_NAME` tells.
        detected: String,
    },
    /// The token should have been refreshed by now, which failed; the one from the cache is still good.
    #[error("the token could not be refreshed ahead of its end: {0}")]
    RefreshFailed(Box<Error>),
    /// A member of the answer that cannot be used was left aside.
    #[error("the answer's {0} cannot be used and was left aside")]
    MalformedMember(&'static str),
    /// The id token has expired by this machine's clock.
    #[error("the id token has expired; make sure that this machine's time and time zone are right")]
    IdTokenExpired,
    /// The id token is not valid yet by this machine's clock.
    #[error("the id token is not valid yet; make sure that this machine's time and time zone are right")]
    IdTokenNotYetValid,
}
