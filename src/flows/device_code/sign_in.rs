//! Both halves in one call, RFC 8628 section 3: the program only shows the code.
use super::{AcquireTokenByDeviceFlow, DeviceAuthorization, DeviceCode, DeviceFlow, InitiateDeviceFlow};
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step, UserPrompt};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::token::{AuthenticationResult, Scopes};
use alloc::{boxed::Box, string::String};
use serde::{Deserialize, Serialize};

/// See [`acquire_token_by_device_code`](crate::PublicClientApplication::acquire_token_by_device_code).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenByDeviceCode {
    client: Fingerprint,
    scopes: Scopes,
    ask: Ask,
}

/// What is needed when the codes are there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Ask {
    tenant: Option<String>,
    claims_challenge: String,
    extra: ExtraParameters,
}

/// The flow. Suspended, it holds the device code: store it as you would a password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceSignIn(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Getting the codes, section 3.1.
    Initiating(Box<Ask>, Box<DeviceAuthorization>),
    /// Showing the person where to go and what to enter, section 3.3.
    Prompting(Box<Ask>, Box<DeviceFlow>),
    /// Asking for the tokens until they have signed in, section 3.4.
    Polling(DeviceCode),
}

impl AcquireTokenByDeviceCode {
    pub(crate) fn new(client: Fingerprint, scopes: Scopes) -> Self {
        Self { client, scopes, ask: Ask::default() }
    }

    /// For another tenant than that of the authority, by its id or domain. Microsoft Entra, External ID and dSTS have
    /// tenants.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.ask.tenant = Some(tenant.into());
        self
    }

    /// The claims that a resource demanded: the text of a JSON object. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.ask.claims_challenge = json.into();
        self
    }

    /// An extra member of the token request's body, such as `token_type`, `req_cnf` or `key_id`; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.ask.extra.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.ask.extra.add_query(name, value);
        self
    }
}

impl Request for AcquireTokenByDeviceCode {
    type Flow = DeviceSignIn;

    fn start(self, env: &mut Env<'_>) -> Step<DeviceSignIn> {
        let Self { client, scopes, ask } = self;
        if client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let mut initiate = InitiateDeviceFlow::new(client, scopes).claims_challenge(&*ask.claims_challenge);
        if let Some(tenant) = &ask.tenant {
            initiate = initiate.tenant(&**tenant);
        }
        let initiation = ask.extra.check().and_then(|()| initiate.begin(env));
        let flow = initiation.map(|begun| DeviceSignIn(State::Initiating(Box::new(ask), Box::new(begun))));
        Step::start(flow, env)
    }
}

impl Flow for DeviceSignIn {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Initiating(_, initiation) => initiation.effect(env),
            State::Prompting(_, flow) => Ok(Effect::UserPrompt(UserPrompt::from(&**flow))),
            State::Polling(poll) => poll.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Initiating(ask, initiation) => match initiation.resume(env, reply)? {
                Next::Need(initiation) => State::Initiating(ask, Box::new(initiation)),
                Next::Done(flow) => State::Prompting(ask, Box::new(flow)),
            },
            State::Prompting(ask, flow) => {
                reply.user_prompt()?;
                State::Polling(ask.poll(env, *flow)?)
            }
            State::Polling(poll) => match poll.resume(env, reply)? {
                Next::Need(poll) => State::Polling(poll),
                Next::Done(result) => return Ok(Next::Done(result)),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Ask {
    fn poll(self, env: &mut Env<'_>, flow: DeviceFlow) -> Result<DeviceCode, Error> {
        let request = AcquireTokenByDeviceFlow::new(env.application().fingerprint(), flow);
        request.claims_challenge(self.claims_challenge).extra(self.extra).begin(env)
    }
}
