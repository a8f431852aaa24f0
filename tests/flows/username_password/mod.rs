//! Users who sign in with a name and a password: at the authority, or at the federation service of their organization.
mod addresses;
mod documents;
mod federated;
mod managed;
mod realm;
mod requests;
mod responses;
mod secrets;
mod throttling;

pub(crate) use documents::*;

use crate::person::*;
use crate::support::*;
use msal_proto::engine::HttpRequest;
use msal_proto::flows::AcquireTokenByUsernamePassword;
use msal_proto::{AuthenticationResult, ClientApplication, Error, PublicClientApplication};
use std::ops::Deref;

pub(crate) type Public = World<PublicClientApplication>;

pub(crate) const PASSWORD: &str = "canary-p&ss<w>'\"ord]]>";

#[allow(deprecated, reason = "it says so itself")]
pub(crate) fn ask(app: &ClientApplication, username: &str, password: &str) -> AcquireTokenByUsernamePassword {
    app.acquire_token_by_username_password(username, password, [SCOPE])
}

impl<C: Deref<Target = ClientApplication>> World<C> {
    /// Ada signs in.
    pub(crate) fn password(&mut self) -> Result<AuthenticationResult, Error> {
        self.call(|app| ask(app, USERNAME, PASSWORD))
    }

    /// Where was asked, without queries.
    pub(crate) fn asked(&self) -> Vec<&str> {
        self.requests.iter().map(|request| request.url.split('?').next().unwrap()).collect()
    }

    /// The envelope that was sent last.
    pub(crate) fn envelope(&self) -> String {
        let is_envelope = |request: &&HttpRequest| request.body().expose().starts_with('<');
        self.requests.iter().rfind(is_envelope).unwrap().body().expose().to_owned()
    }
}

/// Ada's authority is known, and where her password is checked; her federation service's metadata say this.
pub(crate) fn federated(metadata: &str) -> Public {
    World::public().http(200, FEDERATED).http(200, metadata)
}
