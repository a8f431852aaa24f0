//! Polling for the tokens of a device flow, as MSAL Python does it with a usable interval.

use serde_json::{Value, json};

use super::request::{self, Moment};
use crate::compare::state::{Client, State};
use crate::json::Node;
use crate::transcript::{Outcome, Step};

/// RFC 8628 section 3.2: how often to ask if the service does not say, in seconds.
pub(crate) const DEFAULT_INTERVAL: i64 = 5;

/// RFC 8628 section 3.5: how much longer to wait when the service says so, in seconds.
const SLOW_DOWN: i64 = 5;

/// What doubling the interval ends at, in seconds.
const LONGEST_BACK_OFF: i64 = 60;

/// The current step polled to its end. All of its requests are as the first that `golden` sent. With `goes_on` a network
/// error is no end, but doubles the interval (RFC 8628 section 3.5).
pub(crate) fn polled(state: &State<'_>, golden: &Step, goes_on: bool) -> Option<Step> {
    let client = state.client(state.past().len())?;
    let request = golden.effects.iter().find(|effect| is_poll(effect))?;
    let flow = state.argument("flow")?;
    let expires_at = flow.get("expires_at").and_then(Value::as_i64)?;
    let once = state.argument("exit_condition") == Some(json!({"$always": true}));
    let mut interval = Interval(flow.get("interval").and_then(Value::as_i64)?);
    earlier_answers(state).iter().for_each(|answer| interval.follow(answer));
    let mut moment = Moment::begin(state);
    let mut effects = Vec::new();
    loop {
        let sent = send(state, &client, &mut moment, request)?;
        effects.push(sent.effect);
        let answer = Answer::of(&sent.outcome);
        let asks_again = match answer {
            Answer::Pending | Answer::SlowDown => true,
            Answer::Unreachable => goes_on && !once,
            Answer::Other => false,
        };
        interval.follow(&answer);
        // It sleeps by the second, and looks at the end of the codes before each.
        let left = (expires_at + 1 - moment.clock).max(0);
        let seconds = if asks_again && !once { interval.0.min(left) } else { 0 };
        if seconds > 0 {
            effects.push(json!({"type": "sleep", "seconds": seconds}));
            moment.clock += seconds;
        }
        if !asks_again || once || seconds < interval.0 {
            let (outcome, cache_writes) = (sent.outcome, sent.cache_writes);
            return Some(Step { effects, outcome, cache_writes, clock: moment.clock, ..golden.clone() });
        }
    }
}

/// Whether an effect asks for the tokens of a device flow.
pub(crate) fn is_poll(effect: &Value) -> bool {
    let grant_type = effect.pointer("/body/form/grant_type").and_then(Value::as_str);
    grant_type == Some("urn:ietf:params:oauth:grant-type:device_code")
}

fn send(
    state: &State<'_>,
    client: &Client<'_>,
    moment: &mut Moment<'_>,
    request: &Value,
) -> Option<request::Sent> {
    request::answered(state, client, moment, request.clone(), None, request::key_id(state.step()?))
}

/// How an answer bears on the interval.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Pending,
    SlowDown,
    Unreachable,
    Other,
}

impl Answer {
    fn of(outcome: &Outcome) -> Self {
        let error = outcome.ok().and_then(|reply| reply.get("error")).and_then(Value::as_str);
        match (error, outcome.category()) {
            (Some("authorization_pending"), _) => Self::Pending,
            (Some("slow_down"), _) => Self::SlowDown,
            (_, Some("transport")) => Self::Unreachable,
            _ => Self::Other,
        }
    }
}

/// Seconds between two polls.
struct Interval(i64);

impl Interval {
    fn follow(&mut self, answer: &Answer) {
        match answer {
            Answer::SlowDown => self.0 += SLOW_DOWN,
            Answer::Unreachable => self.0 = self.0.max((self.0 * 2).min(LONGEST_BACK_OFF)),
            Answer::Pending | Answer::Other => {}
        }
    }
}

/// What earlier steps that asked only once were told: the flow that they were given is another since.
fn earlier_answers(state: &State<'_>) -> Vec<Answer> {
    let given = |step: &crate::scenario::Step| step.args.get("flow").cloned();
    let current = state.step().and_then(given);
    let is_same = |position: usize| state.scenario().steps.get(position).and_then(given) == current;
    let earlier = state.past().iter().filter(|past| past.step.op == "acquire_token_by_device_flow");
    earlier.filter(|past| is_same(past.position)).map(|past| Answer::of(&past.step.outcome)).collect()
}

/// The interval that the service named in the answer to a request; `None`: none that is a number, or no answer.
pub(crate) fn named_interval(state: &State<'_>, request: &Value) -> Option<i64> {
    let rule = state.scenario().rule(request.pointer("/reply/rule")?.as_str()?)?;
    let index = usize::try_from(request.pointer("/reply/index")?.as_u64()?).ok()?;
    let interval = rule.responses.get(index)?.json.as_ref()?.get("interval").map(Node::to_value)?;
    super::cache_add::integer(Some(&interval))
}
