//! What a client reports of its past in `x-client-last-telemetry`: `4|hits|api,correlation,…|error,…|`.

use serde_json::Value;

use crate::scenario::Scenario;
use crate::transcript::{Outcome, Step};

/// No failure is added that would make the list this long.
const SIZE_LIMIT: usize = 350;
/// A correlation id's length on the wire; in a golden it is a shorter placeholder.
const CORRELATION_LENGTH: usize = 36;

/// What the next request reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Telemetry {
    /// Tokens served from the cache since the last success.
    pub(crate) hits: u32,
    /// Failures since then.
    pub(crate) failures: Vec<Failure>,
}

/// One failure of the report.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    /// MSAL's number of the operation.
    pub(crate) api: String,
    /// Its correlation id, or the placeholder for it.
    pub(crate) correlation: String,
    /// The `error` of the answer.
    pub(crate) error: String,
}

/// What the first token request of a step reports.
pub(crate) fn reported(step: &Step) -> Option<Telemetry> {
    step.effects.iter().find_map(|effect| Telemetry::parse(header(effect, "x-client-last-telemetry")?))
}

fn header<'a>(effect: &'a Value, name: &str) -> Option<&'a str> {
    effect.get("headers")?.get(name)?.as_str()
}

impl Telemetry {
    /// Reads a header.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let [version, hits, requests, errors, _] = header.split('|').collect::<Vec<_>>().try_into().ok()?;
        if version != "4" {
            return None;
        }
        let parts: Vec<&str> = requests.split(',').filter(|part| !part.is_empty()).collect();
        let errors: Vec<&str> = errors.split(',').collect();
        let failures = parts.chunks_exact(2).zip(errors).filter_map(|(request, error)| {
            let [api, correlation] = request else { return None };
            let owned = |text: &str| text.to_owned();
            Some(Failure { api: owned(api), correlation: owned(correlation), error: owned(error) })
        });
        Some(Self { hits: hits.parse().ok()?, failures: failures.collect() })
    }

    /// The header's text.
    pub(crate) fn header(&self) -> String {
        let requests: Vec<String> =
            self.failures.iter().map(|failure| format!("{},{}", failure.api, failure.correlation)).collect();
        let errors: Vec<&str> = self.failures.iter().map(|failure| failure.error.as_str()).collect();
        format!("4|{}|{}|{}|", self.hits, requests.join(","), errors.join(","))
    }

    /// Adds what a step did: each answer of the token endpoint, or else a hit, or a failure that was served locally
    /// under `correlation`.
    pub(crate) fn follow(&mut self, scenario: &Scenario, step: &Step, correlation: &str) {
        let requests: Vec<&Value> = step
            .effects
            .iter()
            .filter(|effect| header(effect, "x-client-current-telemetry").is_some())
            .collect();
        for (position, request) in requests.iter().enumerate() {
            if let Some(reported) = header(request, "x-client-last-telemetry").and_then(Self::parse) {
                *self = reported;
            }
            // An answer that made the call fail was never counted.
            let is_last = position + 1 == requests.len();
            if is_last && step.outcome.category().is_some() {
                continue;
            }
            match answer_error(scenario, request) {
                Answer::Error(error) => {
                    let api = api(request);
                    let correlation = header(request, "client-request-id").unwrap_or_default();
                    self.fail(&api, correlation, &error);
                }
                Answer::Success => *self = Self::default(),
                Answer::None => {}
            }
        }
        if !requests.is_empty() || !step.op.starts_with("acquire_token") {
            return;
        }
        match &step.outcome {
            Outcome::Ok(value) if value.get("token_source").is_some_and(|source| source == "cache") => {
                self.hits += 1
            }
            Outcome::Ok(value) => {
                let api = match step.op.as_str() {
                    "acquire_token_for_client" => "730",
                    "acquire_token_on_behalf_of" => "523",
                    _ => return,
                };
                if let Some(error) = value.get("error").and_then(Value::as_str) {
                    self.fail(api, correlation, error);
                }
            }
            Outcome::Error(_) => {}
        }
    }

    fn fail(&mut self, api: &str, correlation: &str, error: &str) {
        let length = |failure: &Failure| failure.api.len() + CORRELATION_LENGTH + failure.error.len() + 3;
        let failure =
            Failure { api: api.to_owned(), correlation: correlation.to_owned(), error: error.to_owned() };
        let size: usize = self.failures.iter().map(length).sum();
        if size + length(&failure) < SIZE_LIMIT {
            self.failures.push(failure);
        }
    }
}

/// MSAL's number of the operation that sent a request: `4|730,2|`.
fn api(request: &Value) -> String {
    let current = header(request, "x-client-current-telemetry").unwrap_or_default();
    current.split(['|', ',']).nth(1).unwrap_or_default().to_owned()
}

enum Answer {
    Success,
    Error(String),
    None,
}

fn answer_error(scenario: &Scenario, request: &Value) -> Answer {
    let status = request.pointer("/reply/status").and_then(Value::as_u64).unwrap_or(500);
    let index =
        request.pointer("/reply/index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
    let rule = request.pointer("/reply/rule").and_then(Value::as_str).and_then(|id| scenario.rule(id));
    let json = rule
        .zip(index)
        .and_then(|(rule, index)| rule.responses.get(index))
        .and_then(|response| response.json.as_ref());
    match json {
        Some(json) if status < 500 => match json.get("error").and_then(crate::json::Node::as_str) {
            Some(error) => Answer::Error(error.to_owned()),
            None => Answer::Success,
        },
        _ => Answer::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_and_writes_back() {
        for header in ["4|0|||", "4|2|||", "4|0|730,<uuid:1>,84,<uuid:3>|e,odd|"] {
            assert_eq!(Telemetry::parse(header).unwrap().header(), header);
        }
        assert_eq!(Telemetry::parse("5|0|||"), None);
    }

    #[test]
    fn the_list_stops_growing_near_its_limit() {
        let mut telemetry = Telemetry::default();
        for _ in 0..8 {
            telemetry.fail("730", "<uuid:1>", "invalid_client_with_a_long_name");
        }
        assert_eq!(telemetry.failures.len(), 4);
    }
}
