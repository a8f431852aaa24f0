//! Signing in with the person's own browser, RFC 8252: the authorization code grant with PKCE, whose answer this machine
//! receives itself.
mod call;

pub use call::AcquireTokenInteractive;

use crate::authority::{AuthorityError, TenantDocument, answer_origins};
use crate::encoding::is_graphic;
use crate::engine::{
    BrowserLaunch, Effect, Env, Flow, Next, RedirectFault, RedirectListen, Reply, ResponseMode,
};
use crate::error::{Error, Misuse};
use crate::flows::auth_code::{
    ACQUIRE_TOKEN_INTERACTIVE, AcquireTokenByAuthCodeFlow, AuthCodeFlow, AuthorizationCode,
};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::stages::Discovery;
use crate::token::{AuthenticationResult, Scopes};
use alloc::{boxed::Box, string::String, sync::Arc};
use call::Ask;
use serde::{Deserialize, Serialize};
use url::Url;

/// No browser takes an address of more bytes: Windows starts no program with a longer line.
const LONGEST_AUTH_URI: usize = 32_000;

/// The flow. Suspended, it may hold the code and its verifier: store it as you would a password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Interactive(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding where the person signs in.
    Resolving(Box<Ask>, Discovery),
    /// Getting ready for the answer, RFC 8252 section 7.3.
    Listening(Box<Ask>, Arc<TenantDocument>),
    /// The person signs in, RFC 8252 section 4.1.
    Browsing(Box<Browsing>),
    /// Trading the code for tokens, RFC 6749 section 4.1.3.
    Redeeming(AuthorizationCode),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Browsing {
    flow: AuthCodeFlow,
    redirect_uri: String,
    scopes: Scopes,
    response_mode: ResponseMode,
    timeout: Option<u64>,
    extra: ExtraParameters,
}

impl Interactive {
    fn begin(ask: Box<Ask>, env: &Env<'_>) -> Result<Self, Error> {
        let at = &ask.request.at;
        Ok(Self(match Discovery::known_at(env, at) {
            Some(document) => State::Listening(ask, document),
            None => {
                let discovery = Discovery::start_at(env, at)?;
                State::Resolving(ask, discovery)
            }
        }))
    }
}

impl Flow for Interactive {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Resolving(_, discovery) => discovery.effect(env),
            State::Listening(ask, _) => Ok(Effect::RedirectListen(RedirectListen { port: ask.port })),
            State::Browsing(browsing) => browsing.launch(env).map(Effect::BrowserLaunch),
            State::Redeeming(redemption) => redemption.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Resolving(ask, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Resolving(ask, discovery),
                Next::Done(document) => State::Listening(ask, document),
            },
            State::Listening(ask, document) => {
                let redirect_uri = reply.redirect_listen()??;
                State::Browsing(Box::new(Browsing::begin(*ask, env, &document, redirect_uri)?))
            }
            State::Browsing(browsing) => {
                let auth_response = reply.browser_launch()??;
                State::Redeeming(browsing.redeem(env, auth_response)?)
            }
            State::Redeeming(redemption) => match redemption.resume(env, reply)? {
                Next::Need(redemption) => State::Redeeming(redemption),
                Next::Done(result) => return Ok(Next::Done(result)),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Browsing {
    fn begin(
        ask: Ask,
        env: &mut Env<'_>,
        document: &TenantDocument,
        redirect_uri: String,
    ) -> Result<Self, Error> {
        if Url::parse(&redirect_uri).is_err() || !is_graphic(&redirect_uri) {
            return Err(RedirectFault::Other("its redirect URI is not a URL".into()).into());
        }
        let scope = ask.scope(env)?;
        let Ask { mut request, scopes, response_mode, timeout, extra, .. } = ask;
        request.redirect_uri = Some(redirect_uri.clone());
        let flow = request.flow(env, document, &scope)?;
        Ok(Self { flow, redirect_uri, scopes, response_mode, timeout, extra })
    }

    fn launch(&self, env: &Env<'_>) -> Result<BrowserLaunch, Error> {
        let auth_uri = &self.flow.auth_uri;
        let (length, limit) = (auth_uri.len(), LONGEST_AUTH_URI);
        if length > limit {
            return Err(Misuse::AuthUriTooLong { length, limit }.into());
        }
        // Checked before, but the flow may have been stored where others can write.
        let authority = env.application().authority();
        let refused = |reason| AuthorityError::Document { member: "authorization_endpoint", reason };
        let endpoint = auth_uri.split('?').next().unwrap_or_default();
        let endpoint = authority.check_discovery_endpoint(endpoint).map_err(refused)?;
        if !is_graphic(auth_uri) {
            return Err(refused("is not a clean URL").into());
        }
        Ok(BrowserLaunch {
            auth_uri: auth_uri.clone(),
            redirect_uri: self.redirect_uri.clone(),
            state: self.flow.state.clone(),
            response_mode: self.response_mode,
            origins: answer_origins(authority.kind(), &endpoint),
            timeout: self.timeout,
        })
    }

    fn redeem(self, env: &mut Env<'_>, auth_response: Secret) -> Result<AuthorizationCode, Error> {
        let call = (ACQUIRE_TOKEN_INTERACTIVE, &*env);
        let request = AcquireTokenByAuthCodeFlow::within(self.flow, auth_response, self.extra, call);
        request.scopes(self.scopes.iter()).begin(env)
    }
}
