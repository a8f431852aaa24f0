//! Asking whether the person has signed in, RFC 8628 sections 3.4 and 3.5.
use super::DeviceFlow;
use super::last_answer::LastAnswer;
use crate::authority::{Elsewhere, TenantDocument};
use crate::client::Fingerprint;
use crate::engine::{Effect, Env, Flow, Next, Reply, Request, Step, UnixTime, Wait, WaitReason};
use crate::error::{Error, Misuse};
use crate::flows::extra_parameters::ExtraParameters;
use crate::secret::Secret;
use crate::stages::{DEVICE_CODE, Discovery, Exchange, Grant, Store, Stored};
use crate::token::{AuthenticationResult, Scopes, ServiceError};
use alloc::{borrow::ToOwned, boxed::Box, string::String, vec::Vec};
use core::fmt;
use serde::{Deserialize, Serialize};

/// MSAL's number of this call in the telemetry header.
const ACQUIRE_TOKEN_BY_DEVICE_FLOW: u16 = 622;

/// How much longer to wait when the service says so, in seconds (section 3.5).
const SLOW_DOWN: u64 = 5;

/// How long to wait at most, in seconds, because the service was not reached (section 3.5).
const LONGEST_BACK_OFF: u64 = 60;

/// See [`acquire_token_by_device_flow`](crate::PublicClientApplication::acquire_token_by_device_flow).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before the flow is started"]
pub struct AcquireTokenByDeviceFlow {
    client: Fingerprint,
    poll: Poll,
}

/// The person has not signed in yet: when there was to be one question only, or when there is no time left.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DevicePending {
    /// What the service said.
    pub error: ServiceError,
    /// To ask again with, not before `interval` seconds have gone by since `latest_attempt_at`.
    pub flow: DeviceFlow,
}

/// The flow. Suspended, it holds the device code: store it as you would a password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceCode(State);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Finding the token endpoint, in a process that does not know it.
    Resolving(Box<Poll>, Discovery),
    /// Asking for the tokens, section 3.4.
    Polling(Box<Poll>, Box<Exchange>),
    /// Waiting to ask again, section 3.5; or for the end of the codes, if that is earlier.
    Waiting { poll: Box<Poll>, until: UnixTime, reason: WaitReason, end: Option<LastAnswer> },
    /// Handing the tokens to the cache.
    Storing(Box<Store>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Poll {
    flow: DeviceFlow,
    claims_challenge: Option<String>,
    extra: ExtraParameters,
    once: bool,
    /// For how many seconds more it may ask: a clock that is set back gives it no more of them.
    left: u64,
}

impl AcquireTokenByDeviceFlow {
    pub(crate) fn new(client: Fingerprint, flow: DeviceFlow) -> Self {
        // The codes last to the end of their last second.
        let left = flow.expires_in.saturating_add(1);
        let extra = ExtraParameters::default();
        Self { client, poll: Poll { flow, claims_challenge: None, extra, once: false, left } }
    }

    /// Whether to ask only once, for a program that waits by itself: if the person has not signed in yet, the end is
    /// [`Error::DevicePending`] with the flow to ask again with. A service that is not reached is an error then, too.
    pub fn once(mut self, on: bool) -> Self {
        self.poll.once = on;
        self
    }

    /// The claims that a resource demanded: the text of a JSON object. An empty text is none.
    pub fn claims_challenge(mut self, json: impl Into<String>) -> Self {
        self.poll.claims_challenge = Some(json.into()).filter(|json| !json.is_empty());
        self
    }

    /// An extra member of the request's body, such as `token_type`, `req_cnf` or `key_id`; an empty value is none.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.poll.extra.set_data(name, value);
        self
    }

    /// An extra parameter of the token endpoint's query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.poll.extra.add_query(name, value);
        self
    }
}

impl Request for AcquireTokenByDeviceFlow {
    type Flow = DeviceCode;

    fn start(self, env: &mut Env<'_>) -> Step<DeviceCode> {
        if self.client != env.application().fingerprint() {
            return Step::Done(Err(Misuse::WrongClient.into()));
        }
        let flow = self.begin(env);
        Step::start(flow, env)
    }
}

impl AcquireTokenByDeviceFlow {
    /// Begins the flow.
    pub(super) fn begin(self, env: &mut Env<'_>) -> Result<DeviceCode, Error> {
        let poll = Box::new(self.poll);
        poll.extra.check()?;
        poll.claims(env)?;
        poll.resolve(env)
    }

    pub(super) fn extra(mut self, extra: ExtraParameters) -> Self {
        self.poll.extra = extra;
        self
    }
}

