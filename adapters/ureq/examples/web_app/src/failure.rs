//! Why there is no page, and what is shown instead.
use crate::{msal_proto, pages};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Its text is for the person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The flow's own.
    #[error(transparent)]
    Flow(#[from] msal_proto::Error),
    /// There is no sign-in that this could be the answer to.
    #[error("No sign-in was begun here, or it has ended already.")]
    NoSignIn,
    /// Only who is signed in may do it.
    #[error("You are not signed in.")]
    NotSignedIn,
    /// Another site sent the form.
    #[error("This form was sent from another site.")]
    OtherSite,
    /// What the session keeps is no token cache.
    #[error("The token cache of the session cannot be read.")]
    TokenCache,
    /// The store of the sessions.
    #[error("The session cannot be used.")]
    Session(#[from] tower_sessions::session::Error),
    /// The thread of the flow came to grief.
    #[error("The call broke off.")]
    Thread(#[from] tokio::task::JoinError),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Flow(msal_proto::Error::Http(_) | msal_proto::Error::HttpStatus(_)) => {
                StatusCode::BAD_GATEWAY
            }
            Self::Flow(_) | Self::NoSignIn => StatusCode::BAD_REQUEST,
            Self::NotSignedIn | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::TokenCache | Self::Session(_) | Self::Thread(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, pages::failure(&self.to_string())).into_response()
    }
}
