//! A web application that signs people in with the confidential client, over the blocking adapter.
//!
//! What a person's browser holds is the id of a session. The server keeps in it, one after the other, the
//! [`AuthCodeFlow`](msal_ureq::msal_proto::flows::AuthCodeFlow) of the sign-in that was begun, and then the account and
//! the token cache of this person alone: no call looks into the tokens of another.
//!
//! | module | what is in it |
//! | --- | --- |
//! | `sign_in` | to the authority's page and back |
//! | `token` | the silent call, and what it shows |
//! | `sign_out` | here and at the authority |
//! | `visit` | what the session keeps, and the flows that run with its token cache |
//! | `pages` | what people see |
//! | `failure` | why there is no page |
//! | `protection` | the headers of every page, and who may post |
//! | [`offline`] | the Entra of one's own, to try it by hand and to test it |
#![forbid(unsafe_code)]
pub mod offline;

mod failure;
mod pages;
mod protection;
mod sign_in;
mod sign_out;
mod token;
mod visit;

use axum::Router;
use axum::extract::State;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{get, post};
use axum_server::tls_rustls::RustlsConfig;
use failure::Failure;
use maud::Markup;
use msal_ureq::msal_proto::ConfidentialClientApplication;
use msal_ureq::{Client, msal_proto};
use rustls::ServerConfig;
use std::net::TcpListener;
use std::sync::Arc;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, MemoryStore, Session, SessionManagerLayer};
use visit::Visit;

/// How long a session is kept after its last change.
const SESSION: Duration = Duration::hours(8);

/// What the application needs to know.
#[derive(Debug)]
pub struct Settings {
    /// The client, and how its requests are sent. Its cache is not used: every session has its own.
    pub client: Client<ConfidentialClientApplication>,
    /// The authority's address, for its sign-out page.
    pub authority: String,
    /// Where browsers see the application, such as `https://localhost:8443`. The redirect URIs to register are
    /// `{origin}/callback` and, for signing out, `{origin}/`.
    pub origin: String,
    /// What tokens are asked for.
    pub scope: String,
    /// How the answer comes back from the authority.
    pub response_mode: ResponseMode,
}

/// How the browser brings the authority's answer (OAuth 2.0 Multiple Response Types section 2.1 and Form Post Response
/// Mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the address, by a redirect.
    Query,
    /// In a form that the authority's page posts.
    FormPost,
}

impl ResponseMode {
    /// By its name in the protocol; none if there is no such.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Query, Self::FormPost].into_iter().find(|mode| mode.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    /// A form that another site posts brings only cookies that go everywhere; `protection` makes up for it.
    fn same_site(self) -> SameSite {
        match self {
            Self::Query => SameSite::Lax,
            Self::FormPost => SameSite::None,
        }
    }
}

/// The application. Its sessions are in memory: one that runs on several machines has another of tower-sessions's stores,
/// which also forget what has expired.
pub fn router(settings: Settings) -> Router {
    let sessions = SessionManagerLayer::new(MemoryStore::default())
        .with_name("session")
        .with_same_site(settings.response_mode.same_site())
        .with_expiry(Expiry::OnInactivity(SESSION));
    let settings = Arc::new(settings);
    Router::new()
        .route("/", get(home))
        .route("/style.css", get(pages::style))
        .route("/sign-in", post(sign_in::begin))
        .route("/token", post(token::show))
        .route("/sign-out", post(sign_out::end))
        .layer(from_fn_with_state(Arc::clone(&settings), protection::same_origin))
        // The authority's page posts to it, too.
        .route("/callback", get(sign_in::redirected).post(sign_in::posted))
        .layer(sessions)
        .layer(map_response(protection::headers))
        .with_state(settings)
}

/// Serves the application over TLS until the future is dropped.
///
/// # Errors
/// Of the socket.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    application: Router,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(tls))?;
    server.serve(application.into_make_service()).await
}

async fn home(State(settings): State<Arc<Settings>>, session: Session) -> Result<Markup, Failure> {
    let person = Visit::new(&settings, &session).person().await?;
    Ok(pages::home(person.as_ref()))
}