impl Flow for DeviceCode {
    type Output = AuthenticationResult;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.0 {
            State::Resolving(_, discovery) => discovery.effect(env),
            State::Polling(_, exchange) => exchange.effect(env),
            State::Waiting { until, reason, .. } => Ok(Effect::Wait(Wait { until: *until, reason: *reason })),
            State::Storing(store) => store.effect(env),
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let state = match self.0 {
            State::Resolving(poll, discovery) => match discovery.resume(env, reply)? {
                Next::Need(discovery) => State::Resolving(poll, discovery),
                Next::Done(document) => return poll.ask(env, &document).map(Next::Need),
            },
            State::Polling(poll, exchange) => {
                let next = exchange.resume(env, reply);
                return poll.go_on(env, next).map(Next::Need);
            }
            State::Waiting { poll, until, reason, end } => {
                reply.wait()?;
                // Too early; but not if the clock was set back.
                if (1..=poll.flow.interval).contains(&until.since(env.now())) {
                    State::Waiting { poll, until, reason, end }
                } else {
                    return match end {
                        None => poll.resolve(env).map(Next::Need),
                        Some(answer) => Err(poll.end(env, answer.into())),
                    };
                }
            }
            State::Storing(store) => match store.resume(env, reply)? {
                Next::Need(store) => State::Storing(Box::new(store)),
                Next::Done(result) => return Ok(Next::Done(result)),
            },
        };
        Ok(Next::Need(Self(state)))
    }
}

impl Poll {
    fn claims(&self, env: &Env<'_>) -> Result<Option<String>, Error> {
        self.extra.claims(env.application(), self.claims_challenge.as_deref())
    }

    fn resolve(self: Box<Self>, env: &mut Env<'_>) -> Result<DeviceCode, Error> {
        let at = Elsewhere { tenant: self.flow.tenant.clone(), instance: None };
        match Discovery::known_for_sign_in(env, &at) {
            Some(document) => self.ask(env, &document),
            None => Ok(DeviceCode(State::Resolving(self, Discovery::start_sign_in(env, &at)?))),
        }
    }

    fn ask(mut self: Box<Self>, env: &mut Env<'_>, document: &TenantDocument) -> Result<DeviceCode, Error> {
        self.flow.latest_attempt_at = Some(env.now());
        let mut form = Vec::with_capacity(self.extra.data.len() + 4);
        form.push(("grant_type".to_owned(), Secret::new(DEVICE_CODE)));
        form.extend(self.extra.data.iter().cloned());
        // The service once wanted it under this name, and MSAL sends both.
        form.push(("code".to_owned(), self.flow.device_code.clone()));
        form.push(("device_code".to_owned(), self.flow.device_code.clone()));
        form.extend(self.claims(env)?.map(|claims| ("claims".to_owned(), Secret::new(claims))));
        let grant = Grant {
            form,
            query: self.extra.query.clone(),
            routing: None,
            correlation_id: Some(self.flow.correlation_id.clone()),
            api_id: ACQUIRE_TOKEN_BY_DEVICE_FLOW,
            cache_refresh: 0,
        };
        let next = Exchange::start(env, document, grant);
        self.go_on(env, next)
    }

    fn go_on(
        self: Box<Self>,
        env: &mut Env<'_>,
        next: Result<Next<Exchange>, Error>,
    ) -> Result<DeviceCode, Error> {
        Ok(DeviceCode(match next {
            Ok(Next::Need(exchange)) => State::Polling(self, Box::new(exchange)),
            Ok(Next::Done(issued)) => {
                let asked = Stored::new(DEVICE_CODE, Scopes::default(), self.extra.into_cache_members());
                State::Storing(Box::new(Store::start(env, issued, asked)?))
            }
            Err(error) => match reason_to_wait(&error) {
                Some(reason) => return self.wait(env, reason, error),
                None => return Err(error),
            },
        }))
    }

    /// Until it may ask again. If the codes end before, until then: a question before its time is refused.
    fn wait(
        mut self: Box<Self>,
        env: &mut Env<'_>,
        reason: WaitReason,
        error: Error,
    ) -> Result<DeviceCode, Error> {
        let interval = &mut self.flow.interval;
        match reason {
            WaitReason::AuthorizationPending => {}
            WaitReason::SlowDown => *interval = interval.saturating_add(SLOW_DOWN),
            WaitReason::Unreachable => {
                *interval = (*interval).max(interval.saturating_mul(2).min(LONGEST_BACK_OFF))
            }
        }
        let (now, expires_at) = (env.now(), self.flow.expires_at);
        let left = if expires_at < now { 0 } else { self.left.min(expires_at.since(now).saturating_add(1)) };
        let seconds = self.flow.interval.min(left);
        if self.once || seconds == 0 {
            return Err(self.end(env, error));
        }
        let end = if seconds < self.flow.interval { LastAnswer::of(&error) } else { None };
        self.left -= seconds;
        Ok(DeviceCode(State::Waiting { poll: self, until: now.saturating_add(seconds), reason, end }))
    }

    /// What the service said last. If it was not reached, that is the error.
    fn end(self: Box<Self>, env: &mut Env<'_>, error: Error) -> Error {
        let Error::Service(error) = error else { return error };
        let (client, id) = (env.application().fingerprint(), &self.flow.correlation_id);
        env.state.telemetry.failed(client, ACQUIRE_TOKEN_BY_DEVICE_FLOW, id, &error.error);
        Error::DevicePending(Box::new(DevicePending { error: *error, flow: self.flow }))
    }
}

/// Why to ask again in spite of this.
fn reason_to_wait(error: &Error) -> Option<WaitReason> {
    match error {
        Error::Service(error) => WaitReason::of_device_flow(&error.error),
        Error::Http(_) if error.is_retryable() => Some(WaitReason::Unreachable),
        _ => None,
    }
}

impl core::error::Error for DevicePending {}

impl fmt::Display for DevicePending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nobody has entered the code and signed in yet: {}", self.error)
    }
}
