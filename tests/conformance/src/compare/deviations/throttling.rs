//! Reasons 3 and 20: which answers are remembered, and for how long.

use serde_json::Value;

use crate::compare::model::request;
use crate::compare::state::{Past, State};
use crate::scenario::{Response, Step as Scripted};
use crate::transcript::Step;

/// Longest time that an answer is remembered.
const LONGEST: i64 = 3600;

/// Reason 3: a 200 answer is never remembered. Where the golden serves one from memory, ours asks again.
pub(crate) fn success_is_not_remembered(state: &State<'_>, golden: &Step) -> Vec<Step> {
    asks_again(state, golden, |remembered, _| {
        let seconds = remembered.retry_after.parse::<i64>().unwrap_or(remembered.default).min(LONGEST);
        remembered.response.status.unwrap_or(200) == 200 && remembered.age < seconds
    })
}

/// Reason 20: `Retry-After` as an HTTP date is understood. The golden takes its default instead.
pub(crate) fn date_is_understood(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let again = asks_again(state, golden, |remembered, clock| {
        let date = http_date(&remembered.retry_after);
        remembered.age < remembered.default && date.is_some_and(|date| date <= clock)
    });
    let local = served_locally(state, golden);
    again.into_iter().chain(local).collect()
}

/// An answer that the golden may still remember.
struct Remembered<'a> {
    past: &'a Past,
    request: &'a Value,
    response: &'a Response,
    retry_after: String,
    age: i64,
    default: i64,
}

/// The golden serves an answer from memory that ours does not remember.
fn asks_again(state: &State<'_>, golden: &Step, forgets: impl Fn(&Remembered<'_>, i64) -> bool) -> Vec<Step> {
    if !golden.effects.is_empty() {
        return Vec::new();
    }
    let Some(client) = state.client(state.past().len()) else { return Vec::new() };
    let remembered = remembered(state).filter(|remembered| forgets(remembered, state.clock()));
    let sent = remembered.and_then(|remembered| request::again(state, &client, remembered.request));
    sent.map(|sent| sent.step(golden)).into_iter().collect()
}

/// The golden asks again, ours still remembers an answer until the date that it names.
fn served_locally(state: &State<'_>, golden: &Step) -> Option<Step> {
    let remembered = remembered(state)?;
    let date = http_date(&remembered.retry_after)?;
    let until = date.min(remembered.past.clock + LONGEST);
    let is_asking = golden.effects.iter().any(|effect| effect.get("type").is_some_and(|kind| kind == "http"));
    (is_asking && state.clock() < until).then(|| Step {
        outcome: remembered.past.step.outcome.clone(),
        effects: Vec::new(),
        cache_writes: Vec::new(),
        ..golden.clone()
    })
}

/// The last answer with `Retry-After` to the same call on the same store.
fn remembered<'s>(state: &'s State<'_>) -> Option<Remembered<'s>> {
    let position = state.past().len();
    let step = state.step()?;
    let store = state.store(position);
    let construct = |step: &Scripted, position| state.scenario().construct(step.client.as_deref()?, position);
    let current = construct(step, position)?;
    let is_same = |past: &&Past| {
        let Some(other) = state.scenario().steps.get(past.position) else { return false };
        other.op == step.op
            && other.args.get("scopes") == step.args.get("scopes")
            && other.args.get("account") == step.args.get("account")
            && state.store(past.position) == store
            && construct(other, past.position)
                .is_some_and(|other| other.text_argument("client_id") == current.text_argument("client_id"))
    };
    let is_token_request = |effect: &&Value| effect.pointer("/headers/x-client-current-telemetry").is_some();
    let asked = |past: &'s Past| Some((past, past.step.effects.iter().rfind(is_token_request)?));
    let (past, request) = state.past().iter().rev().filter(is_same).find_map(asked)?;
    let rule = state.scenario().rule(request.pointer("/reply/rule")?.as_str()?)?;
    let index = usize::try_from(request.pointer("/reply/index")?.as_u64()?).ok()?;
    let response = rule.responses.get(index)?;
    let header =
        response.headers.members().iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    let retry_after = match state.resolve(&header.1)? {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let is_public = current.kind.as_deref() == Some("public");
    let default = if is_public { 60 } else { 5 };
    Some(Remembered { past, request, response, retry_after, age: state.clock() - past.clock, default })
}

/// Epoch seconds of an IMF-fixdate, as in `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110 5.6.7).
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: [&str; 6] = text.split_whitespace().collect::<Vec<_>>().try_into().ok()?;
    let [_, day, month, year, time, "GMT"] = words else { return None };
    let number = |text: &str| text.parse::<i64>().ok();
    let [hour, minute, second]: [i64; 3] =
        time.split(':').map(number).collect::<Option<Vec<_>>>()?.try_into().ok()?;
    let month = i64::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
    let (day, year) = (number(day)?, number(year)?);
    // Days from civil date, in years that begin in March.
    let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era_year = shifted_year.rem_euclid(400);
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let days = shifted_year.div_euclid(400) * 146_097 + era_year * 365 + era_year / 4 - era_year / 100
        + day_of_year
        - 719_468;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read() {
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(http_date("Wed, 21 Oct 2015 07:28:00 GMT"), Some(1_445_412_480));
        assert_eq!(http_date("Tue, 29 Feb 2000 00:00:01 GMT"), Some(951_782_401));
        assert_eq!(http_date("120"), None);
        assert_eq!(http_date("Wed, 21 Oct 2015 07:28:00 PST"), None);
    }
}
