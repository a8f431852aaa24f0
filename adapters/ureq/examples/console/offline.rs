//! An Entra of our own in this program, with two tenants, a person in each who is a guest in the other, and two applications.
use crate::registration::{Registration, certificate};
use msal_fixture_authority::{Application, Authority, Certificate, Loopback, Request, Tenant, User};
use msal_proto::ClientCredential;
use msal_proto::engine::UserPrompt;
use serde_json::{Map, json};
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

const CONTOSO: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const FABRIKAM: &str = "bbbbcccc-1111-dddd-2222-eeee3333ffff";
const PUBLIC: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
const CONFIDENTIAL: &str = "11112222-bbbb-3333-cccc-4444dddd5555";
const SECRET: &str = "secret-of-the-offline-console";
const PASSWORD: &str = "pa55word";
const KEY: &str = include_str!("../../../../fixtures/keys/app-key.pem");
const CERTIFICATE: &str = include_str!("../../../../fixtures/keys/app-cert.pem");

/// Alice of contoso.example, a guest at Fabrikam.
pub(crate) const ALICE: &str = "alice@contoso.example";
/// Bob of fabrikam.example, a guest at Contoso.
pub(crate) const BOB: &str = "bob@fabrikam.example";

/// Serves until it is dropped.
pub(crate) struct Offline {
    entra: Loopback,
    /// Who signs in without a browser.
    stand_in: Mutex<Option<&'static str>>,
}

impl Offline {
    pub(crate) fn start() -> Result<Arc<Self>, Box<dyn Error>> {
        let certificate = Certificate::from_pem(CERTIFICATE)?;
        let public = Application::new(PUBLIC).redirect_uri("http://localhost");
        let confidential = Application::new(CONFIDENTIAL).redirect_uri("http://localhost");
        let confidential = confidential.secret(SECRET).certificate(certificate).role("Things.Read.All");
        let alice = User::new(ALICE, PASSWORD, "66666666-6666-6666-6666-666666666666").name("Alice Example");
        let alice = alice.guest_in(FABRIKAM, "67666666-6666-6666-6666-666666666666");
        let bob = User::new(BOB, PASSWORD, "77777777-7777-7777-7777-777777777777").name("Bob Example");
        let bob = bob.guest_in(CONTOSO, "76777777-7777-7777-7777-777777777777");
        let tenants = [
            Tenant::new(CONTOSO).domain("contoso.example").user(alice),
            Tenant::new(FABRIKAM).domain("fabrikam.example").user(bob),
        ];
        let mut authority = Authority::new("https://localhost");
        authority.verification_uri_complete(true);
        authority.device_codes(1, 900);
        for tenant in tenants {
            authority.register(tenant.application(public.clone()).application(confidential.clone()));
        }
        Ok(Arc::new(Self { entra: Loopback::start(authority)?, stand_in: Mutex::new(None) }))
    }

    pub(crate) fn ca_pem(&self) -> &str {
        self.entra.ca_pem()
    }

    /// The application that can keep no secret.
    pub(crate) fn public(&self) -> Registration {
        self.registration(PUBLIC, None)
    }

    /// The one that can, with its secret.
    pub(crate) fn with_secret(&self) -> Result<Registration, Box<dyn Error>> {
        Ok(self.registration(CONFIDENTIAL, Some(ClientCredential::secret(SECRET)?)))
    }

    /// The same, with its certificate.
    pub(crate) fn with_certificate(&self) -> Result<Registration, Box<dyn Error>> {
        let certificate = certificate(&format!("{KEY}{CERTIFICATE}"))?;
        Ok(self.registration(CONFIDENTIAL, Some(certificate)))
    }

    fn registration(&self, client_id: &str, credential: Option<ClientCredential>) -> Registration {
        let authority = format!("{}/{CONTOSO}", self.entra.origin());
        let client_id = client_id.to_owned();
        Registration { authority, is_oidc: false, client_id, credential, is_offline: true }
    }

    /// Has this person sign in by themselves from now on; none is whoever sits at the browser.
    pub(crate) fn set_stand_in(&self, username: Option<&'static str>) {
        *self.stand_in.lock().unwrap_or_else(PoisonError::into_inner) = username;
        self.entra.authority().auto_approve(username);
    }

    /// Who signs in by themselves.
    pub(crate) fn stand_in(&self) -> Option<&'static str> {
        *self.stand_in.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the stand-in's browser is sent after the sign-in: the answer.
    pub(crate) fn answer(&self, auth_uri: &str) -> io::Result<String> {
        let now = crate::progress::now().0;
        let response = self.entra.authority().handle(now, &Request::get(auth_uri));
        let location = response.header("location");
        location.map(Into::into).ok_or_else(|| io::Error::other("the offline Entra shows a page"))
    }

    /// Has the stand-in enter the code, if there is one.
    pub(crate) fn approve(&self, prompt: &UserPrompt) {
        let Some(username) = self.stand_in() else { return };
        match self.entra.authority().approve_device_code(&prompt.user_code, username) {
            Ok(()) => println!("{username} has entered the code."),
            Err(error) => println!("{username} could not enter the code: {error}"),
        }
    }

    /// Whether tokens for Microsoft Graph take a sign-in with more proof, as by Conditional Access.
    pub(crate) fn demand_proof(&self, on: bool) {
        let claims = json!({ "access_token": { "acrs": { "essential": true, "value": "c1" } } });
        let claims: Option<&Map<_, _>> = claims.as_object().filter(|_| on);
        self.entra.authority().require_claims("https://graph.microsoft.com", claims.cloned());
    }

    /// All refresh tokens of everybody are of no use any more.
    pub(crate) fn revoke_refresh_tokens(&self) {
        for username in [ALICE, BOB] {
            self.entra.authority().revoke_refresh_tokens(username);
        }
    }
}

impl fmt::Display for Offline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "At the offline Entra are {ALICE} and {BOB},")?;
        writeln!(f, "with the password {PASSWORD}. A browser will warn of its certificate, which was")?;
        f.write_str("made for this run: go on to localhost.")
    }
}
