//! The numbered reasons to deviate, as code (rule k). Each says what a golden's step becomes where the reason applies;
//! what it becomes is then compared with ours in full.
//!
//! Reasons 18 and 25 come with the flows that can reach them.

mod accounts;
mod alias;
mod binding;
mod consequences;
mod delay;
mod device_code;
mod federation;
mod id_token;
mod input;
mod listener;
mod on_behalf_of;
mod optional_fields;
mod realm;
mod region;
mod serving;
mod throttling;
mod user_realm;

use std::collections::BTreeSet;

use super::state::State;
use crate::transcript::{Outcome, Step};

/// Something that a step may be equal to.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// The reasons that made it.
    pub(crate) reasons: BTreeSet<u8>,
    /// The step as expected under them.
    pub(crate) step: Step,
    /// Caches, servers and telemetry stay as the golden's, but for a name.
    pub(crate) follows_golden: bool,
}

type Rewrite = fn(&State<'_>, &Step) -> Vec<Step>;

/// The reasons by number, each with what it makes of a golden's step; nothing where it does not apply.
const REASONS: [(u8, Rewrite); 18] = [
    (2, serving::token_in_hand),
    (3, throttling::success_is_not_remembered),
    (4, federation::keyed_by_user),
    (5, id_token::checked_before_caching),
    (6, binding::on_behalf_of_token_is_no_app_token),
    (7, binding::key_bound_token_is_for_its_key),
    (9, region::asks_nobody),
    (11, user_realm::escapes_the_user_name),
    (11, user_realm::asks_for_each_store),
    (15, device_code::polls_every_five_seconds),
    (16, optional_fields::keeps_usable_tokens),
    (17, on_behalf_of::is_told_apart_by_the_assertion),
    (19, device_code::goes_on_after_a_network_error),
    (20, throttling::date_is_understood),
    (22, input::traditional_encryption_is_refused),
    (23, input::stricter_input),
    (24, accounts::aliases_always_apply),
    (26, listener::refuses_other_paths),
];

/// What step `position` may be, the golden first, then with ever more reasons.
pub(crate) fn candidates(state: &State<'_>, position: usize, golden: &Step) -> Vec<Candidate> {
    let scripted = state.scenario().steps.get(position);
    let client = scripted.and_then(|step| step.client.as_deref());
    let is_construct = scripted.is_some_and(|step| step.op == "construct");
    if client.is_some_and(|client| state.is_unbuilt(client)) && !is_construct {
        return vec![Candidate {
            reasons: BTreeSet::new(),
            step: on_unbuilt_client(golden),
            follows_golden: false,
        }];
    }
    let golden = &delay::of(state, golden);
    let plain = Candidate { reasons: BTreeSet::new(), step: golden.clone(), follows_golden: true };
    let mut candidates = match realm::is_the_tenant(state, position, golden) {
        Some(step) => vec![Candidate { reasons: BTreeSet::from([21]), step, follows_golden: true }],
        None => vec![plain],
    };
    let follow = |candidate: &Candidate| {
        let make = |step| Candidate { step, follows_golden: false, ..candidate.clone() };
        consequences::of(state, &candidate.step).into_iter().map(make).collect::<Vec<_>>()
    };
    let consequences: Vec<Candidate> = candidates.iter().flat_map(follow).collect();
    candidates.extend(consequences);
    let delay = |candidate: &Candidate| {
        let step = delay::of_what_is_issued(state, &candidate.step)?;
        Some(Candidate { step, ..candidate.clone() })
    };
    let delayed: Vec<Candidate> = candidates.iter().filter_map(delay).collect();
    candidates.extend(delayed);
    for (number, rewrite) in REASONS {
        let mut rewritten = Vec::new();
        for candidate in &candidates {
            let reasons: BTreeSet<u8> = candidate.reasons.iter().copied().chain([number]).collect();
            let make = |step| Candidate { reasons: reasons.clone(), step, follows_golden: false };
            rewritten.extend(rewrite(state, &candidate.step).into_iter().map(make));
        }
        candidates.extend(rewritten);
    }
    candidates.sort_by_key(|candidate| candidate.reasons.len());
    candidates
}

/// Rule l: a step on a client that was not built is malformed, and does nothing.
fn on_unbuilt_client(golden: &Step) -> Step {
    Step {
        outcome: Outcome::error("malformed", "", "the client was not built"),
        effects: Vec::new(),
        cache_writes: Vec::new(),
        ..golden.clone()
    }
}
